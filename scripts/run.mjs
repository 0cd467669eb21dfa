// Running programs, with a heading for each step.
import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Whether a module is the script that was started, whatever its path looks like. */
export function isMain(meta) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(meta.url));
}

/** A step failed; its own output has said why. */
export class StepFailed extends Error {}

/** Runs a program in the project's folder. Throws StepFailed naming the command. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options, env: { ...process.env, ...options.env } });
  if (result.error) throw new StepFailed(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) throw new StepFailed(`failed (${result.signal ?? `exit ${result.status}`}): ${command} ${args.join(" ")}`);
}

/** What a program prints, or undefined if it fails. */
export function output(command, args) {
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

export function heading(text) {
  console.log(`\n== ${text}`);
}

/** Runs a script's main function; a failed step ends it with exit code 1 and one line. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.error(`\nhadal: ${error.message}`);
    process.exitCode = 1;
  }
}
