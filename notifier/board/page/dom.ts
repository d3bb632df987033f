// Building and updating the page's elements. Text only ever becomes text nodes, so a stranger's words stay words.
// No framework: a page is rebuilt as a tree and laid over the one on screen, which keeps focus, scrolling and what
// the reader has opened.

export type Child = Node | string | number | null | undefined | false | readonly Child[];
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

const svgNamespace = 'http://www.w3.org/2000/svg';

/** An HTML element. Attributes that are null, undefined or false are left out; true is an empty one. */
export function h(tag: string, attributes: Attributes, ...children: readonly Child[]): HTMLElement {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s(tag: string, attributes: Attributes, ...children: readonly Child[]): SVGElement {
  return fill(document.createElementNS(svgNamespace, tag) as SVGElement, attributes, children);
}

function fill<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child as readonly Child[]);
    else element.append(child instanceof Node ? child : String(child as string | number));
  }
}

/** A link to a stranger's address, only if it is https; else null. It tells the other side nothing of us. */
export function outsideLink(address: string | null, ...children: readonly Child[]): HTMLElement | null {
  if (address === null || !URL.canParse(address) || new URL(address).protocol !== 'https:') return null;
  return h('a', { href: new URL(address).href, rel: 'noopener noreferrer nofollow', target: '_blank' }, ...children);
}

/**
 * Lays the children of `next` over those of `shown`. Elements with the same tag and data-key are kept and updated.
 * What carries data-own is left alone once it is there: it looks after itself (the chart).
 */
export function lay(shown: Element, next: Element): void {
  const keyed = new Map<string, Element>();
  for (const child of shown.children) if (child instanceof HTMLElement && child.dataset['key']) keyed.set(child.dataset['key'], child);
  let at = shown.firstChild;
  for (const child of Array.from(next.childNodes)) {
    const key = child instanceof HTMLElement ? child.dataset['key'] : undefined;
    const match = key === undefined ? at : (keyed.get(key) ?? null);
    if (match !== null && alike(match, child)) {
      if (match === at) at = at.nextSibling;
      else shown.insertBefore(match, at);
      update(match, child);
    } else {
      shown.insertBefore(child, at);
    }
  }
  while (at !== null) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function alike(a: Node, b: Node): boolean {
  if (a.nodeName !== b.nodeName) return false;
  return !(a instanceof HTMLElement && b instanceof HTMLElement) || a.dataset['key'] === b.dataset['key'];
}

function update(shown: Node, next: Node): void {
  if (!(shown instanceof Element && next instanceof Element)) {
    if (shown.nodeValue !== next.nodeValue) shown.nodeValue = next.nodeValue;
    return;
  }
  if (shown.hasAttribute('data-own')) return;
  for (const name of shown.getAttributeNames()) {
    // Whether a reader has opened something is the reader's.
    if (!next.hasAttribute(name) && name !== 'open') shown.removeAttribute(name);
  }
  for (const name of next.getAttributeNames()) {
    const value = next.getAttribute(name) ?? '';
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  }
  lay(shown, next);
}
