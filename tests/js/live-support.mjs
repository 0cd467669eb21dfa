// What the tests of the live commands share: programs that run until they are stopped, and clients of what they serve.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach } from "node:test";
import WebSocket from "ws";
import { native } from "./support.mjs";

/** A folder of this test file, gone at its end. */
export const folder = mkdtempSync(join(tmpdir(), "hadal-live-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
/** A name that nobody has. */
export const fresh = (name) => join(folder, `${++files}-${name}`);

export const cleanUps = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** The environment without settings of whoever runs the tests. */
export const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HADAL|KRAKEN)_/.test(name)));

/** A promise that must come true in time. */
export function within(promise, what, ms = 30_000) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again and again, for what tells nobody that it happened. */
export async function until(check, what, ms = 30_000) {
  const end = performance.now() + ms;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await pause(20);
  }
}

/** Things that come one by one, and waiting for the first that is wanted. */
export class Arrivals {
  all = [];
  #waiting = new Set();

  push(one) {
    this.all.push(one);
    for (const waiting of [...this.#waiting]) waiting.check(one);
  }
  /** Nothing will come any more. */
  end(why) {
    this.ended = why;
    for (const waiting of this.#waiting) waiting.reject(new Error(why));
  }
  /** The first that `wanted` accepts, of those that have come or will come. */
  find(wanted, what, ms) {
    return this.after(0, wanted, what, ms);
  }
  /** The first of those that will come. */
  next(wanted, what, ms) {
    return this.after(this.all.length, wanted, what, ms);
  }
  /** The first from a position on: `const before = arrivals.all.length` */
  after(position, wanted, what, ms) {
    const known = this.all.slice(position).find(wanted);
    if (known !== undefined) return Promise.resolve(known);
    if (this.ended) return Promise.reject(new Error(`${this.ended}, before ${what}`));
    let waiting;
    const found = new Promise((resolve, reject) => {
      const check = (one) => {
        try {
          if (wanted(one)) resolve(one);
        } catch (error) {
          reject(error);
        }
      };
      waiting = { check, reject: (error) => reject(new Error(`${error.message}, before ${what}`)) };
      this.#waiting.add(waiting);
    });
    return within(found, what, ms).finally(() => this.#waiting.delete(waiting));
  }
}

/** A program that runs; it is killed at the end of the test, if it still does. */
export function start(args, { env = {} } = {}) {
  const child = spawn(native, args, { stdio: "pipe", env: { ...environment, ...env } });
  const gone = new Promise((resolve) => child.once("close", (code, signal) => resolve(signal ?? code)));
  cleanUps.push(() => {
    child.kill("SIGKILL");
    return gone;
  });
  const out = new Arrivals();
  const err = new Arrivals();
  createInterface(child.stdout).on("line", (line) => out.push(line));
  createInterface(child.stderr).on("line", (line) => err.push(line));
  gone.then((how) => [out, err].forEach((lines) => lines.end(`${args[0]} ended with ${how}: ${err.all.slice(-3).join(" | ")}`)));
  child.stdin.on("error", () => {}); // it may be gone
  const self = {
    child,
    out,
    err,
    exit: (what = `the end of ${args[0]}`, ms) => within(gone, what, ms),
    kill: (signal = "SIGKILL") => (child.kill(signal), self.exit()),
    text: () => [...out.all, ...err.all].join("\n"),
  };
  return self;
}

/** Runs to its end. */
export async function run(args, options) {
  const program = start(args, options);
  const status = await program.exit(args.join(" "));
  return { status, stdout: program.out.all.join("\n"), stderr: program.err.all.join("\n"), errors: program.err.all };
}

/** `hadal sim`, ready. */
export async function startSim({ port = 0, symbols = 2, args = [] } = {}) {
  const sim = start(["sim", "--port", String(port), "--symbols", String(symbols), "--connection-limit", "0", ...args]);
  const ready = await sim.out.find((line) => line.includes("ws://"), "the exchange");
  sim.url = ready.match(/ws:\/\/\S+$/)[0];
  sim.port = Number(new URL(sim.url).port);
  /** Says that a fault is to happen, and waits until the exchange has heard it. */
  sim.fault = async (fault) => {
    const before = sim.out.all.length;
    sim.child.stdin.write(`${JSON.stringify(fault)}\n`);
    assert.match(await sim.out.after(before, () => true, "the exchange's answer"), /^fault: /);
  };
  return sim;
}

/** The pairs that an exchange has. */
export async function pairsOf(url) {
  const socket = new WebSocket(url);
  const pairs = new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => socket.send('{"method":"subscribe","params":{"channel":"instrument"}}'));
    socket.on("message", (text) => {
      const { channel, data } = JSON.parse(text);
      if (channel === "instrument") resolve(data.pairs.map(({ symbol }) => symbol));
    });
  });
  return within(pairs, "the list of pairs").finally(() => socket.terminate());
}

/** Short times, so that silence is noticed in seconds. */
export const quickSession = JSON.stringify({
  "times.silence": 2000, "times.quiet": 1000, "times.ping_interval": 1000, "times.pong": 5000, "times.ack": 2000, "times.snapshot": 2000,
  "reconnect.base": 100, "reconnect.cap": 500,
});

/** `hadal serve` or `hadal replay --serve`, listening. `exchange`: a ws:// address. */
export async function startServer(args, options) {
  const server = start(args, options);
  const ready = await server.out.find((line) => line.includes("http://"), "the server's address");
  server.url = ready.match(/http:\/\/[\d.:]+/)[0];
  server.port = Number(new URL(server.url).port);
  server.get = (path, more) => get(server.url + path, more);
  server.json = async (path, more) => {
    const answer = await server.get(path, more);
    return { ...answer, json: JSON.parse(answer.body) };
  };
  server.stream = (path, more) => stream(server.url + path, more);
  server.rss = () => rssOf(server.child.pid);
  return server;
}
export const startServe = (exchange, symbols, { args = [], ...options } = {}) =>
  startServer(["serve", ...symbols, "--url", exchange, "--listen", "127.0.0.1:0", ...args], options);

/** One request, on a connection of its own unless an agent is given; no cleverness with the path, as fetch would have. */
export function get(url, { path, method = "GET", headers = {}, agent = false } = {}) {
  const { hostname, port } = new URL(url);
  const target = path ?? url.slice(url.indexOf("/", 8));
  const answer = new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: target, method, headers, agent }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end();
  });
  return within(answer, `an answer to ${target}`);
}

