// What the JavaScript tests share: where things are, running the two programs, and the recorded captures.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const native = join(root, "build/native/hadal");
export const cli = join(root, "dist/cli.js");
export const demoRecording = join(root, "demo/recordings/synthetic.journal");

const capturesFolder = process.env.HADAL_CAPTURES ?? join(root, "../shared/captures");
/** The reason to skip a test that needs the captures, or false: `test(name, { skip: noCaptures }, ...)` names the test. */
export const noCaptures = existsSync(capturesFolder) ? false : `the recorded captures are not at ${capturesFolder}`;
export const capture = (name) => join(capturesFolder, name);
/** By name, so that a test of an absent one is skipped by name. */
export const bookCaptures = [
  "v2_book_BTC-USD_d10_20260719.jsonl",
  "v2_book_BTC-USD_d10_reencoded_20230730.jsonl",
  "v2_book_BTC-USD_d10_resync_part1_20260801.jsonl",
  "v2_book_ETH-USD_d25_20260802.jsonl",
  "v2_book_MINA-GBP_d25_resubscribe_20260818.jsonl",
  "v2_book_USDG-USD_d10_20260917.jsonl",
  "v2form_book_10pairs_d1000_20210417.jsonl",
];
export const captures = [...bookCaptures, "v2_channels_2024.jsonl", "v2_frames_2025-2026.jsonl", "v2_level3_doc-example_20240108.jsonl", "v1_book_10pairs_d1000_20210417.jsonl"];

const run = (command, args, options) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28, ...options });
  if (error) throw error;
  return { status, stdout, stderr };
};

/** The two programs that must agree. Node runs as a page with a strict Content-Security-Policy would. */
export const programs = {
  native: (args, options) => run(native, args, options),
  wasm: (args, options) => run(process.execPath, ["--disallow-code-generation-from-strings", cli, ...args], options),
};

/** The worked run of ws-v2.md section 10, its checksums documented there. */
export const workedRun = [
  '{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.50000000},{"price":59999.9,"qty":0.12500010},{"price":59999.0,"qty":1.20000000},{"price":59998.5,"qty":0.00025000},{"price":59997.3,"qty":2.00000001},{"price":59996.0,"qty":0.33000000},{"price":59995.5,"qty":0.01000000},{"price":59994.2,"qty":0.75000000},{"price":59993.0,"qty":3.00000000},{"price":59990.0,"qty":0.00005100}],"asks":[{"price":60000.1,"qty":0.25000000},{"price":60000.4,"qty":0.00700000},{"price":60001.0,"qty":1.00000000},{"price":60002.2,"qty":0.44440000},{"price":60003.0,"qty":0.00012000},{"price":60004.7,"qty":0.90000000},{"price":60005.0,"qty":2.50000000},{"price":60006.6,"qty":0.06000000},{"price":60008.0,"qty":0.15000000},{"price":60010.0,"qty":5.00000000}],"checksum":1158505442,"timestamp":"2026-01-02T03:04:05.678901Z"}]}',
  '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.0,"qty":0.35000000}],"asks":[],"checksum":2410023125,"timestamp":"2026-01-02T03:04:05.801234Z"}]}',
  '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],"asks":[{"price":60000.1,"qty":0.00000000},{"price":60011.5,"qty":0.02000000}],"checksum":4117151077,"timestamp":"2026-01-02T03:04:05.950000Z"}]}',
  '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.2,"qty":0.10000000},{"price":60000.2,"qty":0.04000000}],"asks":[],"checksum":4157348007,"timestamp":"2026-01-02T03:04:06.100500Z"}]}',
  '{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":60000.2,"qty":0.00000000},{"price":59990.0,"qty":0.00005100}],"asks":[{"price":60000.3,"qty":0.50000000}],"checksum":3526480573,"timestamp":"2026-01-02T03:04:06.220000Z"}]}',
];

/** Time by hand: nothing happens until tick(). */
export class HandClock {
  time = 5000.25; // a clock need not begin at 0, nor count whole ms
  #timers = new Map();
  #last = 0;
  now = () => this.time;
  setTimeout = (callback, ms) => (this.#timers.set(++this.#last, { at: this.time + ms, callback }), this.#last);
  clearTimeout = (id) => void this.#timers.delete(id);
  get waiting() {
    return this.#timers.size;
  }
  tick(ms) {
    const end = this.time + ms;
    for (;;) {
      const [id, timer] = [...this.#timers].sort((a, b) => a[1].at - b[1].at)[0] ?? [];
      if (!timer || timer.at > end) break;
      this.#timers.delete(id);
      this.time = Math.max(this.time, timer.at);
      timer.callback();
    }
    this.time = end;
  }
  /** Time passes, and nothing was run: the page slept. */
  sleep(ms) {
    this.time += ms;
  }
}
