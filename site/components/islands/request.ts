/** `<journey-request>`: sends what its fields say, and draws what comes back. */
import { exchange } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import type { StageRequest } from '../../runtime/stage-host.ts';
import type { CommandTarget } from '../view/commands.ts';
import { curl, kubectl, headerText, parseHeaders } from '../view/commands.ts';
import { toDom } from '../view/h.ts';
import { resultView } from '../view/result.ts';
import { loadLinks, pageLinks } from './links.ts';
import { fragmentOf, requestFrom } from './share.ts';
import { connect } from './stages.ts';
import { keepView } from './keep-view.ts';
import { pageHosts } from '../../runtime/hosts.ts';

/** Tells the page that a request was touched, changed or answered. */
export type RequestEvent = CustomEvent<{ exchange?: Exchange }>;

export class JourneyRequest extends HTMLElement {
  #running: AbortController | undefined;
  #unfollow: () => void = () => undefined;
  /** The frame that a drawing waits for; 0 is none. */
  #frame = 0;
  #original: StageRequest | undefined;

  get stage(): string {
    return this.dataset.stage ?? '';
  }

  get result(): HTMLElement {
    return this.#find('[data-result]');
  }

  connectedCallback(): void {
    if (this.#original) return;
    this.#original = this.request();
    const shared = requestFrom(location.hash, this.id);
    if (shared) this.#fill({ ...this.#original, ...shared });
    const form = this.#find<HTMLFormElement>('form');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.send();
    });
    form.addEventListener('input', () => this.#edited());
    this.addEventListener('focusin', () => this.#tell('touched'));
    this.addEventListener('click', (event) => this.#click(event));
    this.#find('.stop').addEventListener('click', () => this.#running?.abort());
    this.#find('[name=user]').addEventListener('focus', () => void this.#offerUsers(), { once: true });
    this.#edited();
    if (shared) requestAnimationFrame(() => this.scrollIntoView({ block: 'center' }));
  }

  disconnectedCallback(): void {
    this.#running?.abort();
  }

  /** What the fields say. */
  request(): StageRequest {
    const body = this.#field('body');
    const user = this.#field('user');
    return {
      method: this.#field('method'),
      path: this.#field('path'),
      headers: parseHeaders(this.#field('headers')),
      ...(body !== '' && { body }),
      ...(user !== '' && { user }),
    };
  }

  async send(): Promise<void> {
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    this.#tell('touched');
    this.#busy(true);
    try {
      const request = this.request();
      const { host, feed } = await connect(this.stage);
      await loadLinks();
      const made = await exchange(host, feed, request, { signal: running.signal, onChange: (now) => this.#running === running && this.#drawSoon(now) });
      // sent again meanwhile: what came of this one is no longer of interest
      if (this.#running !== running) return;
      this.#draw({ ...made, ...feed.state() });
      const answered = () => this.#tell('answered', { ...made, ...feed.state() });
      answered();
      // what it stored may be told after its answer
      this.#unfollow();
      this.#unfollow = feed.onStore(answered);
    } catch (err) {
      this.#draw({ stage: this.stage, request: this.#original!, traceId: '', status: 0, headers: [], body: '', arrivals: [], spans: [], end: 'failed', error: err instanceof Error ? err.message : String(err) });
    } finally {
      if (this.#running === running) this.#busy(false);
    }
  }

  /** A trace of twenty steps changes forty times in a few milliseconds. */
  #drawSoon(made: Exchange): void {
    this.#frame ||= requestAnimationFrame(() => this.#draw(made));
  }

  #draw(made: Exchange): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const links = pageLinks;
    keepView(this.result, () => this.result.replaceChildren(toDom(resultView(made, links, { id: this.id, title: this.dataset.title ?? '' }))));
    this.#tell('drawn', made);
  }

  #busy(busy: boolean): void {
    this.toggleAttribute('data-busy', busy);
    this.#find<HTMLButtonElement>('.stop').hidden = !busy;
  }

  #edited(): void {
    const method = this.#find<HTMLSelectElement>('[name=method]');
    method.dataset.method = method.value;
    this.#find<HTMLButtonElement>('[data-copy=kubectl]').hidden = kubectl(this.stage, this.#readable()) === undefined;
    this.#find<HTMLButtonElement>('[data-reset]').hidden = fragmentOf(this.id, this.#readable(), this.#original!) === `#${this.id}`;
  }

  /** The request as far as it can be read: a header may be half typed. */
  #readable(): StageRequest {
    try {
      return this.request();
    } catch {
      return { ...this.#original!, path: this.#field('path') };
    }
  }

  #click(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null;
    if (button?.dataset.copy) void this.#copy(button, button.dataset.copy);
    if (button && 'reset' in button.dataset) this.#fill(this.#original!);
  }

  async #copy(button: HTMLElement, what: string): Promise<void> {
    const request = this.#readable();
    const link = new URL(fragmentOf(this.id, request, this.#original!), location.href).href;
    const text = what === 'curl' ? curl(request, await this.#target(request)) : what === 'kubectl' ? (kubectl(this.stage, request) ?? '') : link;
    await navigator.clipboard.writeText(text);
    const before = button.textContent;
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = before), 1200);
  }

  /** A stage on this machine can be reached as it is; one in the page only stands for what `npm run stage` runs. */
  async #target({ user }: StageRequest): Promise<CommandTarget | undefined> {
    const host = await pageHosts().current();
    if (host.kind !== 'local') return undefined;
    const token = (await host.users()).find(({ name }) => name === user)?.token;
    return { base: `${location.origin}/stages/${this.stage}`, token };
  }

  async #offerUsers(): Promise<void> {
    const select = this.#find<HTMLSelectElement>('[name=user]');
    const host = await pageHosts().current();
    const known = new Set([...select.options].map((option) => option.value));
    for (const { name, token } of await host.users()) if (token !== undefined && !known.has(name)) select.append(new Option(name, name));
  }

  #fill({ method, path, headers, body = '', user = '' }: StageRequest): void {
    const select = this.#find<HTMLSelectElement>('[name=user]');
    if (![...select.options].some((option) => option.value === user)) select.append(new Option(user, user));
    const values: Record<string, string> = { method, path, headers: headerText(headers), body, user };
    for (const [name, value] of Object.entries(values)) this.#find<HTMLInputElement>(`[name=${name}]`).value = value;
    this.#edited();
  }

  #tell(type: 'touched' | 'drawn' | 'answered', made?: Exchange): void {
    this.dispatchEvent(new CustomEvent(`request:${type}`, { bubbles: true, detail: { exchange: made } }));
  }

  #field(name: string): string {
    return this.#find<HTMLInputElement>(`[name=${name}]`).value.replaceAll('\r\n', '\n');
  }

  #find<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = (this.#parts ??= new Map<string, HTMLElement>()).get(selector) ?? this.querySelector<T>(selector);
    if (!found) throw new Error(`journey-request ${this.id}: no ${selector}`);
    this.#parts.set(selector, found);
    return found as T;
  }
  /** The result may have been moved to the pane: what was found once stays known. */
  #parts: Map<string, HTMLElement> | undefined;
}

customElements.define('journey-request', JourneyRequest);
