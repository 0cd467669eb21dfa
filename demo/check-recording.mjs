// An independent check of a journal: decimal texts instead of integers, a bitwise CRC instead of a table, and a
// sort after every message instead of ordered inserts. It shares nothing with the code that wrote the journal.

/** CRC-32, one bit at a time. */
function crc32(text) {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const digits = (text) => text.replace(".", "").replace(/^0+/, "");
const LEVEL = /\{"price":([0-9.]+),"qty":([0-9.]+)\}/g;
const FRAME =
  /^\{"channel":"book","type":"(snapshot|update)","data":\[\{"symbol":"([^"]+)","bids":\[(.*?)\],"asks":\[(.*?)\],"checksum":(\d+),"timestamp":"([^"]+)"\}\]\}$/;

function apply(levels, entries, best, depth) {
  for (const [, price, quantity] of entries.matchAll(LEVEL)) {
    if (Number(quantity) === 0) levels.delete(price);
    else levels.set(price, quantity);
  }
  const order = [...levels.keys()].sort((a, b) => best * (Number(a) - Number(b)));
  for (const price of order.slice(depth)) levels.delete(price);
  return order.slice(0, depth);
}

/**
 * Replays a journal.
 * @returns counts, and `problems`: sentences, empty when all is well
 */
export function checkJournal(text) {
  const result = { lines: 0, frames: 0, snapshots: 0, updates: 0, trades: 0, matched: 0, mismatched: 0, problems: [] };
  const books = new Map();
  const depths = new Map();
  let before = -1;
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    result.lines++;
    const parts = /^(\d{19}) (\d+) 1 ([<>!]) (.+)$/.exec(line);
    if (!parts) {
      result.problems.push(`not a journal line: ${line.slice(0, 80)}`);
      continue;
    }
    const [, , now, kind, payload] = parts;
    if (Number(now) < before) result.problems.push(`time runs backwards at ${now} ms`);
    before = Number(now);
    if (kind === ">") {
      const { method, params } = JSON.parse(payload);
      if (method === "subscribe" && params.channel === "book") for (const symbol of params.symbol) depths.set(symbol, params.depth);
    }
    if (kind !== "<") continue;
    result.frames++;
    const frame = FRAME.exec(payload);
    if (!frame) {
      const { channel, data } = JSON.parse(payload);
      if (channel === "book") result.problems.push(`unexpected book frame at ${now} ms`);
      if (channel === "trade") result.trades += data.length;
      continue;
    }
    const [, type, symbol, bidEntries, askEntries, checksum] = frame;
    if (type === "snapshot") books.set(symbol, { bids: new Map(), asks: new Map() });
    result[type === "snapshot" ? "snapshots" : "updates"]++;
    const book = books.get(symbol);
    const asks = apply(book.asks, askEntries, 1, depths.get(symbol));
    const bids = apply(book.bids, bidEntries, -1, depths.get(symbol));
    if (bids.length && asks.length && Number(bids[0]) >= Number(asks[0])) result.problems.push(`${symbol} crossed at ${now} ms`);
    const side = (levels, order) => order.slice(0, 10).map((price) => digits(price) + digits(levels.get(price))).join("");
    if (crc32(side(book.asks, asks) + side(book.bids, bids)) === Number(checksum)) result.matched++;
    else result.mismatched++;
  }
  return result;
}
