import type { WatchFrame } from "hadal";
import type { Fault } from "hadal/sim";
import { byId, create, setText } from "./dom.js";
import type { NewsKind } from "./narrator.js";
import type { Session } from "./session.js";

interface Action {
  readonly id: string;
  readonly label: string;
  /** What will happen. */
  readonly what: string;
  readonly said: (symbol: string) => string;
  readonly fault: Fault;
  /** Concerns the shown book alone. */
  readonly ofBook?: boolean;
  /** It may strike where no checksum looks: what is said then, and what is said of the next try. */
  readonly unnoticed?: readonly [why: string, again: string];
  /** Until it is switched off. Those of a group exclude each other. */
  readonly lasts?: "loss" | "traffic";
}

const deep = "it lies below the ten levels that a checksum covers";

const actions: readonly Action[] = [
  {
    id: "digit",
    label: "Flip a digit",
    what: "One digit of the next message of this book changes on its way. Within the ten levels that a checksum covers it cannot match any more.",
    said: (symbol) => `You flip a digit of ${symbol}`,
    fault: { fault: "corrupt_digit" },
    ofBook: true,
    unnoticed: [deep, "flipping another one"],
  },
  {
    id: "drop",
    label: "Lose a message",
    what: "The next message of this book never arrives. A later checksum differs, and the client asks for a new snapshot.",
    said: (symbol) => `You lose a message of ${symbol}`,
    fault: { fault: "drop" },
    ofBook: true,
    unnoticed: [deep, "losing another one"],
  },
  {
    id: "checksum",
    label: "Wrong checksum",
    what: "The next message of this book is right, its checksum is not. The client cannot know which, and trusts neither.",
    said: (symbol) => `You change a checksum of ${symbol}`,
    fault: { fault: "wrong_checksum" },
    ofBook: true,
  },
  {
    id: "swap",
    label: "Swap two messages",
    what: "The next message of this book arrives after the one behind it: right messages, wrong order, wrong book.",
    said: (symbol) => `You swap two messages of ${symbol}`,
    fault: { fault: "reorder" },
    ofBook: true,
    unnoticed: ["their order made no difference to a checksum", "swapping another two"],
  },
  {
    id: "cut",
    label: "Cut the socket",
    what: "The connection breaks within a second and stays away for two. Every book goes stale; the client tries until it is back.",
    said: () => "You cut the connection",
    fault: { fault: "disconnect" },
  },
  {
    id: "stall",
    label: "Stall",
    what: "The connection stays open, but nothing comes any more. It takes 10 s to be noticed; then the client connects again.",
    said: () => "You make the exchange go silent: it takes 10 s to be noticed",
    fault: { fault: "half_open" },
  },
  {
    id: "loss",
    label: "Lose 30 %",
    what: "Until you switch it off, three of ten messages of this book are lost. After five repairs in a row the client rests for a minute.",
    said: (symbol) => `You lose 30 % of the messages of ${symbol}`,
    fault: { fault: "drop", probability: 0.3 },
    ofBook: true,
    lasts: "loss",
  },
  {
    id: "x10",
    label: "\u00d710",
    what: "Ten times the traffic, until you switch it off. Pictures stay at the pace of the screen.",
    said: () => "Ten times the traffic",
    fault: { fault: "burst", factor: 10 },
    lasts: "traffic",
  },
  {
    id: "x100",
    label: "\u00d7100",
    what: "A hundred times the traffic, until you switch it off. The exchange in this page takes turns with the drawing.",
    said: () => "A hundred times the traffic",
    fault: { fault: "burst", factor: 100 },
    lasts: "traffic",
  },
];

const introduction = "Each switch makes the exchange do something wrong. Watch the badge, and read below what the client does about it.";
const noExchange = "Only the simulated exchange can be broken: choose it as the source.";
const mostTries = 8;
const enoughChecks = 5; // that match after the fault: what it changed is not covered
const waitMs = 1000;

/** A struck message that no checksum has shown yet. */
interface Pending {
  readonly action: Action;
  readonly symbol: string;
  readonly faults: number;
  readonly tries: number;
  struck?: { readonly at: number; readonly matched: number };
}

/** The switches that break something, and what follows from a fault that strikes where no checksum looks. */
export class FaultPanel {
  readonly #tell: (kind: NewsKind, text: string) => void;
  readonly #symbol: () => string;
  readonly #toPresent: () => void;
  readonly #buttons = new Map<Action, HTMLButtonElement>();
  readonly #lasting = new Set<Action>();
  #session: Session | undefined;
  #pending: Pending[] = [];

