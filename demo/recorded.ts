import type { Hadal } from "hadal";
import { Transport } from "./controls.js";
import { findDamage } from "./damage.js";
import { byId, clock, count, setText } from "./dom.js";
import { Evidence, replayAll } from "./evidence.js";
import { Playback } from "./playback.js";
import type { Recording } from "./source.js";
import { say, type Source, type Stage } from "./stage.js";

/** Plays a recording: with transport, damage and evidence. */
export class Recorded implements Source {
  readonly #hadal: Hadal;
  readonly #stage: Stage;
  readonly #original: Recording;
  readonly #playback: Playback;
  readonly #transport: Transport;
  readonly #evidence = new Evidence();
  readonly #damage = byId<HTMLButtonElement>("damage");
  readonly #verify = byId<HTMLButtonElement>("verify");
  #sound: Recording | undefined; // the recording as it was before damage, while there is damage
  #shown = false;
  #wasPlaying = true;

  constructor(hadal: Hadal, stage: Stage, original: Recording) {
    this.#hadal = hadal;
    this.#stage = stage;
    this.#original = original;
    this.#playback = new Playback(hadal, () => this.render());
    this.#transport = new Transport(this.#playback);
    this.#damage.addEventListener("click", () => this.#toggleDamage());
    this.#verify.addEventListener("click", () => this.#replay());
    byId("original").addEventListener("click", () => this.open(original));
  }

  /** The text that is played, damage included. */
  get text(): string {
    return this.#playback.recording?.text ?? "";
  }

  enter(): void {
    this.#shown = true;
    if (!this.#playback.recording) return this.open(this.#original);
    this.#begin(this.#sound ?? this.#playback.recording);
    this.render();
    if (this.#wasPlaying) this.#playback.play();
  }

  leave(): void {
    this.#shown = false;
    this.#wasPlaying = this.#playback.playing;
    this.#playback.pause();
  }

  render(): void {
    if (!this.#shown) return;
    const { player } = this.#playback;
    this.#stage.picker.render(player?.symbols() ?? []);
    const frame = player?.book(this.#stage.picker.selected);
    this.#stage.show(frame);
    this.#damage.disabled = !this.#sound && !frame;
    this.#transport.render();
    this.#evidence.render(this.#playback); // last: it asks for other books, and a frame lives until the next call
  }

  /** Throws a sentence when there is nothing to show: a file may be well-formed and still hold no book. */
  check(recording: Recording): void {
    const run = replayAll(this.#hadal, recording.text);
    if (run.snapshots + run.updates === 0) throw new Error("it holds no order-book messages of the WebSocket v2 format.");
  }

  open(recording: Recording): void {
    this.#playback.open(recording);
    this.#sound = undefined;
    this.#noDamage("");
    setText(byId("verify-note"), "");
    this.#begin(recording);
    byId("original").hidden = recording === this.#original;
    this.#verify.disabled = false;
    say("");
    this.#playback.play();
  }

  #begin(recording: Recording): void {
    const own = recording !== this.#original;
    const name = own ? `Recording: ${recording.name}` : "Simulated data, made by a program";
    this.#stage.begin(own && recording.simulated ? `${name} (simulated)` : name, recording.simulated);
  }

  #noDamage(note: string): void {
    setText(this.#damage, "Damage one digit");
    setText(byId("damage-note"), note);
  }

  #toggleDamage(): void {
    const { player, recording } = this.#playback;
    if (!player || !recording) return;
    setText(byId("verify-note"), "");
    if (this.#sound) {
      this.#playback.open(this.#sound, player.timeMs);
      this.#sound = undefined;
      this.#noDamage("The recording is whole again.");
      return;
    }
    const { selected } = this.#stage.picker;
    let damage = findDamage(this.#hadal, player, recording.text, selected);
    if (!damage) {
      player.seek(0.05 * player.durationMs); // too near the end: show it near the beginning
      damage = findDamage(this.#hadal, player, recording.text, selected);
    }
    if (!damage) {
      this.#noDamage("No change of one digit in this recording would reach a checksum of this book.");
      this.render();
      return;
    }
    this.#sound = recording;
    this.#playback.open({ ...recording, text: damage.text }, player.timeMs);
    setText(this.#damage, "Undo the damage");
    const repair =
      damage.nextSnapshotMs === undefined
        ? "This recording has no later snapshot of this book to repair it."
        : `The next snapshot arrives at ${clock(damage.nextSnapshotMs, true)}.`;
    const where = `Line ${count(damage.line)}, played at ${clock(damage.atMs, true)}, price ${damage.price}`;
    setText(byId("damage-note"), `${where}: ${damage.before} became ${damage.after}. ${repair}`);
    this.#playback.play();
  }

  #replay(): void {
    if (!this.#playback.recording) return;
    const run = replayAll(this.#hadal, this.text);
    const compared = run.matched + run.mismatched;
    const result = `${count(run.matched)} of ${count(compared)} checksums matched`;
    setText(byId("verify-note"), `${count(run.frames)} frames in ${run.ms.toFixed(1)} ms: ${result}. Digest ${run.digest}.`);
    this.render();
  }
}
