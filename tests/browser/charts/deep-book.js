// A book of any depth as the exchange would send it, checksums included: for measuring.

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc(text) {
  let value = 0xffffffff;
  for (let i = 0; i < text.length; i++) value = table[(value ^ text.charCodeAt(i)) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

const price = (ticks) => `${Math.floor(ticks / 10)}.${ticks % 10}`;
const size = (units) => (units / 1e8).toFixed(8);

/** A snapshot of `levels` a side, then `updates` messages that change one level each. */
export function* bookFrames(levels, updates) {
  let seed = 1;
  const random = () => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32);
  const side = (sign) => Array.from({ length: levels }, (_, i) => [600_000 + sign * (1 + 3 * i), 1 + Math.floor(random() * 2e8)]);
  const book = { bids: side(-1), asks: side(1) };
  const checksum = () => crc([book.asks, book.bids].flatMap((rows) => rows.slice(0, 10).flatMap(([at, units]) => [at, units])).join(""));
  const rows = (list) => list.map(([at, units]) => `{"price":${price(at)},"qty":${size(units)}}`).join(",");
  const frame = (type, bids, asks) => `{"channel":"book","type":"${type}","data":[{"symbol":"BTC/USD","bids":[${rows(bids)}],"asks":[${rows(asks)}],"checksum":${checksum()},"timestamp":"2026-01-02T03:04:05.678901Z"}]}`;
  yield frame("snapshot", book.bids, book.asks);
  for (let i = 0; i < updates; i++) {
    const name = random() < 0.5 ? "bids" : "asks";
    const row = book[name][Math.floor(random() * levels)];
    row[1] = 1 + Math.floor(random() * 2e8);
    yield frame("update", name === "bids" ? [row] : [], name === "asks" ? [row] : []);
  }
}
