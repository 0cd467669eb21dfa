import type { Client } from "hadal";
import { byId, create, setText } from "./dom.js";
import { fillSelect } from "./choices.js";

const most = 60;
const everyMs = 150;

/** Symbols that a message names: one, or a list of them. */
const named = /"symbol"\s*:\s*("[^"]*"|\[[^\]]*\])/g;

/** What passes over the socket of the shown pair, and of no pair: sent and received, newest first. */
export class FrameList {
  readonly #list = byId("frames");
  readonly #button = byId<HTMLButtonElement>("frames-on");
  readonly #channel = byId<HTMLSelectElement>("frames-channel");
  #client: Client | undefined;
  #symbol = "";
  #end: (() => void) | undefined;
  #waiting: { sent: boolean; text: string }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    fillSelect(this.#channel, ["all", "book", "trade", "ticker", "heartbeat", "status", "requests"].map((name) => [name, name]), "all");
    this.#button.addEventListener("click", () => this.#listen(!this.#end));
    byId("frames-clear").addEventListener("click", () => this.#clear());
    this.#clear();
  }

  /** The pair whose messages are shown from now on. */
  set symbol(symbol: string) {
    if (symbol === this.#symbol) return;
    this.#symbol = symbol;
    this.#clear();
  }

  attach(client: Client | undefined): void {
    const listening = this.#end !== undefined;
    this.#listen(false);
    this.#client = client;
    this.#button.disabled = !client;
    if (listening && client) this.#listen(true);
  }

  #listen(on: boolean): void {
    this.#end?.();
    this.#end = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    const listens = on && this.#client !== undefined;
    this.#button.setAttribute("aria-pressed", String(listens));
    setText(this.#button, listens ? "Stop" : "Listen");
    if (this.#list.querySelector(".hint")) this.#invite(listens);
    if (!on || !this.#client) return;
    this.#end = this.#client.tap((frame) => {
      if (!this.#wanted(frame)) return;
      this.#waiting.push({ sent: frame.sent, text: frame.text });
      if (this.#waiting.length > most) this.#waiting.shift();
      this.#timer ??= setTimeout(() => this.#show(), everyMs);
    });
  }

  #wanted({ sent, text }: { sent: boolean; text: string }): boolean {
    const symbols = [...text.matchAll(named)];
    if (symbols.length > 0 && !symbols.some(([, of]) => of?.includes(`"${this.#symbol}"`))) return false;
    const { value } = this.#channel;
    if (value === "all") return true;
    if (value === "requests") return sent || text.includes('"method"');
    return !sent && text.includes(`"channel":"${value}"`) && !text.includes('"method"');
  }

  #clear(): void {
    this.#waiting = [];
    this.#invite(this.#end !== undefined);
  }

  #invite(listens: boolean): void {
    this.#list.replaceChildren(create("li", "hint", listens ? "Listening for the next message." : "Press Listen to see what comes and goes over the socket for this pair."));
  }

  #show(): void {
    this.#timer = undefined;
    if (this.#waiting.length > 0) this.#list.querySelector(".hint")?.remove();
    for (const { sent, text } of this.#waiting.splice(0)) {
      const item = create("li");
      const details = create("details");
      const summary = create("summary");
      const way = create("span", sent ? "sent" : "received", sent ? "\u2191" : "\u2193");
      way.title = sent ? "sent" : "received";
      summary.append(way, create("span", "unseen", sent ? "sent " : "received "), create("code", "", text.slice(0, 160)));
      details.append(summary);
      details.addEventListener("toggle", () => details.open && details.childElementCount === 1 && details.append(create("pre", "", pretty(text))));
      item.append(details);
      this.#list.prepend(item);
    }
    while (this.#list.childElementCount > most) this.#list.lastElementChild?.remove();
  }
}

function pretty(text: string): string {
  try {
    // Digits are what this is about: numbers stay as they are written
    return JSON.stringify(JSON.parse(text.replace(/(?<=[:[,]\s*)(-?\d+(\.\d+)?([eE][-+]?\d+)?)(?=\s*[,}\]])/g, '"\u0001$1"')), null, 2).replace(/"\u0001([^"]*)"/g, "$1");
  } catch {
    return text;
  }
}
