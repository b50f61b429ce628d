/** The command line: `start` (npm start) and `stage` (npm run stage). What goes wrong is one line and exit status 1. */
import { enableCompileCache } from 'node:module';
import { UsageError } from './usage-error.ts';

// A second start need not compile again. It holds for modules that are loaded after this.
enableCompileCache();

const [command, ...args] = process.argv.slice(2);

try {
  if (command === 'start') await (await import('./start-command.ts')).startCommand(args);
  else if (command === 'stage') await (await import('./stage-command.ts')).stageCommand(args);
  else throw new UsageError('usage: main.ts start | stage NAME [flags]');
} catch (err) {
  // what the system refuses (a folder that cannot be made, a file that cannot be written) is the user's to mend, too
  const known = err instanceof UsageError || (err instanceof Error && 'syscall' in err);
  if (!known) throw err;
  process.stderr.write(`${err.message.split('\n', 1)[0]}\n`);
  process.exit(1);
}
