/**
 * `<journey-watching>`: the ruler and its clients, driven by the reader. What the build recorded stays until something
 * happens to the stage.
 */
import { sleep } from '../../../server/http/sleep.ts';
import type { LabStorage } from '../../../server/observe/lab/messages.ts';
import { pageHosts } from '../../runtime/hosts.ts';
import type { StageFeed } from '../feed.ts';
import { warning } from '../view/act.ts';
import { toDom } from '../view/h.ts';
import { rulerView, rulerWords, standings } from '../view/ruler.ts';
import { nextOf, watchClientView } from '../view/watch-client.ts';
import { Watching } from '../watching.ts';
import type { Resource } from '../watching.ts';
import { connect } from './stages.ts';
import type { Connection } from './stages.ts';

/** Milliseconds between two steps that are played: long enough to see each. */
const pace = 900;

class JourneyWatching extends HTMLElement {
  #watching: Watching | undefined;
  #feed: StageFeed | undefined;
  #storage: LabStorage | undefined;
  #unfollow: () => void = () => undefined;
  #frame = 0;
  /** Whether it shows the stage, and no longer what the build recorded. */
  #isLive = false;
  /** Where the stage runs, and on what, in words. */
  #where = '';
  #playing: AbortController | undefined;

  connectedCallback(): void {
    this.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null;
      if (button && 'play' in button.dataset) void this.#play();
      else if (button?.dataset.step !== undefined) void this.#do(button.dataset.step);
    });
    document.addEventListener('journey:connected', (event) => this.#follow((event as CustomEvent<Connection>).detail));
    pageHosts().onChange(() => this.#leave());
    this.#showEnd();
  }

  disconnectedCallback(): void {
    this.#leave();
  }

  #leave(): void {
    this.#playing?.abort();
    this.#forget();
  }

  /** Another stage of this name: who watched the one before starts anew. */
  #follow({ host, feed }: Connection): void {
    if (feed.stage !== this.dataset.stage || feed === this.#feed) return;
    if (this.#feed) this.#playing?.abort();
    this.#forget();
    this.#feed = feed;
    this.#where = `${host.label}.${warning(host, feed.stage)}`;
    this.#watching = new Watching(host, this.#options(), () => this.#live());
    let known: string | undefined;
    this.#unfollow = feed.onStorage((storage) => {
      this.#storage = storage;
      const now = JSON.stringify(storage);
      if (this.#isLive || (known !== undefined && known !== now)) this.#live();
      known = now;
    });
  }

  #forget(): void {
    this.#unfollow();
    this.#watching?.leave();
    this.#watching = undefined;
    this.#feed = undefined;
  }

  #options() {
    const { stage = '', resource = '' } = this.dataset;
    return { stage, resource: resource as Resource, clients: this.querySelector('[data-client]') !== null };
  }

  /** Whether it went well. */
  async #do(step: string): Promise<boolean> {
    try {
      const connection = await connect(this.#options().stage);
      this.#follow(connection);
      await this.#watching?.do(step);
      this.#live();
      return true;
    } catch (err) {
      this.#say(err instanceof Error ? err.message : String(err));
      return false;
    }
  }

  async #play(): Promise<void> {
    if (this.#playing) return this.#playing.abort();
    const { signal } = (this.#playing = new AbortController());
    const button = this.#find('[data-play]');
    button.textContent = 'Stop playing';
    let went = true;
    for (const step of (this.dataset.play ?? '').split(',')) {
      if (signal.aborted || !went) break;
      went = await this.#do(step);
      if (went) this.#say(step);
      await sleep(pace, signal);
    }
    this.#playing = undefined;
    button.textContent = 'Play it';
    if (went) this.#live();
  }

  #live(): void {
    this.#isLive = true;
    if (!this.#playing) this.#say(`Live, ${this.#where}`);
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const { resource } = this.#options();
    const state = this.#watching?.state(this.#storage);
    if (!state) return;
    this.#find('[data-ruler]').replaceChildren(toDom(rulerView(state, resource)));
    this.#find('[data-words]').textContent = rulerWords(state, resource);
    this.#showEnd();
    this.#find('[data-step=write]').textContent = state.next;
    const etcd = this.#find('[data-step$=" etcd"]');
    etcd.dataset.step = state.storage?.etcd === 'stopped' ? 'start etcd' : 'stop etcd';
    etcd.textContent = state.storage?.etcd === 'stopped' ? 'Start etcd' : 'Stop etcd';
    for (const client of state.clients) {
      const item = this.#find(`[data-client=${client.name}]`);
      const { says, step } = nextOf(client);
      item.dataset.standing = client.standing;
      fill(item, '[data-view]', toDom(watchClientView(client)));
      fill(item, '[data-says]', standings[client.standing]);
      const button = item.querySelector<HTMLElement>('button')!;
      button.textContent = says;
      button.ariaLabel = `${says}: ${client.name}`;
      button.dataset.step = step;
    }
  }

  /** The present is at the right. */
  #showEnd(): void {
    const ruler = this.#find('[data-ruler]');
    ruler.scrollLeft = ruler.scrollWidth;
  }

  #say(text: string): void {
    const status = this.#find('[role=status]');
    if (status.textContent !== text) status.textContent = text;
  }

  #find(selector: string): HTMLElement {
    const found = this.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`journey-watching ${this.id}: no ${selector}`);
    return found;
  }
}

function fill(place: Element, selector: string, content: Node | string): void {
  place.querySelector(selector)?.replaceChildren(content);
}

customElements.define('journey-watching', JourneyWatching);
