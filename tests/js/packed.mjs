// The package as npm packs it, installed outside the project: what the tests of the tarball and of the bundlers share.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support.mjs";

// Without what an npm around this process has set: it would be about the project, not about the folder.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith("npm_")));

/** Runs a program in a folder; it must succeed unless `mayFail`. */
export function runIn(folder, command, args, { mayFail = false } = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, env, encoding: "utf8", timeout: 60_000 });
  if (error) throw error;
  if (status !== 0 && !mayFail) throw new Error(`${command} ${args.join(" ")}: ${signal ?? `exit ${status}`}\n${stdout}${stderr}`);
  return { status, stdout, stderr };
}

/** Packs the project as it would be published; returns the tarball's path. */
export function pack(folder) {
  const { stdout } = runIn(root, "npm", ["pack", "--json", "--pack-destination", folder]);
  return join(folder, JSON.parse(stdout)[0].filename);
}

/** A fresh application with the tarball installed and nothing else: npm's cache is empty, so that a dependency would be missed. Returns its folder. */
export function install(tarball, folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "application", private: true, type: "module" }));
  runIn(folder, "npm", ["install", "--no-audit", "--no-fund", "--offline", "--cache", join(folder, "..", "npm-cache"), tarball]);
  return folder;
}
