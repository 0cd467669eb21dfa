import type { Hadal } from "hadal";

/** Times at which the book of a symbol was not live, after it had been. */
interface Trouble {
  readonly symbol: string;
  /** ms since the source began */
  readonly from: number;
  /** Undefined: it still lasts. */
  to: number | undefined;
}

const mostTroubles = 1000;
const leastShare = 0.004; // what lasts for less is seen all the same
const pieceBytes = 2 ** 20;
/** Of more a reader would wait too long for. */
const largestChars = 64 * 2 ** 20;

/** When books were not right: marks on a line of time. */
export class Troubles {
  readonly #all: Trouble[] = [];

  /** What became of a book, in the order it happened. `t`: ms since the source began. */
  hear(symbol: string, from: string, to: string, t: number): void {
    const open = this.#all.find((one) => one.symbol === symbol && one.to === undefined);
    if (to === "live" && open) open.to = t;
    else if (from === "live" && !open) this.#all.push({ symbol, from: t, to: undefined });
    if (this.#all.length > mostTroubles) this.#all.shift();
  }

  /** As a CSS image over a line that begins at `first` and ends at `last`, ms; "none" without any. */
  image(symbol: string, first: number, last: number): string {
    const length = Math.max(1, last - first);
    const stops: string[] = [];
    let end = 0;
    for (const { symbol: of, from, to = last } of this.#all) {
      const begin = Math.max(end, (from - first) / length);
      const until = Math.min(1, Math.max((to - first) / length, begin + leastShare));
      if (of !== symbol || to <= first || until <= begin) continue;
      const [a, b] = [begin, until].map((share) => `${(100 * share).toFixed(2)}%`);
      stops.push(`transparent ${a}`, `var(--warn) ${a} ${b}`, `transparent ${b}`);
      end = until;
    }
    return stops.length === 0 ? "none" : `linear-gradient(to right, ${stops.join(", ")})`;
  }
}

/** Of a recording, by playing it once. A very long one has none. */
export function troublesOf(hadal: Hadal, text: string): Troubles {
  const troubles = new Troubles();
  if (text.length > largestChars) return troubles;
  const replay = hadal.replay({ keepLog: true });
  const bytes = new TextEncoder().encode(text);
  try {
    replay.begin("recording");
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      replay.push(bytes.subarray(at, at + pieceBytes));
      hearLog(replay.takeLog(), troubles);
    }
    replay.finish();
    hearLog(replay.takeLog(), troubles);
  } finally {
    replay.close();
  }
  return troubles;
}

function hearLog(log: Uint8Array, troubles: Troubles): void {
  for (const line of new TextDecoder().decode(log).split("\n")) {
    if (!line.includes('"type":"book_state"')) continue;
    const { t, symbol, from, to } = JSON.parse(line) as { t: number; symbol: string; from: string; to: string };
    troubles.hear(symbol, from, to, t);
  }
}
