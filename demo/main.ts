import { load, type Hadal } from "hadal";
import { DepthChart } from "hadal/chart";
import { renderBadge } from "./badge.js";
import { SymbolPicker, Transport } from "./controls.js";
import { findDamage } from "./damage.js";
import { byId, clock, count, errorText, setText } from "./dom.js";
import { listenForFiles } from "./drop.js";
import { Evidence, replayAll } from "./evidence.js";
import { Ladder } from "./ladder.js";
import { Playback } from "./playback.js";
import { loadDefault, readFile, type Recording } from "./source.js";

declare global {
  /** For tests: the digest of one replay of the current recording from its first line to its last. */
  var hadalDemo: { digestOf(): string } | undefined;
}

/** Shows a sentence on top of the page; an empty one takes it away. */
function say(sentence: string): void {
  const message = byId("message");
  message.hidden = sentence === "";
  setText(message, sentence);
}

function start(hadal: Hadal, original: Recording): void {
  const chart = new DepthChart(byId("chart"), { label: "Order book depth by price" });
  const ladder = new Ladder();
  const evidence = new Evidence();
  const picker = new SymbolPicker(() => render());
  const playback = new Playback(hadal, () => render());
  const transport = new Transport(playback);
  const damageButton = byId<HTMLButtonElement>("damage");
  const verifyButton = byId<HTMLButtonElement>("verify");
  let sound: Recording | undefined; // the recording as it was before damage, while there is damage

  function render(): void {
    const { player } = playback;
    picker.render(player?.symbols() ?? []);
    const frame = player?.book(picker.selected);
    chart.update(frame);
    ladder.render(frame);
    renderBadge(frame);
    damageButton.disabled = !sound && !frame;
    transport.render();
    evidence.render(playback); // last: it asks for other books, and a frame lives until the next call
  }

  function open(recording: Recording): void {
    const own = recording !== original;
    if (own) requireBooks(recording);
    playback.open(recording);
    sound = undefined;
    noDamage("");
    setText(byId("verify-note"), "");
    chart.setSimulated(recording.simulated);
    chart.resetView();
    const name = own ? `Recording: ${recording.name}` : "Simulated data, made by a program";
    setText(byId("source"), own && recording.simulated ? `${name} (simulated)` : name);
    byId("original").hidden = !own;
    verifyButton.disabled = false;
    say("");
    playback.play();
  }

  /** A file may be well-formed and still hold nothing to show. Throws a sentence then. */
  function requireBooks(recording: Recording): void {
    const run = replayAll(hadal, recording.text);
    if (run.snapshots + run.updates === 0) throw new Error("it holds no order-book messages of the WebSocket v2 format.");
  }

  function noDamage(note: string): void {
    setText(damageButton, "Damage one digit");
    setText(byId("damage-note"), note);
  }

  damageButton.addEventListener("click", () => {
    const { player, recording } = playback;
    if (!player || !recording) return;
    setText(byId("verify-note"), "");
    if (sound) {
      playback.open(sound, player.timeMs);
      sound = undefined;
      noDamage("The recording is whole again.");
      return;
    }
    let damage = findDamage(hadal, player, recording.text, picker.selected);
    if (!damage) {
      player.seek(0.05 * player.durationMs); // too near the end: show it near the beginning
      damage = findDamage(hadal, player, recording.text, picker.selected);
    }
    if (!damage) {
      noDamage("No change of one digit in this recording would reach a checksum of this book.");
      render();
      return;
    }
    sound = recording;
    playback.open({ ...recording, text: damage.text }, player.timeMs);
    setText(damageButton, "Undo the damage");
    const repair =
      damage.nextSnapshotMs === undefined
        ? "This recording has no later snapshot of this book to repair it."
        : `The next snapshot arrives at ${clock(damage.nextSnapshotMs, true)}.`;
    const where = `Line ${count(damage.line)}, played at ${clock(damage.atMs, true)}, price ${damage.price}`;
    setText(byId("damage-note"), `${where}: ${damage.before} became ${damage.after}. ${repair}`);
    playback.play();
  });

  verifyButton.addEventListener("click", () => {
    if (!playback.recording) return;
    const run = replayAll(hadal, playback.recording.text);
    const compared = run.matched + run.mismatched;
    const result = `${count(run.matched)} of ${count(compared)} checksums matched`;
    setText(byId("verify-note"), `${count(run.frames)} frames in ${run.ms.toFixed(1)} ms: ${result}. Digest ${run.digest}.`);
    render();
  });

  listenForFiles((file) => {
    readFile(file)
      .then(open)
      .catch((error: unknown) => say(`${file.name} cannot be played: ${errorText(error)}`));
  });
  byId("original").addEventListener("click", () => open(original));

  globalThis.hadalDemo = { digestOf: () => replayAll(hadal, playback.recording?.text ?? "").digest };
  setText(byId("version"), hadal.version);
  open(original);
}

try {
  const recording = loadDefault();
  recording.catch(() => undefined); // reported below, after the engine's own failure
  let hadal: Hadal;
  try {
    hadal = await load();
  } catch (error) {
    throw new Error(`The WebAssembly engine could not be loaded: ${errorText(error)}`);
  }
  start(hadal, await recording);
} catch (error) {
  setText(byId("badge-title"), "Not running");
  say(errorText(error));
}
