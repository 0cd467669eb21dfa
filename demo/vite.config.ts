import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The native program replays the committed recording while the page is built: its digest goes into the page, its log beside it. */
function nativeProof(): Plugin {
  const id = "virtual:native-proof";
  const recording = "demo/recordings/synthetic.journal";
  const native = (...args: string[]): string => execFileSync(path("../build/native/hadal"), ["replay", recording, ...args], { cwd: path(".."), encoding: "utf8", maxBuffer: 2 ** 28 });
  let serving = false;
  return {
    name: "hadal-native-proof",
    configResolved: ({ command }) => void (serving = command === "serve"),
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load(source) {
      if (source !== `\0${id}`) return null;
      const { digest } = JSON.parse(native("--json").split("\n")[0] ?? "") as { digest: string };
      const log = native("--log", "-");
      if (!serving) this.emitFile({ type: "asset", fileName: "native.log", source: log });
      return `export default ${JSON.stringify({ name: "synthetic.journal", digest, log: "native.log" })};`;
    },
    configureServer: (server) => void server.middlewares.use("/native.log", (_, response) => void response.end(native("--log", "-"))),
  };
}

// The page uses the built package, as any other page would: build `dist/` first.
export default defineConfig({
  root: path("."),
  base: "./",
  publicDir: false,
  plugins: [nativeProof()],
  worker: { format: "es" },
  resolve: {
    alias: [
      { find: /^hadal\/hadal\.wasm/, replacement: path("../dist/hadal.wasm") },
      { find: /^hadal\/sim$/, replacement: path("../dist/sim.js") },
      { find: /^hadal\/chart$/, replacement: path("../dist/chart/index.js") },
      { find: /^hadal$/, replacement: path("../dist/index.js") },
    ],
  },
  build: {
    outDir: path("../build/demo"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // data: URLs would need holes in the content security policy
    modulePreload: { polyfill: false },
  },
  server: { host: "localhost", fs: { allow: [path("..")] } },
  preview: { host: "localhost" },
});
