import { systemClock, type Clock } from "./clock.js";

const frameMs = 16; // where nothing is drawn

/**
 * Runs `act` once, when the next picture is drawn; a hidden page draws none. Where there is no page, after 16 ms. Returns what takes it back.
 */
export function nextPicture(clock: Clock, act: () => void): () => void {
  if (clock === systemClock && typeof requestAnimationFrame === "function") {
    const handle = requestAnimationFrame(() => act());
    return () => cancelAnimationFrame(handle);
  }
  const handle = clock.setTimeout(act, frameMs);
  return () => clock.clearTimeout(handle);
}
