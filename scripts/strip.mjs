// What pages load goes without comments, which are in the types; Emscripten's part, which nobody reads, without anything that can go.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minifySync } from "vite";
import { root } from "./run.mjs";

const readable = { compress: false, mangle: false, codegen: { removeWhitespace: false } };

function strip(path) {
  const text = readFileSync(path, "utf8");
  const { code, errors } = minifySync(path, text, path.endsWith("-glue.js") ? {} : readable);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  writeFileSync(path, code);
}

// Comments of wasm.js are for bundlers.
for (const entry of readdirSync(join(root, "dist"), { recursive: true })) if (entry.endsWith(".js") && entry !== "wasm.js") strip(join(root, "dist", entry));
