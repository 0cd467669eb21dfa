/** Time as the driver needs it. A test hands in its own. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  /** Time of day, ms since 1970 with fractions, for latency; without it latency is not known. */
  unixMs?(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  unixMs: () => performance.timeOrigin + performance.now(),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};
