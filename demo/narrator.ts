// Turns events into what a reader wants to know.

import type { EventType, HadalEvent } from "hadal";
import { connectionWords, gapWords, isOfConnection, seconds } from "./words.js";

/** More is not shown. */
export const mostNews = 12;

/** What a line is about: something went wrong, the client acts, or all is well. `fault` is the visitor's own doing. */
export type NewsKind = "fault" | "trouble" | "action" | "good";

export interface News {
  /** ms of performance.now() */
  readonly at: number;
  readonly kind: NewsKind;
  readonly text: string;
  /** The repairs of this symbol were given up: it can be asked for again. */
  readonly askAgain?: string;
}

/** The members used here; see the event log's format. */
interface Line {
  readonly t: number;
  readonly type: string;
  readonly symbol?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cause?: string;
  readonly reason?: string;
  readonly attempt?: number;
  readonly silence?: number;
}

/** What is told of. */
export const told: readonly EventType[] = ["connection", "book_state", "gap", "healed", "quiet"];
const togetherMs = 500; // within that, books come back together
const repairsInARow = 5; // in a row, then the client gives up for a while

export class Narrator {
  /** Symbols whose books turned out wrong since this was emptied last. */
  readonly noticed = new Set<string>();
  readonly #start: number;
  readonly #books: number;
  readonly #notLive = new Set<string>();
  readonly #wrongSince = new Map<string, number>();
  #gap: Line | undefined;
  #verified: { line: Line; symbols: string[] } | undefined;
  #news: News[] = [];

  /** @param start performance.now() of the client's first input */
  constructor(start: number, books: number) {
    this.#start = start;
    this.#books = books;
  }

  /** A line is kept back, because the next one may belong to it. */
  get waits(): boolean {
    return this.#verified !== undefined || this.#gap !== undefined;
  }

  /** @param now performance.now() */
  read(events: readonly HadalEvent[], now: number): News[] {
    this.#news = [];
    for (const event of events) this.#hear(event as Line);
    const more = this.#verified && this.#notLive.size > 0 && now - this.#start - this.#verified.line.t <= togetherMs;
    if (!more) this.#settle();
    return this.#news;
  }

  #hear(line: Line): void {
    switch (line.type) {
      case "book_state":
        return this.#bookState(line);
      case "gap":
        this.#settle();
        this.noticed.add(line.symbol ?? "");
        this.#gap = line;
        return;
      case "healed":
        return this.#tell(line, "good", `${line.symbol}: the messages are in order again, and every checksum matches`);
      case "quiet":
        return this.#tell(line, "action", `Nothing has arrived for ${seconds(line.silence ?? 0)}: the client asks whether anybody is there`);
      default:
        return this.#connection(line);
    }
  }

  #connection(line: Line): void {
    const words = connectionWords(line.from ?? "", line.to ?? "", line.cause ?? "", line.attempt ?? 0);
    if (words) this.#tell(line, words.kind, words.text);
  }

  #bookState(line: Line): void {
    const { symbol = "", from, to, reason = "", attempt = 0 } = line;
    if (to === "live") return this.#live(line, symbol);
    this.#notLive.add(symbol);
    const wrong = this.#wrongSince.has(symbol) || from === "unsubscribed";
    if (!wrong) this.#wrongSince.set(symbol, line.t);
    if (isOfConnection(reason)) return; // the connection's own line says it for all books
    if (from === "live" && this.#gap?.symbol === symbol) this.#gap = undefined; // told here
    if (from === "live") this.#tell(line, "trouble", `${symbol}: ${gapWords(reason)}, the book is stale`);
    if (to === "resyncing" && attempt < repairsInARow) {
      const again = attempt > 0 ? ` (repair ${attempt + 1} of ${repairsInARow} in a row)` : "";
      this.#tell(line, "action", `${symbol}: the client asks for a new snapshot${again}`);
    } else if (to === "resyncing" && from !== "live") {
      this.#tell(line, "action", `${symbol}: the client asks once more`);
    } else if (reason === "gave_up") {
      this.#settle();
      this.#push(line, "trouble", `${symbol}: ${repairsInARow} repairs were not enough, and the client rests for a minute`, symbol);
    }
  }

  /** Books that come back together are told together. */
  #live(line: Line, symbol: string): void {
    if (this.#verified && line.t - this.#verified.line.t > togetherMs) this.#settle();
    this.#verified ??= { line, symbols: [] };
    this.#verified.symbols.push(symbol);
    this.#notLive.delete(symbol);
  }

  /** Tells what was kept back because the next line might have belonged to it. */
  #settle(): void {
    const gap = this.#gap;
    this.#gap = undefined;
    if (gap) this.#push(gap, "trouble", `${gap.symbol}: ${gapWords(gap.cause ?? "")}`);
    const verified = this.#verified;
    this.#verified = undefined;
    if (!verified) return;
    const { line, symbols } = verified;
    const since = symbols.map((symbol) => this.#wrongSince.get(symbol) ?? Infinity);
    for (const symbol of symbols) this.#wrongSince.delete(symbol);
    const first = Math.min(...since);
    const who = symbols.length === this.#books ? "All books" : symbols.join(", ");
    const after = first === Infinity ? "" : ` again after ${seconds(line.t - first)}`;
    this.#push(line, "good", `${who}: verified${after}`);
  }

  #tell(line: Line, kind: NewsKind, text: string): void {
    this.#settle();
    this.#push(line, kind, text);
  }

  #push(line: Line, kind: NewsKind, text: string, askAgain?: string): void {
    this.#news.push({ at: this.#start + line.t, kind, text, ...(askAgain !== undefined && { askAgain }) });
  }
}
