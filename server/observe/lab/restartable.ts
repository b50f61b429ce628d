/**
 * A stage that can be started afresh: another is made in its place, and what ran is closed. Who holds its handler, or is
 * subscribed to it, goes on with the new one.
 */
import type { LabMessage } from './messages.ts';
import type { RunningStage } from './running-stage.ts';

export interface RestartableStage extends RunningStage {
  /** Resolves when the new one can answer. */
  restart(): Promise<void>;
}

export function restartable(run: () => RunningStage): RestartableStage {
  let running = run();
  const subscriptions = new Set<{ listener(message: LabMessage): void; to: RunningStage; leave(): void }>();
  return {
    name: running.name,
    adds: running.adds,
    server: {
      handler: (req, res) => running.server.handler(req, res),
      get ready() {
        return running.server.ready;
      },
      close: (http) => running.server.close(http),
    },
    subscribe(listener) {
      const subscription = { listener, to: running, leave: running.subscribe(listener) };
      subscriptions.add(subscription);
      return () => {
        subscriptions.delete(subscription);
        subscription.leave();
      };
    },
    async restart() {
      const before = running;
      const next = (running = run());
      // its last words are heard before the first of the new one
      await before.close();
      for (const subscription of subscriptions) {
        // who came meanwhile is there already; and another restart may have come, too
        if (subscription.to !== running) Object.assign(subscription, { to: running, leave: running.subscribe(subscription.listener) });
      }
      await next.server.ready;
    },
    act: (act) => running.act(act),
    close: (http) => running.close(http),
  };
}
