// Installs what is missing: Debian packages as root or with sudo, npm packages from the lock file. Otherwise prints the line to run.
import "./node-version.mjs";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StepFailed, heading, isMain, main, output, root, run } from "./run.mjs";

/** Debian 12 packages by what needs them. */
const packages = {
  build: ["g++", "cmake", "ninja-build", "emscripten", "nlohmann-json3-dev", "libboost1.81-dev", "libcli11-dev", "zlib1g-dev",
    "libssl-dev", "libspdlog-dev", "libncurses-dev"],
  unit: ["catch2", "librapidcheck-dev"],
  test: ["clang", "libclang-rt-14-dev", "chromium", "firefox-esr", "openssl", "tmux"],
  bench: ["libbenchmark-dev", "libsimdjson-dev"],
};

function missing(names) {
  // Pseudo-installed states (removed, configured only) do not count.
  const listed = output("dpkg-query", ["-W", "-f", "${db:Status-Status} ${Package}\n"]);
  if (listed === undefined) throw new StepFailed("dpkg-query failed: hadal's scripts know Debian 12; elsewhere install the tools by hand (see README)");
  const installed = new Set(listed.split("\n").filter((line) => line.startsWith("installed ")).map((line) => line.slice(10)));
  return names.filter((name) => !installed.has(name));
}

function installDebian(groups) {
  const names = missing(groups.flatMap((group) => packages[group]));
  if (names.length === 0) return;
  const install = ["apt-get", "install", "-y", "--no-install-recommends", ...names];
  const asRoot = process.getuid?.() === 0;
  const withSudo = !asRoot && output("sudo", ["-n", "true"]) !== undefined;
  if (!asRoot && !withSudo) {
    throw new StepFailed(`Debian packages are missing. Run this line, then try again:\n\n  sudo apt-get update && sudo ${install.join(" ")}\n`);
  }
  heading(`installing Debian packages: ${names.join(" ")}`);
  const sudo = withSudo ? ["sudo", "-n", "env"] : ["env"];
  const call = (args) => run([...sudo, ...args][0], [...sudo, "DEBIAN_FRONTEND=noninteractive", ...args].slice(1));
  call(["apt-get", "update", "-qq"]);
  call([...install.slice(0, 2), "-qq", ...install.slice(2)]);
}

/** npm ci, unless the installed packages are those of the lock file. */
function installNpm() {
  const lock = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");
  const stamp = join(root, "node_modules", ".hadal-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  heading("installing npm packages from the lock file");
  run("npm", ["ci", "--no-audit", "--no-fund"]);
  writeFileSync(stamp, lock);
}

/**
 * promtool, out of Debian's package of Prometheus, into build/tools: the package itself would start a server. Without it the test of the metrics
 * is skipped, by name.
 */
function fetchPromtool() {
  const tools = join(root, "build", "tools");
  const promtool = join(tools, "promtool");
  if (existsSync(promtool) || output("promtool", ["--version"]) !== undefined) return;
  heading("fetching promtool");
  const folder = mkdtempSync(join(tmpdir(), "hadal-promtool-"));
  try {
    run("apt-get", ["download", "-qq", "prometheus"], { cwd: folder });
    const [file] = readdirSync(folder).filter((name) => name.endsWith(".deb"));
    run("dpkg-deb", ["-x", join(folder, file), join(folder, "files")]);
    mkdirSync(tools, { recursive: true });
    copyFileSync(join(folder, "files/usr/bin/promtool"), promtool);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    console.log(`promtool could not be had (${error.message}): the test of the metrics will be skipped`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {("build" | "unit" | "test" | "bench")[]} groups */
export function setup(...groups) {
  installDebian(groups);
  installNpm();
  if (groups.includes("test")) fetchPromtool();
}

if (isMain(import.meta)) await main(() => setup(...Object.keys(packages)));
