import type { BookState, StaleReason } from "../types.js";
import { element, setText } from "./place.js";
import { ageText, stateSentence, stateTitle } from "./words.js";

const everyMs = 1000;

export const staleSheet = `
.stale-note { margin: 0; padding: 0.25rem 0.625rem; border-left: 3px solid var(--_warn); color: var(--_text); font-size: 0.75rem; }
.stale-note strong { color: var(--_warn); }
`;

/** Why a book is not to be trusted, and for how long now, as a line of text: nothing while it is live. */
export class StaleNote {
  readonly element = element("p", { class: "stale-note", part: "note", hidden: true });
  readonly #title = element("strong");
  readonly #sentence = document.createTextNode("");
  #since = 0;
  #state: BookState | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element.append(this.#title, this.#sentence);
  }

  /** @param state undefined: there is no book yet */
  show(state: BookState | undefined, reason: StaleReason | null): void {
    const fine = state === undefined || state === "live";
    if (fine === !this.element.hidden) {
      this.element.hidden = fine;
      this.#since = performance.now();
    }
    this.#state = state;
    clearTimeout(this.#timer);
    if (fine) return;
    if (this.#sentence.data !== ` ${stateSentence(state, reason)}`) this.#sentence.data = ` ${stateSentence(state, reason)}`;
    this.#tick();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #tick(): void {
    if (this.#state === undefined) return;
    setText(this.#title, `${stateTitle(this.#state)} for ${ageText(performance.now() - this.#since)}.`);
    this.#timer = setTimeout(() => this.#tick(), everyMs);
  }
}
