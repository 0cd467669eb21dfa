import { decimalText, exactUpTo } from "./decimal.js";
import type { BookFrame, Side, SideColumns } from "./types.js";

/** What is known of a book beside its levels. */
export type BookHead = Omit<BookFrame, "bids" | "asks" | "text" | "copy">;

/** Digits of a level that doubles cannot hold; undefined where there is none. */
export type ExactText = (side: Side, i: number) => { price: string; size: string } | undefined;

const copyOf = ({ price, size, cumulative }: SideColumns): SideColumns => ({ price: price.slice(), size: size.slice(), cumulative: cumulative.slice() });

/** @param exact asked only for levels beyond 2^53 */
export function bookFrame(head: BookHead, bids: SideColumns, asks: SideColumns, exact: ExactText): BookFrame {
  const { priceScale, qtyScale } = head;
  return {
    ...head,
    bids,
    asks,
    text(side, i) {
      const { price, size } = side === "bid" ? bids : asks;
      const [ticks, units] = [price[i], size[i]];
      if (ticks === undefined || units === undefined) return { price: "", size: "" };
      if (ticks >= exactUpTo || units >= exactUpTo) return exact(side, i) ?? { price: "", size: "" };
      return { price: decimalText(ticks, priceScale), size: decimalText(units, qtyScale) };
    },
    copy() {
      const kept = new Map<string, { price: string; size: string }>();
      for (const [side, columns] of [["bid", bids], ["ask", asks]] as const) {
        for (let i = 0; i < columns.price.length; i++) {
          if ((columns.price[i] ?? 0) < exactUpTo && (columns.size[i] ?? 0) < exactUpTo) continue;
          const text = exact(side, i);
          if (text) kept.set(side + i, text);
        }
      }
      return bookFrame(head, copyOf(bids), copyOf(asks), (side, i) => kept.get(side + i));
    },
  };
}
