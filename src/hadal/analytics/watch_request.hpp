/// Requests as JSON, the form in which they cross an edge: from a page into WebAssembly, from a file, from a query.
///
/// A request names what is wanted; `true` asks for it with its defaults, `false` and `null` for nothing. Numbers may be quoted, so that no
/// digit of a price is lost. A name that is not known, or a value that cannot be, is refused, and said which.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "hadal/analytics/book_views.hpp"
#include "hadal/analytics/symbol_tracker.hpp"
#include "hadal/flow/event_queue.hpp"

namespace hadal {

/// Rows of a tape.
struct TapeView {
  std::size_t count = 50;  ///< newest trades, 1 ... Tape::kMost
  Decimal min_size{};      ///< base units
};

/// Everything that can be shown of a symbol: views of its book, and what is followed over time.
struct WatchRequest {
  ViewRequest views;
  bool book = false;  ///< every level as it is
  std::optional<TapeView> tape{};
  std::optional<HeatmapWindow> heatmap{};
};

/// `{"book":true,"ladder":{"levels":10,"group":"0.5"},"columns":{"pixels":640},"imbalance":{"levels":10},"pressure":true,"bands":true,
/// "fill":{"side":"buy","size":"2.5"},"cursor":600001,"tape":{"count":50,"minSize":"0.1"},"heatmap":true}`. Of `fill`, `notional` instead of
/// `size` is an amount of quote currency; `columns` takes `first` and `last`, in ticks, as `cursor` is. Empty on success; else a sentence that
/// begins with the name of what is wrong, and `out` is unchanged.
[[nodiscard]] std::string parse_watch(std::string_view json, WatchRequest& out);

/// `{"flow":{"large":"10","minChange":"1","depth":20,"sizeChanges":true},"whales":true,"persistence":true,"cancels":true,
/// "overlay":{"windowMs":60000},"heatmap":{"columnMs":1000},"history":true,"health":{"staleMs":5000,"haltedMs":30000},"spread":true,
/// "candles":true}`, or `{"all":true}`. `largeNotional` and `minChangeNotional` are values in quote currency. Result as parse_watch().
[[nodiscard]] std::string parse_track(std::string_view json, TrackConfig& out);

/// `{"types":["trade","flow"],"symbol":"BTC/USD","maxQueueDepth":1024,"policy":"oldest","coalesceWindowMs":10,"maxMessagesPerSecond":0,
/// "burstAllowance":100}`; without `types`: all. Result as parse_watch().
[[nodiscard]] std::string parse_delivery(std::string_view json, DeliveryConfig& out);

}  // namespace hadal
