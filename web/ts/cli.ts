#!/usr/bin/env node
/** `hadal replay` in Node, on the WebAssembly engine: the same options, the same bytes. */
import { closeSync, createReadStream, openSync, statSync, writeSync } from "node:fs";
import { createGunzip, type Gunzip } from "node:zlib";
import { parseArgs } from "node:util";
import { HadalError, load, type BookOptions, type Depth, type Hadal, type Replay } from "./index.js";

/** Exit codes of every command. */
const exit = { done: 0, failed: 1, usage: 2 } as const;

const help = `hadal: checksum-verified Kraken order books. Not affiliated with Kraken.

Usage: hadal replay [options] FILE...

Replay recordings and verify every checksum. Recordings are journals (.gz too) or files with one received frame a line;
- is standard input.

Options:
  --depth N          Levels a side: 10, 25, 100, 500 or 1000. Default: from acks, header or first snapshot
  --precision P,Q    Decimals of price and quantity, as the instrument channel states them. Default: the digits on the wire
  --symbol S         Only this pair, for example BTC/USD
  --log OUT          Write the event log to this file; - for standard output (the summary then goes to stderr)
  --track LIST       Trackers: their events, and what they know at the end, are in the log: all, or some of
                     flow,whales,persistence,cancels,overlay,heatmap,history,health,spread,candles
  --views N          A line with every view of a book in the log, after each N of its messages
  --incident OUT     Write a file with the frames before the first fault, which replay can play
  --json             One JSON object per file and symbol instead of the summary for people
  --version          Print the version
  --help             Print this text

Exit code: 0 all verified, 1 a file cannot be read or holds no frames, 2 wrong usage, 3 a mismatch, an undecodable
book frame, a corrupt line, lost frames, or a book that nothing verified.
`;

class UsageError extends Error {}

/** A file that cannot be read, or not to its end. */
class ReadError extends Error {}

/** Output that could not be written. The reader of a pipe that has gone away is no failure worth words. */
class OutputError extends Error {
  readonly quiet: boolean;

  constructor(path: string, cause: unknown) {
    super(`${path === "-" ? "standard output" : path}: cannot be written: ${reason(cause)}`, { cause });
    this.quiet = (cause as NodeJS.ErrnoException).code === "EPIPE";
  }
}

function writeAll(descriptor: number, bytes: Uint8Array | string): void {
  let rest = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error; // a pipe that is full for now
    }
  }
}

const complain = (text: string) => writeAll(2, `hadal: ${text}\n`);

/** Why a file operation failed, without Node's system call details. */
function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "No such file or directory";
  if (code === "EACCES") return "Permission denied";
  if (code === "EISDIR") return "Is a directory";
  if (code === "ENOSPC") return "No space left on device";
  return message ?? String(error);
}

/** The chunks of a file, the first with at least two bytes if there are so many. */
async function* chunks(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 1 << 18, ...(path === "-" ? { fd: 0, autoClose: false } : {}) });
  let head: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of file as AsyncIterable<Uint8Array>) {
    if (head === undefined) {
      yield chunk;
    } else {
      head = Buffer.concat([head, chunk]); // a pipe may bring single bytes
      if (head.length < 2) continue;
      yield head;
      head = undefined;
    }
  }
  if (head !== undefined && head.length > 0) yield head;
}

/**
 * The pieces of a file, unpacked if its first two bytes say gzip. Calls `cut` if the gzip stream ends early: what came before counts.
 */
async function* pieces(path: string, cut: () => void): AsyncGenerator<Uint8Array> {
  let unpack: Gunzip | undefined;
  let out: Uint8Array[] = [];
  let failure: NodeJS.ErrnoException | undefined;
  // Listening instead of piping: a stream that fails gives up what it had already unpacked.
  let closed: Promise<void> | undefined;
  let first = true;
  for await (const chunk of chunks(path)) {
    if (first && chunk[0] === 0x1f && chunk[1] === 0x8b) {
      unpack = createGunzip();
      unpack.on("data", (piece: Uint8Array) => out.push(piece));
      unpack.on("error", (error) => (failure = error));
      closed = new Promise((done) => unpack?.on("close", done));
    }
    first = false;
    if (unpack === undefined) {
      yield chunk;
      continue;
    }
    const stream = unpack;
    await Promise.race([new Promise<void>((done) => stream.write(chunk, () => done())), closed]); // a failed write never answers
    yield* out;
    out = [];
    if (failure !== undefined) break;
  }
  if (unpack === undefined) return;
  unpack.end();
  await closed;
  yield* out;
  if (failure === undefined) return;
  if (failure.code === "Z_BUF_ERROR") return cut();
  throw failure;
}

