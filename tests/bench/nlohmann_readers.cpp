#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "readers.hpp"

namespace bench {

using nlohmann::json;

bool read_nlohmann_dom(std::string_view frame) { return json::parse(frame, nullptr, false).is_object(); }

/// Depths of nesting tell where a value stands: {"data":[{"bids":[{"price":1}]}]}.
class NlohmannSaxReader::Handler {
 public:
  Reading reading;

  void begin() {
    reading = {};
    count_ = 0;
  }

  bool key(std::string& text) {
    key_.assign(text);
    return true;
  }
  bool start_object(std::size_t) {
    if (++nesting_ == kInLevel && count_ == levels_.size()) levels_.emplace_back();
    return true;
  }
  bool end_object() {
    if (nesting_-- == kInLevel) reading.levels = ++count_;
    return true;
  }
  bool start_array(std::size_t) { return ++nesting_ > 0; }
  bool end_array() { return nesting_-- > 0; }
  bool number_float(double, const std::string& digits) {
    if (nesting_ == kInLevel) (key_ == "price" ? levels_[count_].price : levels_[count_].qty).assign(digits);
    return true;
  }
  bool number_unsigned(std::uint64_t value) {
    if (nesting_ == kInEntry && key_ == "checksum") reading.checksum = value;
    return true;
  }
  bool string(std::string& text) {
    if (nesting_ == kInEntry) (key_ == "symbol" ? symbol_ : timestamp_).assign(text);
    return true;
  }
  bool number_integer(std::int64_t) { return true; }
  bool boolean(bool) { return true; }
  bool null() { return true; }
  bool binary(json::binary_t&) { return true; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

 private:
  static constexpr int kInEntry = 3;
  static constexpr int kInLevel = 5;

  struct Level {
    std::string price;
    std::string qty;
  };
  std::vector<Level> levels_;  ///< strings are reused
  std::size_t count_ = 0;
  int nesting_ = 0;
  std::string key_;
  std::string symbol_;
  std::string timestamp_;
};

NlohmannSaxReader::NlohmannSaxReader() : handler_{std::make_unique<Handler>()} {}
NlohmannSaxReader::~NlohmannSaxReader() = default;

Reading NlohmannSaxReader::read(std::string_view frame) {
  handler_->begin();
  return json::sax_parse(frame, handler_.get()) ? handler_->reading : Reading{};
}

}  // namespace bench
