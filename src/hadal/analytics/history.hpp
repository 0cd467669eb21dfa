/// The last hour of spread and mid, in buckets of a second (formula F-63).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "hadal/base/errc.hpp"
#include "hadal/base/time.hpp"
#include "hadal/book/order_book.hpp"

namespace hadal {

struct HistoryConfig {
  std::int64_t bucket_ms = 1'000;  ///< > 0, at most kMaxMillis
  std::size_t buckets = 3'600;     ///< kept, 1 ... 3,600

  friend bool operator==(const HistoryConfig&, const HistoryConfig&) = default;
};
[[nodiscard]] Errc check(const HistoryConfig& config) noexcept;

/// Last, smallest and largest of a quantity within a bucket: at its messages, and what the live book brought along into it.
struct Extremes {
  Int128 last = 0;
  Int128 min = 0;
  Int128 max = 0;
};

struct HistoryBucket {
  std::int64_t index = 0;            ///< begins at driver time index x bucket_ms
  std::optional<Extremes> spread{};  ///< ticks; none: the book was not live, or had no spread
  std::optional<Extremes> mid2{};    ///< half ticks
};

class HistoryStrip {
 public:
  /// Precondition: check(config) is Errc::ok.
  explicit HistoryStrip(HistoryConfig config) : config_{config} {}

  /// The live book after a message.
  void observe(Millis now, const OrderBook& book);
  /// The book is not live any more.
  void pause(Millis now);
  /// Time passes: buckets without a message repeat the last value while the book stays live.
  void advance(Millis now);
  void clear() noexcept;

  /// Oldest first, the bucket under way last; buckets in between that have no data are there, empty. Allocates nothing once `out` has
  /// grown.
  void buckets(std::vector<HistoryBucket>& out) const;

 private:
  [[nodiscard]] HistoryBucket& newest() noexcept;
  void begin(std::int64_t index);
  void see_now() noexcept;

  HistoryConfig config_;
  std::vector<HistoryBucket> ring_;
  std::size_t next_ = 0;          ///< the oldest one, once full
  Millis last_{};                 ///< latest time given
  std::optional<Int128> spread_;  ///< of the live book, now
  std::optional<Int128> mid2_;
};

}  // namespace hadal
