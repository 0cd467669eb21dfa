/**
 * What a client and its engine say to each other, wherever the engine runs. All of it can be posted: numbers, strings, typed arrays.
 */
import type { HadalErrorCode, HadalErrorDetails } from "./error.js";
import type { RawKey } from "./subscription.js";
import type { Kept, Picture } from "./watch-frame.js";
import type { BookState, ConnectionState, StaleReason } from "./types.js";

/** What a client may ask. Rejections are HadalErrors. */
export interface Calls {
  connect(): void;
  disconnect(): void;
  retryNow(): void;
  /** The page was hidden and is seen again: timers may be late. */
  wake(): void;
  network(online: boolean): void;
  resync(symbol: string): void;
  /** Resolves when the exchange has said yes. */
  subscribe(key: RawKey): void | Promise<void>;
  unsubscribe(key: RawKey): void;
  /** -1: nobody has asked for it. */
  keyState(key: RawKey): number;

  track(symbol: string, json: string): void;
  followed(symbol: string): string;
  stats(): string;
  metrics(): string;
  watchLatency(totalMs: number, processingMs: number, networkMs: number, intervalMs: number): void;
  incident(reason: string): string;
  takeIncident(): string;
  log(): string;
  digest(): string;
  formatLatency(microseconds: number): string;
  normalizeSymbol(symbol: string): string;

  /** A listener with a queue of its own. Those that go `together` are given their lines together, so that all hear of an event in turn. */
  listen(listener: number, json: string, together: boolean): void;
  /** It has dealt with what it was given; 0: those that go together have. */
  more(listener: number): void;
  unlisten(listener: number): void;
  queueStats(listener: number): string;

  /** The symbol in the exchange's spelling. Its book is subscribed while the watch lasts: as somebody has it, else at this depth. */
  watch(watch: number, symbol: string, views: string, depth: number): string;
  views(watch: number, version: number, views: string): void;
  /** The next picture is wanted; `spare` is a buffer that the client is done with. */
  want(watch: number, spare?: ArrayBuffer): void;
  unwatch(watch: number): void;
  ask(symbol: string, views: string): Kept | undefined;

  record(simulated: boolean, mostBytes: number): void;
  /** What was recorded, and whether it stopped by itself because it was full. */
  endRecording(): { parts: Uint8Array<ArrayBuffer>[]; full: boolean };
  tap(on: boolean): void;
  /** The client has dealt with the frames it was given. */
  moreTapped(): void;

  replayBegin(replay: number, options: string, name: string): Promise<void>;
  /** Frames so far. */
  replayPush(replay: number, piece: Uint8Array): number;
  replayEnd(replay: number): ReplayEnd;
  replayDrop(replay: number): void;

  /** Resolves when no socket is left, or two seconds have passed. */
  close(): Promise<void>;
}

export interface ReplayEnd {
  exitCode: number;
  summary: string;
  files: string;
  messages: string[];
  log: Uint8Array;
}

/** A frame as it passed. Tokens are `***`. */
export interface TappedFrame {
  readonly sent: boolean;
  readonly connection: number;
  readonly text: string;
}

/** How the connection and the books are. */
export interface Status {
  readonly state: ConnectionState;
  /** Of the last change of state. Open for new members. */
  readonly cause?: string;
  /** The exchange's words, or whatever else explains it. */
  readonly detail?: string;
  /** Of the connection, from 0. */
  readonly attempt?: number;
  /** ms until the next attempt, while one is waited for: from when this was said. */
  readonly retryInMs?: number;
  /** What the platform says of its network. */
  readonly online: boolean;
  /** Symbols with a subscription that the exchange has acknowledged. */
  readonly pairs: readonly string[];
  readonly books: readonly { readonly symbol: string; readonly state: BookState; readonly reason: StaleReason | null }[];
}

/** What an engine tells its client without being asked. */
export interface Told {
  /** Event lines of listeners, after one or more inputs. */
  lines(batch: readonly (readonly [listener: number, lines: string])[]): void;
  /** A picture can be had. */
  news(watch: number): void;
  /** The connection, a subscription or a book is another. */
  status(): void;
  tapped(frames: readonly TappedFrame[], missed: number): void;
  /** Something is not as it was asked for, and goes on all the same. */
  warning?(text: string): void;
}

/** How a client reaches its engine: in its own thread, or in a worker. */
export interface Link {
  readonly version: string;
  readonly mode: "page" | "worker";
  call<Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>>;
  /** The newest that is known here. */
  status(): Status;
  /** The newest picture of a watch, and the version of its views. Lent. */
  picture(watch: number): (Picture & { version: number }) | undefined;
  /** After close(), or when nobody answers: lets go of everything here. Resolves when no socket is left. */
  end(): Promise<void>;
}

/** An error as it is posted. */
export interface PostedError extends HadalErrorDetails {
  /** Absent: no HadalError. */
  code?: HadalErrorCode;
  message: string;
}
