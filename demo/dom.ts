/** The element with this id; the page's own markup is the only place it can be missing from. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element #${id}.`);
  return element as T;
}

/** Writes only what differs: a text node that is set anew is laid out anew. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function create<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", text = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** "1:05" of 65,432 ms; with tenths when asked. */
export function clock(ms: number, tenths = false): string {
  const seconds = tenths ? Math.floor(ms / 100) / 10 : Math.floor(ms / 1000);
  const rest = tenths ? (seconds % 60).toFixed(1).padStart(4, "0") : String(seconds % 60).padStart(2, "0");
  return `${Math.floor(seconds / 60)}:${rest}`;
}

/** "12:03:05" of ms since 1970, here or in UTC. */
export const timeOfDay = (ms: number, utc = false): string => (utc ? new Date(ms).toISOString().slice(11, 19) : new Date(ms).toTimeString().slice(0, 8));

/** Before a unit: narrow, and no line ends there. */
export const thin = "\u202f";

/** 1074 as "1,074". */
export const count = (n: number): string => n.toLocaleString("en");

export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A checksum as people compare them. */
export const hex = (crc: number): string => (crc >>> 0).toString(16).padStart(8, "0");
