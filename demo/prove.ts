import { load, type Hadal } from "hadal";
import proof from "virtual:native-proof";
import { byId, count, create, errorText, hex, setText, thin } from "./dom.js";
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
  level.lastIndex = text.indexOf('"channel":"book","type":"update"', text.length / 2);
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

/** Where two event logs part. */
interface Difference {
  /** Line of the log, from 1. */
  readonly line: number;
  readonly native: string | undefined;
  readonly here: string | undefined;
}

/** Both logs line by line: the first that differs. Undefined: the native one could not be had. */
async function firstDifference(mine: string): Promise<Difference | undefined> {
  const response = await fetch(new URL(proof.log, document.baseURI)).catch(() => undefined);
  if (!response?.ok) return undefined;
  const theirs = (await response.text()).split("\n");
  const lines = mine.split("\n");
  const length = Math.max(theirs.length, lines.length);
  const at = Array.from({ length }, (_, i) => i).findIndex((i) => lines[i] !== theirs[i]);
  return { line: at + 1, native: theirs[at], here: lines[at] };
}

interface Line {
  readonly type?: string;
  readonly symbol?: string;
  readonly time?: string;
  readonly sent?: number;
  readonly computed?: number;
  readonly check?: string;
}

function parsed(line: string | undefined): Line | undefined {
  try {
    return JSON.parse(line ?? "") as Line;
  } catch {
    return undefined;
  }
}

/** What an engine made of the message: its checksum, or the line as it is. */
function made(line: string | undefined): string {
  const { computed, check } = parsed(line) ?? {};
  if (computed !== undefined) return `${hex(computed)}, ${check ?? "not compared"}`;
  return line ? line.slice(0, 160) : "nothing: the log ends before";
}

/** The rows of the table that tells a difference. */
function rowsOf({ line, native, here }: Difference): (readonly [name: string, value: string])[] {
  const { type = "", symbol = "", time = "", sent } = parsed(native) ?? parsed(here) ?? {};
  const clock = time.slice(11, 23);
  return [
    ["Message", `line ${count(line)} of the log: ${[type.replaceAll("_", " "), symbol, clock].filter(Boolean).join(", ")}`],
    ["The exchange sent", sent === undefined ? "no checksum" : hex(sent)],
    ["Native gives", made(native)],
    ["This browser gives", made(here)],
  ];
}

/** Both engines over the same recording: the digests of their event logs are equal, or the page says where they part. */
export class ProvePanel {
  readonly #recording: () => Promise<Recording>;
  readonly #buttons = [byId<HTMLButtonElement>("prove"), byId<HTMLButtonElement>("tamper")];
  readonly #here = byId("digest-here");
  readonly #sign = byId("proof-sign");
  readonly #difference = byId("difference");

  constructor(recording: () => Promise<Recording>) {
    this.#recording = recording;
    setText(byId("digest-native"), proof.digest);
    const [prove, tamper] = this.#buttons;
    prove?.addEventListener("click", () => void this.#run(false));
    tamper?.addEventListener("click", () => void this.#run(true));
  }

  async #run(tampered: boolean): Promise<void> {
    const note = byId("prove-note");
    for (const button of this.#buttons) button.disabled = true;
    setText(note, "Replaying \u2026");
    this.#difference.hidden = true;
    try {
      const { text, changed } = await this.#text(tampered);
      const { digest, frames, log, ms } = await replayed(text);
      const same = digest === proof.digest;
      setText(this.#here, digest);
      setText(this.#sign, same ? "=" : "\u2260");
      byId("proof").dataset["same"] = String(same);
      const counts = `${count(frames)} frames of ${proof.name} in ${ms.toFixed(0)}${thin}ms. `;
      if (same) return setText(note, `${counts}The same ${proof.digest.length} digits: both logs are equal, byte for byte.`);
      const first = await firstDifference(log);
      setText(note, `${counts}${changed}The digests differ. ${first ? `First difference, line ${count(first.line)}:` : "The native log could not be loaded, so that the first difference is not known."}`);
      if (first) this.#showDifference(first);
    } catch (error) {
      setText(note, `It could not be replayed: ${errorText(error)}`);
    } finally {
      for (const button of this.#buttons) button.disabled = false;
    }
  }

  #showDifference(first: Difference): void {
    const rows = rowsOf(first).map(([name, value]) => {
      const row = create("tr");
      const head = create("th", "", name);
      head.scope = "row";
      row.append(head, create("td", "", value));
      return row;
    });
    this.#difference.querySelector("tbody")?.replaceChildren(...rows);
    this.#difference.hidden = false;
  }

  async #text(tampered: boolean): Promise<{ text: string; changed: string }> {
    const { text } = await this.#recording();
    if (!tampered) return { text, changed: "" };
    const flipped = flipDigit(text);
    return { text: flipped.text, changed: `In line ${count(flipped.line)} of the recording ${flipped.before} became ${flipped.after}. ` };
  }
}

/** A recording through the whole engine, with its event log. */
async function replayed(text: string): Promise<{ digest: string; frames: number; log: string; ms: number }> {
  const hadal = await wholeEngine();
  const bytes = new TextEncoder().encode(text);
  const begun = performance.now();
  const replay = hadal.replay({ keepLog: true });
  try {
    replay.begin(proof.name);
    replay.push(bytes);
    replay.finish();
    const ms = performance.now() - begun;
    const { digest = "none", frames = 0 } = JSON.parse(replay.summaryJson().split("\n")[0] ?? "{}") as { digest?: string; frames?: number };
    return { digest, frames, log: new TextDecoder().decode(replay.takeLog()), ms };
  } finally {
    replay.close();
  }
}
