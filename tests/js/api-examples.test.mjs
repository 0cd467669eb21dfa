// Every example of web/API.md runs, as its readers would run it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./support.mjs";

const text = readFileSync(join(root, "web/API.md"), "utf8");
const examples = new Map([...text.matchAll(/<!-- run: (\w+) -->\n```js\n([\s\S]*?)```/g)].map(([, name, code]) => [name, code]));

/** What each prints. */
const expected = {
  status: /^(connecting|subscribing|subscribed) .*\n[\s\S]*subscribed +BTC\/USD live\n$/,
  subscriptions: /^true \[ 'BTC\/USD', 'ETH\/USD' \]\nsubscribe_rejected: trade NO\/PE: Currency pair not supported NO\/PE\nactive\n$/,
  events: /^(BTC\/USD: first update, checksum match\n)?3 trades, 0 updates dropped\n$/,
  pictures: /^best bid \d+\.\d, 25 levels, 5 rows, 320 columns\n10000 USD buy 0\.\d+ BTC, imbalance -?\d\.\d\n$/,
  recordings: /^true true\n$/,
  simulation: /^(\w+\/USD: checksum, sent \d+, computed \d+\n)+\w+\/USD is repaired; \d\d faults, 6 scenarios\n$/,
  feed: /^\w+ \{ price: '1\.5', size: '2\.00' \}\n$/,
};

test("every example that says so is expected, and the other way round", () => {
  assert.deepEqual([...examples.keys()].sort(), Object.keys(expected).sort());
});

for (const [name, code] of examples) {
  test(`the example "${name}" runs and ends`, () => {
    mkdirSync(join(root, "build"), { recursive: true });
    const script = join(root, `build/api-${name}.mjs`); // inside the project, so that the package finds itself by its name
    writeFileSync(script, code);
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: 60_000 });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "");
    assert.match(stdout, expected[name]);
  });
}

test("links inside the page lead somewhere", () => {
  const anchors = new Set([...text.matchAll(/^## (.+)$/gm)].map(([, title]) => `#${title.toLowerCase().replaceAll(" ", "-")}`));
  for (const [, anchor] of text.matchAll(/\]\((#[\w-]+)\)/g)) assert.ok(anchors.has(anchor), anchor);
});
