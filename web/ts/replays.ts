import type { ReplayEnd } from "./calls.js";
import { closedError } from "./error.js";
import { loadFullModule } from "./load.js";
import { Memory } from "./memory.js";
import { Replay, type ReplayOptions } from "./replay.js";

/** Recordings that are being verified for a client, by number: each on an engine of its own, of the larger module. */
export class Replays {
  readonly #replays = new Map<number, Replay>();
  #ended = false;

  async begin(number: number, options: ReplayOptions, name: string): Promise<void> {
    const module = await loadFullModule();
    if (this.#ended) throw closedError();
    const replay = new Replay(module, new Memory(module), options);
    this.#replays.set(number, replay);
    replay.begin(name);
  }

  /** Frames so far. */
  push(number: number, piece: Uint8Array): number {
    const replay = this.#get(number);
    replay.push(piece);
    return replay.frames;
  }

  finish(number: number): ReplayEnd {
    const replay = this.#get(number);
    replay.finish();
    const log = replay.takeLog();
    const end = { exitCode: replay.exitCode(), summary: replay.summaryText(), files: replay.summaryJson(), messages: replay.takeMessages(), log };
    this.drop(number);
    return end;
  }

  drop(number: number): void {
    this.#replays.get(number)?.close();
    this.#replays.delete(number);
  }

  end(): void {
    this.#ended = true;
    for (const number of [...this.#replays.keys()]) this.drop(number);
  }

  #get(number: number): Replay {
    const replay = this.#replays.get(number);
    if (!replay) throw closedError();
    return replay;
  }
}
