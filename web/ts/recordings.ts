import type { Link } from "./calls.js";
import { HadalError, invalid } from "./error.js";
import { checkNames } from "./options.js";
import type { BookOptions } from "./types.js";

/** A recording that goes on. */
export interface Recorded {
  /** Ends it and gives the journal. `full`: it had ended by itself, at `maxBytes`. Pack it with CompressionStream, or save it as it is. */
  stop(): Promise<Blob & { readonly full: boolean }>;
}

/** Options of Client.replay(). */
export interface ReplayFileOptions extends BookOptions {
  /** Of the file, for messages and the summary. @default "recording", or the name of a File */
  name?: string;
  /** The text of the event log is wanted. @default false */
  keepLog?: boolean;
  /** Hears how far it has come, after each piece. `bytes` are those of the file as it is read, packed or not. */
  onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number; readonly frames: number }) => void;
  signal?: AbortSignal;
}

/** What a recording holds of one symbol, as `hadal replay --json` prints it. Open for new members. */
export interface ReplaySummary {
  readonly file: string;
  readonly symbol?: string;
  readonly [member: string]: unknown;
}

export interface ReplayResult {
  /** Every checksum of every book matched, and nothing was lost. */
  readonly verified: boolean;
  /** 0 all verified, 1 no frames or not the symbol, 3 a fault, or a book that nothing verified. */
  readonly exitCode: number;
  /** For people. */
  readonly summary: string;
  /** By symbol. */
  readonly books: readonly ReplaySummary[];
  /** What was wrong with the file, a line each. */
  readonly messages: readonly string[];
  /** With `keepLog`. */
  readonly log: string;
}

/** @internal */
export async function replayFile(call: Link["call"], id: number, file: Blob | ArrayBuffer | Uint8Array | string, options: ReplayFileOptions): Promise<ReplayResult> {
  checkNames("options", options, ["name", "keepLog", "onProgress", "signal", "depth", "precision", "symbol"]);
  const { name = nameOf(file), keepLog = false, onProgress, signal, ...books } = options;
  const blob = blobOf(file);
  signal?.throwIfAborted();
  const chosen = Object.fromEntries(Object.entries(books).filter(([, value]) => value !== undefined));
  await call("replayBegin", id, JSON.stringify({ ...chosen, keepLog }), String(name));
  try {
    let bytes = 0;
    for await (const { piece, read } of pieces(blob)) {
      signal?.throwIfAborted();
      bytes = read;
      const frames = await call("replayPush", id, piece);
      onProgress?.({ bytes, totalBytes: blob.size, frames });
    }
    const end = await call("replayEnd", id);
    return {
      verified: end.exitCode === 0,
      exitCode: end.exitCode,
      summary: end.summary,
      books: end.files.split("\n").filter(Boolean).map((line) => JSON.parse(line) as ReplaySummary),
      messages: end.messages,
      log: new TextDecoder().decode(end.log),
    };
  } catch (error) {
    await call("replayDrop", id).catch(() => undefined);
    throw error;
  }
}

function nameOf(file: unknown): string {
  return typeof File === "function" && file instanceof File ? file.name : "recording";
}

function blobOf(file: Blob | ArrayBuffer | Uint8Array | string): Blob {
  if (file instanceof Blob) return file;
  if (typeof file === "string" || file instanceof ArrayBuffer || file instanceof Uint8Array) return new Blob([file as BlobPart]);
  throw invalid("file: must be a Blob, a File, bytes or a string");
}

/** Unpacked if it begins like a gzip file. `read`: bytes of the file so far. */
async function* pieces(blob: Blob): AsyncGenerator<{ piece: Uint8Array; read: number }> {
  const start = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  let read = 0;
  const counted = blob.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(piece, out) {
        read += piece.length;
        out.enqueue(piece);
      },
    }),
  );
  const stream = packed ? counted.pipeThrough(new DecompressionStream("gzip")) : counted;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        const what = packed ? "begins like a gzip file but cannot be unpacked" : "cannot be read";
        throw new HadalError(packed ? "journal_corrupt" : "io_error", `the file ${what}: ${String(cause)}`, { cause });
      });
      if (done) return;
      yield { piece: value, read };
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
