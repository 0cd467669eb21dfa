// The exchange's side of the synthetic recording: one order book with about 120 levels a side, of which a
// subscriber sees the best `depth`. Every event is applied to the whole book first and then reported as the
// difference of the visible part, which is where refills and silent evictions come from.
//
// Only + - * / and sqrt are used, so that every JavaScript engine writes the same bytes from the same seed.

const FULL = 120; // levels kept a side, visible or not

// What one ordinary message does to one side, by a draw of 0 to 100: D removes a level, N adds one, M changes one.
// A shallow subscription sees mostly changed sizes, because moved orders leave its view.
const DEEP = [[25, "DN"], [44, "M"], [58, "D"], [76, "N"], [84, "MN"], [89, "DM"], [93, "MM"], [95, "NM"], [100, "M"]];
const SHALLOW = [[6, "DN"], ...DEEP.slice(1)];

/** One side of the full book; `sign` is +1 for asks and -1 for bids. Prices in ticks, best first. */
class Side {
  prices = [];
  quantities = new Map();

  constructor(sign) {
    this.sign = sign;
  }

  get best() {
    return this.prices[0];
  }

  set(price, quantity) {
    const known = this.quantities.has(price);
    if (quantity === 0) {
      this.quantities.delete(price);
      if (known) this.prices.splice(this.prices.indexOf(price), 1);
      return;
    }
    this.quantities.set(price, quantity);
    if (known) return;
    let at = this.prices.findIndex((p) => (p - price) * this.sign > 0);
    if (at < 0) at = this.prices.length;
    this.prices.splice(at, 0, price);
  }
}

/** One symbol. Each public method that changes the visible book returns entries for one message. */
export class Market {
  asks = new Side(1);
  bids = new Side(-1);
  /** What was taken by the last message: { buy, price, quantity } in the order it was taken. */
  trades = [];
  #random;
  #config;
  #fair;
  #walls = [];
  #flip;

