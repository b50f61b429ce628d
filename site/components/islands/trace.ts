/** How a trace is used: rows open by click or Enter, arrow keys walk them, a link to code leads to the excerpt on the page. */
import { ownName } from '../source-href.ts';
import { expand, showRaw } from './keep-view.ts';
import { drawInFull } from './recorded.ts';

export function useTraces(root: Document): void {
  root.addEventListener('click', onClick);
  root.addEventListener('keydown', onKey);
}

function onClick(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const used = event.target.closest('summary, button, tr.step');
  if (used) void drawInFull(used);
  const raw = event.target.closest<HTMLElement>('[data-raw]');
  if (raw) showRaw(raw.closest('.part-answer') ?? raw, raw.getAttribute('aria-pressed') !== 'true');
  const link = event.target.closest<HTMLAnchorElement>('a[data-file]');
  if (link) return showExcerpt(link, event);
  const row = event.target.closest<HTMLElement>('tr.step');
  if (row) {
    focusRow(row);
    expand(row, row.getAttribute('aria-expanded') !== 'true');
  }
}

function onKey(event: KeyboardEvent): void {
  const row = event.target instanceof HTMLElement && event.target.matches('tr.step') ? event.target : undefined;
  if (!row) return;
  const rows = [...(row.parentElement?.querySelectorAll<HTMLElement>('tr.step:not([hidden])') ?? [])];
  const at = rows.indexOf(row);
  const open = row.getAttribute('aria-expanded') === 'true';
  const steps: Record<string, () => void> = {
    ArrowDown: () => focusRow(rows[at + 1]),
    ArrowUp: () => focusRow(rows[at - 1]),
    Home: () => focusRow(rows[0]),
    End: () => focusRow(rows.at(-1)),
    ArrowRight: () => expand(row, true),
    ArrowLeft: () => (open ? expand(row, false) : focusRow(rows.slice(0, at).findLast((other) => level(other) < level(row)))),
    Enter: () => expand(row, !open),
    ' ': () => expand(row, !open),
  };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  void drawInFull(row);
  step();
}

function level(row: HTMLElement): number {
  return Number(row.getAttribute('aria-level'));
}

/** One row of a grid can be reached by Tab: the one last used. */
function focusRow(row: HTMLElement | undefined): void {
  if (!row) return;
  for (const other of row.parentElement?.querySelectorAll<HTMLElement>('tr.step') ?? []) other.tabIndex = -1;
  row.tabIndex = 0;
  row.focus({ preventScroll: false });
}

function showExcerpt(link: HTMLAnchorElement, event: MouseEvent): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { file = '', function: fn = '' } = link.dataset;
  const excerpts = [...document.querySelectorAll<HTMLElement>('.source[data-file]')].filter((excerpt) => excerpt.dataset.file === file);
  const excerpt = excerpts.find((candidate) => candidate.dataset.defines?.split(' ').includes(ownName(fn)));
  if (!excerpt) return;
  event.preventDefault();
  excerpt.scrollIntoView({ block: 'center' });
  excerpt.classList.remove('flash');
  void excerpt.offsetWidth;
  excerpt.classList.add('flash');
}
