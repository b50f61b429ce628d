/** Draws anew and keeps what the reader had opened, focused and scrolled to. */
export function keepView(place: HTMLElement, draw: () => void): void {
  const expanded = new Map([...place.querySelectorAll<HTMLElement>('tr.step')].map((row) => [row.dataset.span, row.ariaExpanded]));
  const keys = new Set([...place.querySelectorAll<HTMLElement>('details[open][data-key]')].map((item) => item.dataset.key));
  const focused = place.contains(document.activeElement) ? selectorOf(document.activeElement) : undefined;
  const raw = place.querySelector('[data-raw]')?.getAttribute('aria-pressed') === 'true';
  draw();
  for (const row of place.querySelectorAll<HTMLElement>('tr.step')) {
    const before = expanded.get(row.dataset.span) ?? row.ariaExpanded;
    if (before !== row.ariaExpanded) expand(row, before === 'true');
  }
  for (const item of place.querySelectorAll<HTMLDetailsElement>('details[data-key]')) item.open = keys.has(item.dataset.key);
  if (raw) showRaw(place, true);
  if (focused !== undefined) place.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
}

/** What finds an element again when all around it was drawn anew: a row, or what opens something. */
function selectorOf(element: Element | null): string | undefined {
  if (element instanceof HTMLElement && element.dataset.span !== undefined) return `[data-span="${element.dataset.span}"]`;
  const key = element?.matches('summary') && element.parentElement?.dataset.key;
  if (key !== undefined && key !== false) return `[data-key="${CSS.escape(key)}"] > summary`;
  return element?.matches('[data-raw]') ? '[data-raw]' : undefined;
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
