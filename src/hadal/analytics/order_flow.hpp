/// Order flow (formula F-14): what a message did to the best levels, in words a trader uses.
///
/// Compares the book before and after a whole message over the best `track_depth` levels a side. Levels that only slide in or out of that
/// window, or in or out of the depth that is subscribed, are `entered_window` and `left_window`, never appeared or removed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "hadal/analytics/change.hpp"
#include "hadal/base/errc.hpp"

namespace hadal {

struct OrderFlowConfig {
  SizeThreshold large{{10, 0}, false};      ///< from here on a level is large
  SizeThreshold min_change{{1, 0}, false};  ///< smallest change of a size that is told
  std::size_t track_depth = 20;             ///< levels a side, 1 ... 1000
  bool track_size_changes = true;

  friend bool operator==(const OrderFlowConfig&, const OrderFlowConfig&) = default;
};
/// Errc::config_invalid if a threshold is not positive or the window is empty or deeper than a book.
[[nodiscard]] Errc check(const OrderFlowConfig& config) noexcept;

enum class FlowKind : std::uint8_t {
  large_appeared,
  large_disappeared,
  size_increased,
  size_decreased,
  level_added,
  level_removed,
  entered_window,
  left_window,
  best_bid_changed,
  best_ask_changed,
};
inline constexpr int kFlowKinds = 10;
[[nodiscard]] std::string_view name(FlowKind kind) noexcept;

/// One observation. For best_*_changed `old_price` and `price` are the best prices before and after, and either may be none.
struct Flow {
  FlowKind kind = FlowKind::level_added;
  Side side = Side::bid;
  std::optional<std::int64_t> price{};      ///< ticks
  std::optional<std::int64_t> old_price{};  ///< ticks; of best_*_changed only
  std::int64_t qty = 0;                     ///< units: the size, or by how much it changed; 0 for best_*_changed
  friend bool operator==(const Flow&, const Flow&) = default;
};

/// Stateless but for its working memory: the state is the shadow.
class OrderFlow {
 public:
  /// Precondition: check(config) is Errc::ok.
  explicit OrderFlow(OrderFlowConfig config) : config_{config} {}

  /// What the message did: bids best first, asks best first, then the best prices. Valid until the next call. O(track_depth log depth) for
  /// a message of a few levels; allocates nothing after warm-up.
  [[nodiscard]] std::span<const Flow> observe(const BookChange& change);

  [[nodiscard]] const OrderFlowConfig& config() const noexcept { return config_; }

 private:
  void side(const BookChange& change, Side side);
  void both(const BookChange& change, Side side, std::int64_t price, std::int64_t before, std::int64_t after);
  void entered(const BookChange& change, Side side, Level level);
  void left(const BookChange& change, Side side, Level level);
  void best(const BookChange& change, Side side);
  [[nodiscard]] bool removed(const BookChange& change, Side side, std::int64_t price);

  OrderFlowConfig config_;
  std::vector<Flow> out_;
  std::vector<LevelChange> changes_;  ///< of a long message, once they are needed
  bool collected_ = false;
};

}  // namespace hadal
