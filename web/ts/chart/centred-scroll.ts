const byReaderMs = 400;

/**
 * Keeps an element in the middle of what scrolls around it, below a head that stands still, until the reader scrolls away. A scroll event does not say who
 * scrolled: only what follows a wheel, a finger, a drag or a key is the reader's.
 */
export class CentredScroll {
  /** Called when it is centred no more, or again. */
  onChange: (centred: boolean) => void = () => {};
  readonly #scroll: HTMLElement;
  readonly #middle: HTMLElement;
  readonly #head: HTMLElement | undefined;
  #centred = true;
  #due = true;
  /** Where the program scrolled to itself. */
  #scrolledTo = -1;

  constructor(scroll: HTMLElement, middle: HTMLElement, head: HTMLElement | undefined, signal: AbortSignal) {
    this.#scroll = scroll;
    this.#middle = middle;
    this.#head = head;
    let moved = -Infinity;
    const by = (): void => void (moved = performance.now());
    for (const type of ["wheel", "touchmove", "pointerdown", "pointermove", "keydown"] as const) scroll.addEventListener(type, by, { signal, passive: true });
    scroll.addEventListener("scroll", () => {
      if (Math.abs(scroll.scrollTop - this.#scrolledTo) > 1 && performance.now() - moved < byReaderMs) this.set(false);
      else this.settle();
    }, { signal, passive: true });
  }

  set(centred: boolean): void {
    const changed = centred !== this.#centred;
    this.#centred = this.#due = centred;
    if (changed) this.onChange(centred);
    this.settle();
  }

  /** The layout is another: the middle has to be found again. */
  invalidate(): void {
    this.#due = true;
  }

  /** After a drawing. Measures only when that is due. */
  settle(): void {
    if (!this.#centred || !this.#due) return;
    this.#due = false;
    const scroll = this.#scroll;
    const wanted = Math.max(0, Math.round(scroll.scrollTop + middleOf(this.#middle) - middleOf(scroll) - (this.#head?.offsetHeight ?? 0) / 2));
    if (Math.abs(scroll.scrollTop - wanted) <= 1 || scroll.scrollHeight <= scroll.clientHeight) return;
    this.#scrolledTo = wanted;
    scroll.scrollTop = wanted;
  }
}

function middleOf(element: Element): number {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}
