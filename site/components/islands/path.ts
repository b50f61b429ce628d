/** Lights up the stations that a request met, wherever the path is drawn. */
export function lightUp(layers: readonly string[]): void {
  const met = new Set(layers.filter((layer) => layer !== ''));
  for (const path of document.querySelectorAll('journey-path[data-live]')) {
    for (const part of path.querySelectorAll<SVGElement>('[data-layer]')) part.classList.toggle('met', met.has(part.dataset.layer ?? ''));
  }
}
