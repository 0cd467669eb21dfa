// The custom elements in Chromium: data, attributes, upgrade, events, the shared client, moving and leaving.
import assert from "node:assert/strict";
import { partTests } from "./parts/server.mjs";

const partTest = partTests();
const names = ["depth", "ladder", "tape", "heatmap", "status"];

partTest("every element shows verified data, all of one shared client made by connect(), and nothing is left a second after they have gone", async ({ t, page }) => {
  const told = await page.evaluate(async (names) => {
    const { exchange, options } = await market({ rate: 8 });
    const before = globalThis.WebSocket;
    globalThis.WebSocket = options.WebSocket; // connect() takes this one
    await loadElements();
    counters.reset();
    const place = box();
    place.innerHTML = names.map((name) => `<hadal-${name} symbol="BTC/USD" depth="10"></hadal-${name}>`).join("");
    for (const one of place.children) one.style.height = "320px";
    const shown = {};
    for (const name of names) shown[name] = await until(`<hadal-${name}> shows data`, () => shows[name](place.querySelector(`hadal-${name}`).shadowRoot));
    const made = socketsMade();
    const styled = getComputedStyle(place.querySelector("hadal-depth").shadowRoot.querySelector(".hadal")).position;
    place.replaceChildren();
    await pause(500);
    const halfway = counters.left().filter((name) => name.startsWith("socket")).length;
    await pause(800);
    const left = await nothingLeft();
    // The next one makes another.
    place.innerHTML = '<hadal-ladder symbol="ETH/USD"></hadal-ladder>';
    await until("a new client", () => shows.ladder(place.firstChild.shadowRoot));
    const again = socketsMade();
    place.remove();
    await pause(1100);
    const leftAgain = await nothingLeft();
    exchange.close();
    globalThis.WebSocket = before;
    return { shown, made, styled, halfway, left, again, leftAgain };
  }, names);
  t.diagnostic(JSON.stringify(told.shown));
  assert.equal(told.made, 1, "one socket for five elements");
  assert.equal(told.styled, "relative", "style sheets need no style-src");
  assert.equal(told.halfway, 1, "half a second is within the grace");
  assert.deepEqual(told.left, []);
  assert.equal(told.again, 2);
  assert.deepEqual(told.leftAgain, []);
});

partTest("attributes are typed properties; one that cannot be keeps the last value and warns once", async ({ page, warnings }) => {
  const told = await page.evaluate(async () => {
    await loadElements();
    const [depth, ladder, tape] = ["depth", "ladder", "tape"].map((name) => document.createElement(`hadal-${name}`));
    const seen = [];
    const see = () => seen.push([depth.depth, depth.scale, depth.unit, depth.group, depth.theme, depth.palette, depth.announce, ladder.rows, tape.minSize]);
    see();
    Object.assign(depth, { depth: 25, scale: "log", unit: "quote", group: 0.5, theme: "dark", palette: "blue-orange", announce: true });
    ladder.rows = 12;
    tape.minSize = "0.25";
    see();
    const attributes = [...depth.attributes].map(({ name, value }) => `${name}=${value}`).sort().join(" ");
    for (let times = 0; times < 2; times++) {
      depth.setAttribute("depth", "11");
      depth.scale = "cubic";
      depth.setAttribute("unit", "both");
      depth.setAttribute("group", "-1");
      depth.setAttribute("theme", "grey");
      depth.setAttribute("palette", "red");
      depth.setAttribute("announce", "perhaps");
      depth.setAttribute("symbol", "BTCUSD");
      ladder.setAttribute("rows", "9");
      tape.setAttribute("min-size", "1e3");
    }
    see();
    for (const name of ["depth", "scale", "unit", "group", "theme", "palette"]) depth[name] = undefined;
    depth.removeAttribute("announce");
    ladder.rows = null;
    tape.setAttribute("min-size", "");
    see();
    return { seen, attributes };
  });
  const set = [25, "log", "quote", "0.5", "dark", "blue-orange", true, 12, "0.25"];
  const none = Array(9).fill(null).with(6, false); // undefined, as it comes over, but for the flag
  assert.deepEqual(told.seen.map((row) => row.map((value) => value ?? null)), [none, set, set, none]);
  assert.equal(told.attributes, "announce= depth=25 group=0.5 palette=blue-orange scale=log theme=dark unit=quote");
  assert.equal(warnings.length, 10);
  assert.equal(warnings[0], '<hadal-depth>: depth="11" cannot be; allowed: 10, 25, 100, 500, 1000. It stays 25.');
  assert.equal(warnings[7], '<hadal-depth>: symbol="BTCUSD" cannot be; allowed: BASE/QUOTE, for example BTC/USD. It stays the default.');
  assert.equal(warnings[8], '<hadal-ladder>: rows="9" cannot be; allowed: a whole number from 10 to 25. It stays 12.');
});

