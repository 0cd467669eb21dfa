import { load, type Hadal } from "hadal";
import proof from "virtual:native-proof";
import { byId, count, create, errorText, setText } from "./dom.js";
import type { Recording } from "./recording.js";

const level = /"price"\s*:\s*[0-9.]+\s*,\s*"qty"\s*:\s*([0-9.]+)/g;

/** The engine with players, loaded when it is needed first. */
let engine: Promise<Hadal> | undefined;
export function wholeEngine(): Promise<Hadal> {
  engine ??= load();
  engine.catch(() => (engine = undefined));
  return engine;
}

/** One digit of one quantity becomes another, in the middle of the recording. */
function flipDigit(text: string): { text: string; before: string; after: string; line: number } {
  level.lastIndex = text.indexOf('"type":"update"', text.length / 2);
  for (let match = level.exec(text); match; match = level.exec(text)) {
    const before = match[1] ?? "";
    const at = before.search(/[1-9]/);
    if (at < 0) continue;
    const after = before.slice(0, at) + String((Number(before[at]) % 9) + 1) + before.slice(at + 1);
    const start = match.index + match[0].length - before.length;
    return { text: text.slice(0, start) + after + text.slice(start + before.length), before, after, line: text.slice(0, start).split("\n").length };
  }
  throw new Error("no digit was found that could be changed");
}

/** Both logs line by line: the first that differs. */
async function firstDifference(mine: string): Promise<string> {
  const response = await fetch(new URL(proof.log, document.baseURI));
  if (!response.ok) return "The native log could not be loaded, so that the first difference is not known.";
  const theirs = (await response.text()).split("\n");
  const lines = mine.split("\n");
  const at = lines.findIndex((line, i) => line !== theirs[i]);
  return at < 0 ? "The shorter log ends first." : `First difference, line ${count(at + 1)} of the log.\nNative: ${cut(theirs[at])}\nHere: ${cut(lines[at])}`;
}

function cut(line = "nothing"): string {
  const checks = /"sent":\d+,"computed":\d+,"check":"\w+"/.exec(line)?.[0];
  const head = line.slice(0, 120);
  return line.length <= 120 ? line : checks && !head.includes(checks) ? `${head} \u2026 ${checks} \u2026` : `${head} \u2026`;
}

/** Both engines over the same recording: the digests of their event logs are equal, or the page says where they part. */
export class ProvePanel {
  readonly #recording: () => Promise<Recording>;
  readonly #values = new Map<string, HTMLElement>();
  readonly #buttons = [byId<HTMLButtonElement>("prove"), byId<HTMLButtonElement>("tamper")];

  constructor(recording: () => Promise<Recording>) {
    this.#recording = recording;
    for (const [name, text] of [["Recording", proof.name], ["Native digest", proof.digest], ["Digest here", "not yet"]] as const) {
      const value = create("dd", name === "Recording" ? "" : "digest", text);
      byId("proof").append(create("dt", "", name), value);
      this.#values.set(name, value);
    }
    const [prove, tamper] = this.#buttons;
    prove?.addEventListener("click", () => void this.#run(false));
    tamper?.addEventListener("click", () => void this.#run(true));
  }

  async #run(tampered: boolean): Promise<void> {
    const note = byId("prove-note");
    const mine = this.#values.get("Digest here");
    for (const button of this.#buttons) button.disabled = true;
    setText(note, "Replaying \u2026");
    try {
      const { text, changed } = await this.#text(tampered);
      const hadal = await wholeEngine();
      const bytes = new TextEncoder().encode(text);
      const begun = performance.now();
      const replay = hadal.replay({ keepLog: true });
      replay.begin(proof.name);
      replay.push(bytes);
      replay.finish();
      const ms = performance.now() - begun;
      const summary = JSON.parse(replay.summaryJson().split("\n")[0] ?? "{}") as { digest?: string; frames?: number };
      const log = new TextDecoder().decode(replay.takeLog());
      replay.close();
      const same = summary.digest === proof.digest;
      if (mine) {
        setText(mine, summary.digest ?? "none");
        mine.dataset["same"] = String(same);
      }
      const counts = `${count(summary.frames ?? 0)} frames in ${ms.toFixed(0)} ms. `;
      setText(note, counts + (same ? `The same ${proof.digest.length} digits: both logs are equal, byte for byte.` : `${changed}The digests differ. ${await firstDifference(log)}`));
    } catch (error) {
      setText(note, `It could not be replayed: ${errorText(error)}`);
    } finally {
      for (const button of this.#buttons) button.disabled = false;
    }
  }

  async #text(tampered: boolean): Promise<{ text: string; changed: string }> {
    const { text } = await this.#recording();
    if (!tampered) return { text, changed: "" };
    const flipped = flipDigit(text);
    return { text: flipped.text, changed: `In line ${count(flipped.line)} of the recording ${flipped.before} became ${flipped.after}. ` };
  }
}
