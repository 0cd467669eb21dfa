/**
 * Sockets of the page for an engine in a worker: a class that is handed in cannot be handed over, but its frames can. What comes in one task goes
 * over in one message.
 */
import type { WebSocketClass, WebSocketLike } from "./web-socket.js";

/** About one socket, by a number that is never used twice. */
export type RelayMessage =
  | { socket: number; type: "make"; url: string }
  | { socket: number; type: "send"; text: string }
  | { socket: number; type: "close"; code: number; reason: string }
  | { socket: number; type: "failed"; reason: string }
  | { socket: number; type: "opened" }
  | { socket: number; type: "text"; text: string }
  | { socket: number; type: "binary"; bytes: number }
  | { socket: number; type: "closed"; code: number; reason: string };

/** Messages of one task, as one. */
class Outbox {
  readonly #post: (messages: RelayMessage[]) => void;
  #messages: RelayMessage[] = [];

  constructor(post: (messages: RelayMessage[]) => void) {
    this.#post = post;
  }

  add(message: RelayMessage): void {
    this.#messages.push(message);
    if (this.#messages.length > 1) return;
    queueMicrotask(() => {
      const messages = this.#messages;
      this.#messages = [];
      this.#post(messages);
    });
  }
}

/** In the page: makes the sockets. */
export class SocketRelay {
  readonly #WebSocket: WebSocketClass;
  readonly #outbox: Outbox;
  readonly #sockets = new Map<number, WebSocketLike>();

  constructor(WebSocket: WebSocketClass, post: (messages: RelayMessage[]) => void) {
    this.#WebSocket = WebSocket;
    this.#outbox = new Outbox(post);
  }

  hear(messages: readonly RelayMessage[]): void {
    for (const message of messages) {
      const { socket } = message;
      try {
        if (message.type === "make") this.#make(socket, message.url);
        else if (message.type === "send") this.#sockets.get(socket)?.send(message.text);
        else if (message.type === "close") this.#sockets.get(socket)?.close(message.code, message.reason);
      } catch (error) {
        void this.#drop(socket);
        this.#outbox.add({ socket, type: "failed", reason: String(error) });
      }
    }
  }

  /** What is open is closed; nobody hears of it. Resolves when all have closed. */
  async end(): Promise<void> {
    await Promise.all([...this.#sockets.keys()].map((number) => this.#drop(number)));
  }

  #drop(number: number): Promise<void> {
    return new Promise((gone) => {
      const socket = this.#sockets.get(number);
      this.#sockets.delete(number);
      if (!socket) return gone();
      socket.onopen = socket.onmessage = null; // its onerror stays: `ws` would throw without one
      socket.onclose = () => gone();
      try {
        socket.close(1000, "");
      } catch {
        gone();
      }
    });
  }

  #make(number: number, url: string): void {
    const socket = new this.#WebSocket(url);
    this.#sockets.set(number, socket);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#outbox.add({ socket: number, type: "opened" });
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (typeof data === "string") this.#outbox.add({ socket: number, type: "text", text: data });
      else this.#outbox.add({ socket: number, type: "binary", bytes: data instanceof ArrayBuffer ? data.byteLength : 0 });
    };
    socket.onerror = () => {}; // a close follows
    socket.onclose = ({ code, reason }: { code: number; reason: unknown }) => {
      this.#sockets.delete(number);
      this.#outbox.add({ socket: number, type: "closed", code, reason: String(reason) });
    };
  }
}

/** In the worker: a class of sockets whose other half is in the page. */
export class RelayedSockets {
  readonly WebSocket: WebSocketClass;
  readonly #open = new Map<number, WebSocketLike>();
  #last = 0;

  constructor(post: (messages: RelayMessage[]) => void) {
    const outbox = new Outbox(post);
    const relayed = this;
    this.WebSocket = class implements WebSocketLike {
      binaryType = "arraybuffer";
      onopen: WebSocketLike["onopen"] = null;
      onmessage: WebSocketLike["onmessage"] = null;
      onclose: WebSocketLike["onclose"] = null;
      onerror: WebSocketLike["onerror"] = null;
      readonly #number = ++relayed.#last;

      constructor(url: string) {
        relayed.#open.set(this.#number, this);
        outbox.add({ socket: this.#number, type: "make", url });
      }
      send(text: string): void {
        outbox.add({ socket: this.#number, type: "send", text });
      }
      close(code = 1000, reason = ""): void {
        outbox.add({ socket: this.#number, type: "close", code, reason });
      }
    };
  }

  hear(messages: readonly RelayMessage[]): void {
    for (const message of messages) {
      const socket = this.#open.get(message.socket);
      if (!socket) continue;
      if (message.type === "opened") socket.onopen?.({} as never);
      else if (message.type === "text") socket.onmessage?.({ data: message.text } as never);
      else if (message.type === "binary") socket.onmessage?.({ data: new ArrayBuffer(message.bytes) } as never);
      else if (message.type === "closed" || message.type === "failed") {
        this.#open.delete(message.socket);
        socket.onclose?.({ code: message.type === "closed" ? message.code : 1006, reason: message.reason } as never);
      }
    }
  }
}