partTest("what is set before the elements are defined holds; what is set later follows, in the same watch", async ({ page }) => {
  const told = await page.evaluate(async () => {
    const { exchange, client, watches } = await clientOf();
    counters.reset();
    const early = document.createElement("hadal-depth");
    early.style.height = "320px";
    Object.assign(early, { symbol: "BTC/USD", unit: "quote", client, order: { side: "buy", size: "0.5" } });
    early.setAttribute("symbol", "ETH/USD");
    document.body.append(early);
    const heard = [];
    early.addEventListener("hadal-error", ({ detail }) => heard.push(String(detail)));
    await loadElements();
    const upgraded = [early.symbol, early.unit, early.client === client, early.order.size, early.getAttribute("unit")];
    await until("the order", () => shows.depth(early.shadowRoot) && early.shadowRoot.querySelector(".order:not([hidden])"));
    const before = { ...watches };
    const { component } = early;
    const words = () => early.shadowRoot.querySelector("[part=plot]").getAttribute("aria-label");
    Object.assign(early, { label: "Mine", theme: "light", group: "1", scale: "log" });
    const inTask = words();
    await until("the label", () => words() === "Mine");
    const group = await until("the group", () => component.views.ladder.group);
    const after = { ...watches };
    early.symbol = "BTC/USD"; // it was that all along
    early.order = undefined;
    await until("no order", () => early.shadowRoot.querySelector(".order[hidden]"));
    const same = { ...watches };
    early.symbol = "ETH/USD";
    early.depth = 25;
    await until("another symbol", () => early.shadowRoot.querySelector("[part=plot]").getAttribute("aria-label") === "Mine" && watches.made === before.made + 1);
    await pause(50);
    const other = { ...watches };
    early.remove();
    await pause(50);
    const gone = { ...watches };
    await client.close();
    exchange.close();
    return { upgraded, before, inTask, group, after, same, other, gone, heard, sameComponent: component === undefined, left: await nothingLeft() };
  });
  assert.deepEqual(told.upgraded, ["BTC/USD", "quote", true, "0.5", "quote"]);
  assert.deepEqual(told.before, { made: 1, open: 1 });
  assert.notEqual(told.inTask, "Mine", "what is set in one task is applied together");
  assert.equal(told.group, "1");
  assert.deepEqual([told.after, told.same], [told.before, told.before]);
  assert.deepEqual(told.other, { made: 2, open: 1 });
  assert.deepEqual(told.gone, { made: 2, open: 0 });
  assert.deepEqual(told.heard, []);
  assert.deepEqual(told.left, []);
});

