import { expect, test, vi } from 'vitest';
import { startCommand } from './start-command.ts';

test.each([
  [['--prot=1'], /^unknown flag: --prot=1 \(npm start takes --port=PORT;/],
  [['--port'], /^unknown flag: --port \(npm start takes --port=PORT;/],
  [['--port=1', 'more'], /^unknown flag: --port=1 more /],
  [['--port=65536'], /^invalid value for --port: must be a port, at most 65535$/],
  [['--port='], /^invalid value for --port: must be a port, at most 65535$/],
])('%j is refused in one line', async (args, message) => {
  await expect(startCommand(args)).rejects.toThrow(message);
});

test('says how it is used', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  await startCommand(['--help']);
  expect(log.mock.calls).toEqual([[expect.stringMatching(/^usage: npm start -- \[--port=PORT\]: /)]]);
  log.mockRestore();
});
