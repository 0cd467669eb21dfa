import type { WebSocketClass, WebSocketLike } from "./web-socket.js";

/** What a socket tells. */
export interface SocketListener {
  opened(): void;
  text(data: string): void;
  binary(bytes: number): void;
  closed(code: number, reason: string): void;
  /** Instead of opened(), and nothing follows. */
  failed(reason: string): void;
}

/** One socket, in the terms of the driver. Throws what the class throws. */
export class Socket {
  readonly #socket: WebSocketLike;

  constructor(WebSocket: WebSocketClass, url: string, listener: SocketListener) {
    const socket = (this.#socket = new WebSocket(url));
    let open = false;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => ((open = true), listener.opened());
    socket.onmessage = ({ data }: { data: unknown }) =>
      typeof data === "string" ? listener.text(data) : listener.binary(data instanceof ArrayBuffer ? data.byteLength : 0);
    socket.onerror = () => {}; // a close follows; `ws` would throw without one
    socket.onclose = ({ code, reason }: { code: number; reason: unknown }) => {
      this.#forget();
      if (open) listener.closed(code, String(reason));
      else listener.failed(String(reason) || "the connection could not be opened");
    };
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** What the socket says from now on concerns nobody, but that it is gone. One that refuses to close is forgotten all the same. */
  close(code: number, reason: string, gone: () => void): void {
    this.#forget();
    this.#socket.onclose = gone;
    try {
      this.#socket.close(code, reason);
    } catch {
      gone();
    }
  }

  #forget(): void {
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
  }
}
