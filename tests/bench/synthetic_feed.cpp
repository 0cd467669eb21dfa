#include "synthetic_feed.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>

#include "hadal/base/decimal.hpp"
#include "hadal/base/random.hpp"
#include "hadal/base/time.hpp"
#include "hadal/book/checksum.hpp"

namespace bench {
namespace {

using hadal::Level;
using hadal::Side;

constexpr std::int64_t kMidTicks = 600'000;                     // 60,000.0
constexpr std::uint64_t kWidestGap = 30;                        // ticks between neighbours at the start
constexpr std::size_t kUnseen = 400;                            // levels beyond the subscribed depth at the start
constexpr hadal::UnixNanos kStart = 1'767'323'045'678'901'000;  // 2026-01-02T03:04:05.678901Z

/// The exchange's book. Sides are best first.
class Market {
 public:
  Market(std::size_t depth, std::uint64_t seed) : depth_{depth}, random_{seed} {
    for (const auto side : {Side::bid, Side::ask}) {
      auto price = kMidTicks + (side == Side::ask ? 1 : 0);
      for (std::size_t i = 0; i < depth_ + kUnseen; ++i) {
        levels(side).push_back({price, quantity()});
        price += outward(side) * gap(kWidestGap);
      }
    }
  }

  /// One message: entries for one side, in order of events.
  Side next(std::vector<Level>& entries) {
    const auto side = random_.uniform(1) == 0 ? Side::bid : Side::ask;
    entries.clear();
    if (const auto draw = random_.uniform(99); draw < 55) {
      change(side, entries);
    } else if (draw < 75) {
      insert(side, entries);
    } else {
      remove(side, entries);
      if (draw >= 95) insert(side, entries);  // an order that moved
    }
    return side;
  }

