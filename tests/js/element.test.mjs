// hadal/element where there are no elements: it is imported by servers, and by tests.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

test("importing hadal/element touches no browser global, and defines nothing where there are no elements", () => {
  const script = `
    for (const name of ["window", "document", "self", "WebSocket", "localStorage", "requestAnimationFrame", "HTMLElement", "ShadowRoot", "CSSStyleSheet", "location", "matchMedia"])
      Object.defineProperty(globalThis, name, { get() { throw new Error("touched " + name); }, configurable: true });
    const { defineElements, setSharedClient, sharedClient } = await import(${JSON.stringify(new URL("../../dist/element/index.js", import.meta.url))});
    defineElements();
    const market = {};
    setSharedClient(market);
    if ((await sharedClient()) !== market) throw new Error("another client");
    console.log("untouched");`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", script], { encoding: "utf8" });
  assert.equal(stdout, "untouched\n", stderr);
});

test("a shared client that cannot be had rejects, and is tried again the next time", async () => {
  const { setSharedClient, sharedClient } = await import(new URL("../../dist/element/index.js", import.meta.url));
  let tries = 0;
  setSharedClient(() => {
    if (++tries === 1) throw new Error("not today");
    return { tries };
  });
  await assert.rejects(sharedClient(), /not today/);
  assert.deepEqual(await sharedClient(), { tries: 2 });
  assert.equal(await sharedClient(), await sharedClient());
  setSharedClient(undefined);
});
