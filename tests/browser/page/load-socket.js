// A WebSocket that says what the simulated exchange once said, at a rate, from inside the thread that hears it: no socket stands between.
import { simulate } from "hadal/sim";

export const loadSymbols = 20;
const made = 20_000; // frames, said again and again: each round begins with snapshots

/** Frames of `loadSymbols` books, from their snapshots on, made in no time. */
async function frames() {
  let time = 0;
  let timers = [];
  const clock = {
    now: () => time,
    setTimeout: (callback, ms) => (timers.push({ at: time + ms, callback }), timers.at(-1)),
    clearTimeout: (timer) => void (timers = timers.filter((one) => one !== timer)),
  };
  const exchange = await simulate({ clock, symbols: loadSymbols, scenario: "storm", seed: 7 });
  const list = [];
  const socket = new exchange.WebSocket("wss://made/v2");
  socket.onopen = () => socket.send(JSON.stringify({ method: "subscribe", params: { channel: "book", symbol: exchange.symbols, depth: 100 } }));
  socket.onmessage = ({ data }) => data.startsWith('{"channel":"book"') && list.push(data);
  while (list.length < made) {
    timers.sort((a, b) => a.at - b.at);
    const { at, callback } = timers.shift();
    time = Math.max(time, at);
    callback();
  }
  const { symbols } = exchange;
  exchange.close();
  return { list, symbols };
}

/** The class of a socket that sends `rate` frames a second, `total` in all. */
export async function loadSocketClass(rate, total) {
  const { list, symbols } = await frames();
  return class LoadSocket {
    static symbols = symbols;
    #answered = new Set();
    #timer;

    constructor() {
      setTimeout(() => this.onopen?.({}));
    }

    send(text) {
      const { method, params, req_id } = JSON.parse(text);
      const say = (frame) => setTimeout(() => this.onmessage?.({ data: JSON.stringify(frame) }));
      if (method === "ping") say({ method: "pong", req_id });
      for (const symbol of params?.symbol ?? []) {
        this.#answered.add(symbol);
        say({ method, req_id, result: { channel: "book", depth: 100, snapshot: true, symbol }, success: true });
      }
      if (method === "subscribe" && this.#answered.size === symbols.length) setTimeout(() => this.#begin(), 50);
    }

    close() {
      clearInterval(this.#timer);
      setTimeout(() => this.onclose?.({ code: 1000, reason: "" }));
    }

    #begin() {
      const begun = performance.now();
      let sent = 0;
      this.#timer = setInterval(() => {
        const due = Math.min(total, rate * 0.001 * (performance.now() - begun));
        for (; sent < due; sent++) this.onmessage?.({ data: list[sent % list.length] });
        if (sent === total) clearInterval(this.#timer);
      }, 4);
    }
  };
}
