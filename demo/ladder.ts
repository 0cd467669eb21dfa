import type { BookFrame, Side } from "hadal";
import { fixed } from "hadal/chart";
import { byId, create, setText } from "./dom.js";

const ROWS = 10;

interface Digits {
  readonly head: HTMLElement;
  readonly zeros: HTMLElement;
}

interface Row {
  readonly row: HTMLElement;
  readonly gauge: HTMLElement;
  readonly price: HTMLElement;
  readonly size: Digits;
  readonly total: Digits;
}

/** Ten levels a side in a real table: asks on top, the best ones next to the spread, bids below. */
export class Ladder {
  #asks: Row[] = [];
  #bids: Row[] = [];
  #table = byId("ladder");
  #headings: HTMLElement[] = [];
  #spread = create("td");
  #bps = create("td");

  constructor() {
    const head = create("thead");
    const row = create("tr");
    this.#headings = ["Price", "Size", "Total"].map((text) => {
      const cell = create("th", "", text);
      cell.scope = "col";
      row.append(cell);
      return cell;
    });
    head.append(row);
    const spread = create("tbody");
    const spreadRow = create("tr", "spread");
    const name = create("th", "", "Spread");
    name.scope = "row";
    spreadRow.append(name, this.#spread, this.#bps);
    spread.append(spreadRow);
    const asks = this.#body("ask", "Asks", this.#asks);
    const bids = this.#body("bid", "Bids", this.#bids);
    this.#asks.reverse(); // index 0 is the best level on both sides
    this.#table.append(head, asks, spread, bids);
  }

  render(frame: BookFrame | undefined): void {
    const [base = "", quote = ""] = frame?.symbol.split("/") ?? [];
    ["Price", "Size", "Total"].forEach((text, i) => {
      const heading = this.#headings[i];
      const unit = i === 0 ? quote : base;
      if (heading) setText(heading, unit ? `${text}, ${unit}` : text);
    });
    this.#table.classList.toggle("not-live", frame?.state !== "live");
    const last = (side: Side): number => {
      const sums = frame?.[side === "bid" ? "bids" : "asks"].cumulative;
      return sums?.[Math.min(ROWS, sums.length) - 1] ?? 0;
    };
    // Both sides share the scale of their bars (formula F-7), so that they can be compared
    const longest = Math.max(last("bid"), last("ask"), 1);
    this.#asks.forEach((row, i) => renderRow(row, frame, "ask", i, longest));
    this.#bids.forEach((row, i) => renderRow(row, frame, "bid", i, longest));
    const bid = frame?.bids.price[0];
    const ask = frame?.asks.price[0];
    const known = frame && frame.mid2 !== null && bid !== undefined && ask !== undefined;
    setText(this.#spread, known ? fixed(ask - bid, frame.priceScale) : "\u2013");
    setText(this.#bps, known ? `${((20000 * (ask - bid)) / (bid + ask)).toFixed(3)} bps` : "\u2013");
  }

  #body(side: Side, title: string, rows: Row[]): HTMLElement {
    const body = create("tbody", side);
    const heading = create("tr", "side");
    const name = create("th", "", title);
    name.scope = "rowgroup";
    name.colSpan = 3;
    heading.append(name);
    body.append(heading);
    for (let i = 0; i < ROWS; i++) {
      const row = create("tr");
      const price = create("th");
      price.scope = "row";
      const gauge = create("span", "gauge");
      const text = create("span", "price");
      price.append(gauge, text);
      const [sizeCell, size] = digits();
      const [totalCell, total] = digits();
      row.append(price, sizeCell, totalCell);
      body.append(row);
      rows.push({ row, gauge, price: text, size, total });
    }
    return body;
  }
}

function digits(): [HTMLElement, Digits] {
  const cell = create("td");
  const head = create("span", "digits");
  const zeros = create("span", "digits zeros");
  cell.append(head, zeros);
  return [cell, { head, zeros }];
}

function renderRow(row: Row, frame: BookFrame | undefined, side: Side, i: number, longest: number): void {
  const columns = frame?.[side === "bid" ? "bids" : "asks"];
  const cumulative = columns?.cumulative[i];
  row.row.classList.toggle("empty", cumulative === undefined);
  if (!frame || cumulative === undefined) {
    setText(row.price, "\u2013");
    for (const cell of [row.size, row.total]) setDigits(cell, "\u2013");
    row.gauge.style.transform = "scaleX(0)";
    return;
  }
  const { price, size } = frame.text(side, i);
  setText(row.price, price);
  setDigits(row.size, size);
  setDigits(row.total, fixed(cumulative, frame.qtyScale));
  row.gauge.style.transform = `scaleX(${(cumulative / longest).toFixed(4)})`;
}

/** All digits are there; trailing zeros are only quieter, for they say how exact, not how much. */
function setDigits(cell: Digits, text: string): void {
  const zeros = text.includes(".") ? (/\.?0+$/.exec(text)?.[0] ?? "") : "";
  setText(cell.head, text.slice(0, text.length - zeros.length));
  setText(cell.zeros, zeros);
}
