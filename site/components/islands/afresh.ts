/** Buttons that start a stage afresh, with nothing stored: `data-afresh` names the stage, what comes of it is said beside. */
import { pageHosts } from '../../runtime/hosts.ts';
import { startAfresh } from './stages.ts';

const buttons = () => document.querySelectorAll<HTMLButtonElement>('[data-afresh]');

export function offerFreshStarts(): void {
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLButtonElement>('[data-afresh]') : undefined;
    if (button) void start(button);
  });
  pageHosts().onChange(() => void judge());
  void judge();
}

/** Whether each can do what it says, where the stage runs now. Only asked where there is a choice: asking starts a page's own worker. */
export async function judge(): Promise<void> {
  const hosts = pageHosts();
  const host = (await hosts.available()).includes('local') ? await hosts.current() : undefined;
  for (const button of buttons()) {
    const why = host?.lasting(button.dataset.afresh ?? '');
    button.disabled = why !== undefined;
    button.title = why === undefined ? 'A new server in place of this one, with nothing stored' : `Not here: ${why}`;
  }
}

async function start(button: HTMLButtonElement): Promise<void> {
  const stage = button.dataset.afresh ?? '';
  const say = (text: string) => {
    const status = button.parentElement?.querySelector('[role=status]');
    if (status) status.textContent = text;
  };
  // not `disabled`, which would take the focus from it
  if (button.ariaBusy === 'true') return;
  button.ariaBusy = 'true';
  say('starting');
  try {
    await startAfresh(stage);
    say('started afresh');
    setTimeout(() => say(''), 4000);
  } catch (err) {
    say(err instanceof Error ? err.message : String(err));
  } finally {
    button.ariaBusy = 'false';
  }
}
