/// What a page watches of a symbol: a request, and the block of doubles (layout.hpp) that answers it.
#pragma once

#include <string>
#include <vector>

#include "sources.hpp"

namespace hadal::web {

class WasmWatch {
 public:
  /// `source` has to outlive the watch: the JavaScript side sees to that.
  WasmWatch(BookSource* source, std::string symbol) : source_{source}, symbol_{std::move(symbol)} {}

  /// As parse_watch(): empty, or what is wrong; then the former request stays.
  std::string request(const std::string& json);
  /// The block for the book as it is; null while there is no book. Lent until the next call. Views are computed only if the book or the
  /// request has changed.
  const double* fill();
  /// Heatmap intensities as of the last fill(): column-major, oldest first. side: 0 bids, 1 asks. Null if not watched.
  [[nodiscard]] const std::uint8_t* heat(int side) const;
  /// Whether fill() would show something else than it did last: 0 no, 1 yes, 2 yes, and even whether the book is right. O(1). What follows the
  /// clock (health, heatmap) counts once a second.
  [[nodiscard]] int dirty() const;
  /// `price qty` of a level of the book, all digits; empty if there is none. side: 0 bids, 1 asks.
  [[nodiscard]] std::string level_text(int side, int rank) const;
  /// How often the views were computed.
  [[nodiscard]] double computed() const { return static_cast<double>(views_.computed()); }
  [[nodiscard]] std::uintptr_t handle() const { return reinterpret_cast<std::uintptr_t>(this); }

 private:
  [[nodiscard]] std::int64_t increment(const VerifiedBook& book) const;
  void put_head(const Views& views);
  void put_views(const Views& views);
  void put_book(const VerifiedBook& book, double*& end);
  void put_followed(const VerifiedBook& book, double*& end);
  void put_heat(const Heatmap& map, double*& end);

  /// What fill() showed last, as far as it can be told cheaply.
  struct Seen {
    std::uint64_t generation = 0;
    std::uint64_t revision = 0;
    std::uint64_t checks = 0;
    BookState state = BookState::unsubscribed;
    Cause reason = Cause::none;
    bool verified = false;
    std::uint64_t followed = 0;  ///< trades
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  [[nodiscard]] Seen seen(const VerifiedBook& book) const;
  struct DrawnTrade {
    std::size_t column = 0;
    TradeMark trade{};
  };

  BookSource* source_;
  std::string symbol_;
  WatchRequest request_;
  BookViews views_;
  HeatmapPicture picture_;
  std::vector<DrawnTrade> marks_;     ///< of the picture
  std::vector<std::int64_t> groups_;  ///< that a ladder may be asked for
  std::vector<double> block_;
  std::optional<Seen> seen_;  ///< none: nothing was shown, or the request is another
  Millis filled_at_{};
};

}  // namespace hadal::web