function bookOptions(values: { depth?: string; precision?: string; symbol?: string }): BookOptions {
  const options: { -readonly [Key in keyof BookOptions]: BookOptions[Key] } = {};
  if (values.depth !== undefined) options.depth = (/^\d+$/.test(values.depth) ? Number(values.depth) : values.depth) as Depth;
  if (values.precision !== undefined) {
    const parts = values.precision.split(",").map((text) => (/^\d+$/.test(text) ? Number(text) : NaN));
    options.precision = parts as unknown as [number, number];
  }
  if (values.symbol !== undefined) options.symbol = values.symbol;
  return options;
}

/** Where the event log goes. The file is begun with the first byte, so that a recording that cannot be opened costs no older log. */
class LogOutput {
  readonly #path: string | undefined;
  #descriptor: number | undefined;

  /** Throws UsageError if the log would overwrite an input. */
  constructor(path: string | undefined, inputs: string[], flag = "--log") {
    if (path === "") throw new UsageError(`${flag}: name a file, or - for standard output`);
    this.#path = path;
    if (path === undefined || path === "-") return;
    const own = statSync(path, { throwIfNoEntry: false });
    for (const input of inputs) {
      const other = statSync(input, { throwIfNoEntry: false });
      if (own !== undefined && other !== undefined && own.dev === other.dev && own.ino === other.ino && own.isFile()) {
        throw new UsageError(`${flag} ${path}: is the recording itself; name another file`);
      }
    }
  }

  get wanted(): boolean {
    return this.#path !== undefined;
  }

  get isStdout(): boolean {
    return this.#path === "-";
  }

