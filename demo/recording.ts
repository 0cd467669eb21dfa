// Recordings: the one that is part of the page, or a file of the reader's. Nothing is sent anywhere.

import { HadalError, type Player } from "hadal";
import { thin } from "./dom.js";
import { wholeEngine } from "./prove.js";
import { troublesOf, type Troubles } from "./troubles.js";

export interface Recording {
  readonly name: string;
  readonly text: string;
  /** Made by a program; the page and the charts say so. */
  readonly simulated: boolean;
}

/** A recording that can be played, at its beginning. Whoever has it closes the player. */
export interface Opened {
  readonly recording: Recording;
  readonly player: Player;
  readonly symbols: readonly string[];
  readonly troubles: Troubles;
}

const largestBytes = 256 * 1024 * 1024;

/** Throws a sentence. */
export async function openRecording(recording: Recording): Promise<Opened> {
  const hadal = await wholeEngine();
  const none = `${recording.name} holds no book messages: a recording is a hadal journal or one WebSocket frame a line.`;
  let player: Player;
  try {
    player = hadal.player(recording.text);
  } catch (error) {
    throw error instanceof HadalError && error.code === "journal_corrupt" ? new Error(none) : new Error(`${recording.name} cannot be played: ${error instanceof Error ? error.message : String(error)}`);
  }
  player.playToEnd(); // a player knows the books that there have been so far
  const symbols = player.symbols();
  if (symbols.length === 0) {
    player.close();
    throw new Error(none);
  }
  player.seek(0);
  return { recording, player, symbols, troubles: troublesOf(hadal, recording.text) };
}

/** The committed recording. */
export async function loadDefault(): Promise<Recording> {
  const url = new URL("./recordings/synthetic.journal", import.meta.url);
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) {
    const why = response ? `the server answered ${response.status}` : "the server could not be reached";
    throw new Error(`The recording could not be loaded: ${why}.`);
  }
  return { name: "synthetic.journal", text: await response.text(), simulated: true };
}

/**
 * A dropped or chosen file, unpacked when it begins like a gzip file, whatever its name.
 * Throws a sentence.
 */
export async function readFile(file: File): Promise<Recording> {
  if (file.size === 0) throw new Error(`${file.name} cannot be played: it is empty.`);
  if (file.size > largestBytes) throw new Error(`${file.name} cannot be played: it is larger than 256${thin}MB.`);
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  const text = packed ? await unpack(file) : await file.text();
  return { name: file.name, text, simulated: isSimulated(text) };
}

async function unpack(file: File): Promise<string> {
  try {
    return await new Response(file.stream().pipeThrough(new DecompressionStream("gzip"))).text();
  } catch {
    throw new Error(`${file.name} cannot be played: it begins like a gzip file but could not be unpacked.`);
  }
}

/** A journal may say in its first line that its data are simulated. */
function isSimulated(text: string): boolean {
  const first = text.slice(0, text.indexOf("\n"));
  const header = /^# hadal-journal \d+ (\{.*\})\s*$/.exec(first)?.[1];
  if (header === undefined) return false;
  try {
    return (JSON.parse(header) as { simulated?: unknown }).simulated === true;
  } catch {
    return false;
  }
}

/** Files from a picker, or dropped anywhere on the page. */
export function listenForFiles(input: HTMLInputElement, veil: HTMLElement, onFile: (file: File) => void): void {
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) onFile(file);
    input.value = ""; // so that the same file can be chosen again
  });
  const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) veil.hidden = true; // left the window, not merely an element
  });
  addEventListener("drop", (event) => {
    veil.hidden = true;
    if (!hasFile(event)) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) onFile(file);
  });
}
