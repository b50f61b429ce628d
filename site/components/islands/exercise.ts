/** `<journey-exercise>`: looks at each answer on the page, until one is what the exercise asks for. */
import type { Exchange } from '../exchange.ts';
import type { Stored } from '../view/result.ts';

class JourneyExercise extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener('request:answered', (event) => {
      const made = (event as CustomEvent<{ exchange?: Exchange & Stored }>).detail.exchange;
      if (made && this.#solvedBy(made)) this.#solved();
    });
  }

  #solvedBy(made: Exchange & Stored): boolean {
    const { span, status, key } = this.dataset;
    return (
      (span === undefined || made.spans.some((candidate) => candidate.name === span)) &&
      (status === undefined || made.status === Number(status)) &&
      (key === undefined || (made.stored ?? []).some((item) => item.key.includes(key) && item.modRevision > (made.baseline ?? 0)))
    );
  }

  #solved(): void {
    this.classList.add('solved');
    const status = this.querySelector('[role=status]');
    if (status) status.textContent = 'Solved: the server did what was asked for.';
  }
}

customElements.define('journey-exercise', JourneyExercise);
