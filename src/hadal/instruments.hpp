/// Assets and pairs as the `instrument` channel states them (catalogue B-6, B-7).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hadal/book/level.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

class Instruments {
 public:
  /// What an entry of a message changed about a pair that was known before.
  struct Change {
    const Pair* pair;
    std::optional<PairStatus> status_before;  ///< set if the status changed
    bool precision_changed = false;
  };

  /// A snapshot replaces everything, an update whole entries; `changed` hears of each known pair that differs.
  void take(const InstrumentMessage& message, const std::function<void(const Change&)>& changed);

  /// Null if unknown. Valid until the next take().
  [[nodiscard]] const Pair* pair(std::string_view symbol) const;
  [[nodiscard]] const Asset* asset(std::string_view id) const;
  /// Decimals of prices and quantities; none if the pair is unknown or does not state both.
  [[nodiscard]] std::optional<Scales> scales(std::string_view symbol) const;
  [[nodiscard]] std::size_t pairs() const noexcept { return pairs_.size(); }
  [[nodiscard]] std::size_t assets() const noexcept { return assets_.size(); }

 private:
  std::map<std::string, Pair, std::less<>> pairs_;
  std::map<std::string, Asset, std::less<>> assets_;
};

}  // namespace hadal
