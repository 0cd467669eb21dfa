// Hooks and components of React in Chromium: what they show, Strict Mode, sharing, renders, and errors.
import assert from "node:assert/strict";
import { partTests } from "./parts/server.mjs";

const partTest = partTests();

partTest("in Strict Mode hooks and components show the data of one socket; unmounted, nothing is left", async ({ t, page }) => {
  const told = await page.evaluate(async () => {
    const { HadalProvider, DepthChart, Ladder, Tape, Heatmap, Status, useBook, useClient, useStatus, useTicker, useTrades } = parts;
    const { exchange, options } = await market({ rate: 8 });
    const seen = {};
    function Numbers() {
      const client = useClient();
      const book = useBook("BTC/USD");
      const ticker = useTicker("BTC/USD");
      const trades = useTrades("BTC/USD", { count: 5 });
      const status = useStatus();
      Object.assign(seen, { client, book, ticker, trades, status });
      return h("output", null, book ? `${book.book.text("bid", 0).price} ${book.verified}` : "nothing yet");
    }
    const charts = { depth: DepthChart, ladder: Ladder, tape: Tape, heatmap: Heatmap, status: Status };
    const container = box();
    const root = await rootIn(container);
    const elements = Object.entries(charts).map(([name, Chart]) => h(Chart, { key: name, className: name, symbol: "BTC/USD", depth: 10, style: { height: 320 } }));
    root.render(h(react.StrictMode, null, h(HadalProvider, { options }, h(Numbers), elements)));
    await until("an empty page at first", () => container.querySelector("output")?.textContent === "nothing yet");
    const shown = {};
    for (const name of Object.keys(charts)) shown[name] = await until(name, () => { const at = container.querySelector(`.${name}`).firstChild?.shadowRoot; return at && shows[name](at); });
    await until("everything", () => seen.book?.verified && seen.ticker && seen.trades.length === 5 && seen.status?.state === "subscribed");
    await until("text", () => / true$/.test(container.querySelector("output").textContent));
    const { book, ticker, trades, status, client } = seen;
    // Yours to keep: it is the same later.
    const kept = [...book.book.bids.price].join();
    await until("newer", () => seen.book.revision > book.revision + 20);
    const still = [...book.book.bids.price].join() === kept;
    const later = await until("another trade", () => seen.trades[0].id > trades[0].id && seen.trades);
    const common = later.filter((trade) => trades.includes(trade)).length;
    const hosts = container.querySelectorAll(".depth > div").length;
    const made = socketsMade();
    root.unmount();
    const left = await nothingLeft();
    exchange.close();
    const { bids, asks } = book.book;
    return { shown, made, left, hosts, still, later, trades, common, sides: [bids.price.length, asks.price.length], ticker: ticker.symbol, books: status.books, state: client.state };
  });
  t.diagnostic(JSON.stringify(told.shown));
  assert.equal(told.made, 1);
  assert.deepEqual(told.left, []);
  assert.equal(told.state, "closed");
  assert.equal(told.hosts, 1, "one chart in its place");
  assert.ok(told.still);
  assert.deepEqual([told.sides, told.ticker], [[10, 10], "BTC/USD"]);
  assert.equal(told.books[0].symbol, "BTC/USD");
  for (const { id, timeMs, side, price, size } of [...told.trades, ...told.later]) {
    assert.ok(id > 0 && timeMs > Date.UTC(2020) && /^(buy|sell)$/.test(side) && /^\d+\.\d$/.test(price) && /^\d+\.\d{8}$/.test(size), JSON.stringify({ id, timeMs, side, price, size }));
  }
  for (const list of [told.trades, told.later]) {
    assert.deepEqual(list.map(({ id }) => list[0].id - id), [0, 1, 2, 3, 4], "ids count");
    assert.ok(list.every(({ timeMs }, i) => i === 0 || timeMs <= list[i - 1].timeMs), "newest first");
  }
  assert.equal(told.common, Math.max(0, 5 - (told.later[0].id - told.trades[0].id)), "trades that stay are the same objects");
});

