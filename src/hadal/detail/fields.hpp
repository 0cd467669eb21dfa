/// Flat JSON objects into structs, by a table of fields: one row a field, one converter a type.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "hadal/base/decimal.hpp"
#include "hadal/base/time.hpp"
#include "hadal/detail/json_walk.hpp"

namespace hadal::detail {

/// The first thing in a frame that could not be read, and how many there were.
struct FieldIssue {
  Errc code = Errc::ok;
  std::string field;
  std::string symbol;
  std::size_t offset = 0;
  std::size_t count = 0;

  void report(Errc error, std::string_view name, std::string_view of_symbol, std::size_t at) {
    if (count++ != 0) return;
    code = error;
    field = name;
    symbol = of_symbol;
    offset = at;
  }
  void clear() {
    code = Errc::ok;
    count = 0;
    field.clear();
    symbol.clear();
  }
};

/// A number, quoted or not.
[[nodiscard]] inline Errc read(const Scalar& value, Decimal& out) {
  if (value.kind != Scalar::Kind::number && value.kind != Scalar::Kind::string) return Errc::field_type;
  return parse_decimal(value.text, out);
}

/// A whole number, quoted or not; Errc::number_out_of_range beyond the type, Errc::field_type for anything else.
template <class Integer>
requires std::is_integral_v<Integer> &&(!std::is_same_v<Integer, bool>) [[nodiscard]] Errc read(const Scalar& value, Integer& out) {
  if (value.kind != Scalar::Kind::number && value.kind != Scalar::Kind::string) return Errc::field_type;
  const auto* const end = value.text.data() + value.text.size();
  Integer parsed{};
  const auto [at, error] = std::from_chars(value.text.data(), end, parsed);
  if (error == std::errc::result_out_of_range && at == end) return Errc::number_out_of_range;
  if (error != std::errc{} || at != end) {
    const auto digits = value.text.substr(value.text.substr(0, 1) == "-" ? 1 : 0);
    const bool whole = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
    return whole ? Errc::number_out_of_range : Errc::field_type;  // -1 for an unsigned field
  }
  out = parsed;
  return Errc::ok;
}

[[nodiscard]] inline Errc read(const Scalar& value, bool& out) {
  if (value.kind != Scalar::Kind::boolean) return Errc::field_type;
  out = value.flag;
  return Errc::ok;
}

[[nodiscard]] inline Errc read(const Scalar& value, std::string& out) {
  if (value.kind != Scalar::Kind::string) return Errc::field_type;
  out = value.text;
  return Errc::ok;
}

/// Words of an enumeration whose last member is `other` and takes every unknown word.
template <class Enum>
requires std::is_enum_v<Enum>
[[nodiscard]] Errc read(const Scalar& value, Enum& out) {
  if (value.kind != Scalar::Kind::string) return Errc::field_type;
  int member = 0;
  while (static_cast<Enum>(member) != Enum::other && name(static_cast<Enum>(member)) != value.text) ++member;
  out = static_cast<Enum>(member);
  return Errc::ok;
}

/// One row: a JSON name and where its value goes.
template <class Record>
struct Field {
  using Setter = Errc (*)(Record&, const Scalar&);
  std::string_view name;
  Setter set;
  bool required = false;
};

/// Setters for the usual members. Null leaves an optional member empty.
template <auto Member, class Record>
[[nodiscard]] Errc set_member(Record& record, const Scalar& value) {
  auto& member = record.*Member;
  using Type = std::remove_reference_t<decltype(member)>;
  if constexpr (requires {
                  typename Type::value_type;
                  member.emplace();
                  member.has_value();
                }) {
    if (value.kind == Scalar::Kind::null) return Errc::ok;
    typename Type::value_type parsed{};
    const auto error = read(value, parsed);
    if (error == Errc::ok) member = parsed;
    return error;
  } else {
    return read(value, member);
  }
}

template <auto Member, class Record>
[[nodiscard]] Errc set_time(Record& record, const Scalar& value) {
  if (value.kind == Scalar::Kind::null) return Errc::ok;
  record.*Member = value.kind == Scalar::Kind::string ? parse_timestamp(value.text) : std::nullopt;
  return record.*Member ? Errc::ok : Errc::field_type;
}

/// Fills one record after the other; a record whose required fields are not all readable is dropped and reported.
template <class Record>
class RecordReader {
 public:
  RecordReader(std::span<const Field<Record>> fields, std::vector<Record>& out, FieldIssue& issue)
      : fields_{fields}, out_{out}, issue_{issue} {}

  void begin() {
    record_ = {};
    seen_ = 0;
    sound_ = true;
  }

  /// `symbol` names the record in a report, as far as it is known.
  void field(std::string_view key, const Scalar& value, std::string_view symbol, std::size_t offset) {
    const auto i = index_of(key);
    if (i == fields_.size() || (fields_[i].required && value.kind == Scalar::Kind::null)) return;
    const auto error = fields_[i].set(record_, value);
    if (error == Errc::ok) {
      seen_ |= std::uint64_t{1} << i;
    } else {
      fail(i, error, symbol, offset);
    }
  }

  /// A container where a known field wants a scalar.
  void wrong_type(std::string_view key, std::string_view symbol, std::size_t offset) {
    if (const auto i = index_of(key); i != fields_.size()) fail(i, Errc::field_type, symbol, offset);
  }

  void end(std::string_view symbol, std::size_t offset) {
    for (std::size_t i = 0; sound_ && i < fields_.size(); ++i) {
      if (!fields_[i].required || (seen_ >> i & 1) != 0) continue;
      issue_.report(Errc::field_missing, fields_[i].name, symbol, offset);
      sound_ = false;
    }
    if (sound_) out_.push_back(std::move(record_));
  }

  [[nodiscard]] Record& record() { return record_; }

 private:
  [[nodiscard]] std::size_t index_of(std::string_view key) const {
    std::size_t i = 0;
    while (i < fields_.size() && fields_[i].name != key) ++i;
    return i;
  }

  void fail(std::size_t i, Errc error, std::string_view symbol, std::size_t offset) {
    issue_.report(error, fields_[i].name, symbol, offset);
    if (fields_[i].required) sound_ = false;
  }

  std::span<const Field<Record>> fields_;
  std::vector<Record>& out_;
  FieldIssue& issue_;
  Record record_{};
  std::uint64_t seen_ = 0;
  bool sound_ = true;
};

}  // namespace hadal::detail
