/** `<journey-crowd>`: starts and stops two clients, and draws what the server's dumps say. */
import { pageHosts } from '../../runtime/hosts.ts';
import { Crowd } from '../crowd.ts';
import { crowdView } from '../view/crowd.ts';
import { toDom } from '../view/h.ts';

class JourneyCrowd extends HTMLElement {
  #crowd: Crowd | undefined;

  connectedCallback(): void {
    this.#find('form').addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#crowd) this.#stop();
      else void this.#start();
    });
    this.#slider.addEventListener('input', () => {
      this.#find('label b').textContent = this.#slider.value;
      this.#crowd?.setConnections(Number(this.#slider.value));
    });
    document.addEventListener('visibilitychange', () => document.hidden && this.#stop());
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  async #start(): Promise<void> {
    const { stage = '', level = '' } = this.dataset;
    const host = await pageHosts().current();
    const limit = host.kind === 'local' ? ' Your browser opens six connections to it; for more, ask from a terminal: it shows here.' : '';
    this.#say('Stop', `Live, ${host.label}.${limit}`);
    const crowd = (this.#crowd = new Crowd(host, { stage, level }, (state) => this.#crowd === crowd && this.#find('[data-view]').replaceChildren(toDom(crowdView(state, level)))));
    try {
      await crowd.run(Number(this.#slider.value));
    } catch (err) {
      if (this.#crowd === crowd) this.#stop(err instanceof Error ? err.message : String(err));
    }
  }

  #stop(why = 'Stopped.'): void {
    if (!this.#crowd) return;
    this.#crowd.stop();
    this.#crowd = undefined;
    this.#say('Start', why);
  }

  #say(button: string, status: string): void {
    this.#find('.start').textContent = button;
    this.#find('[role=status]').textContent = status;
  }

  get #slider(): HTMLInputElement {
    return this.#find<HTMLInputElement>('[name=connections]');
  }

  #find<T extends HTMLElement = HTMLElement>(selector: string): T {
    const found = this.querySelector<T>(selector);
    if (!found) throw new Error(`journey-crowd: no ${selector}`);
    return found;
  }
}

customElements.define('journey-crowd', JourneyCrowd);
