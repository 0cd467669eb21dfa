// Damages one digit of a recording on purpose, to show that the checksum notices.

import type { Hadal, Player } from "hadal";

export interface Damage {
  /** The whole recording with one digit changed. */
  readonly text: string;
  /** Line of the change, from 1. */
  readonly line: number;
  readonly price: string;
  readonly before: string;
  readonly after: string;
  /** When the next snapshot of the symbol arrives; undefined when there is none, or lines carry no time. */
  readonly nextSnapshotMs: number | undefined;
  /** When the damaged line itself is played, ms since the first line. */
  readonly atMs: number;
}

type Candidate = Omit<Damage, "atMs">;

const LEVEL = /"price"\s*:\s*([0-9.]+)\s*,\s*"qty"\s*:\s*([0-9.]+)/g;
const MOST_TRIES = 12;

/**
 * The first update after the player's position in which one changed digit turns the book stale.
 * Levels below the tenth are not covered by the checksum, so each candidate is tried on a player of its own.
 */
export function findDamage(hadal: Hadal, player: Player, text: string, symbol: string): Damage | undefined {
  const frame = player.book(symbol);
  if (!frame) return undefined;
  const near = new Set<string>();
  for (const side of ["bid", "ask"] as const) {
    const levels = Math.min(10, frame[`${side}s`].price.length);
    for (let i = 0; i < levels; i++) near.add(frame.text(side, i).price);
  }
  const { timeMs } = player;
  let tries = 0;
  for (const damage of candidates(text, player.line, symbol, near)) {
    const atMs = turnsStale(hadal, damage, symbol, timeMs);
    if (atMs !== undefined) return { ...damage, atMs };
    if (++tries === MOST_TRIES) break;
  }
  return undefined;
}

function* candidates(text: string, afterLine: number, symbol: string, near: ReadonlySet<string>): Generator<Candidate> {
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (++line > afterLine) {
      const content = text.slice(start, end);
      if (isBook(content, symbol, "update")) {
        const change = changeDigit(content, near);
        if (change) {
          const nextSnapshotMs = findSnapshot(text, end + 1, symbol);
          yield { ...change, text: text.slice(0, start) + change.content + text.slice(end), line, nextSnapshotMs };
        }
      }
    }
    start = end + 1;
  }
}

function isBook(line: string, symbol: string, type: "snapshot" | "update"): boolean {
  return line.includes(`"type":"${type}"`) && line.includes('"channel":"book"') && line.includes(`"symbol":"${symbol}"`);
}

/** Changes the first digit that is not zero into another one that is not zero, so that the level stays. */
function changeDigit(
  line: string, near: ReadonlySet<string>,
): { content: string; price: string; before: string; after: string } | undefined {
  for (const match of line.matchAll(LEVEL)) {
    const [whole, price = "", before = ""] = match;
    const at = before.search(/[1-9]/);
    if (at < 0 || !near.has(price)) continue;
    const after = before.slice(0, at) + String((Number(before[at]) % 9) + 1) + before.slice(at + 1);
    const offset = match.index + whole.length - before.length;
    return { content: line.slice(0, offset) + after + line.slice(offset + before.length), price, before, after };
  }
  return undefined;
}

function findSnapshot(text: string, from: number, symbol: string): number | undefined {
  for (let at = text.indexOf('"type":"snapshot"', from); at >= 0; at = text.indexOf('"type":"snapshot"', at + 1)) {
    const start = text.lastIndexOf("\n", at) + 1;
    const end = text.indexOf("\n", at);
    const line = text.slice(start, end < 0 ? text.length : end);
    if (!isBook(line, symbol, "snapshot")) continue;
    const time = /^\d+ (\d+) /.exec(line)?.[1]; // bare frames carry none
    const origin = /^\d+ (\d+) /m.exec(text)?.[1];
    return time === undefined || origin === undefined ? undefined : Number(time) - Number(origin);
  }
  return undefined;
}

/** When the damage turns a live book stale; undefined if it does not. */
function turnsStale(hadal: Hadal, damage: Candidate, symbol: string, fromMs: number): number | undefined {
  const player = hadal.player(damage.text);
  try {
    player.seek(fromMs);
    if (player.book(symbol)?.state === "stale") return undefined; // already
    while (player.line < damage.line && player.step());
    return player.book(symbol)?.state === "stale" ? player.timeMs : undefined;
  } finally {
    player.close();
  }
}
