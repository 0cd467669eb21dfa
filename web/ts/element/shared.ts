import type { Market } from "../chart/index.js";
import { open } from "../connect.js";

/** Where data come from: a client, one that is on its way, or a function that makes one. */
export type MarketSource = Market | PromiseLike<Market> | (() => Market | PromiseLike<Market>);

const graceMs = 1000; // a page that changes its view takes elements away and brings others

let source: MarketSource | undefined;
let shared: Promise<Market> | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Each is called when the shared client is another. */
const users = new Set<() => void>();

const close = (market: Market): unknown => (market as { close?(): unknown }).close?.();

/**
 * The page's shared client, for elements that have none of their own. Made on first need: by connect(), unless setSharedClient() has said otherwise. A
 * second after the last element that used it has gone, it is closed. Rejects as connect() does; the next call tries again.
 */
export function sharedClient(): Promise<Market> {
  if (shared) return shared;
  const made = Promise.resolve().then((): Market | PromiseLike<Market> => {
    if (source === undefined) return open({});
    return typeof source === "function" ? source() : source;
  });
  made.catch(() => {
    if (shared === made) shared = undefined;
  });
  shared = made;
  return made;
}

/**
 * Says which client the elements of this page share, from now on. One that is handed in stays the page's, and nobody closes it; what a function makes is closed
 * a second after the last element has gone, and made again when it is needed. `undefined`: again one made by connect().
 */
export function setSharedClient(client: MarketSource | undefined): void {
  letGo();
  source = client;
  for (const changed of [...users]) changed();
}

/**
 * A share of the shared client, until release(). The client is asked for a task later: who imports the elements can say first which one it is. @internal
 */
export function lease(changed: () => void): { readonly client: Promise<Market>; release(): void } {
  clearTimeout(timer);
  const user = (): void => changed();
  users.add(user);
  let wanted: ReturnType<typeof setTimeout> | undefined;
  const client = new Promise<Market>((resolve, reject) => (wanted = setTimeout(() => sharedClient().then(resolve, reject))));
  return {
    client,
    release() {
      clearTimeout(wanted);
      if (!users.delete(user) || users.size > 0) return;
      clearTimeout(timer);
      timer = setTimeout(letGo, graceMs);
    },
  };
}

function letGo(): void {
  clearTimeout(timer);
  const isOurs = source === undefined || typeof source === "function";
  if (isOurs) shared?.then(close).catch(() => undefined); // its failure was told to those who waited
  shared = undefined;
}
