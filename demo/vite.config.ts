import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

// The page uses the built package, as any other page would: build `dist/` first.
export default defineConfig({
  root: path("."),
  base: "./",
  publicDir: false,
  resolve: {
    alias: [
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
