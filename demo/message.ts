import { byId, setText } from "./dom.js";

/** A sentence above everything, and what can be done about it. */
export class Message {
  readonly #place = byId("message");
  readonly #text = byId("message-text");
  readonly #button = byId<HTMLButtonElement>("message-act");
  #act: () => void = () => undefined;

  constructor() {
    this.#button.addEventListener("click", () => this.#act());
  }

  get text(): string {
    return this.#text.textContent ?? "";
  }

  /** Empty: nothing is said. */
  say(sentence: string, action?: { readonly label: string; readonly act: () => void }): void {
    this.#place.hidden = sentence === "";
    this.#button.hidden = action === undefined;
    setText(this.#text, sentence);
    setText(this.#button, action?.label ?? "");
    this.#act = action?.act ?? (() => undefined);
  }
}
