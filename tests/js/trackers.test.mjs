// What a client tells its engine to track: wishes add up, and what is asked for as a whole goes first.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "hadal";
import { simulate } from "hadal/sim";
import { Trackers } from "../../dist/trackers.js";

function told() {
  const calls = [];
  const trackers = new Trackers(async (symbol, text) => {
    if (text.includes("weather")) throw new Error("weather: is no tracker");
    calls.push(`${symbol} ${text}`);
  });
  return { trackers, calls: () => calls.splice(0) };
}

test("wishes add up, whatever comes first, and end one by one", async () => {
  const { trackers, calls } = told();
  await trackers.set("BTC/USD", { flow: true });
  const one = trackers.add("btc/usd", { heatmap: true });
  const other = trackers.add("BTC/USD", { heatmap: true });
  const both = 'BTC/USD {"heatmap":true,"flow":true}';
  assert.deepEqual(calls(), ['BTC/USD {"flow":true}', both, both]);
  one();
  one();
  assert.deepEqual(calls(), [both], "there is another");
  other();
  assert.deepEqual(calls(), ['BTC/USD {"flow":true}']);
});

test("what is asked for as a whole goes first, also when it is of all symbols", async () => {
  const { trackers, calls } = told();
  const end = trackers.add("ETH/USD", { heatmap: true });
  await trackers.set("*", { heatmap: { columnMs: 500 } });
  assert.deepEqual(calls(), ['ETH/USD {"heatmap":true}', '* {"heatmap":{"columnMs":500}}', 'ETH/USD {"heatmap":{"columnMs":500}}']);
  end();
  assert.deepEqual(calls(), ['ETH/USD {"heatmap":{"columnMs":500}}'], "all have one");
  await trackers.set("*", { flow: true });
  assert.deepEqual(calls(), ['* {"flow":true}', 'ETH/USD {"flow":true}'], "also of whoever had a wish once");
});

test("a wrong wish changes nothing", async () => {
  const { trackers, calls } = told();
  await trackers.set("BTC/USD", { flow: true });
  await assert.rejects(trackers.set("BTC/USD", { weather: true }), /weather/);
  trackers.add("BTC/USD", { heatmap: true });
  assert.deepEqual(calls(), ['BTC/USD {"flow":true}', 'BTC/USD {"heatmap":true,"flow":true}']);
});

test("a heatmap goes on when something else is tracked, too", async () => {
  const exchange = await simulate({ seed: 7 });
  const client = await connect({ WebSocket: exchange.WebSocket, symbols: ["BTC/USD"] });
  client.alsoTrack("BTC/USD", { heatmap: { columnMs: 50 } });
  for await (const { heatmap } of client.frames("BTC/USD", { heatmap: true })) if (heatmap && heatmap.columns > 2) break;
  await client.track("BTC/USD", { flow: true });
  assert.ok((await client.ask("BTC/USD", { heatmap: true })).heatmap.columns > 2);
  await client.close();
  exchange.close();
});

test("a heatmap that is wished for is there, and gone with the last wish", async () => {
  const exchange = await simulate({ seed: 7 });
  const client = await connect({ WebSocket: exchange.WebSocket, symbols: ["BTC/USD"] });
  const end = client.alsoTrack("BTC/USD", { heatmap: true });
  for await (const { heatmap } of client.frames("BTC/USD", { heatmap: true })) if (heatmap) break;
  end();
  assert.equal((await client.ask("BTC/USD", { heatmap: true })).heatmap, null);
  await client.close();
  exchange.close();
});
