/**
 * What a page carries of a recording is what can be read without scripts. Its JSON is coloured when it is seen; all the
 * rest, what each step knew above all, is fetched when the reader first opens something, and drawn as live results are.
 */
import type { Recorded } from '../../pages/recordings/[chapter]/[id].json.ts';
import { toDom } from '../view/h.ts';
import { painted } from '../view/json.ts';
import { journeyView } from '../view/journey.ts';
import { resultView } from '../view/result.ts';
import { keepView } from './keep-view.ts';
import { loadLinks, pageLinks } from './links.ts';

/** `data-recorded` is where the recording lies; what is drawn in full, or live, has none. */
export async function drawInFull(target: Element): Promise<void> {
  const place = target.closest<HTMLElement>('[data-recorded]');
  const { recorded = '' } = place?.dataset ?? {};
  if (!place || recorded === '') return;
  const all = await fetch(recorded)
    .then((response) => response.json() as Promise<Recorded>)
    // no network: the next touch tries again
    .catch(() => undefined);
  await loadLinks();
  // touched twice, or meanwhile drawn live
  if (!all || place.dataset.recorded === undefined) return;
  delete place.dataset.recorded;
  const view = 'writes' in all ? journeyView(all.writes, pageLinks) : resultView(all.result, pageLinks, { recorded: true });
  keepView(place, () => place.replaceChildren(toDom(view)));
}

export function paintWhatIsSeen(root: Document): void {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        const [text] = target.childNodes;
        if (text instanceof Text) text.replaceWith(toDom(painted(text.data)));
      }
    },
    { rootMargin: '50%' },
  );
  for (const pre of root.querySelectorAll('pre[data-json]')) watcher.observe(pre);
}
