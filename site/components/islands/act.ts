/** `<journey-act>`: does something to the stage, and says how it stands since. */
import type { LabAct } from '../../../server/observe/lab/messages.ts';
import { standsAt, warning } from '../view/act.ts';
import { connect } from './stages.ts';

class JourneyAct extends HTMLElement {
  #unfollow: () => void = () => undefined;

  connectedCallback(): void {
    this.querySelector('button')?.addEventListener('click', () => void this.#do());
  }

  disconnectedCallback(): void {
    this.#unfollow();
  }

  async #do(): Promise<void> {
    const { stage = '', act = '' } = this.dataset;
    try {
      const { host, feed } = await connect(stage);
      await host.act(stage, act as LabAct);
      this.#unfollow();
      this.#unfollow = feed.onStorage((storage) => this.#say(`Done: ${standsAt(storage)}${warning(host, stage)}`));
    } catch (err) {
      this.#say(err instanceof Error ? err.message : String(err));
    }
  }

  #say(text: string): void {
    const status = this.querySelector('[role=status]');
    if (status && status.textContent !== text) status.textContent = text;
  }
}

customElements.define('journey-act', JourneyAct);
