/// The book as a plain map, slow and obvious: what the real one is compared with. Its checksum is computed bit by bit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "hadal/book/ladder_side.hpp"
#include "hadal/book/level.hpp"

namespace hadal::test {

class ModelBook {
 public:
  explicit ModelBook(std::size_t depth) : depth_{depth} {}

  void snapshot(std::span<const Level> bids, std::span<const Level> asks) {
    bids_.clear();
    asks_.clear();
    update(bids, asks);
  }

  void update(std::span<const Level> bids, std::span<const Level> asks) {
    apply(bids_, bids);
    apply(asks_, asks);
  }

  [[nodiscard]] std::vector<Level> bids() const { return list(bids_); }
  [[nodiscard]] std::vector<Level> asks() const { return list(asks_); }

  /// The ten best levels of both sides: what a checksum can see.
  [[nodiscard]] std::vector<Level> top() const {
    auto out = head(asks_);
    out.push_back({0, 0});
    const auto more = head(bids_);
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }

  [[nodiscard]] std::uint32_t checksum() const {
    std::string text;
    for (const auto& side : {head(asks_), head(bids_)})
      for (const auto& level : side) text += std::to_string(level.price) + std::to_string(level.qty);
    std::uint32_t crc = 0xFFFFFFFFu;
    for (const char c : text) {
      crc ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
    }
    return ~crc;
  }

 private:
  template <class Map>
  void apply(Map& side, std::span<const Level> levels) {
    for (const auto& level : levels) {
      if (level.qty == 0) {
        side.erase(level.price);
      } else {
        side[level.price] = level.qty;
      }
    }
    while (side.size() > depth_) side.erase(std::prev(side.end()));
  }
  template <class Map>
  static std::vector<Level> list(const Map& side) {
    std::vector<Level> out;
    for (const auto& [price, qty] : side) out.push_back({price, qty});
    return out;
  }
  template <class Map>
  static std::vector<Level> head(const Map& side) {
    auto out = list(side);
    out.resize(std::min<std::size_t>(out.size(), 10));
    return out;
  }

  std::size_t depth_;
  std::map<std::int64_t, std::int64_t, std::greater<>> bids_;
  std::map<std::int64_t, std::int64_t> asks_;
};

[[nodiscard]] inline std::vector<Level> levels_of(const LadderSide& side) { return {side.begin(), side.end()}; }

}  // namespace hadal::test
