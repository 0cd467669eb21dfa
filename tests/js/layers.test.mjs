// The layers hold: what src/ may know, and that text files name no machine.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { root } from "./support.mjs";

const walk = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
const sources = walk(join(root, "src")).filter((path) => /\.(hpp|cpp|in)$/.test(path));
const includes = (path) => [...readFileSync(path, "utf8").matchAll(/^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)].map((match) => match[1]);

test("the simulated exchange shares nothing with the client but the names of libraries", () => {
  const own = sources.filter((path) => path.includes("src/hadal_sim/"));
  assert.ok(own.length > 8);
  for (const path of own) {
    for (const name of includes(path)) assert.ok(!name.startsWith("hadal/"), `${relative(root, path)} includes ${name}`);
  }
  const client = sources.filter((path) => path.includes("src/hadal/"));
  for (const path of client) assert.ok(!includes(path).some((name) => name.startsWith("hadal_sim/")), relative(root, path));
});

test("src/ includes only itself, the C++ library without I/O, clocks or threads, and the two vendor headers", () => {
  const allowed = new Set([
    "algorithm", "array", "atomic", "bit", "cassert", "charconv", "cmath", "compare", "cstddef", "cstdint", "cstring", "deque", "functional", "initializer_list", "iterator",
    "limits", "map", "memory", "optional", "queue", "set", "span", "string", "string_view", "type_traits", "unordered_map", "utility",
    "variant", "vector",
  ]);
  assert.ok(sources.length > 40);
  for (const path of sources) {
    for (const name of includes(path)) {
      const file = relative(root, path);
      if (name.startsWith("hadal/") || name.startsWith("hadal_sim/")) continue;
      if (name === "boost/crc.hpp") assert.equal(file, "src/hadal/book/checksum.cpp");
      else if (name === "nlohmann/json.hpp") assert.ok(["src/hadal/detail/json_walk.cpp", "src/hadal_sim/fault_plan.cpp", "src/hadal_sim/request.cpp"].includes(file), file);
      else assert.ok(allowed.has(name), `${file} includes <${name}>`);
    }
  }
});

test("no function of the C library that builds compute differently enters a formula", () => {
  for (const path of sources) {
    const used = [...readFileSync(path, "utf8").matchAll(/\bstd::(exp|log|log2|log10|log1p|expm1|pow|sin|cos|tan|cbrt|hypot|fma)\b/g)].map((match) => match[0]);
    assert.deepEqual(used, [], relative(root, path));
  }
});

test("src/ is ASCII, and no floating point enters a book", () => {
  for (const path of sources) {
    const text = readFileSync(path, "utf8");
    const odd = [...text].find((c) => c.codePointAt(0) > 126);
    assert.equal(odd, undefined, `${relative(root, path)} holds ${odd}`);
    if (/src\/hadal\/(base|book|wire)\//.test(path)) assert.ok(!/\b(double|float)\b/.test(text.replace(/\/\/.*$/gm, "")), relative(root, path));
  }
});

test("public headers include no private ones but where they must", () => {
  const publicHeaders = includes(join(root, "src/hadal/hadal.hpp")).filter((name) => name !== "hadal/version.hpp");
  assert.ok(publicHeaders.length > 15);
  for (const name of publicHeaders) {
    const inner = includes(join(root, "src", name)).filter((other) => other.startsWith("hadal/detail/"));
    assert.deepEqual(inner, [], name);
  }
});

test("demo and package use no address but their own", () => {
  for (const folder of ["web", "demo"]) {
    for (const path of walk(join(root, folder)).filter((name) => /\.(ts|mjs|html|css)$/.test(name))) {
      assert.ok(!/https?:\/\/(?!www\.w3\.org\/)/.test(readFileSync(path, "utf8")), relative(root, path));
    }
  }
});

test("the native driver and its transport hold no rule of the protocol", () => {
  const words = /subscri|snapshot|heart|checksum|crc|book|channel|symbol|depth|method|resync|repair|req_?id|\bp[io]ng|kraken|json|retry|retries|backoff|jitter|attempt|stale|silence/gi;
  for (const name of ["driver.cpp", "driver.hpp", "transport.cpp"]) {
    const code = readFileSync(join(root, "native/hadal_asio", name), "utf8").replace(/\/\/.*$/gm, "").replace(/^#include.*$/gm, "");
    assert.deepEqual(code.match(words), null, name);
  }
});

test("headers of the live client spare their users Boost.Beast, OpenSSL and private headers", () => {
  const headers = readdirSync(join(root, "native/hadal_asio")).filter((name) => name.endsWith(".hpp") && name !== "reader_state.hpp");
  assert.ok(headers.length >= 9);
  for (const header of headers) {
    for (const name of includes(join(root, "native/hadal_asio", header))) {
      assert.ok(!/^(boost\/beast|openssl|boost\/asio\/ssl|hadal\/detail)\//.test(name) && name !== "hadal_asio/reader_state.hpp", `${header} includes ${name}`);
    }
  }
});

test("server, terminal and commands are built on the library, not the other way round", () => {
  for (const path of walk(join(root, "native/hadal_asio"))) {
    for (const name of includes(path)) assert.ok(!/^(server|watch|cli|sim|hadal_sim)\//.test(name), `${relative(root, path)} includes ${name}`);
  }
  for (const folder of ["server", "watch"]) {
    for (const path of walk(join(root, "native", folder))) {
      for (const name of includes(path)) assert.ok(!/^(cli|sim|hadal_sim)\//.test(name), `${relative(root, path)} includes ${name}`);
    }
  }
});
