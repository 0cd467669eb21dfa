import type { Hadal, Player } from "hadal";
import type { Recording } from "./source.js";

const LONGEST_GAP_MS = 250; // a tab that comes back to the front goes on where it was

/** Plays one recording at a time against the browser's clock. `onChange` follows every change, once a frame while playing. */
export class Playback {
  player: Player | undefined;
  recording: Recording | undefined;
  playing = false;
  speed = 1;
  #hadal: Hadal;
  #onChange: () => void;
  #frame = 0;
  #last = 0;

  constructor(hadal: Hadal, onChange: () => void) {
    this.#hadal = hadal;
    this.#onChange = onChange;
  }

  /** Replaces the recording. Throws, and keeps the old one, when it cannot be read. */
  open(recording: Recording, atMs = 0): void {
    const player = this.#hadal.player(recording.text);
    this.player?.close();
    this.player = player;
    this.recording = recording;
    if (atMs > 0) player.seek(atMs);
    this.#onChange();
  }

  play(): void {
    if (!this.player || this.playing) return;
    if (this.player.done) this.restart();
    this.playing = true;
    this.#last = performance.now();
    this.#frame = requestAnimationFrame(this.#run);
    this.#onChange();
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    this.playing = false;
    this.#onChange();
  }

  step(): void {
    if (this.playing) this.pause();
    this.player?.step();
    this.#onChange();
  }

  seek(ms: number): void {
    if (!this.player) return;
    this.player.seek(ms);
    this.#onChange();
  }

  /** Back to the beginning with a fresh player, so that counts and digest start anew. */
  restart(): void {
    if (this.recording) this.open(this.recording);
  }

  #run = (now: number): void => {
    if (!this.playing || !this.player) return;
    this.player.advance(Math.max(0, Math.min(LONGEST_GAP_MS, now - this.#last)) * this.speed);
    this.#last = now;
    if (this.player.done) this.playing = false;
    else this.#frame = requestAnimationFrame(this.#run);
    this.#onChange();
  };
}
