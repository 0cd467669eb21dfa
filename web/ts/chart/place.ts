/** Where a component lives: a shadow root, whose styles neither leak nor are leaked into, and which a strict style-src does not forbid. */
export interface Place {
  /** The component's own element in there. */
  readonly root: HTMLElement;
  /** Takes everything away again. */
  remove(): void;
}

const sheets = new Map<string, CSSStyleSheet>();

function sheet(text: string): CSSStyleSheet {
  let found = sheets.get(text);
  if (!found) {
    found = new CSSStyleSheet();
    found.replaceSync(text);
    sheets.set(text, found);
  }
  return found;
}

/** @param container an element that the component fills, or the shadow root of an element that is the component */
export function takePlace(container: HTMLElement | ShadowRoot, className: string, ...styles: readonly string[]): Place {
  const document = container.ownerDocument;
  let shadow: ShadowRoot;
  let host: HTMLElement | undefined;
  if (container instanceof ShadowRoot) {
    shadow = container;
  } else {
    host = document.createElement("div");
    host.style.width = host.style.height = "100%";
    container.append(host);
    shadow = host.attachShadow({ mode: "open" });
  }
  shadow.adoptedStyleSheets = styles.map(sheet);
  const root = document.createElement("div");
  root.className = `hadal ${className}`;
  shadow.append(root);
  return {
    root,
    remove() {
      root.remove();
      host?.remove();
    },
  };
}

/** An element with attributes and children; false and undefined leave an attribute out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag, attributes: Record<string, string | number | boolean | undefined> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  made.append(...children);
  return made;
}

/** Writes only what differs: text that is set anew is laid out anew, and read out anew. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** As setText(). */
export function setAttribute(of: Element, name: string, value: string | undefined): void {
  if (value === undefined) of.removeAttribute(name);
  else if (of.getAttribute(name) !== value) of.setAttribute(name, value);
}