/** A stream of server-sent events: every event with its id, every comment. */
export async function stream(url, { headers = {} } = {}) {
  const { hostname, port } = new URL(url);
  const events = new Arrivals();
  const fields = []; // lines that belong to no event
  let asked;
  const response = await within(
    new Promise((resolve, reject) => {
      asked = request({ hostname, port, path: url.slice(url.indexOf("/", 8)), headers, agent: false }, resolve);
      asked.on("error", reject);
      asked.end();
    }),
    `the stream ${url}`,
  );
  cleanUps.push(() => asked.destroy());
  let rest = "";
  let raw = "";
  response.setEncoding("utf8");
  response.on("data", (text) => {
    if (response.statusCode !== 200) raw += text;
    rest += text;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = {};
      for (const line of block.split("\n")) {
        const [, name, value] = line.match(/^(id|data|retry|event|): (.*)$/) ?? assert.fail(`no line of an event stream: ${line}`);
        if (name === "id") event.id = Number(value);
        else if (name === "data") Object.assign(event, { text: value }, JSON.parse(value));
        else fields.push(line);
      }
      if (event.text !== undefined) events.push(event);
    }
  });
  const ended = new Promise((resolve) => {
    response.on("end", () => resolve("ended"));
    response.on("error", () => resolve("broken"));
    response.on("close", () => resolve("closed"));
  });
  ended.then((how) => events.end(`the stream was ${how}`));
  return {
    status: response.statusCode,
    headers: response.headers,
    events,
    fields,
    body: () => raw,
    ended: () => within(ended, "the end of the stream"),
    get open() {
      return events.ended === undefined;
    },
    close: () => asked.destroy(),
  };
}

export const isLive = (event) => event.state === "live" && event.verified;

/** The digits of a decimal as an integer, with as many decimals as asked. */
export function scaled(text, decimals) {
  const [, sign, whole, part = ""] = text.match(/^(-?)(\d+)(?:\.(\d+))?$/) ?? assert.fail(`no decimal: ${text}`);
  assert.ok(part.length <= decimals, text);
  return BigInt(`${sign}${whole}${part.padEnd(decimals, "0")}`);
}

/** Resident memory of a process, in KiB. */
export async function rssOf(pid) {
  const { readFile } = await import("node:fs/promises");
  return Number((await readFile(`/proc/${pid}/status`, "utf8")).match(/VmRSS:\s+(\d+) kB/)[1]);
}

/** Ends with the end of a line. */
export const isWhole = (text) => text.endsWith("\n");
