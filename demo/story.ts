import { byId, create } from "./dom.js";
import { mostNews, type News } from "./narrator.js";

/** "What happened": the latest news on top. */
export class Story {
  readonly #list = byId("story");
  readonly #askAgain: (symbol: string) => void;
  #shown: { news: News; age: Text; item: HTMLElement }[] = [];

  /** @param askAgain the reader does not want to wait for the next repair of a symbol */
  constructor(askAgain: (symbol: string) => void) {
    this.#askAgain = askAgain;
  }

  /** @param news oldest first */
  add(news: readonly News[]): void {
    for (const one of news.slice(-mostNews)) {
      const item = create("li");
      item.dataset["kind"] = one.kind;
      const time = create("span", "age");
      const age = document.createTextNode("now");
      time.append(age);
      const words = create("span", "", one.text);
      if (one.askAgain !== undefined) words.append(" ", this.#button(one.askAgain));
      item.append(time, words);
      this.#list.prepend(item);
      this.#shown.unshift({ news: one, age, item });
    }
    for (const { item } of this.#shown.splice(mostNews)) item.remove();
  }

  /** Only characters change, which the live region does not read out. */
  render(now: number): void {
    for (const { news, age } of this.#shown) {
      const text = ageText(now - news.at);
      if (age.data !== text) age.data = text;
    }
  }

  #button(symbol: string): HTMLButtonElement {
    const button = create("button", "inline", "Ask again now");
    button.type = "button";
    button.addEventListener("click", () => {
      button.disabled = true;
      this.#askAgain(symbol);
    });
    return button;
  }

  clear(): void {
    this.#list.replaceChildren();
    this.#shown = [];
  }
}

function ageText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return "now";
  return seconds < 60 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`;
}
