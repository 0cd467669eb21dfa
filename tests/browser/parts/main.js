// What tests of elements and React components need in their page. Elements are defined when loadElements() is called, so that a test can come before them.
import * as react from "react";
import { createRoot } from "react-dom/client";
import { connect } from "hadal";
import * as parts from "hadal/react";
import { simulate } from "hadal/sim";

/** Sockets that were opened in this page. */
let sockets = 0;

/** An exchange in the page, and the options to connect to it; every socket is counted. */
async function market(sim = {}) {
  const exchange = await simulate({ seed: 7, rate: 4, connectionLimit: 0, ...sim });
  class WebSocket extends counters.counted(exchange.WebSocket) {
    constructor(...args) {
      super(...args);
      sockets++;
    }
  }
  return { exchange, options: { WebSocket, seed: 7, depth: 10 } };
}

/** A client of such an exchange that counts its watches and those that are open. */
async function clientOf(sim) {
  const { exchange, options } = await market(sim);
  const client = await connect(options);
  const watch = client.watch.bind(client);
  const watches = { made: 0, open: 0 };
  client.watch = async (...args) => {
    watches.made++;
    watches.open++;
    const made = await watch(...args);
    const close = made.close.bind(made);
    let closed = false;
    made.close = () => {
      if (!closed) watches.open--;
      closed = true;
      close();
    };
    return made;
  };
  return { exchange, client, watches };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const drawn = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));

/** Waits until `isSo` gives something; fails after so long with what it gave last. */
async function until(what, isSo, ms = 15_000) {
  const end = performance.now() + ms;
  for (;;) {
    const now = await isSo();
    if (now) return now;
    if (performance.now() > end) throw new Error(`waited in vain: ${what} (${String(now)})`);
    await pause(10);
  }
}

/** Nothing of what was begun is left; what it was, otherwise. */
async function nothingLeft() {
  for (let tries = 0; counters.left().length > 0 && tries < 50; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    await drawn();
  }
  return counters.left();
}

/** Colours on the canvases below a node. */
function colours(of) {
  const found = new Set();
  for (const canvas of of.querySelectorAll("canvas")) {
    if (canvas.width * canvas.height === 0) continue;
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] > 0) found.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
  }
  return found.size;
}

/** What each part shows once its data are there; undefined before. */
const shows = {
  depth: (shadow) => (colours(shadow) > 20 && shadow.querySelectorAll("table tr").length > 10 ? `${colours(shadow)} colours` : undefined),
  heatmap: (shadow) => (colours(shadow) > 20 ? `${colours(shadow)} colours` : undefined),
  ladder: (shadow) => shadow.querySelector("table:not([hidden])")?.innerText.match(/\d[\d,]*\.\d+/g)?.slice(0, 3).join(" "),
  tape: (shadow) => shadow.querySelector("tbody tr td")?.closest("tr").innerText.match(/\d\.\d+/)?.[0],
  status: (shadow) => shadow.querySelector(".badge").innerText.match(/Verified/)?.[0],
};

/** A box of a size, in the page. */
function box(parent = document.body) {
  const made = document.createElement("div");
  made.style.height = "320px";
  made.style.width = "480px";
  parent.append(made);
  return made;
}

/** A root of React, which has put its own listeners where it wants them. */
async function rootIn(container = box(), options) {
  const root = createRoot(container, options);
  root.render(null);
  await drawn();
  counters.reset();
  return root;
}

const loadElements = () => import("hadal/element");
const h = react.createElement;
Object.assign(globalThis, { react, h, parts, connect, simulate, market, clientOf, pause, drawn, until, nothingLeft, colours, shows, box, rootIn, loadElements, socketsMade: () => sockets });
document.documentElement.dataset.ready = "yes";