partTest("hooks with the same symbol and views share one watch; views written inline open no other, others do, and the last picture stays meanwhile", async ({ page }) => {
  const told = await page.evaluate(async () => {
    const { HadalProvider, useBook } = parts;
    const { exchange, client, watches } = await clientOf({ rate: 8 });
    const renders = [];
    function Row({ symbol = "BTC/USD", levels = 5, name }) {
      const frame = useBook(symbol, { ladder: { levels } }, {});
      renders.push({ name, symbol, levels, rows: frame?.ladder?.bids.length, of: frame?.symbol });
      return null;
    }
    const root = await rootIn();
    const page = (...children) => h(react.StrictMode, null, h(HadalProvider, { client }, ...children));
    const settled = (count) => until(`${count} renders`, () => renders.length > count);
    root.render(page(h(Row, { name: "a" }), h(Row, { name: "b" })));
    await settled(80);
    const shared = { ...watches };
    const rows = [...new Set(renders.map(({ rows }) => rows))];
    root.render(page(h(Row, { name: "a" }), h(Row, { name: "b", levels: 3 })));
    const since = renders.length;
    await settled(since + 40);
    const two = { ...watches };
    const gaps = renders.slice(since).filter(({ name, rows }) => name === "b" && rows === undefined).length;
    const changed = renders.slice(since).some(({ name, rows }) => name === "b" && rows === 3);
    root.render(page(h(Row, { name: "a", symbol: "ETH/USD" })));
    const sinceOther = renders.length;
    await settled(sinceOther + 20);
    await pause(20);
    const other = { ...watches };
    const wrong = renders.slice(sinceOther).filter(({ symbol, of }) => symbol === "ETH/USD" && of === "BTC/USD").length;
    root.unmount();
    await pause(20);
    const none = { ...watches };
    const connected = client.isConnected;
    await client.close();
    exchange.close();
    return { shared, rows, two, gaps, changed, other, wrong, none, connected, left: await nothingLeft() };
  });
  assert.deepEqual(told.shared, { made: 1, open: 1 });
  assert.deepEqual(told.rows, [undefined, 5]);
  assert.deepEqual(told.two, { made: 2, open: 2 });
  assert.deepEqual([told.gaps, told.changed], [0, true]);
  assert.deepEqual(told.other, { made: 3, open: 1 });
  assert.equal(told.wrong, 0, "a picture of another symbol");
  assert.deepEqual(told.none, { made: 3, open: 0 });
  assert.ok(told.connected, "a client of your own is not closed");
  assert.deepEqual(told.left, []);
});

partTest("in a storm a component renders at most once an animation frame, whatever it looks at; a hidden page renders nothing", async ({ t, page }) => {
  const told = await page.evaluate(async () => {
    const { HadalProvider, useBook, useStatus, useTicker, useTrades } = parts;
    const { exchange, options } = await market({ scenario: "storm", rate: 20 });
    const frames = new Map(); // renders, by the time of the animation frame
    let counting = false;
    const seen = {};
    function Everything() {
      const books = ["BTC/USD", "ETH/USD"].map((symbol) => useBook(symbol, { ladder: true }));
      Object.assign(seen, { books, ticker: useTicker("BTC/USD"), trades: useTrades("ETH/USD"), status: useStatus() });
      const now = document.timeline.currentTime;
      if (counting) frames.set(now, (frames.get(now) ?? 0) + 1);
      return null;
    }
    const root = await rootIn();
    root.render(h(HadalProvider, { options }, h(Everything)));
    await until("data", () => seen.books?.every((book) => book?.verified) && seen.ticker && seen.trades.length > 10);
    counting = true;
    const before = exchange.frames;
    const [begun, revision] = [performance.now(), seen.books[0].revision];
    let drawings = 0;
    while (performance.now() - begun < 2000) {
      await drawn();
      drawings++;
    }
    const messages = exchange.frames - before;
    const revisions = seen.books[0].revision - revision;
    counting = false;
    counters.hide(true);
    await pause(100);
    counting = true;
    const sum = () => [...frames.values()].reduce((all, one) => all + one, 0);
    const shown = sum();
    await pause(500);
    const hidden = sum() - shown;
    counting = false;
    counters.hide(false);
    const last = seen.books[0].revision;
    await until("seen again", () => seen.books[0].revision > last + 5);
    root.unmount();
    const left = await nothingLeft();
    exchange.close();
    return { drawings, messages, revisions, most: Math.max(...frames.values()), renders: shown, hidden, left };
  });
  t.diagnostic(JSON.stringify(told));
  assert.equal(told.most, 1);
  assert.ok(told.messages > 2 * told.renders, "there was more than could be rendered");
  assert.ok(told.renders > told.drawings / 3, "and it was rendered");
  assert.ok(told.renders <= told.drawings + 1);
  assert.equal(told.hidden, 0);
  assert.deepEqual(told.left, []);
});

