/** `<journey-exercise>`: looks at each answer on the page, until one is what the exercise asks for. */
import type { Exchange } from '../exchange.ts';
import { meets } from '../exercise-goals.ts';
import type { Goals } from '../exercise-goals.ts';
import type { Stored } from '../view/result.ts';

class JourneyExercise extends HTMLElement {
  connectedCallback(): void {
    const goals = JSON.parse(this.dataset.goals ?? '{}') as Goals;
    document.addEventListener('request:answered', (event) => {
      const made = (event as CustomEvent<{ exchange?: Exchange & Stored }>).detail.exchange;
      if (made && meets(made, goals)) this.#solved();
    });
  }

  #solved(): void {
    this.classList.add('solved');
    const status = this.querySelector('[role=status]');
    if (status) status.textContent = 'Solved: the server did what was asked for.';
  }
}

customElements.define('journey-exercise', JourneyExercise);
