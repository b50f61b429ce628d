/** Light, dark, or as the system: kept where Starlight's theme provider looks for it. */
const key = 'starlight-theme';
const names = { auto: 'Auto', light: 'Light', dark: 'Dark' };
type Theme = keyof typeof names;
const order: Theme[] = ['auto', 'light', 'dark'];
const light = matchMedia('(prefers-color-scheme: light)');

class ThemeButton extends HTMLElement {
  connectedCallback(): void {
    this.#show(this.#stored());
    this.addEventListener('click', () => {
      const next = order[(order.indexOf(this.#stored()) + 1) % order.length] ?? 'auto';
      localStorage.setItem(key, next === 'auto' ? '' : next);
      this.#show(next);
    });
    light.addEventListener('change', () => this.#show(this.#stored()));
  }

  #stored(): Theme {
    const stored = localStorage.getItem(key);
    return stored === 'light' || stored === 'dark' ? stored : 'auto';
  }

  #show(theme: Theme): void {
    document.documentElement.dataset.theme = theme === 'auto' ? (light.matches ? 'light' : 'dark') : theme;
    const name = this.querySelector('.theme-name');
    if (name) name.textContent = names[theme];
  }
}

customElements.define('theme-button', ThemeButton);
