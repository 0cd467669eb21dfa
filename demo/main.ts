import { load, type Hadal } from "hadal";
import { byId, errorText, setText } from "./dom.js";
import { listenForFiles } from "./drop.js";
import { replayAll } from "./evidence.js";
import { Live } from "./live.js";
import { Recorded } from "./recorded.js";
import type { LiveSession } from "./session.js";
import { loadDefault, readFile, type Recording } from "./source.js";
import { SourceSwitch } from "./source-switch.js";
import { say, Stage, type Source } from "./stage.js";

declare global {
  /** For tests: the digest of one replay of the current recording from its first line to its last, and what runs in the page. */
  var hadalDemo: { digestOf(): string; live(): LiveSession | undefined } | undefined;
}

function start(hadal: Hadal, original: Recording): void {
  let current: Source | undefined;
  const stage = new Stage(() => current?.render());
  const recorded = new Recorded(hadal, stage, original);
  const live = new Live(hadal, stage, (why) => {
    sources.choose("recording");
    say(why);
  });
  const sources = new SourceSwitch((name) => {
    current?.leave();
    current = name === "simulation" ? live : recorded;
    say("");
    current.enter();
  });

  listenForFiles((file) => {
    readFile(file)
      .then((recording) => {
        recorded.check(recording);
        sources.choose("recording");
        recorded.open(recording);
      })
      .catch((error: unknown) => say(`${file.name} cannot be played: ${errorText(error)}`));
  });

  globalThis.hadalDemo = { digestOf: () => replayAll(hadal, recorded.text).digest, live: () => live.session };
  setText(byId("version"), hadal.version);
  sources.begin();
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
