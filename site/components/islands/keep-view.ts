/** Draws anew and keeps what the reader had opened, focused and scrolled to. */
export function keepView(place: HTMLElement, draw: () => void): void {
  const open = new Set([...place.querySelectorAll<HTMLElement>('tr.step[aria-expanded=true]')].map((row) => row.dataset.span));
  const keys = new Set([...place.querySelectorAll<HTMLElement>('details[open][data-key]')].map((item) => item.dataset.key));
  const events = [...place.querySelectorAll<HTMLDetailsElement>('.events details')].map((item) => item.open);
  const focused = place.contains(document.activeElement) && document.activeElement instanceof HTMLElement ? document.activeElement.dataset.span : undefined;
  const group = place.querySelector('tr.group')?.getAttribute('aria-expanded');
  const raw = place.querySelector('[data-raw]')?.getAttribute('aria-pressed') === 'true';
  draw();
  const newGroup = place.querySelector<HTMLElement>('tr.group');
  if (newGroup && group) expand(newGroup, group === 'true');
  for (const row of place.querySelectorAll<HTMLElement>('tr.step')) {
    if (open.has(row.dataset.span)) expand(row, true);
    if (focused !== undefined && row.dataset.span === focused) row.focus();
  }
  for (const item of place.querySelectorAll<HTMLDetailsElement>('details[data-key]')) item.open = keys.has(item.dataset.key);
  for (const [index, item] of place.querySelectorAll<HTMLDetailsElement>('.events details').entries()) item.open = events[index] ?? false;
  if (raw) showRaw(place, true);
}

export function expand(row: HTMLElement, open: boolean): void {
  row.setAttribute('aria-expanded', String(open));
  if (row.dataset.group !== undefined) return showGroup(row, open);
  const detail = row.nextElementSibling;
  if (detail instanceof HTMLElement && detail.classList.contains('detail')) detail.hidden = !open;
}

function showGroup(group: HTMLElement, open: boolean): void {
  for (const row of group.parentElement?.querySelectorAll<HTMLElement>('tr[data-in-group]') ?? []) {
    row.hidden = !open;
    if (!open) expand(row, false);
  }
}

export function showRaw(place: Element, raw: boolean): void {
  place.querySelector('[data-raw]')?.setAttribute('aria-pressed', String(raw));
  place.querySelector('.answer')?.classList.toggle('as-raw', raw);
}
