// Builds everything: build/native/hadal, build/wasm, and dist/ (the npm package). Only what changed is compiled.
import "./node-version.mjs";
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { heading, isMain, main, root, run } from "./run.mjs";
import { setup } from "./setup.mjs";

const jobs = "2";

/** Configures (again, if an option changed) and builds a preset. Warnings are errors in CI. */
export function cmake(preset, ...targets) {
  heading(`cmake preset ${preset}${targets.length ? `: ${targets.join(" ")}` : ""}`);
  // emcc finds its optimiser's parser only with this; the preset sets it for the configure step alone on older CMakes.
  const env = preset === "wasm" ? { NODE_PATH: "/usr/share/nodejs" } : {};
  run("cmake", ["--preset", preset, "--log-level=WARNING", `-DHADAL_WERROR=${process.env.CI ? "ON" : "OFF"}`], { env });
  run("cmake", ["--build", "--preset", preset, `-j${jobs}`, ...(targets.length ? ["--target", ...targets] : [])], { env });
}

/** TypeScript and the WebAssembly beside it. */
export function buildPackage() {
  heading("TypeScript to dist/");
  const dist = join(root, "dist");
  rmSync(dist, { recursive: true, force: true });
  run(process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.json"]);
  for (const module of ["hadal", "hadal-full", "hadal-sim"]) {
    copyFileSync(join(root, `build/wasm/${module}.js`), join(dist, `${module}-glue.js`));
    copyFileSync(join(root, `build/wasm/${module}.wasm`), join(dist, `${module}.wasm`));
    copyFileSync(join(root, `web/ts/${module}-glue.d.ts`), join(dist, `${module}-glue.d.ts`));
    chmodSync(join(dist, `${module}.wasm`), 0o644);
  }
  run(process.execPath, [join("scripts", "strip.mjs")]);
  chmodSync(join(dist, "cli.js"), 0o755);
}

/** The demo page as static files in build/demo. */
export function buildDemo() {
  heading("demo page to build/demo");
  run(process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "-p", "demo/tsconfig.json"]);
  run(process.execPath, [join("node_modules", "vite", "bin", "vite.js"), "build", "--config", "demo/vite.config.ts", "--logLevel", "warn"]);
}

export function build() {
  cmake("native", "hadal_cli");
  cmake("wasm", "hadal_wasm", "hadal_full_wasm", "hadal_sim_wasm");
  buildPackage();
}

if (isMain(import.meta)) {
  await main(() => {
    setup("build", "unit");
    build();
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    if (existsSync(join(root, "build/native/hadal"))) console.log(`\nhadal ${version}: build/native/hadal and dist/ are ready. Try: build/native/hadal replay demo/recordings/synthetic.journal`);
  });
}
