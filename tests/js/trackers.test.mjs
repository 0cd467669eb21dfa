// What a client tells its engine to track: wishes add up, and only a change is told, because trackers begin anew with it.
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
  assert.deepEqual(calls(), ['BTC/USD {"flow":true}', 'BTC/USD {"heatmap":true,"flow":true}'], "the second changes nothing");
  one();
  one();
  assert.deepEqual(calls(), []);
  other();
  assert.deepEqual(calls(), ['BTC/USD {"flow":true}']);
});

test("what is asked for as a whole goes first, also when it is of all symbols", async () => {
  const { trackers, calls } = told();
  const end = trackers.add("ETH/USD", { heatmap: true });
  await trackers.set("*", { heatmap: { columnMs: 500 } });
  assert.deepEqual(calls(), ['ETH/USD {"heatmap":true}', '* {"heatmap":{"columnMs":500}}', 'ETH/USD {"heatmap":{"columnMs":500}}']);
  trackers.add("SOL/USD", { heatmap: true });
  end();
  assert.deepEqual(calls(), [], "all have one");
});

test("a wrong wish changes nothing", async () => {
  const { trackers, calls } = told();
  await trackers.set("BTC/USD", { flow: true });
  await assert.rejects(trackers.set("BTC/USD", { weather: true }), /weather/);
  trackers.add("BTC/USD", { heatmap: true });
  assert.deepEqual(calls(), ['BTC/USD {"flow":true}', 'BTC/USD {"heatmap":true,"flow":true}']);
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
