import type { RawFullModule, RawPlayer } from "./hadal-glue.js";
import { HadalError } from "./error.js";
import type { Memory } from "./memory.js";
import { Source, rawOptions } from "./source.js";
import type { BookOptions } from "./types.js";

function makePlayer(module: RawFullModule, memory: Memory, recording: Uint8Array | string, options: BookOptions): RawPlayer {
  if (typeof recording !== "string" && !(recording instanceof Uint8Array)) {
    throw new HadalError("config_invalid", "recording: must be a string or a Uint8Array");
  }
  const raw = rawOptions(module, options);
  const bytes = typeof recording === "string" ? memory.writeText(recording) : memory.writeBytes(recording);
  const player = new module.Player(bytes, ...raw);
  memory.forgetRoom();
  return player;
}

/** A whole recording in memory, played at the pace of the caller's clock. The books depend on the position alone. */
export class Player extends Source<RawPlayer, RawFullModule> {
  /** @internal */
  constructor(module: RawFullModule, memory: Memory, recording: Uint8Array | string, options: BookOptions) {
    super(module, memory, makePlayer(module, memory, recording, options));
    if (this.object.lines() === 0) {
      this.close();
      throw new HadalError("journal_corrupt", "the recording holds no frames: expected a hadal journal or one JSON frame a line");
    }
  }

  /** Recording time of the last line, in ms since the first. */
  get durationMs(): number {
    return this.object.durationMs();
  }

  /** Recording time played up to. */
  get timeMs(): number {
    return this.object.timeMs();
  }

  /** Lines of the recording that can be played. */
  get lines(): number {
    return this.object.lines();
  }

  /** Line of the file that was played last, from 1; 0 before the first. */
  get line(): number {
    return this.object.line();
  }

  /** Received frames played so far. */
  get frames(): number {
    return this.object.frames();
  }

  get done(): boolean {
    return this.object.done();
  }

  /** Frames that could not be used, in whole or in part. */
  get parseErrors(): number {
    return this.object.parseErrors();
  }

  /** Lines of a journal that could not be read. */
  get corruptLines(): number {
    return this.object.corruptLines();
  }

  /** Plays everything up to `ms` after the present position (already multiplied by the speed). Returns the lines played. */
  advance(ms: number): number {
    return this.module._hadal_player_advance(this.handle, ms) >>> 0;
  }

  /** Plays one more received frame; false at the end. */
  step(): boolean {
    return this.module._hadal_player_step(this.handle) !== 0;
  }

  /** Goes to a moment, in either direction. Costs a replay from the start. */
  seek(timeMs: number): void {
    this.object.seek(timeMs);
  }

  playToEnd(): void {
    this.object.playToEnd();
  }

  /** Digest of the event log from the start to the present position: 16 hex digits, the same as `hadal replay` prints at the end. */
  digest(): string {
    return this.object.digest();
  }
}
