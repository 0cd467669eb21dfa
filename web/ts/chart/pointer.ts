/** What pointers do on a chart. */
export interface PointerActions {
  /** The cursor is at this place, CSS pixels from the upper left corner. */
  point(x: number, y: number): unknown;
  /** No pointer is there any more. */
  leave(): void;
  /** Above 1: narrower. */
  zoom(factor: number): void;
}

const longPressMs = 350;
const stillPx = 10;

/**
 * Mouse and pen point where they are; a finger after a long press, and then wherever it goes. Two fingers pinch. The wheel zooms only where the reader has asked
 * for it: with the focus here, or Ctrl or Meta held. The page scrolls as ever.
 */
export function listenToPointers(target: HTMLElement, actions: PointerActions, signal: AbortSignal): void {
  const fingers = new Map<number, { x: number; y: number; startX: number; startY: number }>();
  let press: ReturnType<typeof setTimeout> | undefined;
  let pressed = false;
  let apart = 0;
  const on = <Type extends keyof HTMLElementEventMap>(type: Type, act: (event: HTMLElementEventMap[Type]) => void, passive = true): void =>
    target.addEventListener(type, act, { signal, passive });
  const place = (event: PointerEvent): [x: number, y: number] => {
    const { left, top } = target.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const distance = (): number => {
    const [a, b] = [...fingers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };
  const noPress = (): void => {
    clearTimeout(press);
    press = undefined;
  };
  signal.addEventListener("abort", noPress, { once: true });

  on("pointerdown", (event) => {
    if (event.pointerType !== "touch") return actions.point(...place(event));
    const { clientX, clientY } = event;
    fingers.set(event.pointerId, { x: clientX, y: clientY, startX: clientX, startY: clientY });
    noPress();
    pressed = false;
    if (fingers.size === 2) {
      apart = distance();
      return;
    }
    const at = place(event);
    press = setTimeout(() => {
      pressed = true;
      target.focus({ preventScroll: true });
      actions.point(...at);
    }, longPressMs);
  });
  on("pointermove", (event) => {
    if (event.pointerType !== "touch") return actions.point(...place(event));
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    finger.x = event.clientX;
    finger.y = event.clientY;
    if (fingers.size === 2) {
      const now = distance();
      if (apart > 0 && now > 0 && now !== apart) actions.zoom(now / apart);
      apart = now;
    } else if (pressed) {
      actions.point(...place(event));
    } else if (Math.hypot(finger.x - finger.startX, finger.y - finger.startY) > stillPx) {
      noPress();
    }
  });
  const lift = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    if (fingers.size === 0) pressed = false;
    noPress();
    // A finger leaves with every tap; its reading stays until the focus goes elsewhere
    if (event.pointerType !== "touch" && event.type !== "pointerup") actions.leave();
  };
  on("pointerup", lift);
  on("pointercancel", lift);
  on("pointerleave", lift);
  on("contextmenu", (event) => pressed && event.preventDefault(), false);
  on("touchmove", (event) => pressed && event.cancelable && event.preventDefault(), false); // the finger reads, it does not scroll
  on("wheel", (event) => {
    const focused = target.matches(":focus");
    if ((!focused && !event.ctrlKey && !event.metaKey) || event.deltaY === 0) return; // sideways it is the page's
    event.preventDefault();
    actions.zoom(Math.exp(-event.deltaY * (event.deltaMode === 0 ? 0.0015 : 0.05)));
  }, false);
}