  [[nodiscard]] std::span<const Level> best(Side side, std::size_t count) { return std::span<const Level>{levels(side)}.first(count); }
  [[nodiscard]] std::uint64_t microseconds() { return 1 + random_.uniform(60'000); }

 private:
  std::vector<Level>& levels(Side side) { return sides_[static_cast<std::size_t>(side)]; }
  static std::int64_t outward(Side side) { return side == Side::bid ? -1 : 1; }
  std::int64_t gap(std::uint64_t widest) { return static_cast<std::int64_t>(1 + random_.uniform(widest - 1)); }

  /// Four to ten digits, as often each.
  std::int64_t quantity() {
    std::uint64_t bound = 10'000;
    for (auto more = random_.uniform(6); more > 0; --more) bound *= 10;
    return static_cast<std::int64_t>(1 + random_.uniform(bound - 2));
  }

  /// A rank the subscriber sees. 0, 1-2, 3-6, 7-14 ... are equally likely, so that low ranks are hit most.
  std::size_t rank() {
    const auto first = (std::size_t{1} << random_.uniform(static_cast<std::uint64_t>(std::bit_width(depth_)) - 1)) - 1;
    return first + random_.uniform(std::min(first, depth_ - 1 - first));
  }

  void change(Side side, std::vector<Level>& entries) {
    auto& level = levels(side)[rank()];
    for (const auto before = level.qty; level.qty == before;) level.qty = quantity();
    entries.push_back(level);
  }

  void insert(Side side, std::vector<Level>& entries) {
    auto& own = levels(side);
    auto at = rank();
    const auto inner = [&] { return at == 0 ? levels(side == Side::bid ? Side::ask : Side::bid)[0].price : own[at - 1].price; };
    while (at < depth_ && std::abs(own[at].price - inner()) < 2) ++at;
    if (at >= depth_) return change(side, entries);  // no free price in view
    const auto room = static_cast<std::uint64_t>(std::abs(own[at].price - inner()) - 1);
    const Level level{own[at].price - outward(side) * gap(room), quantity()};
    own.insert(own.begin() + static_cast<std::ptrdiff_t>(at), level);
    entries.push_back(level);
  }

  void remove(Side side, std::vector<Level>& entries) {
    auto& own = levels(side);
    if (own.size() == depth_) return insert(side, entries);
    const auto at = own.begin() + static_cast<std::ptrdiff_t>(rank());
    entries.push_back({at->price, 0});
    own.erase(at);
    entries.push_back(own[depth_ - 1]);
  }

  std::size_t depth_;
  hadal::Random random_;
  std::array<std::vector<Level>, 2> sides_;
};

std::uint32_t checksum(Market& market) {
  hadal::LadderSide bids{Side::bid, hadal::kChecksumLevels};
  hadal::LadderSide asks{Side::ask, hadal::kChecksumLevels};
  bids.assign(market.best(Side::bid, hadal::kChecksumLevels));
  asks.assign(market.best(Side::ask, hadal::kChecksumLevels));
  return hadal::checksum_by_definition(bids, asks);
}

void append_levels(std::string& out, std::string_view key, std::span<const Level> levels) {
  out += ",\"";
  out += key;
  out += "\":[";
  for (const auto& level : levels) {
    if (out.back() == '}') out += ',';
    out += "{\"price\":";
    hadal::append_decimal(out, level.price, kScales.price);
    out += ",\"qty\":";
    hadal::append_decimal(out, level.qty, kScales.qty);
    out += '}';
  }
  out += ']';
}

void append_frame(std::string& out, std::string_view type, std::span<const Level> bids, std::span<const Level> asks, std::uint32_t checksum,
                  hadal::UnixNanos time) {
  out += "{\"channel\":\"book\",\"type\":\"";
  out += type;
  out += "\",\"data\":[{\"symbol\":\"";
  out += kSymbol;
  out += '"';
  append_levels(out, "bids", bids);
  append_levels(out, "asks", asks);
  out += ",\"checksum\":";
  out += std::to_string(checksum);
  out += ",\"timestamp\":\"";
  hadal::append_timestamp(out, time);
  out.resize(out.size() - 4);  // the exchange writes six fractional digits
  out += "Z\"}]}";
}

}  // namespace

SyntheticFeed::SyntheticFeed(std::uint16_t depth, std::uint64_t seed) : depth_{depth} {
  Market market{depth, seed};
  auto time = kStart;
  const auto bids = market.best(Side::bid, depth);
  const auto asks = market.best(Side::ask, depth);
  snapshot_bids_.assign(bids.begin(), bids.end());
  snapshot_asks_.assign(asks.begin(), asks.end());
  append_frame(snapshot_, "snapshot", bids, asks, checksum(market), time);

  std::vector<std::size_t> frame_ends;
  std::vector<std::size_t> level_ends;
  std::vector<Level> entries;
  for (std::size_t i = 0; i < kUpdates; ++i) {
    time += static_cast<hadal::UnixNanos>(market.microseconds() * 1000);
    const auto side = market.next(entries);
    const auto sum = checksum(market);
    const std::span<const Level> none;
    append_frame(text_, "update", side == Side::bid ? entries : none, side == Side::ask ? entries : none, sum, time);
    levels_.insert(levels_.end(), entries.begin(), entries.end());
    frame_ends.push_back(text_.size());
    level_ends.push_back(levels_.size());
    updates_.push_back({{}, {}, side, sum});
    checksum_sum_ += sum;
  }
  text_.append(kPadding, ' ');

  // Both buffers have their final place only now.
  std::size_t frame = 0;
  std::size_t level = 0;
  for (std::size_t i = 0; i < kUpdates; ++i) {
    updates_[i].frame = std::string_view{text_}.substr(frame, frame_ends[i] - frame);
    updates_[i].levels = std::span<const Level>{levels_}.subspan(level, level_ends[i] - level);
    frame = frame_ends[i];
    level = level_ends[i];
  }
}

std::string SyntheticFeed::lines() const {
  std::string out = snapshot_ + '\n';
  for (const auto& update : updates_) {
    out += update.frame;
    out += '\n';
  }
  return out;
}

}  // namespace bench
