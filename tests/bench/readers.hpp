/// What hadal's decoding is measured against: the same frames read by general JSON libraries.
///
/// "Digits kept" means that prices and quantities stay the text that was sent: a checksum needs them, a double loses them. Only
/// SimdjsonReader::read_values() turns them into integers and parses the timestamp, which hadal's decoder always does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace bench {

/// A `book` frame's checksum and number of levels: enough to see that a reader read it.
struct Reading {
  std::uint64_t checksum = 0;
  std::size_t levels = 0;
};

/// nlohmann, into a tree of values; nothing is taken out of it. False if it is not JSON.
[[nodiscard]] bool read_nlohmann_dom(std::string_view frame);

/// nlohmann without a tree: levels into a list, digits kept.
class NlohmannSaxReader {
 public:
  NlohmannSaxReader();
  ~NlohmannSaxReader();
  [[nodiscard]] Reading read(std::string_view frame);

 private:
  class Handler;
  std::unique_ptr<Handler> handler_;
};

/// simdjson On-Demand, fields asked for in the order they are sent, which is its fastest way; digits kept as views of the frame.
class SimdjsonReader {
 public:
  SimdjsonReader();
  ~SimdjsonReader();
  /// SyntheticFeed::kPadding bytes behind the frame must be readable.
  [[nodiscard]] Reading read(std::string_view frame);
  /// The same, then numbers and timestamp converted by hadal's own functions: what hadal's decoder gives.
  [[nodiscard]] Reading read_values(std::string_view frame);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bench