  /** @param toPresent called before something is broken: what the reader looks at has to be what breaks */
  constructor(symbol: () => string, tell: (kind: NewsKind, text: string) => void, toPresent: () => void) {
    this.#symbol = symbol;
    this.#tell = tell;
    this.#toPresent = toPresent;
    const text = byId("fault-text");
    setText(text, introduction);
    for (const action of actions) {
      const button = create("button", action.lasts ? "lasts" : action.id === "digit" ? "primary" : "", action.label);
      button.type = "button";
      button.id = `fault-${action.id}`;
      button.disabled = true;
      button.title = action.what;
      if (action.lasts) button.setAttribute("aria-pressed", "false");
      for (const event of ["pointerenter", "focus", "click"]) button.addEventListener(event, () => setText(text, action.what));
      button.addEventListener("click", () => this.#press(action));
      byId(action.lasts ? "faults-lasting" : "faults-once").append(button);
      this.#buttons.set(action, button);
    }
  }

  /** The exchange to break from now on; undefined: none. */
  attach(session: Session | undefined): void {
    const can = session?.exchange !== undefined;
    this.#session = can ? session : undefined;
    this.#pending = [];
    this.#lasting.clear();
    this.#show();
    for (const button of this.#buttons.values()) button.disabled = !can;
    setText(byId("fault-text"), can ? introduction : noExchange);
  }

  /** Why nothing can be broken for now; undefined: it can. */
  set refused(why: string | undefined) {
    if (!this.#session) return;
    for (const button of this.#buttons.values()) button.disabled = why !== undefined;
    setText(byId("fault-text"), why ?? introduction);
  }

  /** Follows what was struck in a book. `noticed`: symbols whose books turned out wrong. */
  follow(noticed: ReadonlySet<string>, frame: Pick<WatchFrame, "symbol" | "state" | "matched"> | undefined, now: number): void {
    const exchange = this.#session?.exchange;
    if (!exchange) return;
    const again: Pending[] = [];
    this.#pending = this.#pending.filter((pending) => {
      const { symbol, faults, action, tries } = pending;
      if (noticed.has(symbol) || (frame?.symbol === symbol && frame.state !== "live")) return false;
      if (frame?.symbol !== symbol) return true; // the visitor looks elsewhere
      if (exchange.faults > faults) pending.struck ??= { at: now, matched: frame.matched };
      const { struck } = pending;
      if (!struck || now - struck.at < waitMs || frame.matched - struck.matched < enoughChecks) return true;
      const [why, next] = action.unnoticed ?? [];
      const more = tries < mostTries;
      this.#tell("fault", `Not noticed so far: ${why}${more ? `; ${next}` : ""}`);
      if (more) again.push(pending);
      return false;
    });
    for (const { action, symbol, tries } of again) this.#strike(action, symbol, tries + 1);
  }

  #press(action: Action): void {
    if (!this.#session) return;
    this.#toPresent();
    const symbol = this.#symbol();
    if (action.lasts) return this.#switch(action, symbol);
    this.#tell("fault", action.said(symbol));
    this.#strike(action, symbol, 1);
  }

  /** What lasts is begun anew whenever one of it changes: the exchange ends them only together. */
  #switch(action: Action, symbol: string): void {
    const on = !this.#lasting.has(action);
    this.#session?.endFaults();
    for (const other of this.#lasting) if (other === action || other.lasts === action.lasts) this.#lasting.delete(other);
    if (on) this.#lasting.add(action);
    for (const lasting of this.#lasting) this.#session?.inject(this.#faultOf(lasting, symbol));
    if (!on) setText(byId("fault-text"), introduction);
    this.#tell("fault", on ? action.said(symbol) : action.lasts === "loss" ? "No message is lost any more" : "The usual traffic again");
    this.#show();
  }

  #strike(action: Action, symbol: string, tries: number): void {
    const exchange = this.#session?.exchange;
    if (!exchange) return;
    const faults = exchange.faults;
    this.#session?.inject({ ...this.#faultOf(action, symbol), count: 1 });
    if (action.unnoticed && this.#lasting.size === 0) this.#pending.push({ action, symbol, faults, tries });
  }

  #faultOf(action: Action, symbol: string): Fault {
    return { ...action.fault, ...(action.ofBook && { symbol, channel: "book" as const }) };
  }

  #show(): void {
    for (const [action, button] of this.#buttons) if (action.lasts) button.setAttribute("aria-pressed", String(this.#lasting.has(action)));
  }
}
