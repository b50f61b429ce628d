/** `<journey-request>`: sends what its fields say, and draws what comes back. */
import { exchange } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import type { StageRequest } from '../../runtime/stage-host.ts';
import type { CommandTarget } from '../view/commands.ts';
import { variantName } from '../../../server/observe/lab/variant.ts';
import { filledIn } from '../fill-in.ts';
import { curl, kubectl, headerText, parseHeaders } from '../view/commands.ts';
import { toDom } from '../view/h.ts';
import { resultView } from '../view/result.ts';
import { loadLinks, pageLinks } from './links.ts';
import { fragmentOf, requestFrom } from './share.ts';
import type { ChangedRequest } from './share.ts';
import { connect } from './stages.ts';
import { keepView } from './keep-view.ts';
import { pageHosts } from '../../runtime/hosts.ts';

/** What each request of this page was last answered with, for those that refer to it. */
const answers = new Map<string, string>();
const lastAnswerTo = (id: string) => answers.get(id);

export class JourneyRequest extends HTMLElement {
  #running: AbortController | undefined;
  #unfollow: () => void = () => undefined;
  /** The frame that a drawing waits for; 0 is none. */
  #frame = 0;
  #original: ChangedRequest | undefined;

  /** The id of the stage that the request goes to, with what is changed about its chain. */
  get stage(): string {
    return variantName(this.dataset.stage ?? '', this.#chain?.value ?? '');
  }

  get #chain(): HTMLInputElement | null {
    return this.querySelector('[name=chain]');
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
  request(): ChangedRequest {
    const body = this.#field('body');
    const user = this.#field('user');
    return {
      method: this.#field('method'),
      path: this.#field('path'),
      headers: parseHeaders(this.#field('headers')),
      ...(body !== '' && { body }),
      ...(user !== '' && { user }),
      ...(this.#chain && { chain: this.#chain.value }),
    };
  }

  async send(): Promise<void> {
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    this.#tell('touched');
    this.#busy(true);
    try {
      const { chain: _chain, ...said } = this.request();
      const request = await filledIn(said, lastAnswerTo);
      const { host, feed } = await connect(this.stage);
      await loadLinks();
      const made = await exchange(host, feed, request, { signal: running.signal, onChange: (now) => this.#running === running && this.#drawSoon(now) });
      // sent again meanwhile: what came of this one is no longer of interest
      if (this.#running !== running) return;
      this.#draw({ ...made, ...feed.state() });
      answers.set(this.id, made.body);
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
    delete this.result.dataset.recorded;
    keepView(this.result, () => this.result.replaceChildren(toDom(resultView(made, links))));
    this.#tell('drawn', made);
  }

  #busy(busy: boolean): void {
    this.toggleAttribute('data-busy', busy);
    this.#find<HTMLButtonElement>('.stop').hidden = !busy;
  }

  #edited(): void {
    const method = this.#find<HTMLSelectElement>('[name=method]');
    method.dataset.method = method.value;
    this.#find<HTMLButtonElement>('[data-copy=kubectl]').hidden = this.#kubectl() === undefined;
    this.#find<HTMLButtonElement>('[data-reset]').hidden = fragmentOf(this.id, this.#readable(), this.#original!) === `#${this.id}`;
  }

  /** The request as far as it can be read: a header may be half typed. */
  #readable(): ChangedRequest {
    try {
      return this.request();
    } catch {
      return { ...this.#original!, path: this.#field('path') };
    }
  }

  /** kubectl has no context for a chain that was changed. */
  #kubectl(request: StageRequest = this.#readable()): string | undefined {
    return this.stage === this.dataset.stage ? kubectl(this.stage, request) : undefined;
  }

  #click(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null;
    if (button?.dataset.copy) void this.#copy(button, button.dataset.copy);
    if (button && 'reset' in button.dataset) this.#fill(this.#original!);
  }

  async #copy(button: HTMLElement, what: string): Promise<void> {
    const said = this.#readable();
    const link = new URL(fragmentOf(this.id, said, this.#original!), location.href).href;
    // what has not been answered yet stays to be filled in
    const request = await filledIn(said, lastAnswerTo).catch(() => said);
    const text = what === 'curl' ? curl(request, await this.#target(request)) : what === 'kubectl' ? (this.#kubectl(request) ?? '') : link;
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
    return { base: `${location.origin}/stages/${encodeURIComponent(this.stage)}`, token };
  }

  async #offerUsers(): Promise<void> {
    const select = this.#find<HTMLSelectElement>('[name=user]');
    const host = await pageHosts().current();
    const known = new Set([...select.options].map((option) => option.value));
    for (const { name, token } of await host.users()) if (token !== undefined && !known.has(name)) select.append(new Option(name, name));
  }

  #fill({ method, path, headers, body = '', user = '', chain = '' }: ChangedRequest): void {
    if (this.#chain) this.#chain.value = chain;
    const select = this.#find<HTMLSelectElement>('[name=user]');
    if (![...select.options].some((option) => option.value === user)) select.append(new Option(user, user));
    const values: Record<string, string> = { method, path, headers: headerText(headers), body, user };
    for (const [name, value] of Object.entries(values)) this.#find<HTMLInputElement>(`[name=${name}]`).value = value;
    this.#edited();
  }

  /** Tells the page that the request was touched, changed or answered. */
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