  /**
   * @param config symbol, depth, priceScale, qtyScale, mid and reach (ticks; how far the levels spread),
   *   volatility (ticks per root second), unit (a usual size in units), menu (sizes that keep coming back)
   */
  constructor(config, random) {
    this.#config = config;
    this.#random = random;
    this.#fair = config.mid;
    for (const side of [this.bids, this.asks]) {
      while (side.prices.length < FULL) side.set(this.#place(side), this.#size());
    }
  }

  get config() {
    return this.#config;
  }

  /** The visible levels of one side, best first. */
  view(side) {
    return side.prices.slice(0, this.#config.depth).map((price) => [price, side.quantities.get(price)]);
  }

  /** Lets the fair price wander; `drift` is shared by all markets. */
  wander(seconds, drift) {
    const { volatility } = this.#config;
    this.#fair += volatility * (Math.sqrt(seconds) * this.#random.gauss() + drift * seconds);
    for (const side of [this.bids, this.asks]) this.#tend(side);
  }

  /** One message: { bids, asks } in event order, or undefined when nothing visible happened. */
  message(now) {
    const out = { bids: [], asks: [] };
    const { bids, asks } = this;
    this.trades = [];
    if (this.#fair > asks.best) this.#sweep(asks, bids, out);
    else if (this.#fair < bids.best) this.#sweep(bids, asks, out);
    else if (asks.best - bids.best > this.#config.wideSpread) this.#close(out);
    else if (!this.#wall(now, out)) this.#ordinary(out);
    return out.bids.length + out.asks.length > 0 ? out : undefined;
  }

  /** Applies one event and reports what it changed in the view: the level itself, then whatever entered at the bottom. */
  #apply(side, price, quantity, out) {
    const { depth } = this.#config;
    const list = side === this.bids ? out.bids : out.asks;
    const before = new Set(side.prices.slice(0, depth));
    side.set(price, quantity);
    const after = side.prices.slice(0, depth);
    if (before.has(price) || after.includes(price)) list.push([price, quantity]);
    for (const p of after) if (p !== price && !before.has(p)) list.push([p, side.quantities.get(p)]);
  }

  /** The fair price has run through the best levels: they are taken, and often somebody follows on the other side. */
  #sweep(taken, following, out) {
    const inside = () => (this.#fair - taken.best) * taken.sign >= 0;
    for (let n = this.#random.int(1, 4); n > 0 && inside(); n--) {
      if (n === 1 && this.#random.chance(0.35)) {
        const left = Math.ceil(taken.quantities.get(taken.best) * (0.1 + 0.8 * this.#random.unit()));
        if (left !== taken.quantities.get(taken.best)) this.#take(taken, left, out);
        break;
      }
      this.#take(taken, 0, out);
    }
    if (this.#random.chance(0.3)) this.#insertNear(following, out);
  }

  /** Somebody buys or sells at the best price until `left` is left there. */
  #take(side, left, out) {
    const price = side.best;
    this.trades.push({ buy: side === this.asks, price, quantity: side.quantities.get(price) - left });
    this.#apply(side, price, left, out);
  }

  /** The spread is wide: the side further from the fair price improves; sometimes both in one message. */
  #close(out) {
    const bidGap = this.#fair - this.bids.best;
    const askGap = this.asks.best - this.#fair;
    if (bidGap > askGap || this.#random.chance(0.2)) this.#insertNear(this.bids, out);
    if (askGap >= bidGap || this.#random.chance(0.2)) this.#insertNear(this.asks, out);
  }

  #insertNear(side, out) {
    const { wideSpread } = this.#config;
    const away = 1 + Math.floor(this.#random.unit() * this.#random.unit() * wideSpread);
    const price = Math.round(this.#fair) + side.sign * away;
    if (this.#free(side, price)) this.#apply(side, price, this.#size(), out);
  }

  /** Large resting orders: at most three at a time, each for 6 to 22 s. */
  #wall(now, out) {
    const random = this.#random;
    const due = this.#walls.findIndex((wall) => wall.until <= now);
    if (due >= 0) {
      const { side, price } = this.#walls.splice(due, 1)[0];
      if (side.quantities.has(price)) this.#apply(side, price, 0, out);
      return out.bids.length + out.asks.length > 0;
    }
    if (this.#walls.length >= 3 || !random.chance(0.012)) return false;
    const side = random.chance(0.5) ? this.bids : this.asks;
    const price = side.prices[random.int(Math.floor(this.#config.depth * 0.25), Math.floor(this.#config.depth * 0.8))];
    const quantity = this.#config.unit * random.pick([10, 12, 15, 20, 25]);
    this.#walls.push({ side, price, until: now + random.int(6000, 22000) });
    this.#apply(side, price, quantity, out);
    return true;
  }

  #ordinary(out) {
    const random = this.#random;
    const side = random.chance(0.5) ? this.bids : this.asks;
    if (random.chance(0.09)) return this.#flipFlop(side, out);
    let draw = random.unit() * 100;
    const width = (side.prices[this.#config.depth - 1] - side.best) * side.sign;
    if (width > 1.35 * this.#config.width) draw = 60; // too thin: somebody adds
    else if (width < 0.65 * this.#config.width) draw = 45; // too dense: somebody leaves
    const habits = this.#config.depth === 10 ? SHALLOW : DEEP;
    const [, steps] = habits.find(([below]) => draw < below);
    let last;
    for (const step of steps) {
      const again = steps === "MM" || steps === "NM" ? last : undefined; // one price twice in one message
      const price = step === "N" ? this.#place(side, true) : (again ?? this.#touch(side));
      if (price === undefined) continue;
      last = price;
      const quantity = step === "D" ? 0 : step === "N" ? this.#size() : this.#resize(side, price);
      this.#apply(side, price, quantity, out);
    }
  }

  /** One participant who keeps moving the same size between two prices. */
  #flipFlop(side, out) {
    const flip = this.#flip;
    if (flip && flip.side.quantities.get(flip.price) === flip.quantity) {
      const other = flip.other;
      this.#apply(flip.side, flip.price, 0, out);
      if (this.#free(flip.side, other)) this.#apply(flip.side, other, flip.quantity, out);
      this.#flip = { ...flip, price: other, other: flip.price };
      return;
    }
    const price = this.#place(side, true);
    if (price === undefined) return;
    const quantity = this.#config.menu[0];
    this.#flip = { side, price, other: price + side.sign * this.#random.int(1, 6), quantity };
    this.#apply(side, price, quantity, out);
  }

  /** Keeps the invisible part of a side populated and near the market. Never touches the view. */
  #tend(side) {
    const { depth } = this.#config;
    while (side.prices.length > FULL + 20) side.set(side.prices.at(-1), 0);
    while (side.prices.length < FULL) {
      const worst = side.prices[depth - 1];
      const price = this.#place(side);
      if (price !== undefined && (price - worst) * side.sign > 0) side.set(price, this.#size());
      else side.set(side.prices.at(-1) + side.sign * this.#random.int(1, 60), this.#size());
    }
  }

  /** A free price on this side, dense near the market; inside the view when `visible`. */
  #place(side, visible = false) {
    for (let attempt = 0; attempt < 12; attempt++) {
      const u = this.#random.unit();
      const price = Math.round(this.#fair) + side.sign * (1 + Math.floor(this.#config.reach * u * Math.sqrt(u)));
      const worst = side.prices[this.#config.depth - 1];
      if (visible && (price - worst) * side.sign >= 0) continue;
      if (this.#free(side, price)) return price;
    }
    return visible ? undefined : (side.prices.at(-1) ?? Math.round(this.#fair)) + side.sign * 7;
  }

  #free(side, price) {
    const opposite = side === this.bids ? this.asks : this.bids;
    const crosses = opposite.prices.length > 0 && (opposite.best - price) * side.sign >= 0;
    return price > 0 && !crosses && !side.quantities.has(price);
  }

  /** A visible level to change or remove; walls are left alone. */
  #touch(side) {
    const { depth } = this.#config;
    const random = this.#random;
    for (let attempt = 0; attempt < 6; attempt++) {
      const rank = depth === 10 && random.chance(0.4) ? 0 : random.chance(0.5) ? random.int(0, 5) : random.int(0, depth - 1);
      const price = side.prices[rank];
      if (!this.#walls.some((wall) => wall.side === side && wall.price === price)) return price;
    }
    return undefined;
  }

  #size() {
    const { menu, unit } = this.#config;
    if (this.#random.chance(0.3)) return this.#random.pick(menu);
    return Math.max(1, Math.round(unit * Math.min(6, 0.35 * this.#random.tail())));
  }

  /** Always another size than before: the exchange sends no message that changes nothing. */
  #resize(side, price) {
    const old = side.quantities.get(price);
    const random = this.#random;
    const next = random.chance(0.5) ? this.#size() : Math.max(1, Math.round(old * (0.3 + 1.4 * random.unit())));
    return next === old ? old + random.int(1, 9000) : next;
  }
}
