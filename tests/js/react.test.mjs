// hadal/react on a server: it touches no browser global, and renders the same twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createElement as h, StrictMode } from "react";
import { renderToString } from "react-dom/server";

const trapped = ["window", "document", "self", "WebSocket", "localStorage", "requestAnimationFrame", "HTMLElement", "ShadowRoot", "CSSStyleSheet", "location", "matchMedia"];
for (const name of trapped) {
  Object.defineProperty(globalThis, name, {
    get() {
      throw new Error(`touched ${name}`);
    },
    configurable: true,
  });
}
const { DepthChart, HadalProvider, Heatmap, Ladder, Status, Tape, useBook, useClient, useStatus, useTicker, useTrades } = await import(new URL("../../dist/react/index.js", import.meta.url));

function Numbers() {
  const found = [useClient(), useBook("BTC/USD", { ladder: { levels: 3 } }, { depth: 10 }), useTicker("BTC/USD"), useStatus()];
  return h("p", null, `${found.filter((one) => one === undefined).length} undefined, ${useTrades("BTC/USD", { count: 5 }).length} trades`);
}

const page = (props) => {
  const charts = [DepthChart, Ladder, Tape, Heatmap, Status].map((Chart) => h(Chart, { key: Chart.displayName, symbol: "BTC/USD", className: Chart.displayName, theme: "dark", onPause() {} }));
  return h(StrictMode, null, h(HadalProvider, props, h(Numbers), charts, h(DepthChart, { symbol: "BTC/USD", style: { height: 300 } })));
};

test("a server renders provider, hooks and components, the same twice, and nothing is connected", (t) => {
  const errors = t.mock.method(console, "error", () => {});
  const markup = renderToString(page({ options: { symbols: ["BTC/USD"] } }));
  const boxes = ["DepthChart", "Ladder", "Tape", "Heatmap", "Status"].map((name) => `<div class="${name}"></div>`).join("");
  assert.equal(markup, `<p>4 undefined, 0 trades</p>${boxes}<div style="height:300px"></div>`);
  assert.equal(renderToString(page({ options: { symbols: ["BTC/USD"] } })), markup);
  assert.equal(renderToString(page({})), markup);
  assert.deepEqual(errors.mock.calls.map(({ arguments: words }) => words), []);
});

test("a provider with a client of your own and options, and hooks or components without a client, say what is wrong", (t) => {
  t.mock.method(console, "error", () => {});
  assert.throws(() => renderToString(page({ client: {}, options: {} })), { code: "config_invalid", message: /^client: .*not both/ });
  assert.throws(() => renderToString(h(Numbers)), { code: "config_invalid", message: /HadalProvider/ });
  assert.throws(() => renderToString(h(Ladder, { symbol: "BTC/USD" })), { code: "config_invalid", message: /<Ladder>/ });
  assert.equal(renderToString(h(Ladder, { symbol: "BTC/USD", client: {} })), "<div></div>");
});
