// What pages load goes without comments, which are in the types; Emscripten's part, which nobody reads, without anything that can go.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minifySync } from "vite";
import { root } from "./run.mjs";

const readable = { compress: false, mangle: false, codegen: { removeWhitespace: false } };

/** The loader hands the module in: its script's address is of no use, and webpack would write the builder's path in its place. */
function withoutAddress(path, text) {
  const parts = text.split("var _scriptDir = import.meta.url;");
  if (parts.length !== 2) throw new Error(`${path}: Emscripten writes its script's address in another way`);
  return parts.join("var _scriptDir;");
}

function strip(path) {
  const read = readFileSync(path, "utf8");
  const text = path.endsWith("-glue.js") ? withoutAddress(path, read) : read;
  const { code, errors } = minifySync(path, text, path.endsWith("-glue.js") ? {} : readable);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  writeFileSync(path, code);
}

// Comments of wasm.js are for bundlers.
for (const entry of readdirSync(join(root, "dist"), { recursive: true })) if (entry.endsWith(".js") && entry !== "wasm.js") strip(join(root, "dist", entry));
