import type { RawFullModule, RawReplay } from "./hadal-glue.js";
import { HadalError } from "./error.js";
import type { Memory } from "./memory.js";
import { Source, rawOptions } from "./source.js";
import type { BookOptions } from "./types.js";

const trackers = "flow,whales,persistence,cancels,overlay,heatmap,history,health,spread,candles";

export interface ReplayOptions extends BookOptions {
  /** The text of the event log is wanted. @default false */
  keepLog?: boolean;
  /** Each part of the log begins with `# file <base name>`. @default false */
  severalFiles?: boolean;
  /** Stop after this line of the file, from 1. @default 0: play it all */
  stopAfterLine?: number;
  /** Trackers whose events are in the log: `all`, or some of flow, whales, persistence ... with commas between them. @default none */
  track?: string;
  /** A line with every view of a book in the log, after each so many of its messages. @default 0: none */
  viewsEvery?: number;
  /** Keep the frames before the first fault, for takeIncident(). @default false */
  keepIncident?: boolean;
}

/** Recordings through the engine, piece by piece: log, summary and verdict, the same bytes as the native `hadal replay`. */
export class Replay extends Source<RawReplay, RawFullModule> {
  #open = false;

  /** @internal */
  constructor(module: RawFullModule, memory: Memory, options: ReplayOptions) {
    const { keepLog = false, severalFiles = false, stopAfterLine = 0, track = "", viewsEvery = 0, keepIncident = false, ...books } = options;
    if (typeof track !== "string" || (track !== "" && !module.areTrackers(track))) {
      throw new HadalError("config_invalid", `track ${String(track)}: must be all, or some of ${trackers} with commas between them`);
    }
    if (!Number.isSafeInteger(viewsEvery) || viewsEvery < 0 || viewsEvery > 0xffffffff) {
      throw new HadalError("config_invalid", `views ${String(viewsEvery)}: must be a number of messages, from 1`);
    }
    if (!Number.isSafeInteger(stopAfterLine) || stopAfterLine < 0) {
      throw new HadalError("config_invalid", `stopAfterLine: must be a line of the file, from 1, or 0 for all, not ${String(stopAfterLine)}`);
    }
    const raw = rawOptions(module, books);
    super(module, memory, new module.Replay(...raw, Boolean(keepLog), Boolean(severalFiles), stopAfterLine, track, viewsEvery, Boolean(keepIncident)));
  }

  /** Before the first piece of a file. */
  begin(file: string): void {
    this.object.begin(String(file));
    this.#open = true;
  }

  /** A piece of the file, of any length. Throws `invalid_transition` outside begin() and finish(). */
  push(piece: Uint8Array): void {
    this.#require("push()");
    if (!(piece instanceof Uint8Array)) throw new HadalError("config_invalid", "piece: must be a Uint8Array");
    this.module._hadal_replay_push(this.handle, this.memory.writeBytes(piece));
  }

  /** The file ends early, for example inside its gzip stream. Before finish(). */
  cutShort(): void {
    this.#require("cutShort()");
    this.object.cutShort();
  }

  /** After the last piece. */
  finish(): void {
    this.#require("finish()");
    this.object.finish();
    this.#open = false;
  }

  #require(what: string): void {
    if (!this.#open) throw new HadalError("invalid_transition", `${what} belongs between begin() and finish() of a file`);
  }

  /** With `keepIncident`: a recording of what led to the first fault of the file, which `hadal replay` plays; empty if there was none, or taken. */
  takeIncident(): string {
    return this.object.takeIncident();
  }

  /** True once stopAfterLine has been played. */
  get stopped(): boolean {
    return this.object.stopped();
  }

  /** Received frames so far in this file. */
  get frames(): number {
    return this.object.frames();
  }

  /** Bytes of the log written since the last call. */
  takeLog(): Uint8Array {
    const length = this.module._hadal_replay_take_log(this.handle) >>> 0;
    return this.memory.copy(this.module._hadal_outbox(), length);
  }

  /** One-line messages since the last call, each with file and line. */
  takeMessages(): string[] {
    return this.object.takeMessages().split("\n").slice(0, -1);
  }

  /** For people. */
  summaryText(): string {
    return this.object.summaryText();
  }

  /** One JSON object a line, per file and symbol. */
  summaryJson(): string {
    return this.object.summaryJson();
  }

  /** 0 all verified, 1 a file without frames or without the selected symbol, 3 a fault, or a book that nothing verified. */
  exitCode(): number {
    return this.object.exitCode();
  }
}
