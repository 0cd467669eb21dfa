import type { Clock } from "../clock.js";
import { HadalError } from "../error.js";
import type { Fault } from "./fault.js";
import type { Machine, ServerFrame } from "./machine.js";
import { MarketTime } from "./market-time.js";
import { socketClass, type Peer } from "./socket.js";

/** A socket as the exchange sees it, until its last event is delivered. */
interface Link {
  readonly peer: Peer;
  state: "connecting" | "open" | "ending";
}

const path = "/v2";
const abnormal = 1006;
const tooBig = 1009;
const neverSent: readonly number[] = [abnormal, 1015]; // RFC 6455 section 7.4.1: a browser takes a frame with one as broken
const longestMessage = 1 << 20; // UTF-16 units; as the native server's, in bytes
const sliceMs = 8; // to catch up in one task

/**
 * An exchange whose market is made up, in this page. It needs no network: its sockets are made by its own WebSocket class, and what they
 * receive comes in later tasks, as from a real one. Time is the clock's; while no socket is there nothing runs, and of a longer pause a
 * second at most is played.
 */
export class SimulatedExchange {
  /** Hand it to a client: each socket leads here, whatever its host. Its path must be `/v2`, and it must ask for no subprotocol. */
  readonly WebSocket: typeof WebSocket;
  readonly symbols: readonly string[];
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #time: MarketTime;
  readonly #links = new Map<number, Link>();
  #queue: (() => void)[] = [];
  #timer: unknown;
  #restUntil = -Infinity;
  #lastConnection = 0;
  #closed = false;

  /** @internal */
  constructor(machine: Machine, clock: Clock) {
    this.#machine = machine;
    this.#clock = clock;
    this.#time = new MarketTime(clock.now());
    this.symbols = machine.symbols();
    this.WebSocket = socketClass({
      connect: (peer, url, protocols) => this.#connect(peer, url.pathname === path && protocols.length === 0),
      send: (connection, text) => this.#send(connection, text),
      close: (connection, code, reason) => this.#end(connection, code, reason),
    });
  }

  /** Faults from now on, by hand. Throws `config_invalid`. */
  inject(faults: Fault | readonly Fault[]): void {
    this.#machine.inject(this.#catchUp(), faults);
    this.#settle();
  }

  /** Ends all faults, planned ones too. */
  endFaults(): void {
    this.#machine.endFaults();
  }

  /** Faults that struck so far. */
  get faults(): number {
    return this.#machine.faults();
  }

  /** Frames sent so far, to all sockets. */
  get frames(): number {
    return this.#machine.frames();
  }

  /** Ends everything: sockets see 1006, nothing runs any more. Whatever is asked of the exchange afterwards throws `already_closed`. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#clock.clearTimeout(this.#timer);
    this.#machine.free();
    const links = [...this.#links.values()];
    this.#links.clear();
    this.#queue = [];
    queueMicrotask(() => links.forEach(({ peer, state }) => (state === "connecting" ? peer.failed() : peer.closed(abnormal, "", false))));
  }

  // --- what sockets ask ---

  #connect(peer: Peer, isServed: boolean): number {
    if (this.#closed) throw new HadalError("already_closed", "The simulated exchange was closed; simulate() a new one.");
    const connection = ++this.#lastConnection;
    const link: Link = { peer, state: "connecting" };
    this.#links.set(connection, link);
    this.#later(() => {
      if (link.state !== "connecting") return;
      if (isServed && this.#machine.open(this.#now(), connection) === 101) {
        link.state = "open";
        peer.opened();
      } else {
        this.#links.delete(connection);
        peer.failed();
      }
    });
    return connection;
  }

  #send(connection: number, text: string): void {
    if (this.#links.get(connection)?.state !== "open") return;
    if (text.length > longestMessage) return this.#end(connection, tooBig, "");
    this.#machine.text(this.#now(), connection, text);
    this.#settle();
  }

  /** Either side ends a connection; the client hears of it later. */
  #end(connection: number, code: number, reason: string): void {
    const link = this.#links.get(connection);
    if (link === undefined || link.state === "ending") return;
    const wasOpen = link.state === "open";
    link.state = "ending";
    if (wasOpen) this.#machine.close(this.#now(), connection);
    this.#later(() => {
      this.#links.delete(connection);
      if (wasOpen) link.peer.closed(code, reason, true);
      else link.peer.failed();
    });
  }

  // --- what the exchange does ---

  #deliver({ kind, connection, code, data }: ServerFrame): void {
    const link = this.#links.get(connection);
    if (link?.state !== "open") return;
    if (kind === "text" || kind === "binary") return link.peer.received(data);
    this.#links.delete(connection);
    this.#machine.close(this.#now(), connection);
    if (kind === "reset") link.peer.closed(abnormal, "", false);
    else if (neverSent.includes(code)) link.peer.failed();
    else link.peer.closed(code, String(data), true);
  }

  #later(event: () => void): void {
    this.#queue.push(event);
    this.#settle();
  }

  /** After every input: what it made the exchange send, and one timer for what comes next. */
  #settle(): void {
    for (let frame = this.#machine.next(); frame; frame = this.#machine.next()) {
      const sent = frame;
      this.#queue.push(() => this.#deliver(sent));
    }
    this.#clock.clearTimeout(this.#timer);
    if (this.#links.size === 0) {
      this.#queue = []; // frames for sockets that are gone
      return;
    }
    const time = this.#clock.now();
    const at = this.#queue.length > 0 ? time : Math.max(this.#time.when(this.#machine.deadline()), this.#restUntil);
    this.#timer = this.#clock.setTimeout(() => this.#wake(), Math.max(0, Math.ceil(at - time)));
  }

  #wake(): void {
    this.#catchUp();
    this.#settle();
    const due = this.#queue;
    this.#queue = [];
    for (const event of due) {
      event();
      if (this.#closed) return;
    }
    this.#settle();
  }

  #now(): number {
    return this.#time.now(this.#clock.now());
  }

  /** Lets the market go on to the present, or as far as one task may take it. A page then gets as much time as the market took. */
  #catchUp(): number {
    const begun = this.#clock.now();
    for (let time = begun; ; ) {
      const now = this.#time.now(time);
      this.#machine.advance(now);
      time = this.#clock.now();
      if (this.#time.isBehind(time) && time - begun < sliceMs) continue;
      this.#restUntil = time + (time - begun);
      return now;
    }
  }
}