partTest("what components tell comes as events that bubble out of shadow roots; what the reader chooses is the element's property", async ({ page }) => {
  const told = await page.evaluate(async () => {
    const { exchange, client } = await clientOf({ rate: 8 });
    const { setSharedClient } = await loadElements();
    setSharedClient(client);
    const heard = [];
    const types = ["cursor", "zoom", "pause", "copy", "state", "open", "min-size", "cutoffs"];
    for (const type of types) document.body.addEventListener(`hadal-${type}`, ({ target, detail }) => heard.push([type, target.localName, detail]));
    const outer = box();
    const inner = outer.attachShadow({ mode: "open" });
    const [depth, ladder, tape, status] = ["depth", "ladder", "tape", "status"].map((name) => {
      const made = document.createElement(`hadal-${name}`);
      made.style.height = "320px";
      made.symbol = "BTC/USD";
      (name === "depth" ? inner : outer.parentNode).append(made);
      return made;
    });
    for (const [name, element] of Object.entries({ depth, ladder, tape, status })) await until(name, () => shows[name](element.shadowRoot));
    const plot = depth.shadowRoot.querySelector("[part=plot]");
    plot.focus();
    for (const key of ["ArrowRight", "+", "p"]) plot.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
    const csv = [...ladder.shadowRoot.querySelectorAll("button")].find(({ textContent }) => textContent === "CSV");
    csv.click();
    await until("copied", () => heard.some(([type]) => type === "copy"));
    const badge = status.shadowRoot.querySelector(".badge");
    const says = badge.innerText;
    badge.click();
    const opened = [status.open, status.hasAttribute("open")];
    badge.click();
    const closed = [status.open, status.hasAttribute("open")];
    status.open = true;
    const set = [status.open, status.getAttribute("open")];
    status.open = false;
    closed.push(status.open, status.hasAttribute("open"));
    const select = tape.shadowRoot.querySelector("select");
    await until("sizes to choose from", () => select.options.length > 1);
    select.selectedIndex = 1;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    const chosen = tape.minSize;
    const states = heard.filter(([type]) => type === "state").map(([, , { state }]) => state);
    for (const one of [outer, ladder, tape, status]) one.remove();
    await pause(50);
    const closes = [];
    setSharedClient(undefined);
    closes.push(client.isConnected); // the page's own: nobody closes it
    await pause(1100);
    closes.push(client.isConnected);
    await client.close();
    exchange.close();
    return { heard, opened, closed, set, chosen, states, closes, says };
  });
  const of = (type) => told.heard.filter(([name]) => name === type);
  const [[, target, reading]] = of("cursor");
  assert.equal(target, "div", "from outside, the element that holds the shadow root");
  assert.equal(typeof reading.price, "number");
  assert.deepEqual(of("zoom").map(([, , detail]) => detail), [true]);
  assert.deepEqual(of("pause").map(([, , detail]) => detail), [true]);
  assert.match(of("copy")[0][2], /^side,price,size,total\n/);
  assert.deepEqual(of("open").map(([, , detail]) => detail), [true, false]);
  assert.deepEqual([told.opened, told.closed, told.set], [[true, true], [false, false, false, false], [true, ""]]);
  assert.equal(of("min-size")[0][1], "hadal-tape");
  assert.ok(Number(told.chosen) > 0, `${told.chosen} was chosen`);
  assert.match(told.says, /simulated/);
  assert.ok(told.states.includes("verified"), told.states.join());
  assert.deepEqual(told.closes, [true, true]);
});

partTest("an element that is moved keeps its watch and its component; one that is taken away, and comes back later, begins anew", async ({ page }) => {
  const told = await page.evaluate(async () => {
    const { exchange, client, watches } = await clientOf();
    await loadElements();
    counters.reset();
    const [one, two] = [box(), box()];
    const ladder = document.createElement("hadal-ladder");
    Object.assign(ladder, { client, symbol: "BTC/USD" });
    one.append(ladder);
    await until("data", () => shows.ladder(ladder.shadowRoot));
    const { component } = ladder;
    two.append(ladder);
    await pause(50);
    ladder.remove();
    await Promise.resolve(); // a framework may come back in a later microtask
    one.append(ladder);
    await pause(50);
    const moved = { ...watches, same: ladder.component === component, text: shows.ladder(ladder.shadowRoot) };
    ladder.remove();
    const away = ladder.component === component;
    await pause(50);
    const gone = { ...watches, component: ladder.component === undefined, inside: ladder.shadowRoot.childNodes.length, away };
    const left = counters.left().filter((name) => !/^(socket|setTimeout)/.test(name)); // those of the client, and its exchange
    two.append(ladder);
    await until("data again", () => shows.ladder(ladder.shadowRoot));
    const back = { ...watches };
    one.remove();
    two.remove();
    await pause(20);
    await client.close();
    exchange.close();
    return { moved, gone, left: left.filter((name) => !/listener (window (on|off)line|document visibilitychange)/.test(name)), back, leftAtEnd: await nothingLeft() };
  });
  assert.deepEqual({ ...told.moved, text: typeof told.moved.text }, { made: 1, open: 1, same: true, text: "string" });
  assert.deepEqual(told.gone, { made: 1, open: 0, component: true, inside: 0, away: true });
  assert.deepEqual(told.left, []);
  assert.deepEqual(told.back, { made: 2, open: 1 });
  assert.deepEqual(told.leftAtEnd, []);
});

