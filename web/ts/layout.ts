/** The block of doubles in which a book leaves WebAssembly. Twin of web/cpp/layout.hpp: change both, and the version. */
export const layoutVersion = 1;

export const Slot = {
  version: 0,
  revision: 1,
  state: 2,
  reason: 3,
  verified: 4,
  depth: 5,
  priceScale: 6,
  qtyScale: 7,
  matched: 8,
  mismatched: 9,
  skipped: 10,
  snapshots: 11,
  updates: 12,
  exchangeTime: 13,
  mid2: 14,
  viewHalfWidth: 15,
  bidCount: 16,
  askCount: 17,
  header: 18,
} as const;
