/** `<journey-writes>`: follows an object from the reader's own request on, as the stage tells of it. */
import { JourneyLog } from '../journey.ts';
import { toDom } from '../view/h.ts';
import { journeyView } from '../view/journey.ts';
import { keepView } from './keep-view.ts';
import { loadLinks, pageLinks } from './links.ts';
import type { Connection } from './stages.ts';
import type { Exchange } from '../exchange.ts';

/** Milliseconds between two drawings: controllers write a dozen times in a hundred of them. */
const pace = 120;

class JourneyWrites extends HTMLElement {
  #log = new JourneyLog();
  #traceId = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leave: () => void = () => undefined;

  connectedCallback(): void {
    document.addEventListener('journey:connected', (event) => this.#follow((event as CustomEvent<Connection>).detail));
    document.addEventListener('request:answered', (event) => {
      const { exchange } = (event as CustomEvent<{ exchange?: Exchange }>).detail;
      if (event.target instanceof HTMLElement && event.target.id === this.dataset.from && exchange) this.#begin(exchange.traceId);
    });
  }

  disconnectedCallback(): void {
    this.#leave();
    clearTimeout(this.#timer);
  }

  #follow({ feed }: Connection): void {
    if (feed.stage !== this.dataset.stage) return;
    this.#leave();
    const log = (this.#log = new JourneyLog());
    log.take({ type: 'store', stage: feed.stage, reset: true, revision: feed.revision, events: [...feed.stored.values()] });
    this.#leave = feed.onMessage((message) => {
      log.take(message);
      if (this.#traceId !== '') this.#drawSoon();
    });
  }

  #begin(traceId: string): void {
    if (traceId === this.#traceId) return;
    this.#traceId = traceId;
    void loadLinks().then(() => this.#drawSoon());
  }

  #drawSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, pace);
  }

  #draw(): void {
    const writes = this.#log.of(this.dataset.of ?? '', this.#traceId);
    // a request that was refused has no journey; what was recorded stays
    if (writes.length === 0) return;
    const view = this.querySelector<HTMLElement>('[data-view]');
    delete view?.dataset.recorded;
    if (view) keepView(view, () => view.replaceChildren(toDom(journeyView(writes, pageLinks))));
    const status = this.querySelector('[role=status]');
    if (status) status.textContent = `Live: ${writes.length} ${writes.length === 1 ? 'write' : 'writes'} so far.`;
  }
}

customElements.define('journey-writes', JourneyWrites);