partTest(
  "a symbol that cannot be watched, and a client that cannot be had, are told as hadal-error, once; unheard they go to the console",
  async ({ page }) => {
    const told = await page.evaluate(async () => {
      const { exchange, client } = await clientOf();
      const { setSharedClient } = await loadElements();
      setSharedClient(client);
      const heard = [];
      document.addEventListener("hadal-error", (event) => {
        heard.push([event.target.symbol, event.detail.code ?? event.detail.message, event.detail.message]);
        if (event.target.symbol !== "LOUD/ER") event.preventDefault();
      });
      const place = box();
      place.innerHTML = '<hadal-ladder symbol="NO/PE"></hadal-ladder><hadal-depth symbol="A/B/C"></hadal-depth>';
      await until("refused", () => heard.length > 0);
      await pause(300);
      place.innerHTML = '<hadal-status symbol="LOUD/ER"></hadal-status>';
      await until("refused again", () => heard.length > 1);
      place.innerHTML = '<hadal-status symbol="BTC/USD"></hadal-status>';
      place.firstChild.client = Promise.reject(new Error("no client today"));
      await until("no client", () => heard.length > 2);
      place.firstChild.client = client;
      await until("it goes on", () => shows.status(place.firstChild.shadowRoot));
      exchange.inject({ fault: "reject", symbol: "BTC/USD", count: 1, text: "not today" });
      const ticker = await client.subscribeTicker("BTC/USD").catch(({ code }) => code);
      await pause(100);
      place.remove();
      await pause(20);
      await client.close();
      exchange.close();
      return { heard, ticker };
    });
    assert.equal(told.ticker, "subscribe_rejected", "which is no matter of the element");
    assert.deepEqual(told.heard.map(([symbol, code]) => [symbol, code]), [["NO/PE", "subscribe_rejected"], ["LOUD/ER", "subscribe_rejected"], ["BTC/USD", "no client today"]]);
    assert.match(told.heard[0][2], /Currency pair not supported NO\/PE/);
  },
  /<hadal-status symbol="LOUD\/ER">/,
);

partTest("what setSharedClient() is given is followed by all elements; what a function makes is closed after them", async ({ page }) => {
  const told = await page.evaluate(async () => {
    const first = await clientOf();
    const { exchange, options } = await market();
    const { setSharedClient, sharedClient } = await loadElements();
    counters.reset();
    setSharedClient(Promise.resolve(first.client));
    const place = box();
    place.innerHTML = '<hadal-ladder symbol="BTC/USD"></hadal-ladder><hadal-depth symbol="ETH/USD"></hadal-depth>';
    await until("two watches", () => first.watches.open === 2 && shows.ladder(place.firstChild.shadowRoot));
    let made = 0;
    let client;
    setSharedClient(async () => {
      made++;
      return (client = await connect(options));
    });
    await until("no watch", () => first.watches.open === 0);
    await until("they follow the other one", () => client?.subscribedPairs.length === 2 && shows.ladder(place.firstChild.shadowRoot));
    const same = (await sharedClient()) === client;
    place.remove();
    await pause(1200);
    const states = [first.client.state, client.state];
    const firstIs = first.client.isConnected;
    await first.client.close();
    first.exchange.close();
    exchange.close();
    return { made, same, states, firstIs, left: await nothingLeft() };
  });
  assert.equal(told.made, 1);
  assert.ok(told.same);
  assert.ok(told.firstIs, "the page's own is not closed");
  assert.equal(told.states[1], "closed");
  assert.deepEqual(told.left, []);
});
