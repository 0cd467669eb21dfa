// Runs each fuzz target for a while: --seconds N each (default 60), two at a time. Crash files land in build/fuzz/crashes.
import "./node-version.mjs";
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { StepFailed, heading, main, root } from "./run.mjs";

export const targets = ["decoder_fuzz", "book_fuzz", "journal_fuzz", "session_fuzz", "exchange_fuzz"];

const crashes = join(root, "build/fuzz/crashes");

/** libFuzzer talks a lot; only its last word matters unless it finds something. */
function fuzz(target, seconds) {
  const corpus = join(root, "build/fuzz/corpus", target);
  mkdirSync(corpus, { recursive: true });
  const args = [`-max_total_time=${seconds}`, "-max_len=4096", "-timeout=5", "-dict=tests/fuzz/frames.dict", `-artifact_prefix=${crashes}/${target}-`, corpus, join(root, "tests/fuzz/seeds")];
  return new Promise((resolve, reject) => {
    execFile(join(root, "build/asan/tests/fuzz", target), args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 }, (error, _, said) => {
      if (error?.code === "ENOENT") return reject(new StepFailed(`${target} is not there; build it with: cmake --preset asan && cmake --build --preset asan`));
      if (error) {
        console.error(said.split("\n").slice(-60).join("\n"));
        return reject(new StepFailed(`${target} found a failure; the input is in build/fuzz/crashes`));
      }
      heading(`fuzz ${target} for ${seconds} s`);
      console.log(said.split("\n").filter((line) => /DONE|^Done/.test(line)).join("\n"));
      resolve();
    });
  });
}

await main(async () => {
  const flag = process.argv.indexOf("--seconds");
  const seconds = flag < 0 ? 60 : Number(process.argv[flag + 1]);
  if (!Number.isInteger(seconds) || seconds < 1) throw new StepFailed("--seconds: must be a whole number from 1");
  mkdirSync(crashes, { recursive: true });
  const left = [...targets];
  const worker = async () => {
    for (let target = left.shift(); target; target = left.shift()) await fuzz(target, seconds);
  };
  await Promise.all([worker(), worker()]);
});
