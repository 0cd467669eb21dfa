import type { Hadal, Player } from "hadal";
import { byId, count, create, setText } from "./dom.js";
import type { Playback } from "./playback.js";

const NAMES = [
  "Frames received",
  "Snapshots",
  "Updates",
  "Checksums matched",
  "Checksums differing",
  "Checksums skipped",
  "Log digest",
] as const;

/** What the player has counted so far, and the digest of its event log once that log is whole. */
export class Evidence {
  #values: HTMLElement[];
  #digestOf: Player | undefined;
  #digest = "";

  constructor() {
    const list = byId("evidence");
    this.#values = NAMES.map((name) => {
      const value = create("dd");
      list.append(create("dt", "", name), value);
      return value;
    });
  }

  /** Asks the player for every book, so a frame lent before this call is no longer valid after it. */
  render(playback: Playback): void {
    const { player } = playback;
    if (!player) return;
    const sums = countBooks(player);
    const digest = player.done ? this.#finalDigest(player) : undefined;
    const texts = [
      count(player.frames),
      count(sums.snapshots),
      count(sums.updates),
      count(sums.matched),
      count(sums.mismatched),
      count(sums.skipped),
      digest ?? "at the end",
    ];
    texts.forEach((text, i) => {
      const value = this.#values[i];
      if (value) setText(value, text);
    });
    this.#values[NAMES.length - 1]?.classList.toggle("digest", digest !== undefined);
  }

  #finalDigest(player: Player): string {
    if (this.#digestOf !== player) {
      this.#digestOf = player;
      this.#digest = player.digest();
    }
    return this.#digest;
  }
}

interface Sums {
  snapshots: number;
  updates: number;
  matched: number;
  mismatched: number;
  skipped: number;
}

function countBooks(player: Player): Sums {
  const sums = { snapshots: 0, updates: 0, matched: 0, mismatched: 0, skipped: 0 };
  for (const symbol of player.symbols()) {
    const frame = player.book(symbol);
    if (!frame) continue;
    sums.snapshots += frame.snapshots;
    sums.updates += frame.updates;
    sums.matched += frame.matched;
    sums.mismatched += frame.mismatched;
    sums.skipped += frame.skipped;
  }
  return sums;
}

/** Replays a whole recording once with a player of its own, as fast as it goes. */
export function replayAll(hadal: Hadal, text: string): Sums & { frames: number; ms: number; digest: string } {
  const start = performance.now();
  const player = hadal.player(text);
  try {
    player.playToEnd();
    const ms = performance.now() - start;
    return { ...countBooks(player), frames: player.frames, ms, digest: player.digest() };
  } finally {
    player.close();
  }
}
