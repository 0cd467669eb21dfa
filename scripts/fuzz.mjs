// Runs each fuzz target for a while: --seconds N each (default 60). Crash files land in build/fuzz/crashes.
import "./node-version.mjs";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { StepFailed, heading, main, root } from "./run.mjs";

export const targets = ["decoder_fuzz", "book_fuzz", "journal_fuzz", "session_fuzz", "exchange_fuzz"];

await main(() => {
  const flag = process.argv.indexOf("--seconds");
  const seconds = flag < 0 ? 60 : Number(process.argv[flag + 1]);
  if (!Number.isInteger(seconds) || seconds < 1) throw new StepFailed("--seconds: must be a whole number from 1");
  const crashes = join(root, "build/fuzz/crashes");
  mkdirSync(crashes, { recursive: true });
  for (const target of targets) {
    heading(`fuzz ${target} for ${seconds} s`);
    const corpus = join(root, "build/fuzz/corpus", target);
    mkdirSync(corpus, { recursive: true });
    // libFuzzer talks a lot; only its last word matters unless it finds something.
    const result = spawnSync(
      join(root, "build/fuzz/tests/fuzz", target),
      [
        `-max_total_time=${seconds}`,
        "-max_len=4096",
        "-timeout=5",
        "-dict=tests/fuzz/frames.dict",
        `-artifact_prefix=${crashes}/${target}-`,
        corpus,
        join(root, "tests/fuzz/seeds"),
      ],
      { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 },
    );
    if (result.error) throw new StepFailed(`${target} could not be started: ${result.error.message}; build it with: cmake --preset fuzz && cmake --build --preset fuzz`);
    if (result.status !== 0) {
      console.error(result.stderr.split("\n").slice(-60).join("\n"));
      throw new StepFailed(`${target} found a failure; the input is in build/fuzz/crashes`);
    }
    console.log(result.stderr.split("\n").filter((line) => /DONE|^Done/.test(line)).join("\n"));
  }
});
