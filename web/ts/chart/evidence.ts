import type { Status } from "../calls.js";
import type { BookEvent } from "../events.js";
import type { Distribution, Stats } from "../stats.js";
import { element, setText } from "./place.js";
import { count, shortAge, type HeldBadge } from "./status-words.js";

export const evidenceSheet = `
.evidence { white-space: normal; text-align: left; position: absolute; z-index: 5; top: calc(100% + 0.375rem); right: 0; width: min(26rem, calc(100vw - 2rem)); max-height: min(75vh, 40rem); overflow: auto; padding: 0.875rem 1rem;
  border: 1px solid var(--_grid); border-radius: 0.75rem; background: var(--_plate); color: var(--_text); box-shadow: 0 12px 32px rgb(0 0 0 / 0.25); font-size: 0.8125rem; }
.evidence h3 { margin: 0.75rem 0 0.25rem; font-size: 0.75rem; font-weight: 600; color: var(--_muted); }
.evidence h3:first-child { margin-top: 0; }
.evidence p { margin: 0; }
.evidence .covers { margin-top: 0.25rem; color: var(--_muted); }
.evidence > div > h3:first-child { margin-top: 0.75rem; }
.evidence dl { display: grid; grid-template-columns: 1fr auto; gap: 0.125rem 1rem; margin: 0; }
.evidence dt { color: var(--_muted); }
.evidence dd { margin: 0; text-align: right; }
.evidence ol { margin: 0; padding: 0; list-style: none; font-family: ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: 0.75rem; }
.evidence li { display: grid; grid-template-columns: 1.25rem 1fr 1fr auto; gap: 0.5rem; }
.evidence li span:last-child { min-width: 5.5rem; text-align: right; white-space: nowrap; color: var(--_muted); }
.evidence li[data-check="match"] span:first-child { color: var(--_bid); }
.evidence li[data-check="mismatch"] { color: var(--_ask); }
`;

export interface EvidenceOf {
  readonly symbol: string;
  readonly book: HeldBadge | undefined;
  readonly reason: string;
  readonly status: Status | undefined;
  readonly stats: Stats | undefined;
  readonly checks: readonly { readonly event: BookEvent; readonly at: number }[];
  readonly now: number;
  /** It is no picture of the present: nothing is said of today's connection. */
  readonly isPast: boolean;
}

const covers = "A checksum covers the best ten levels a side. What lies below is applied message by message, and compared with nothing.";
const known = (n: number | undefined): string => (n === undefined ? "\u2013" : count(n));
const hex = (crc: number | undefined): string => (crc === undefined ? "none" : (crc >>> 0).toString(16).padStart(8, "0"));
const rate = (perSecond: number | undefined): string => (perSecond === undefined ? "not yet known" : `${count(Math.round(perSecond))} / s`);
const micros = (us: number | undefined): string => (us === undefined ? "\u2013" : us < 1000 ? `${Math.round(us)} \u00b5s` : `${(us / 1000).toFixed(us < 10_000 ? 2 : 1)} ms`);
const spread = (of: Distribution | undefined): string => (!of || of.count === 0 ? "not yet known" : `${micros(of.p50)} / ${micros(of.p99)}`);

const sections = ["Book", "Repairs", "Rates", "Latency, median / 99th percentile"] as const;

/** What a badge's claim rests on. */
export class Evidence {
  readonly element = element("div", { class: "evidence", part: "evidence", role: "region", "aria-label": "Evidence", tabindex: 0, hidden: true });
  readonly #reason = element("p");
  readonly #present = element("div");
  readonly #today = element("div");
  readonly #checks = element("ol");
  readonly #noChecks = element("p", {}, "Listening for the next message.");
  readonly #lists = sections.map(() => element("dl"));
  readonly #values = new Map<string, HTMLElement>();

  constructor() {
    this.#present.append(element("h3", {}, "Last checksums: sent, computed"), this.#noChecks, this.#checks);
    const section = (i: number): Node[] => [element("h3", {}, sections[i] ?? ""), this.#lists[i] as HTMLElement];
    this.#today.append(...[1, 2, 3].flatMap(section));
    this.element.append(element("h3", {}, "State"), this.#reason, element("p", { class: "covers" }, covers), this.#present, ...section(0), this.#today);
  }

  show({ symbol, book, reason, status, stats, checks, now, isPast }: EvidenceOf): void {
    setText(this.#reason, reason);
    this.#present.hidden = this.#today.hidden = isPast;
    this.#noChecks.hidden = checks.length > 0;
    this.#showChecks(checks, now);
    const mine = stats?.books.find((one) => one.symbol === symbol);
    const session = stats?.sessions[0];
    const total = (counts: Record<string, number> | undefined): number => Object.values(counts ?? {}).reduce((sum, n) => sum + n, 0);
    this.#put(0, {
      "Checked": book?.at === undefined ? "never" : isPast ? "then" : `${shortAge(now - book.at)} ago`,
      "Checksums matched": known(book?.matched),
      "Checksums differing": known(book?.mismatched),
      "Messages without one": known(book?.skipped),
      "Snapshots, updates": `${known(book?.snapshots)}, ${known(book?.updates)}`,
      "Exchange time": book?.exchangeTimeMs ? new Date(book.exchangeTimeMs).toISOString().slice(11, 23) : "none",
    });
    this.#put(1, {
      "Gaps found": known(mine?.gaps),
      "Repairs begun, done": `${known(mine?.repairs_begun)}, ${known(mine?.repairs_done)}`,
      "Duration of a repair": spread(stats?.resync_duration),
      "Reconnections": known(session?.reconnections),
      "Connection": status ? status.state.replaceAll("_", " ") : "none",
    });
    this.#put(2, {
      "Frames": rate(stats?.frames_per_second),
      "Book messages": rate(stats?.book_messages_per_second),
      "Frames received": session ? count(total(session.frames_received)) : known(undefined),
      "Bytes received": session ? `${(session.bytes_received / 1e6).toFixed(1)} MB` : known(undefined),
    });
    this.#put(3, {
      "From the exchange": spread(stats?.latency.network),
      "WebAssembly, a frame": spread(stats?.latency.processing),
      "In all": spread(stats?.latency.total),
      "Round trip": spread(stats?.round_trip),
    });
  }

  #put(section: number, values: Record<string, string>): void {
    for (const [name, text] of Object.entries(values)) {
      let value = this.#values.get(name);
      if (!value) {
        value = element("dd");
        this.#values.set(name, value);
        this.#lists[section]?.append(element("dt", {}, name), value);
      }
      setText(value, text);
    }
  }

  #showChecks(checks: EvidenceOf["checks"], now: number): void {
    while (this.#checks.children.length < checks.length) this.#checks.append(element("li", {}, ...Array.from({ length: 4 }, () => element("span"))));
    checks.forEach(({ event, at }, i) => {
      const item = this.#checks.children[i] as HTMLElement;
      const check = event.check ?? "skipped";
      if (item.dataset["check"] !== check) item.dataset["check"] = check;
      const texts = [check === "match" ? "\u2713" : check === "mismatch" ? "\u00d7" : "\u2013", hex(event.sent), hex(event.computed), `${shortAge(now - at)} ago`];
      texts.forEach((text, n) => setText(item.children[n] as Node, text));
    });
    while (this.#checks.children.length > checks.length) this.#checks.lastElementChild?.remove();
  }
}
