import type { Client } from "hadal";
import { byId, create } from "./dom.js";
import { fillSelect } from "./choices.js";

const most = 60;
const everyMs = 150;

/** What passes over the socket: sent and received, newest first. */
export class FrameList {
  readonly #list = byId("frames");
  readonly #button = byId<HTMLButtonElement>("frames-on");
  readonly #channel = byId<HTMLSelectElement>("frames-channel");
  #client: Client | undefined;
  #end: (() => void) | undefined;
  #waiting: { sent: boolean; text: string; missed: number }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    fillSelect(this.#channel, ["all", "book", "trade", "ticker", "heartbeat", "status", "requests"].map((name) => [name, name]), "all");
    this.#button.addEventListener("click", () => this.#listen(!this.#end));
    byId("frames-clear").addEventListener("click", () => this.#list.replaceChildren());
    this.#empty();
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
    this.#button.setAttribute("aria-pressed", String(on && this.#client !== undefined));
    if (!on || !this.#client) return;
    this.#end = this.#client.tap((frame) => {
      if (!this.#wanted(frame)) return;
      this.#waiting.push({ sent: frame.sent, text: frame.text, missed: 0 });
      if (this.#waiting.length > most) this.#waiting.shift();
      this.#timer ??= setTimeout(() => this.#show(), everyMs);
    });
  }

  #wanted({ sent, text }: { sent: boolean; text: string }): boolean {
    const { value } = this.#channel;
    if (value === "all") return true;
    if (value === "requests") return sent || text.includes('"method"');
    return !sent && text.includes(`"channel":"${value}"`) && !text.includes('"method"');
  }

  #empty(): void {
    if (this.#list.childElementCount === 0) this.#list.append(create("li", "hint", "Press Listen to see what comes and goes over the socket."));
  }

  #show(): void {
    this.#timer = undefined;
    this.#list.querySelector(".hint")?.remove();
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
