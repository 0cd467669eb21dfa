/// One pair's market: a price-time-priority matching engine on integers. Keeps single orders, so that level 3 and own orders can be
/// served from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace hadal::sim {

enum class Side : std::uint8_t { buy, sell };
[[nodiscard]] constexpr Side opposite(Side side) noexcept { return side == Side::buy ? Side::sell : Side::buy; }

using OrderId = std::uint64_t;

struct Order {
  OrderId id;
  std::int64_t qty;  ///< left, > 0
};

/// All orders at one price, the oldest first.
struct PriceLevel {
  std::int64_t price;
  std::int64_t qty = 0;  ///< sum over the orders
  std::vector<Order> orders;
};

struct Trade {
  OrderId maker;
  Side taker;  ///< side of the order that came last
  std::int64_t price;
  std::int64_t qty;
};

/// A price whose quantity changed, in the order of events. The same price may occur again.
struct Touch {
  Side side;
  std::int64_t price;
  std::int64_t before;  ///< the quantity until then; 0: no level
};

class Market {
 public:
  /// A limit order: matches what it crosses, best price and oldest order first, and rests with what is left. Returns its id, used once.
  /// Precondition: price > 0, qty > 0.
  OrderId limit(Side side, std::int64_t price, std::int64_t qty);
  /// Matches up to `qty` at any price; what is left is dropped. Returns the quantity matched.
  std::int64_t market(Side side, std::int64_t qty);
  /// False if the order does not rest.
  bool cancel(OrderId id);
  /// Another quantity for a resting order; keeps its place if it gets smaller. False if it does not rest. Precondition: qty > 0.
  bool amend(OrderId id, std::int64_t qty);
  /// Every price times `factor`: the pair gets finer ticks.
  void scale_prices(std::int64_t factor);

  /// Worst first, best at the back; sorted strictly.
  [[nodiscard]] const std::vector<PriceLevel>& levels(Side side) const noexcept { return sides_[static_cast<std::size_t>(side)]; }
  /// Level at a rank, 0 the best. Precondition: rank < levels(side).size().
  [[nodiscard]] const PriceLevel& at(Side side, std::size_t rank) const noexcept { return levels(side)[levels(side).size() - 1 - rank]; }
  /// Rank that a price has, or would have.
  [[nodiscard]] std::size_t rank(Side side, std::int64_t price) const noexcept;
  /// 0 if nothing rests there.
  [[nodiscard]] std::int64_t qty_at(Side side, std::int64_t price) const noexcept;
  [[nodiscard]] std::size_t orders() const noexcept { return resting_.size(); }

  /// What happened since the last clear_events().
  [[nodiscard]] const std::vector<Trade>& trades() const noexcept { return trades_; }
  [[nodiscard]] const std::vector<Touch>& touches() const noexcept { return touches_; }
  void clear_events() noexcept {
    trades_.clear();
    touches_.clear();
  }

 private:
  struct Place {
    Side side;
    std::int64_t price;
  };

  [[nodiscard]] std::vector<PriceLevel>& own(Side side) noexcept { return sides_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] std::size_t index(Side side, std::int64_t price) const noexcept;
  std::int64_t match(Side taker, std::int64_t limit, std::int64_t qty);

  std::vector<PriceLevel> sides_[2];
  std::unordered_map<OrderId, Place> resting_;
  OrderId last_id_ = 0;
  std::vector<Trade> trades_;
  std::vector<Touch> touches_;
};

}  // namespace hadal::sim
