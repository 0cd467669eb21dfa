/// Names of currency pairs (catalogue A-14).
#pragma once

#include <string>
#include <string_view>

#include "hadal/base/errc.hpp"
#include "hadal/base/limits.hpp"

namespace hadal {

/// Longest symbol that hadal asks for.
inline constexpr std::size_t kMaxSymbol = 32;

/// Trims, upper-cases and translates the legacy codes XBT and XDG (either leg) to BTC and DOGE: ` xbt/usd` becomes `BTC/USD`.
/// Errc::symbol_invalid without just one slash, with an empty leg, a space or control character inside, or beyond kMaxSymbol characters; `out` is unchanged then.
/// `aliases` false: legacy codes stay as they are.
[[nodiscard]] Errc normalize_symbol(std::string_view text, std::string& out, bool aliases = true);

/// The way back: `BTC/USD` gives `XBT/USD`, `DOGE/EUR` gives `XDG/EUR`; others are returned as they are.
[[nodiscard]] std::string legacy_symbol(std::string_view symbol);

/// Whether text can be a symbol or an asset of the exchange at all: 1 to kSymbolBytes bytes, no control characters.
[[nodiscard]] bool is_symbol_text(std::string_view text) noexcept;

/// Whether two spellings name the same pair: both sides normalised, or compared as they are where that fails.
[[nodiscard]] bool same_symbol(std::string_view a, std::string_view b);

}  // namespace hadal
