import { systemClock, type Clock } from "./clock.js";

const frameMs = 16; // where nothing is drawn
let drawing = false;

/** Whether a picture is being made now: what is drawn in this task is in it. */
export const isPicture = (): boolean => drawing;

/**
 * Runs `act` once, when the next picture is drawn; a hidden page draws none. Where there is no page, after 16 ms. Returns what takes it back.
 */
export function nextPicture(clock: Clock, act: () => void): () => void {
  if (clock === systemClock && typeof requestAnimationFrame === "function") {
    const handle = requestAnimationFrame(() => {
      drawing = true;
      try {
        act();
      } finally {
        drawing = false;
      }
    });
    return () => cancelAnimationFrame(handle);
  }
  const handle = clock.setTimeout(act, frameMs);
  return () => clock.clearTimeout(handle);
}
