/**
 * `<journey-pane>`: on a wide screen it takes the result of the request at hand out of the text and shows it beside;
 * on a narrow one results stay below their requests.
 */
import { pageHosts } from '../../runtime/hosts.ts';
import type { HostKind } from '../../runtime/stage-host.ts';
import { toDom } from '../view/h.ts';
import { storeView } from '../view/store.ts';
import { judge, offerFreshStarts } from './afresh.ts';
import { showArrivals } from './arrivals.ts';
import { keepView } from './keep-view.ts';
import { lightUp } from './path.ts';
import { paintWhatIsSeen } from './recorded.ts';
import type { JourneyRequest } from './request.ts';
import type { Connection } from './stages.ts';
import { connect } from './stages.ts';
import { useTraces } from './trace.ts';

const STOPPED = 'its etcd is stopped';
const wide = matchMedia('(min-width: 72rem)');

class JourneyPane extends HTMLElement {
  #active: JourneyRequest | undefined;
  /** Scrolling does not take the pane from a request that the reader has just used. */
  #held = 0;

  connectedCallback(): void {
    useTraces(document);
    paintWhatIsSeen(document);
    const requests = [...document.querySelectorAll<JourneyRequest>('journey-request')];
    for (const request of requests) {
      request.addEventListener('request:touched', () => this.show(request, true));
      request.addEventListener('request:drawn', () => request === this.#active && this.#light());
    }
    document.addEventListener('journey:connected', (event) => this.#follow((event as CustomEvent<Connection>).detail));
    wide.addEventListener('change', () => this.#place());
    addEventListener('scroll', () => this.#scrolled(requests), { passive: true });
    if (requests[0]) this.show(requests[0]);
    this.#scrolled(requests);
    void this.#offerHosts();
    offerFreshStarts();
  }

  show(request: JourneyRequest, hold = false): void {
    if (hold) this.#held = scrollY;
    if (request === this.#active) return;
    this.#giveBack();
    this.#active = request;
    this.#place();
    this.#light();
    this.#name(request.stage);
  }

  /** The stage of the request at hand, and the button that starts it afresh. */
  #name(stage: string): void {
    const line = this.querySelector<HTMLElement>('.stage-line');
    const button = line?.querySelector<HTMLElement>('[data-afresh]');
    if (!line || !button || button.dataset.afresh === stage) return;
    line.hidden = false;
    line.querySelector('[data-stage]')!.textContent = stage;
    line.querySelector('[role=status]')!.textContent = '';
    button.dataset.afresh = stage;
    button.ariaLabel = `Start afresh: stage ${stage}`;
    void judge();
  }

  #place(): void {
    for (const request of document.querySelectorAll('journey-request')) request.classList.toggle('at-hand', request === this.#active);
    if (!this.#active) return;
    if (wide.matches) this.querySelector('[data-view]')?.replaceChildren(this.#active.result);
    else this.#giveBack();
  }

  #giveBack(): void {
    if (this.#active) this.#active.append(this.#active.result);
  }

  #light(): void {
    const layers = this.#active?.result.querySelector<HTMLElement>('.result-view')?.dataset.layers ?? '';
    lightUp(layers.split(' '));
  }

  /** The request at hand is the last one whose top has passed the upper part of the window. */
  #scrolled(requests: readonly JourneyRequest[]): void {
    if (Math.abs(scrollY - this.#held) < 240 && this.#held > 0) return;
    this.#held = 0;
    const line = innerHeight * 0.62;
    const request = requests.findLast((candidate) => candidate.getBoundingClientRect().top < line) ?? requests[0];
    if (request) this.show(request);
  }

  #follow({ host, feed }: Connection): void {
    feed.onStore(() => {
      if (this.#active?.stage !== feed.stage) return;
      const part = this.#active.result.querySelector<HTMLElement>('[data-part=stored]');
      const old = part?.querySelector('.store');
      if (part && old) keepView(part, () => old.replaceWith(toDom(storeView(feed.state()))));
    });
    const say = (text: string, before?: string) => {
      const status = this.querySelector('.stage-line [role=status]');
      if (status && this.#active?.stage === feed.stage && (before === undefined || status.textContent === before)) status.textContent = text;
    };
    feed.onStorage(({ etcd }) => (etcd === 'stopped' ? say(STOPPED) : say('', STOPPED)));
    void feed.lost.then(({ message }) => say(message));
    if (host.kind === 'local') showArrivals(this, feed);
  }

  async #offerHosts(): Promise<void> {
    const hosts = pageHosts();
    // whoever sends to a stage of this page, the page shows it; a stage that does not run here says so when it is used
    const stages = new Set([...document.querySelectorAll<JourneyRequest>('journey-request')].map(({ stage }) => stage));
    const followAll = () => stages.forEach((stage) => void connect(stage).catch(() => undefined));
    const buttons = [...this.querySelectorAll<HTMLButtonElement>('[data-host]')];
    const check = (kind: HostKind) => {
      for (const button of buttons) button.setAttribute('aria-checked', String(button.dataset.host === kind));
    };
    const available = await hosts.available();
    for (const button of buttons) {
      const kind = button.dataset.host === 'local' ? 'local' : 'page';
      button.disabled = !available.includes(kind);
      button.addEventListener('click', () => void hosts.use(kind).then(() => check(kind)));
    }
    if (!available.includes('local')) return;
    check((await hosts.current()).kind);
    hosts.onChange((host) => {
      check(host.kind);
      followAll();
    });
    await seen();
    followAll();
  }
}

/** A page that was opened behind another one is not looked at yet, and follows nothing. */
async function seen(): Promise<void> {
  while (document.visibilityState === 'hidden') await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
}

customElements.define('journey-pane', JourneyPane);
