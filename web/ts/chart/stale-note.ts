import { element, setText } from "./place.js";
import type { Notice } from "./situation.js";

export const staleSheet = `
.stale-note { position: absolute; z-index: 3; inset: auto 0.375rem 0.375rem; margin: 0; padding: 0.375rem 0.625rem; border: 1px solid var(--_grid); border-left: 3px solid var(--_warn);
  border-radius: 0.375rem; background: var(--_plate); color: var(--_text); font-size: 0.75rem; }
.stale-note strong { color: var(--_warn); }
`;

/** Why a book is not to be trusted, and for how long now, over what is shown: nothing moves because of it. */
export class StaleNote {
  readonly element = element("p", { class: "stale-note", part: "note", hidden: true });
  readonly #title = element("strong");
  readonly #sentence = document.createTextNode("");

  constructor() {
    this.element.append(this.#title, this.#sentence);
  }

  show(notice: Notice | undefined): void {
    if (this.element.hidden !== !notice) this.element.hidden = !notice;
    if (!notice) return;
    setText(this.#title, `${notice.title}.`);
    setText(this.#sentence, ` ${notice.sentence}`);
  }
}
