// Text of numbers that are kept as whole ticks or units. No locale: what is printed is what the exchange prints.

/** An integer with its decimal point put back: `fixed(600001, 1)` is "60000.1". Exact. */
export function fixed(integer: number | bigint, scale: number): string {
  const negative = integer < 0;
  const digits = BigInt(integer).toString().replace("-", "").padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 ? digits : `${whole}.${digits.slice(digits.length - scale)}`;
  return negative ? `-${text}` : text;
}

/** As `fixed`, of a number that may have more decimals than the scale: they are shown, not thrown away. */
export function plainText(value: number, scale: number): string {
  return Number.isInteger(value) ? fixed(value, scale) : String(value / 10 ** scale);
}

/** As `fixed`, rounded half up to `decimals` where that is shorter. */
export function rounded(integer: bigint, scale: number, decimals: number): string {
  if (decimals >= scale) return fixed(integer, scale);
  const unit = 10n ** BigInt(scale - decimals);
  return fixed((integer + unit / 2n) / unit, decimals);
}

/** Mid price with its one extra decimal, from half ticks (formula F-3). */
export function midText(mid2: number, priceScale: number): string {
  return fixed(BigInt(mid2) * 5n, priceScale + 1);
}

/** A multiple of `step` with no more decimals than the step needs: 600000 in steps of 5000 at scale 1 is "60000". */
export function markText(value: number, step: number, scale: number): string {
  let decimals = scale;
  let divisor = 1;
  while (decimals > 0 && step % (divisor * 10) === 0) {
    decimals--;
    divisor *= 10;
  }
  return fixed(Math.round(value / divisor), decimals);
}

/** Signed, with a true minus sign and enough decimals to show a difference near the mid. */
export function percentText(percent: number): string {
  const size = Math.abs(percent);
  const text = size.toFixed(size < 1 ? 4 : 2);
  return `${percent < 0 ? "\u2212" : "+"}${text} %`;
}

/** Basis points, about three figures. */
export function bpsText(bps: number): string {
  const size = Math.abs(bps);
  return `${bps.toFixed(size < 1 ? 3 : size < 10 ? 2 : 1)} bps`;
}

/** "BTC" and "USD" of "BTC/USD". */
export function currencies(symbol: string): { base: string; quote: string } {
  const [base = "", quote = ""] = symbol.split("/");
  return { base, quote };
}
