import type { BookFrame } from "hadal";
import type { Fault } from "hadal/sim";
import { byId, create, setText } from "./dom.js";
import type { NewsKind } from "./narrator.js";
import type { LiveSession } from "./session.js";

interface Action {
  readonly label: string;
  /** What will happen. */
  readonly what: string;
  readonly said: (symbol: string) => string;
  readonly fault: Fault;
  /** Concerns the shown book alone. */
  readonly ofBook?: boolean;
  /** It may strike where no checksum looks: what is said then, and what is said of the next try. */
  readonly unnoticed?: readonly [why: string, again: string];
  readonly lasts?: boolean;
}

const DEEP = "it lies below the ten levels that a checksum covers";

const ACTIONS: readonly Action[] = [
  {
    label: "Lose a message",
    what: "The next message of the shown book never arrives. A later checksum differs, and the client asks for a new snapshot.",
    said: (symbol) => `You lose a message of ${symbol}`,
    fault: { fault: "drop" },
    ofBook: true,
    unnoticed: [DEEP, "losing another one"],
  },
  {
    label: "Damage a digit",
    what: "One digit of the next message of the shown book changes on its way. Its checksum cannot match any more.",
    said: (symbol) => `You damage a digit of ${symbol}`,
    fault: { fault: "corrupt_digit" },
    ofBook: true,
    unnoticed: [DEEP, "damaging another one"],
  },
  {
    label: "Wrong checksum",
    what: "The next message of the shown book is right, its checksum is not. The client cannot know which, and trusts neither.",
    said: (symbol) => `You change a checksum of ${symbol}`,
    fault: { fault: "wrong_checksum" },
    ofBook: true,
  },
  {
    label: "Swap two messages",
    what: "The next message of the shown book arrives after the one behind it: right messages, wrong order, wrong book.",
    said: (symbol) => `You swap two messages of ${symbol}`,
    fault: { fault: "reorder" },
    ofBook: true,
    unnoticed: ["their order made no difference to a checksum", "swapping another two"],
  },
  {
    label: "Cut the connection",
    what: "The connection breaks within a second and stays away for two. Every book goes stale; the client tries until it is back.",
    said: () => "You cut the connection",
    fault: { fault: "disconnect" },
  },
  {
    label: "Go silent",
    what: "The connection stays open, but nothing comes any more. It takes 10 s to be noticed; then the client connects again.",
    said: () => "You make the exchange go silent: it takes 10 s to be noticed",
    fault: { fault: "half_open" },
  },
  {
    label: "Lose 30% of the messages",
    what: "Until you switch it off, three of ten messages of the shown book are lost. After five repairs in a row the client rests for a minute.",
    said: (symbol) => `You lose 30% of the messages of ${symbol}`,
    fault: { fault: "drop", probability: 0.3 },
    ofBook: true,
    lasts: true,
  },
];

const INTRODUCTION = "Each button makes the exchange do something wrong. Watch the badge, and read what the client does about it.";
const MOST_TRIES = 5;
const ENOUGH_CHECKS = 5; // that match after the fault: what it changed is not covered
const WAIT_MS = 1000;

/** A struck message that no checksum has shown yet. */
interface Pending {
  readonly action: Action;
  readonly symbol: string;
  readonly faults: number;
  readonly tries: number;
  struck?: { readonly at: number; readonly matched: number };
}

/** The buttons that break something, and what follows from a fault that strikes where no checksum looks. */
export class FaultPanel {
  readonly #tell: (kind: NewsKind, text: string) => void;
  readonly #symbol: () => string;
  readonly #buttons: HTMLButtonElement[];
  #session: LiveSession | undefined;
  #lasting: HTMLButtonElement | undefined;
  #pending: Pending[] = [];

  constructor(symbol: () => string, tell: (kind: NewsKind, text: string) => void) {
    this.#symbol = symbol;
    this.#tell = tell;
    const text = byId("fault-text");
    setText(text, INTRODUCTION);
    this.#buttons = ACTIONS.map((action, i) => {
      const button = create("button", action.lasts ? "lasts" : "", action.label);
      button.type = "button";
      button.disabled = true;
      if (action.lasts) button.setAttribute("aria-pressed", "false");
      const what = create("span", "", action.what);
      what.id = `fault-what-${i}`;
      what.hidden = true; // said with the button's name, and shown above the buttons
      button.setAttribute("aria-describedby", what.id);
      for (const event of ["pointerenter", "focus", "click"]) button.addEventListener(event, () => setText(text, action.what));
      button.addEventListener("click", () => this.#press(action, button));
      byId("faults").append(button, what);
      return button;
    });
  }

  /** The exchange to break from now on; undefined: none. */
  attach(session: LiveSession | undefined): void {
    this.#session = session;
    this.#pending = [];
    this.#release();
    for (const button of this.#buttons) button.disabled = !session;
  }

  /** Follows what was struck in a book. `noticed`: symbols whose books turned out wrong. */
  follow(noticed: ReadonlySet<string>, frame: BookFrame | undefined, now: number): void {
    const session = this.#session;
    if (!session) return;
    const again: Pending[] = [];
    this.#pending = this.#pending.filter((pending) => {
      const { symbol, faults, action, tries } = pending;
      if (noticed.has(symbol) || (frame?.symbol === symbol && frame.state !== "live")) return false;
      if (frame?.symbol !== symbol) return true; // the visitor looks elsewhere
      if (session.exchange.faults > faults) pending.struck ??= { at: now, matched: frame.matched };
      const { struck } = pending;
      if (!struck || now - struck.at < WAIT_MS || frame.matched - struck.matched < ENOUGH_CHECKS) return true;
      const [why, next] = action.unnoticed ?? [];
      const more = tries < MOST_TRIES;
      this.#tell("fault", `Not noticed so far: ${why}${more ? `; ${next}` : ""}`);
      if (more) again.push(pending);
      return false;
    });
    for (const { action, symbol, tries } of again) this.#strike(action, symbol, tries + 1);
  }

  #press(action: Action, button: HTMLButtonElement): void {
    if (!this.#session) return;
    if (this.#lasting === button) {
      this.#session.endFaults();
      this.#release();
      return this.#tell("fault", "No message is lost any more");
    }
    const symbol = this.#symbol();
    this.#tell("fault", action.said(symbol));
    if (action.lasts) {
      this.#lasting = button;
      button.setAttribute("aria-pressed", "true");
    }
    this.#strike(action, symbol, 1);
  }

  #strike(action: Action, symbol: string, tries: number): void {
    const { exchange } = this.#session ?? {};
    if (!exchange) return;
    const faults = exchange.faults;
    exchange.inject({ ...action.fault, ...(action.ofBook && { symbol, channel: "book" }), ...(!action.lasts && { count: 1 }) });
    if (action.unnoticed && !this.#lasting) this.#pending.push({ action, symbol, faults, tries });
  }

  #release(): void {
    this.#lasting?.setAttribute("aria-pressed", "false");
    this.#lasting = undefined;
  }
}
