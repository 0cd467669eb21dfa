import type { TappedFrame } from "./calls.js";

const mostFrames = 1024; // that wait for a client that is late

/** Frames as they pass, for whoever wants to see them: the newest, and how many were left out. */
export class Tap {
  readonly #redact: (text: string) => string;
  #frames: TappedFrame[] | undefined;
  #missed = 0;
  #wanted = true;

  /** @param redact takes tokens out of a frame that was sent */
  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  turn(on: boolean): void {
    this.#frames = on ? [] : undefined;
    this.#wanted = true;
    this.#missed = 0;
  }

  /** The client has dealt with what it was given. */
  credit(): void {
    this.#wanted = true;
  }

  see(sent: boolean, connection: number, text: string): void {
    if (!this.#frames) return;
    if (this.#frames.length >= mostFrames) {
      this.#frames.shift();
      this.#missed++;
    }
    this.#frames.push({ sent, connection, text: sent ? this.#redact(text) : text });
  }

  /** What is to be told now, if anything. */
  take(): { frames: TappedFrame[]; missed: number } | undefined {
    if (!this.#frames || !this.#wanted || this.#frames.length === 0) return undefined;
    this.#wanted = false;
    const missed = this.#missed;
    this.#missed = 0;
    return { frames: this.#frames.splice(0), missed };
  }
}
