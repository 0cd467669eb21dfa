/** Calls `act` when the signal fires; if it has, when what is being done is done. Returns what takes it back. */
export function onAbort(signal: AbortSignal | undefined, act: () => void): () => void {
  if (!signal) return () => {};
  if (signal.aborted) {
    queueMicrotask(act);
    return () => {};
  }
  signal.addEventListener("abort", act, { once: true });
  return () => signal.removeEventListener("abort", act);
}

/** What ends something. Calling it twice is fine; `using` calls it, too. */
export type Disposer = (() => void) & Disposable;

// Node 20 has both; browsers are getting them.
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
export const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/** @internal */
export function disposer(act: () => void): Disposer {
  let done = false;
  const end = (): void => {
    if (done) return;
    done = true;
    act();
  };
  return Object.assign(end, { [dispose]: end }) as Disposer;
}

/** A callback may be an async function: its failure is that of any other. @internal */
export function caught(result: unknown, failed: (error: unknown) => void): void {
  if (typeof (result as PromiseLike<unknown> | undefined)?.then === "function") (result as PromiseLike<unknown>).then(undefined, failed);
}
