import { connect, load } from "hadal";
import { DepthChart, follow, Heatmap, Ladder, StatusBadge, Tape, watchDrawing } from "hadal/chart";
import { loadSocketClass } from "../page/load-socket.js";
import { bookFrames } from "./deep-book.js";

const kinds = { depth: DepthChart, ladder: Ladder, tape: Tape, heatmap: Heatmap, status: StatusBadge };

/** A place of this size for a component. */
function place(width, height) {
  const box = document.createElement("div");
  box.style.width = `${width}px`;
  box.style.height = `${height}px`;
  document.querySelector("main").append(box);
  return box;
}

/** The recording of the demo at a moment, shown by a component: the same picture every time. */
async function show(kind, { text, atMs, symbol = "BTC/USD", damage, options = {}, width = 640, height = 400 }) {
  const hadal = await load();
  const player = hadal.player(text);
  player.track("*", { heatmap: { columnMs: 1000, columns: 120 } });
  player.seek(atMs);
  if (damage) while (player.book(symbol).state === "live" && player.step());
  const box = place(width, height);
  const component = new kinds[kind](box, { simulated: true, ...options });
  const watch = player.watch(symbol, component.views);
  component.onRefresh = () => component.update(watch.frame());
  component.onViews = () => {
    watch.update(component.views);
    component.onRefresh();
  };
  component.update(watch.frame());
  Object.assign(globalThis, { component, watch, player, box });
  await settled();
  component.onViews();
  await settled();
}

/** A few pictures later. */
async function settled(pictures = 6) {
  for (let i = 0; i < pictures; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** A client of one socket that says what it is told to say. */
async function toldClient(depth) {
  let say;
  class ToldSocket {
    constructor() {
      setTimeout(() => this.onopen?.({}));
      say = (data) => this.onmessage?.({ data });
    }
    send(text) {
      const { method, params, req_id } = JSON.parse(text);
      const answer = method === "ping" ? { method: "pong", req_id } : { method, req_id, result: { channel: "book", depth, snapshot: true, symbol: params.symbol[0] }, success: true };
      setTimeout(() => say(JSON.stringify(answer)));
    }
    close() {
      setTimeout(() => this.onclose?.({ code: 1000, reason: "" }));
    }
  }
  const client = await connect({ WebSocket: ToldSocket, depth });
  return { client, say: (text) => say(text) };
}

/** Script a picture takes, as users have it: filling a watch, copying it, and drawing; a book of so many levels a side that changes each time. */
async function scriptPerPicture(levels, pictures) {
  const { client, say } = await toldClient(levels);
  const chart = new DepthChart(place(900, 420), {});
  const frames = bookFrames(levels, pictures);
  const [fills, draws] = [[], []];
  const update = chart.update.bind(chart);
  let begun = 0;
  let verified = false;
  let rows = [];
  const watch = await client.watch("BTC/USD", chart.views, { depth: levels });
  const { frame } = watch;
  watch.frame = function () {
    begun = performance.now();
    return frame.call(this);
  };
  watch.onFrame((picture) => {
    update(picture);
    fills.push(performance.now() - begun);
    verified = picture.verified;
    rows = [picture.book.bids.price.length, picture.book.asks.price.length];
  });
  const end = watchDrawing((ms) => draws.push(ms));
  while (client.subscribedPairs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const text of frames) {
    say(text);
    const before = fills.length;
    for (let i = 0; i < 5 && fills.length === before; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  await settled();
  end();
  chart.destroy();
  await client.close();
  const both = fills.map((ms, i) => ms + (draws[i] ?? 0));
  return { verified, rows, pictures: fills.length, fill: median(fills), draw: median(draws), both: median(both), mean: both.reduce((a, b) => a + b) / both.length };
}

/** A desk full of charts while frames come at a rate: how even the pictures are. */
async function underLoad({ worker, rate, total, seconds }) {
  const WebSocket = await loadSocketClass(rate, total);
  const options = worker ? { worker: () => new Worker(new URL("../page/load-worker.js", import.meta.url), { type: "module", name: `${rate} ${total}` }) } : { WebSocket };
  const client = await connect({ symbols: WebSocket.symbols, depth: 100, ...options });
  const [symbol] = WebSocket.symbols;
  const parts = [[DepthChart, 700, 360, {}], [Ladder, 340, 600, { lastTrade: false }], [StatusBadge, 400, 40, {}]].map(([Kind, width, height, own]) => new Kind(place(width, height), own));
  const ends = parts.map((part) => follow(part, client, symbol, { depth: 100 }));
  await new Promise((resolve) => setTimeout(resolve, 2500)); // warm, and the frames come
  const [gaps, draws] = [[], []];
  const end = watchDrawing((ms) => draws.push(ms));
  const before = await client.stats();
  const begun = performance.now();
  for (let last = begun; last - begun < 1000 * seconds; ) {
    const now = await new Promise((resolve) => requestAnimationFrame(resolve));
    if (now > last) gaps.push(now - last);
    last = now;
  }
  const elapsed = performance.now() - begun;
  const after = await client.stats();
  end();
  const frames = (stats) => Object.values(stats.sessions[0].frames_received).reduce((sum, n) => sum + n, 0);
  const sorted = [...gaps].sort((a, b) => a - b);
  const at = (part) => sorted[Math.floor(part * (sorted.length - 1))];
  const histogram = Object.fromEntries([17.5, 25, 34, 50, 100, Infinity].map((ms, i, all) => [`<=${ms}`, gaps.filter((gap) => gap <= ms && gap > (all[i - 1] ?? 0)).length]));
  const result = {
    rate: (1000 * (frames(after) - frames(before))) / elapsed, pictures: (1000 * gaps.length) / elapsed, median: at(0.5), p99: at(0.99), most: sorted.at(-1), histogram,
    draw: median(draws), drawn: draws.length, gaps: after.gaps, verified: (await client.ask(symbol, {})).verified,
  };
  for (const stop of ends) stop();
  for (const part of parts) part.destroy();
  await client.close();
  return result;
}

/** All components of a client whose book is told frame by frame. */
async function fed(options = {}) {
  const { client, say } = await toldClient(10);
  const frames = bookFrames(10, 50);
  const boxes = Object.fromEntries(Object.keys(kinds).map((name) => [name, place(420, 300)]));
  const parts = Object.fromEntries(Object.entries(kinds).map(([name, Kind]) => [name, new Kind(boxes[name], options[name] ?? {})]));
  const errors = [];
  const ends = Object.values(parts).map((part) => follow(part, client, "BTC/USD", { depth: 10, onError: (error) => errors.push(error.message) }));
  while (!client.subscribedPairs.includes("BTC/USD")) await settled(1);
  const next = async (change = (frame) => frame) => {
    say(change(frames.next().value));
    await settled();
  };
  await next();
  const root = (name) => boxes[name].firstElementChild.shadowRoot.querySelector(".hadal");
  Object.assign(globalThis, { client, next, parts, root, errors, ends });
}

Object.assign(globalThis, { fed, show, settled, scriptPerPicture, underLoad, kinds, place });
document.body.style.backgroundColor = "Canvas";
document.documentElement.dataset.ready = "yes";
