import { Story } from "./story.js";

const both = ["BTC/USD", "ETH/USD"];

/** What a promise comes to within `ms`: its value, its error's code or name, or "pending". */
export const settledWithin = (promise, ms) => {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms, "pending")));
  return Promise.race([promise.then((value) => value ?? "done", (error) => (typeof error?.code === "string" ? error.code : error?.name ?? String(error))), late]).finally(() => clearTimeout(timer));
};

/** Every way in which a client ends; each is given a client of two verified books unless it makes its own. */
const ways = {
  "close() of a client that did everything": async ({ client, exchange }) => {
    client.on("*", () => undefined);
    client.tap(() => undefined);
    const watch = await client.watch("BTC/USD", { book: true, columns: { pixels: 200 } });
    watch.onFrame(() => undefined);
    void client.status().next();
    await client.record();
    exchange.inject({ fault: "wrong_checksum", count: 5 });
    await client.close();
  },
  "close() twice at once, and again": async ({ client }) => {
    await Promise.all([client.close(), client.close()]);
    await client.close();
  },
  "close() inside a listener": ({ client }) =>
    new Promise((resolve) => {
      client.on("book_update", () => resolve(client.close()));
    }),
  "close() inside onFrame": async ({ client }) => {
    const watch = await client.watch("BTC/USD");
    await new Promise((resolve) => watch.onFrame(() => resolve(client.close())));
  },
  "close() inside a tap": ({ client }) => new Promise((resolve) => client.tap(() => resolve(client.close()))),
  "close() while loops wait": async ({ client }) => {
    const watch = await client.watch("BTC/USD");
    const run = async (loop) => {
      for await (const one of loop) void one;
      return "over";
    };
    const loops = [client.events({ types: ["quiet"] }), client.status(), client.frames("BTC/USD"), client.trades("ETH/USD"), watch].map(run);
    await client.tickers("BTC/USD").next();
    const once = client.once("quiet").catch(({ code }) => code);
    await client.close();
    const ends = await Promise.all([...loops, once]);
    if (String(ends) !== "over,over,over,over,over,already_closed") throw new Error(`the loops ended as ${ends}`);
  },
  "close() while a subscription is unanswered": async ({ client, exchange }) => {
    exchange.inject({ fault: "ack_lost" });
    const waiting = client.subscribeTicker("BTC/USD").catch(({ code }) => code);
    await client.close();
    if ((await waiting) !== "already_closed") throw new Error(`it came to ${await waiting}`);
  },
  "close() while the next attempt is waited for": async ({ client, exchange }) => {
    exchange.inject({ fault: "disconnect", count: 1, ms: 60_000 });
    for await (const { state } of client.status()) if (state === "degraded") break;
    await client.close();
  },
  "close() of a hidden page": async ({ client }) => {
    const watch = await client.watch("BTC/USD");
    watch.onFrame(() => undefined);
    counters.hide(true);
    try {
      await client.events({ types: ["book_update"] }).next();
      await client.close();
    } finally {
      counters.hide(false);
    }
  },
  "an abort of connect()'s signal": async ({ client, controller }) => {
    controller.abort();
    await client.close(); // resolves when it has ended
  },
  "signals of listeners and loops that outlive the client": async ({ client }) => {
    const { signal } = new AbortController();
    client.on("*", () => undefined, { signal });
    client.tap(() => undefined, { signal });
    void client.status({ signal }).next();
    void client.events({ signal }).next();
    await client.watch("BTC/USD", { book: true }, { signal });
    await client.close();
  },
  "close() right after connect()": async ({ early }) => (await early()).close(),
  "an abort while connect() loads": async ({ early }) => {
    const controller = new AbortController();
    const waiting = early({ signal: controller.signal }).then(() => "connected", (error) => error);
    controller.abort(new Error("changed my mind"));
    if ((await waiting).message !== "changed my mind") throw new Error(`connect() came to ${await waiting}`);
  },
  "an abort at the end of the load": async ({ early }) => {
    for (let ms = 0; ms < 60; ms += 6) {
      const controller = new AbortController();
      const waiting = early({ signal: controller.signal }).then((client) => client.close(), () => undefined);
      const timer = setTimeout(() => controller.abort(), ms);
      await waiting;
      clearTimeout(timer);
    }
  },
  "options that are refused": async ({ early }) => {
    for (const options of [{ url: "https://nowhere" }, { symbols: ["BTCUSD"] }, { depth: 11 }, { reconnect: { multiplier: 99 } }]) {
      const code = await early(options).then((client) => client.close(), (error) => error.code);
      if (!/_invalid$/.test(code)) throw new Error(`${JSON.stringify(options)} came to ${code}`);
    }
  },
};

/** A turn of the event loop that is no timer: those are counted. */
const turn = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (port1.close(), resolve());
    port2.postMessage("");
  });

/** Ends clients in every way; each with what went wrong, and what was left behind when it was over (guarantee Q-27). */
export async function endings({ worker, connect, simulate }) {
  const done = [];
  for (const [name, end] of Object.entries(ways)) {
    const exchange = await simulate({ seed: 7, rate: 6, connectionLimit: 0 });
    const options = { worker, symbols: both, depth: 10, WebSocket: counters.counted(exchange.WebSocket) };
    const controller = new AbortController();
    counters.reset();
    let error = "";
    try {
      if (end.toString().startsWith("async ({ early")) {
        error = await settledWithin(end({ early: (more) => connect({ ...options, ...more }) }), 10_000);
      } else {
        const client = await connect({ ...options, signal: controller.signal });
        await new Story(client).verified(both, 0);
        error = await settledWithin(end({ client, exchange, controller }), 10_000);
      }
    } catch (reason) {
      error = String(reason);
    }
    exchange.close();
    // An abort rejects at once, and the rest follows: a socket closes in its own time.
    const deadline = performance.now() + 2500;
    while (/abort/.test(name) && counters.left().length > 0 && performance.now() < deadline) await turn();
    done.push({ name, came: error, left: counters.left() });
  }
  return done;
}