partTest("options and handlers of components may be others with every render: the component stays, and is told what has changed", async ({ page }) => {
  const told = await page.evaluate(async () => {
    const { HadalProvider, DepthChart, Status } = parts;
    const { exchange, client, watches } = await clientOf({ rate: 8 });
    const container = box();
    const root = await rootIn(container);
    const heard = [];
    const show = (n, props = {}) =>
      root.render(
        h(HadalProvider, { client },
          h(DepthChart, { className: "depth", style: { height: 320 }, symbol: "BTC/USD", order: { side: "buy", size: "0.5" }, onCursor: (reading) => heard.push(["cursor", n, typeof reading?.price]), onZoom: (zoomed) => heard.push(["zoom", n, zoomed]), ...props }),
          h(Status, { className: "status", symbol: "BTC/USD", open: false, onState: ({ state }) => heard.push(["state", state]), onOpen: (open) => heard.push(["open", n, open]) })),
      );
    show(1);
    const at = (name) => container.querySelector(`.${name}`).firstChild.shadowRoot;
    await until("data", () => container.querySelector(".depth")?.firstChild && shows.depth(at("depth")) && shows.status(at("status")));
    const plot = at("depth").querySelector("[part=plot]");
    const press = (key) => plot.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    press("ArrowRight");
    at("status").querySelector(".badge").click();
    for (let n = 2; n < 20; n++) {
      show(n);
      await drawn();
    }
    press("+");
    const open = at("status").querySelector(".badge").getAttribute("aria-expanded");
    const same = { ...watches, plot: at("depth").querySelector("[part=plot]") === plot };
    show(20, { label: "Mine", theme: "dark", unit: "quote", group: "1", order: undefined });
    await until("the label", () => plot.getAttribute("aria-label") === "Mine");
    const theme = at("depth").querySelector(".hadal").dataset.scheme;
    const order = await until("no order", () => at("depth").querySelector(".order").hidden);
    show(21, { client: (await clientOf()).client });
    await until("of another client", () => watches.open === 1 && plot.isConnected);
    const label = plot.getAttribute("aria-label");
    root.unmount();
    await pause(20);
    const none = { ...watches };
    await client.close();
    exchange.close();
    return { heard, open, same, theme, order, label, none };
  });
  const of = (type) => told.heard.filter(([name]) => name === type);
  assert.deepEqual(of("cursor")[0], ["cursor", 1, "number"]);
  assert.deepEqual(of("zoom"), [["zoom", 19, true]], "the handler of the last render");
  assert.deepEqual(of("open"), [["open", 1, true]]);
  assert.ok(of("state").some(([, state]) => state === "verified"));
  assert.equal(told.open, "true", "what the reader has opened stays open");
  assert.deepEqual(told.same, { made: 2, open: 2, plot: true });
  assert.deepEqual([told.theme, told.order, told.label], ["dark", true, "Order book depth"]);
  assert.deepEqual(told.none, { made: 2, open: 0 });
});

partTest("errors go to onError, once each; without it an error boundary gets them, and can try again", async ({ page }) => {
  const told = await page.evaluate(async () => {
    const { HadalProvider, Ladder, useBook, useTrades } = parts;
    const { exchange, options } = await market();
    class Boundary extends react.Component {
      state = {};
      static getDerivedStateFromError(error) {
        return { error };
      }
      render() {
        return this.state.error ? h("p", { className: "error" }, this.state.error.code ?? this.state.error.message) : this.props.children;
      }
    }
    const Book = ({ symbol }) => h("p", { className: "book" }, useBook(symbol)?.symbol ?? "none");
    const Trades = ({ symbol }) => h("p", null, useTrades(symbol).length);
    const container = box();
    const root = await rootIn(container, { onCaughtError: () => undefined });
    const text = (selector) => container.querySelector(selector)?.textContent;
    const come = {};
    const boundary = async (name, ...what) => {
      root.render(h(react.StrictMode, null, h(Boundary, { key: name }, ...what)));
      come[name] = await until(name, () => text(".error"));
      root.render(null);
      await pause(20);
    };
    await boundary("connect", h(HadalProvider, { options: { ...options, depth: 11 } }, h(Book, { symbol: "BTC/USD" })));
    await boundary("watch", h(HadalProvider, { options }, h(Book, { symbol: "A/B/C" })));
    await boundary("refused", h(HadalProvider, { options }, h(Book, { symbol: "NO/PE" })));
    await boundary("trades", h(HadalProvider, { options }, h(Trades, { symbol: "NO/PE" })));
    await boundary("component", h(HadalProvider, { options }, h(Ladder, { symbol: "NO/PE" })));
    // Again, with a symbol that there is.
    root.render(h(react.StrictMode, null, h(Boundary, { key: "again" }, h(HadalProvider, { options }, h(Book, { symbol: "BTC/USD" })))));
    await until("the book", () => text(".book") === "BTC/USD");
    root.render(null);
    await pause(20);
    // With onError nothing is thrown.
    const heard = [];
    const provider = (connecting, ...what) => h(react.StrictMode, null, h(HadalProvider, { options: connecting, onError: (error) => heard.push(error.code) }, ...what));
    root.render(h(Boundary, { key: "heard" }, provider(options, h(Book, { symbol: "NO/PE" }), h(Book, { symbol: "NO/PE" }))));
    await until("one", () => heard.length > 0);
    await pause(200);
    const hooks = heard.splice(0);
    root.render(h(Boundary, { key: "component" }, provider(options, h(Ladder, { symbol: "NO/PE" }))));
    await until("two", () => heard.length > 0);
    await pause(200);
    const components = heard.splice(0);
    root.render(h(Boundary, { key: "connect" }, provider({ ...options, depth: 11 }, h(Book, { symbol: "BTC/USD" }))));
    await until("three", () => heard.length > 0);
    await pause(50);
    const connecting = [...heard, text(".book"), text(".error") ?? "no error"];
    root.unmount();
    const left = await nothingLeft();
    exchange.close();
    return { come, hooks, components, connecting, left };
  });
  assert.deepEqual(told.come, { connect: "config_invalid", watch: "config_invalid", refused: "subscribe_rejected", trades: "subscribe_rejected", component: "subscribe_rejected" });
  assert.deepEqual([told.hooks, told.components], [["subscribe_rejected"], ["subscribe_rejected"]]);
  assert.deepEqual(told.connecting, ["config_invalid", "none", "no error"]);
  assert.deepEqual(told.left, []);
});
