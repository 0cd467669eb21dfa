import { closeEvent } from "./close-event.js";

/** What a line tells its socket, each in a later task than what the socket asked for. */
export interface Peer {
  opened(): void;
  received(data: string | Uint8Array<ArrayBuffer>): void;
  /** The connection never came to be, or its client gave it up before: `error`, then `close` with 1006. */
  failed(): void;
  closed(code: number, reason: string, wasClean: boolean): void;
}

/** What a socket asks of the exchange it leads to. */
export interface Line {
  /** Returns the number of the connection. */
  connect(peer: Peer, url: URL, protocols: readonly string[]): number;
  send(connection: number, text: string): void;
  close(connection: number, code: number, reason: string): void;
}

const noStatus = 1005; // RFC 6455 section 7.1.5: what a close frame without a code is seen as
const longestReason = 123; // bytes: RFC 6455 section 5.5
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function parsed(address: string): URL {
  const wrong = (why: string) => new DOMException(`The URL '${address}' ${why}.`, "SyntaxError");
  let url: URL;
  try {
    url = new URL(address, globalThis.location?.href);
  } catch {
    throw wrong("is invalid");
  }
  if (url.protocol === "http:") url.protocol = "ws:";
  if (url.protocol === "https:") url.protocol = "wss:";
  if (url.protocol !== "ws:" && url.protocol !== "wss:") throw wrong("must begin with ws: or wss:");
  if (url.href.includes("#")) throw wrong("must have no fragment");
  return url;
}

interface Handler {
  callback: (this: WebSocket, event: any) => unknown; // each attribute narrows its event
  readonly listener: (event: Event) => void;
}

/** The DOM's WebSocket (WHATWG WebSockets, section 3), at the end of a line instead of a network. */
export class SimulatedSocket extends EventTarget implements WebSocket {
  /** A client that is handed this class knows that its market is made up. */
  static readonly simulated = true;
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;

  readonly url: string;
  readonly bufferedAmount = 0;
  readonly extensions = "";
  readonly protocol = "";
  readonly #line: Line;
  readonly #connection: number;
  readonly #handlers = new Map<string, Handler>();
  #readyState = 0;
  #binaryType: BinaryType = "blob";

  constructor(line: Line, address: string | URL, protocols: string | string[] = []) {
    super();
    const url = parsed(String(address));
    const names = Array.isArray(protocols) ? protocols.map(String) : [String(protocols)];
    const bad = names.find((name, i) => !token.test(name) || names.indexOf(name) !== i);
    if (bad !== undefined) throw new DOMException(`The subprotocol '${bad}' is invalid or duplicated.`, "SyntaxError");
    this.url = url.href;
    this.#line = line;
    this.#connection = line.connect(
      {
        opened: () => this.#opened(),
        received: (data) => this.#received(data, url.origin),
        failed: () => this.#ended(1006, "", false, true),
        closed: (code, reason, wasClean) => this.#ended(code, reason, wasClean, false),
      },
      url,
      names,
    );
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState as 0 | 1 | 2 | 3;
  }

  get binaryType(): BinaryType {
    return this.#binaryType;
  }

  set binaryType(type: BinaryType) {
    if (type === "blob" || type === "arraybuffer") this.#binaryType = type;
  }

  /** The exchange understands text alone: binary data goes nowhere. */
  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    if (this.#readyState === this.CONNECTING) throw new DOMException("Still in CONNECTING state.", "InvalidStateError");
    const isBinary = data instanceof ArrayBuffer || ArrayBuffer.isView(data) || data instanceof Blob;
    if (this.#readyState === this.OPEN && !isBinary) this.#line.send(this.#connection, String(data));
  }

  close(code?: number, reason?: string): void {
    const number = code === undefined ? undefined : Math.round(Number(code));
    if (number !== undefined && number !== 1000 && !(number >= 3000 && number <= 4999)) {
      throw new DOMException(`The close code must be 1000, or from 3000 to 4999, not ${String(code)}.`, "InvalidAccessError");
    }
    const words = reason === undefined ? "" : String(reason);
    if (new TextEncoder().encode(words).length > longestReason) {
      throw new DOMException(`The close reason must not be longer than ${longestReason} bytes of UTF-8.`, "SyntaxError");
    }
    if (this.#readyState >= this.CLOSING) return;
    this.#readyState = this.CLOSING;
    this.#line.close(this.#connection, number ?? (words === "" ? noStatus : 1000), words);
  }

  get onopen(): WebSocket["onopen"] {
    return this.#handler("open");
  }
  set onopen(callback) {
    this.#handle("open", callback);
  }
  get onmessage(): WebSocket["onmessage"] {
    return this.#handler("message");
  }
  set onmessage(callback) {
    this.#handle("message", callback);
  }
  get onerror(): WebSocket["onerror"] {
    return this.#handler("error");
  }
  set onerror(callback) {
    this.#handle("error", callback);
  }
  get onclose(): WebSocket["onclose"] {
    return this.#handler("close");
  }
  set onclose(callback) {
    this.#handle("close", callback);
  }

  #handler(type: string): Handler["callback"] | null {
    return this.#handlers.get(type)?.callback ?? null;
  }

  /** A handler keeps its place among the listeners when another one takes it over, as in HTML. */
  #handle(type: string, callback: Handler["callback"] | null): void {
    const old = this.#handlers.get(type);
    if (typeof callback !== "function") {
      if (old) this.removeEventListener(type, old.listener);
      this.#handlers.delete(type);
    } else if (old) {
      old.callback = callback;
    } else {
      const handler: Handler = { callback, listener: (event) => handler.callback.call(this, event) };
      this.#handlers.set(type, handler);
      this.addEventListener(type, handler.listener);
    }
  }

  #opened(): void {
    if (this.#readyState !== this.CONNECTING) return;
    this.#readyState = this.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  #received(bytes: string | Uint8Array<ArrayBuffer>, origin: string): void {
    if (this.#readyState !== this.OPEN) return;
    const isBlob = this.#binaryType === "blob";
    const data = typeof bytes === "string" ? bytes : isBlob ? new Blob([bytes]) : bytes.buffer;
    this.dispatchEvent(new MessageEvent("message", { data, origin }));
  }

  #ended(code: number, reason: string, wasClean: boolean, isError: boolean): void {
    if (this.#readyState === this.CLOSED) return;
    this.#readyState = this.CLOSED;
    if (isError) this.dispatchEvent(new Event("error"));
    this.dispatchEvent(closeEvent(code, reason, wasClean));
  }
}

/** The class that makes sockets at the end of this line. */
export function socketClass(line: Line): typeof WebSocket {
  return class WebSocket extends SimulatedSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(line, url, protocols);
    }
  };
}
