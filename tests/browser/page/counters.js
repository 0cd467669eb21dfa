// Before every other script: what is running in this page. counters.left() names it, one word each; empty: nothing is left behind.
(() => {
  const running = new Set();
  let last = 0;

  for (const [begin, end] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"], ["requestAnimationFrame", "cancelAnimationFrame"]]) {
    const [real, stop] = [globalThis[begin].bind(globalThis), globalThis[end].bind(globalThis)];
    globalThis[begin] = (callback, ...rest) => {
      const name = () => `${begin} ${id}`;
      const id = real((...args) => {
        if (begin !== "setInterval") running.delete(name());
        callback(...args);
      }, ...rest);
      running.add(name());
      return id;
    };
    globalThis[end] = (id) => (running.delete(`${begin} ${id}`), stop(id));
  }

  // A hidden page draws nothing; headless browsers hide none.
  const { requestAnimationFrame: draw, cancelAnimationFrame: cancel } = globalThis;
  let held; // callbacks of a hidden page, by what cancels them
  globalThis.requestAnimationFrame = (callback) => {
    if (!held) return draw(callback);
    const id = `held ${++last}`;
    held.set(id, callback);
    running.add(`requestAnimationFrame ${id}`);
    return id;
  };
  globalThis.cancelAnimationFrame = (id) => {
    running.delete(`requestAnimationFrame ${id}`);
    if (!held?.delete(id)) cancel(id);
  };
  Object.defineProperty(document, "visibilityState", { get: () => (held ? "hidden" : "visible") });
  Object.defineProperty(document, "hidden", { get: () => held !== undefined });
  const hide = (hidden) => {
    const waiting = [...(held ?? [])];
    held = hidden ? new Map() : undefined;
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    for (const [id, callback] of waiting) {
      running.delete(`requestAnimationFrame ${id}`);
      draw(callback);
    }
  };

  // Listeners of what outlives a client: the window, the document, and the signals that users hand in.
  const numbers = new WeakMap();
  const number = (object) => numbers.get(object) ?? (numbers.set(object, ++last), last);
  const nameOf = (target, type, listener) => {
    const where = target === undefined || target === globalThis ? "window" : target === document ? "document" : target instanceof AbortSignal ? `signal ${number(target)}` : undefined;
    return where && listener && `listener ${where} ${type} ${number(listener)}`;
  };
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const name = nameOf(this, type, listener);
    if (name) running.add(name);
    if (name && options?.once) addEventListener.call(this ?? globalThis, type, () => running.delete(name), { once: true });
    return addEventListener.call(this ?? globalThis, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    running.delete(nameOf(this, type, listener));
    return removeEventListener.call(this ?? globalThis, type, listener, options);
  };

  /** A class of sockets like this one, whose sockets are counted from their making until they say that they are closed. */
  const counted = (Base) =>
    class extends Base {
      constructor(...args) {
        super(...args);
        const name = `socket ${++last}`;
        running.add(name);
        addEventListener.call(this, "close", () => running.delete(name));
      }
    };
  globalThis.WebSocket = counted(globalThis.WebSocket);

  globalThis.Worker = class extends globalThis.Worker {
    #name = `worker ${++last}`;
    constructor(...args) {
      super(...args);
      counters.workers++;
      counters.lastWorker = this;
      running.add(this.#name);
    }
    terminate() {
      running.delete(this.#name);
      super.terminate();
    }
  };

  globalThis.counters = { workers: 0, lastWorker: undefined, counted, hide, left: () => [...running], reset: () => running.clear() };
})();
