#!/usr/bin/env node
/** `hadal replay` in Node, on the WebAssembly engine: the same options, the same bytes. */
import { closeSync, createReadStream, openSync, statSync, writeSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { parseArgs } from "node:util";
import { HadalError, load, type Depth, type BookOptions, type Hadal } from "./index.js";

/** Exit codes of every command. */
const exit = { done: 0, failed: 1, usage: 2 } as const;

const help = `hadal: checksum-verified Kraken order books. Not affiliated with Kraken.

Usage: hadal replay [options] FILE...

Replay recordings and verify every checksum. Recordings are journals (.gz too) or files with one received frame a line.

Options:
  --depth N          Levels a side: 10, 25, 100, 500 or 1000. Default: from acks, header or first snapshot
  --precision P,Q    Decimals of price and quantity, as the instrument channel states them. Default: the digits on the wire
  --symbol S         Only this pair, for example BTC/USD
  --log OUT          Write the event log to this file; - for standard output (the summary then goes to stderr)
  --json             One JSON object per file and symbol instead of the summary for people
  --version          Print the version
  --help             Print this text

Exit code: 0 all verified, 1 a file cannot be read, 2 wrong usage, 3 a mismatch or an undecodable book frame.
`;

class UsageError extends Error {}

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
  return message ?? String(error);
}

/** The pieces of a file, unpacked if its first two bytes say gzip. */
async function* pieces(path: string): AsyncGenerator<Uint8Array> {
  let gzip = false;
  const head = createReadStream(path, { end: 1 });
  for await (const chunk of head) gzip = chunk[0] === 0x1f && chunk[1] === 0x8b;
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  if (!gzip) return yield* file;
  const unpacked = createGunzip();
  file.on("error", (error) => unpacked.destroy(error));
  try {
    yield* file.pipe(unpacked);
  } catch (error) {
    // A gzip file that ends early is a recording that was cut short: what came before counts.
    if ((error as NodeJS.ErrnoException).code !== "Z_BUF_ERROR") throw error;
  }
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

function openLog(path: string | undefined): number | undefined {
  if (path === undefined) return undefined;
  if (path === "-") return 1;
  try {
    return openSync(path, "w");
  } catch (error) {
    throw new Error(`${path}: cannot be written: ${reason(error)}`);
  }
}

/** A line of progress on stderr for long work watched by a person; silent otherwise. Returns what erases it. */
function progress(path: string, run: { readonly frames: number }): { update(bytes: number): void; end(): void } {
  const size = process.stderr.isTTY ? statSync(path).size : 0;
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

async function replay(hadal: Hadal, files: string[], values: { log?: string; json?: boolean } & Parameters<typeof bookOptions>[0]) {
  const log = openLog(values.log);
  const run = hadal.replay({ ...bookOptions(values), keepLog: log !== undefined, severalFiles: files.length > 1 });
  const drain = () => {
    const text = run.takeLog();
    if (log !== undefined) writeAll(log, text);
    run.takeMessages().forEach(complain);
  };
  for (const path of files) {
    try {
      if (statSync(path).isDirectory()) throw new Error("is a directory; name a recording");
    } catch (error) {
      const text = reason(error);
      throw new Error(text.startsWith("is a") ? `${path}: ${text}` : `${path}: cannot be opened: ${text}`);
    }
    run.begin(path);
    const line = progress(path, run);
    try {
      for await (const piece of pieces(path)) {
        run.push(piece);
        drain();
        line.update(piece.length);
      }
    } catch (error) {
      throw new Error(`${path}: cannot be read: ${reason(error)}`, { cause: error });
    } finally {
      line.end();
    }
    run.finish();
    drain();
  }
  if (log !== undefined && log !== 1) closeSync(log);
  writeAll(log === 1 ? 2 : 1, values.json ? run.summaryJson() : run.summaryText());
  return run.exitCode();
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        depth: { type: "string" },
        precision: { type: "string" },
        symbol: { type: "string" },
        log: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    writeAll(1, help);
    return exit.done;
  }
  if (values.version) {
    writeAll(1, `hadal ${(await load()).version}\n`);
    return exit.done;
  }
  const [command, ...files] = positionals;
  if (command === undefined) throw new UsageError("name a command: replay");
  if (command !== "replay") throw new UsageError(`unknown command ${command}; this program has replay`);
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
  complain(usage ? `${error.message} (see hadal --help)` : error instanceof Error ? error.message : String(error));
  process.exitCode = usage ? exit.usage : exit.failed;
}
