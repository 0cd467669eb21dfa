#include "hadal/wire/book_reader.hpp"

#include "hadal/wire/symbol.hpp"

namespace hadal::detail {
namespace {

bool is_side(std::string_view key) { return key == "bids" || key == "asks"; }

/// Where a value stands: the number of containers around it, as in {"data":[{"bids":[{"price":1}]}]}.
constexpr std::size_t kTop = 1;
constexpr std::size_t kInData = 2;
constexpr std::size_t kInEntry = 3;
constexpr std::size_t kInSide = 4;
constexpr std::size_t kInLevel = 5;

bool under_data(const JsonPath& path) { return path.size() > kTop && path.key(0) == "data"; }
bool in_entry(const JsonPath& path) { return path.size() == kInEntry && under_data(path) && path.in_array(1) && !path.in_array(2); }
bool in_side(const JsonPath& path) {
  return path.size() == kInSide && under_data(path) && path.in_array(1) && path.in_array(3) && is_side(path.key(2));
}
bool in_level(const JsonPath& path) {
  return path.size() == kInLevel && under_data(path) && path.in_array(1) && path.in_array(3) && !path.in_array(4) && is_side(path.key(2));
}

}  // namespace

void BookReader::begin() {
  drafts_.clear();
  levels_.clear();
  entries_.clear();
  kind_.reset();
  has_data_ = false;
  has_type_ = false;
}

void BookReader::fail(Errc code, std::string_view field, std::size_t offset) {
  issue_.report(code, field, drafts_.empty() ? std::string_view{} : draft().symbol, offset);
  if (!drafts_.empty() && draft().error == Errc::ok) draft().error = code;
}

void BookReader::unknown_entry(std::size_t offset) {
  issue_.report(Errc::field_type, "data", {}, offset);
  drafts_.emplace_back().error = Errc::field_type;
}

void BookReader::scalar(const JsonPath& path, const Scalar& value, std::size_t offset) {
  if (path.size() == kTop) {
    if (path.key() == "type" && value.kind != Scalar::Kind::null) {
      kind_.reset();
      has_type_ = true;
      if (value.text == "snapshot") kind_ = FrameKind::snapshot;
      if (value.text == "update") kind_ = FrameKind::update;
    }
    if (path.key() == "data") issue_.report(Errc::field_type, "data", {}, offset);
  } else if (path.size() == kInData && under_data(path) && path.in_array(1)) {
    unknown_entry(offset);
  } else if (in_entry(path)) {
    entry_scalar(path.key(), value, offset);
  } else if (in_side(path)) {
    fail(Errc::field_type, path.key(2), offset);
  } else if (in_level(path)) {
    level_scalar(path.key(), value, offset);
  }
}

void BookReader::entry_scalar(std::string_view key, const Scalar& value, std::size_t offset) {
  auto& entry = draft();
  if (key == "symbol") {
    entry.has_symbol = value.kind == Scalar::Kind::string && is_symbol_text(value.text);
    if (entry.has_symbol) {
      entry.symbol = value.text;
    } else {
      fail(Errc::field_type, key, offset);
    }
  } else if (is_side(key)) {
    fail(Errc::field_type, key, offset);
  } else if (key == "checksum" && value.kind != Scalar::Kind::null) {
    std::uint32_t checksum = 0;
    const auto error = read(value, checksum);
    if (error == Errc::ok) {
      entry.checksum = {WireChecksum::Kind::value, checksum};
    } else if (error == Errc::number_out_of_range) {
      entry.checksum = {WireChecksum::Kind::unusable, 0};
      issue_.report(error, key, entry.symbol, offset);
    } else {
      fail(error, key, offset);
    }
  } else if (key == "timestamp" && value.kind != Scalar::Kind::null) {
    entry.timestamp = value.kind == Scalar::Kind::string ? parse_timestamp(value.text) : std::nullopt;
    if (!entry.timestamp) issue_.report(Errc::field_type, key, entry.symbol, offset);
  }
}

void BookReader::level_scalar(std::string_view key, const Scalar& value, std::size_t offset) {
  const bool price = key == "price";
  if (!price && key != "qty") return;
  auto& number = price ? level_.price : level_.qty;
  (price ? has_price_ : has_qty_) = true;
  auto error = read(value, number);
  if (error == Errc::ok && (number.mantissa < 0 || (price && number.mantissa == 0))) error = Errc::number_invalid;
  if (error != Errc::ok) fail(error, key, offset);
}

void BookReader::open(const JsonPath& path, bool array, std::size_t offset) {
  if (path.size() == kTop && path.key() == "type") has_type_ = true;
  if (path.size() == kTop && path.key() == "data") {
    has_data_ = true;
    drafts_.clear();
    if (!array) issue_.report(Errc::field_type, "data", {}, offset);
  } else if (path.size() == kInData && under_data(path) && path.in_array(1)) {
    if (array) {
      unknown_entry(offset);
    } else {
      drafts_.emplace_back();
    }
  } else if (in_entry(path)) {
    if (is_side(path.key()) && array) {
      auto& range = path.key() == "bids" ? draft().bids : draft().asks;
      range = {levels_.size(), levels_.size(), true};
    } else if (is_side(path.key()) || path.key() == "symbol" || path.key() == "checksum") {
      fail(Errc::field_type, path.key(), offset);
    } else if (path.key() == "timestamp") {
      issue_.report(Errc::field_type, path.key(), draft().symbol, offset);
    }
  } else if (in_side(path)) {
    has_price_ = has_qty_ = false;
    if (array) fail(Errc::field_type, path.key(2), offset);
  } else if (in_level(path) && (path.key() == "price" || path.key() == "qty")) {
    fail(Errc::field_type, path.key(), offset);
  }
}

void BookReader::close(const JsonPath& path, bool array, std::size_t offset) {
  if (in_side(path) && !array) {
    if (!has_price_) fail(Errc::field_missing, "price", offset);
    if (!has_qty_) fail(Errc::field_missing, "qty", offset);
    levels_.push_back(level_);
  } else if (in_entry(path) && array && is_side(path.key())) {
    (path.key() == "bids" ? draft().bids : draft().asks).last = levels_.size();
  } else if (path.size() == kInData && under_data(path) && path.in_array(1) && !array) {
    const auto& entry = draft();
    if (!entry.has_symbol) fail(Errc::field_missing, "symbol", offset);
    if (!entry.bids.seen) fail(Errc::field_missing, "bids", offset);
    if (!entry.asks.seen) fail(Errc::field_missing, "asks", offset);
  }
}

BookMessage BookReader::finish(std::size_t offset) {
  if (!has_data_) issue_.report(Errc::field_missing, "data", {}, offset);
  if (!kind_) {  // snapshot or update: without it no entry can be applied
    const auto error = has_type_ ? Errc::field_type : Errc::field_missing;
    issue_.report(error, "type", drafts_.empty() ? std::string_view{} : std::string_view{drafts_.front().symbol}, offset);
    for (auto& entry : drafts_)
      if (entry.error == Errc::ok) entry.error = error;
  }
  // A level may have failed before its entry said its symbol.
  for (const auto& entry : drafts_)
    if (issue_.count != 0 && issue_.symbol.empty() && entry.error != Errc::ok) issue_.symbol = entry.symbol;
  const auto span = [this](const Range& range) {
    return std::span<const WireLevel>{levels_}.subspan(range.first, range.last - range.first);
  };
  for (const auto& entry : drafts_)
    entries_.push_back({entry.symbol, span(entry.bids), span(entry.asks), entry.checksum, entry.timestamp, entry.error});
  return {kind_.value_or(FrameKind::update), entries_};
}

}  // namespace hadal::detail
