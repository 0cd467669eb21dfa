/** Beyond it a double does not hold every whole number. */
export const exactUpTo = 2 ** 53;

/** The digits of `ticks / 10^scale` as the exchange prints them. `ticks` is a whole number from 0, below 2^53. */
export function decimalText(ticks: number, scale: number): string {
  const digits = String(ticks);
  if (scale === 0) return digits;
  const padded = digits.padStart(scale + 1, "0");
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
