import type { Clock } from "./clock.js";

/** The part of the DOM's WebSocket that is used. `ws` for Node and the in-page exchange have it too. */
export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** Makes a socket that is connecting. */
export type WebSocketClass = new (url: string) => WebSocketLike;

/** @internal What a driver works with. */
export interface Surroundings {
  readonly WebSocket: WebSocketClass;
  readonly clock: Clock;
  /** Instead of the address that the engine gives. */
  readonly url: string | undefined;
  /** After each input, and everything that followed from it. */
  afterInput(): void;
  /** Sees every text frame, sent or received, before the other side does. */
  readonly tap: { see(sent: boolean, connection: number, text: string): void };
}
