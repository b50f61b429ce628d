/**
 * A page fragment as plain data, with two ways out: a string of HTML at build, elements in the browser. Both treat text
 * as text, so what a request sent or an answer held is never read as markup.
 */
export type Attributes = Record<string, string | number | boolean | undefined>;
export type Child = Fragment | InFull | string | number | undefined | false | readonly Child[];
export interface Fragment {
  tag: string;
  attributes: Attributes;
  children: readonly Child[];
}

/** What a page need not carry before anybody looks: `full` is drawn in the browser, `plain` stands for it until then. */
export interface InFull {
  full(): Child;
  plain: Child;
}

export function h(tag: string, attributes: Attributes = {}, ...children: Child[]): Fragment {
  return { tag, attributes, children };
}

export function inFull(full: () => Child, plain?: Child): InFull {
  return { full, plain };
}

const empty = new Set(['br', 'col', 'hr', 'img', 'input', 'path', 'rect', 'circle', 'line']);

export function toHtml(child: Child, form: 'plain' | 'full' = 'plain'): string {
  if (child === undefined || child === false) return '';
  if (typeof child === 'string' || typeof child === 'number') return escapeText(String(child));
  if (isList(child)) return child.map((each) => toHtml(each, form)).join('');
  if ('full' in child) return toHtml(form === 'full' ? child.full() : child.plain, form);
  const attributes = Object.entries(child.attributes)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escapeText(String(value)).replaceAll('"', '&quot;')}"`))
    .join('');
  return empty.has(child.tag) ? `<${child.tag}${attributes}/>` : `<${child.tag}${attributes}>${toHtml(child.children, form)}</${child.tag}>`;
}

export function toDom(child: Child): Node {
  if (child === undefined || child === false) return document.createDocumentFragment();
  if (typeof child === 'string' || typeof child === 'number') return document.createTextNode(String(child));
  if (isList(child)) {
    const fragment = document.createDocumentFragment();
    fragment.append(...child.map(toDom));
    return fragment;
  }
  if ('full' in child) return toDom(child.full());
  const element = document.createElement(child.tag);
  for (const [name, value] of Object.entries(child.attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(toDom(child.children));
  return element;
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child);
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
