/** `/lab/events`: what a stage tells, as server-sent events (HTML Standard 9.2), until the client or the lab leaves. */
import type { ServerResponse } from 'node:http';
import type { RunningStage } from '../observe/lab/running-stage.ts';

const HEARTBEAT = 15_000;
/** A client that reads this much too slowly is let go; it connects again and starts with everything that is stored. */
const MOST_UNREAD = 16 * 1024 * 1024;

export function sendEvents(stage: RunningStage, res: ServerResponse, closing: AbortSignal): void {
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  // A comment, so that the client knows at once that it is connected.
  res.write(': connected\n\n');
  const heartbeat = setInterval(() => res.write(': alive\n\n'), HEARTBEAT);
  const leave = stage.subscribe((message) => {
    res.write(`data: ${JSON.stringify(message)}\n\n`);
    if (res.writableLength > MOST_UNREAD) res.destroy();
  });
  const end = () => {
    clearInterval(heartbeat);
    leave();
    res.end();
  };
  closing.addEventListener('abort', end, { once: true });
  res.once('close', () => {
    clearInterval(heartbeat);
    leave();
    closing.removeEventListener('abort', end);
  });
}