  write(text: Uint8Array): void {
    if (this.#path === undefined || text.length === 0) return;
    try {
      this.#descriptor ??= this.isStdout ? 1 : openSync(this.#path, "w");
      writeAll(this.#descriptor, text);
    } catch (error) {
      throw new OutputError(this.#path, error);
    }
  }

  close(): void {
    if (this.#descriptor !== undefined && this.#descriptor !== 1) closeSync(this.#descriptor);
  }
}

/** A line of progress on stderr for long work watched by a person; silent otherwise. Returns what erases it. */
function progress(path: string, run: { readonly frames: number }): { update(bytes: number): void; end(): void } {
  const size = process.stderr.isTTY && path !== "-" ? statSync(path).size : 0;
  let next = performance.now() + 500;
  let read = 0;
  let shown = false;
  return {
    update(bytes) {
      read += bytes;
      if (size === 0 || performance.now() < next) return;
      next = performance.now() + 100;
      shown = true;
      writeAll(2, `\r\x1b[K${path}  ${((100 * Math.min(read, size)) / size).toFixed(0)} %  ${run.frames} frames`);
    },
    end() {
      if (shown) writeAll(2, "\r\x1b[K");
    },
  };
}

function print(text: string): void {
  try {
    writeAll(1, text);
  } catch (error) {
    throw new OutputError("-", error);
  }
}

async function play(run: Replay, path: string, drain: () => void): Promise<void> {
  if (path !== "-") {
    try {
      if (statSync(path).isDirectory()) throw new ReadError(`${path}: is a directory; name a recording`);
    } catch (error) {
      throw error instanceof ReadError ? error : new ReadError(`${path}: cannot be opened: ${reason(error)}`);
    }
  }
  run.begin(path);
  const line = progress(path, run);
  let failure: ReadError | undefined;
  try {
    for await (const piece of pieces(path, () => run.cutShort())) {
      run.push(piece);
      drain();
      line.update(piece.length);
    }
  } catch (error) {
    if (error instanceof OutputError || error instanceof HadalError) throw error;
    failure = new ReadError(`${path}: cannot be read: ${reason(error)}`, { cause: error });
  } finally {
    line.end();
  }
  run.finish();
  drain();
  if (failure !== undefined) throw failure;
}

type ReplayFlags = { log?: string; json?: boolean; track?: string; views?: string; incident?: string } & Parameters<typeof bookOptions>[0];

async function replay(hadal: Hadal, files: string[], values: ReplayFlags) {
  const log = new LogOutput(values.log, files);
  const incident = new LogOutput(values.incident, files, "--incident");
  if (log.wanted && incident.wanted && values.log === values.incident) throw new UsageError(`--incident ${values.incident}: is where the log goes; name another file`);
  let incidentMade = false;
  const run = hadal.replay({
    ...bookOptions(values),
    keepLog: log.wanted,
    severalFiles: files.length > 1,
    keepIncident: incident.wanted,
    ...(values.track === undefined ? {} : { track: values.track || "?" }),
    ...(values.views === undefined ? {} : { viewsEvery: /^[1-9]\d*$/.test(values.views) ? Number(values.views) : (values.views as unknown as number) }),
  });
  const drain = () => {
    log.write(run.takeLog());
    const made = incident.wanted && !incidentMade ? run.takeIncident() : "";
    if (made !== "") {
      incidentMade = true;
      incident.write(new TextEncoder().encode(made));
    }
    run.takeMessages().forEach(complain);
  };
  let failed = false;
  for (const path of files) {
    try {
      await play(run, path, drain);
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      complain(error.message); // the other files have their say
      failed = true;
    }
  }
  log.close();
  incident.close();
  if (incident.wanted && !incidentMade) complain(`${values.incident}: not written: nothing went wrong`);
  const summary = values.json ? run.summaryJson() : run.summaryText();
  if (log.isStdout || incident.isStdout) writeAll(2, summary);
  else print(summary);
  const code = run.exitCode();
  return failed && code === exit.done ? exit.failed : code;
}

/** `; did you mean --log?` for a word close to one of the known ones. */
function suggestion(word: string, known: readonly string[]): string {
  const distance = (a: string, b: string) => {
    let row = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; ++i) {
      const next = [i];
      for (let j = 1; j <= b.length; ++j) {
        const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
        next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
      }
      row = next;
    }
    return row[b.length] ?? 0;
  };
  const [closest] = known.map((name) => ({ name, steps: distance(word, name) })).sort((a, b) => a.steps - b.steps);
  return closest !== undefined && closest.steps < 3 ? `; did you mean ${closest.name}?` : "";
}

const flags = {
  depth: { type: "string" },
  precision: { type: "string" },
  symbol: { type: "string" },
  log: { type: "string" },
  track: { type: "string" },
  views: { type: "string" },
  incident: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

function parse(args: string[]) {
  const loose = parseArgs({ args, allowPositionals: true, strict: false, tokens: true, options: flags });
  const seen = new Set<string>();
  for (const token of loose.tokens) {
    if (token.kind !== "option") continue;
    const names = Object.keys(flags).map((name) => `--${name}`);
    if (!(token.name in flags)) throw new UsageError(`unknown option ${token.rawName}${suggestion(token.rawName, names)}`);
    if (seen.has(token.name) && flags[token.name as keyof typeof flags].type === "string") throw new UsageError(`${token.rawName}: given twice`);
    seen.add(token.name);
  }
  try {
    return parseArgs({ args, allowPositionals: true, options: flags });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    print(help);
    return exit.done;
  }
  if (values.version) {
    print(`hadal ${(await load()).version}\n`);
    return exit.done;
  }
  const [command, ...files] = positionals;
  if (command === undefined) throw new UsageError("name a command: replay");
  if (command !== "replay") throw new UsageError(`unknown command ${command}${suggestion(command, ["replay"]) || "; this program has replay"}`);
  if (files.length === 0) throw new UsageError("replay: name at least one recording");
  try {
    return await replay(await load(), files, values);
  } catch (error) {
    if (error instanceof HadalError && error.code === "config_invalid") throw new UsageError(`--${error.message}`);
    throw error;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError;
  if (!(error instanceof OutputError && error.quiet)) complain(usage ? `${error.message} (see hadal --help)` : error instanceof Error ? error.message : String(error));
  process.exitCode = usage ? exit.usage : exit.failed;
}
