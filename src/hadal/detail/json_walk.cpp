#include "hadal/detail/json_walk.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

namespace hadal::detail {
namespace {

/// A pointer that tells how far the parser has read: SAX callbacks carry no position.
class TrackedIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  TrackedIterator(const char* at, const char** furthest) : at_{at}, furthest_{furthest} {}
  reference operator*() const { return *at_; }
  TrackedIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  TrackedIterator operator++(int) {
    auto before = *this;
    ++*this;
    return before;
  }
  friend bool operator!=(const TrackedIterator& a, const TrackedIterator& b) { return a.at_ != b.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

constexpr int kNumberOverflow = 406;  // nlohmann: "number overflow parsing"

}  // namespace

/// The parser's callbacks; answering false stops it.
struct JsonWalk::Sax {
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  JsonWalk& owner;
  JsonHandler& handler;
  const char* begin;
  const char* read;
  Errc error = Errc::ok;

  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(read - begin); }

  bool fail(Errc code, std::size_t at) {
    error = code;
    owner.failure_offset_ = at;
    return false;
  }

  /// Counts a value of the innermost array.
  bool enter() {
    auto& path = owner.path_;
    if (path.size_ == 0 || !path.nodes_[path.size_ - 1].array) return true;
    return ++path.nodes_[path.size_ - 1].entries <= owner.limits_.array_entries || fail(Errc::json_invalid, offset());
  }

  bool value(const Scalar& scalar) {
    if (!enter()) return false;
    handler.scalar(owner.path_, scalar, offset());
    return true;
  }

  bool open(bool array) {
    auto& path = owner.path_;
    if (!enter()) return false;
    if (path.size_ == owner.limits_.nesting) return fail(Errc::json_invalid, offset());
    handler.open(path, array, offset());
    if (path.nodes_.size() == path.size_) path.nodes_.emplace_back();
    auto& node = path.nodes_[path.size_++];
    node.array = array;
    node.entries = 0;
    node.key.clear();
    return true;
  }

  bool close() {
    auto& path = owner.path_;
    const bool array = path.nodes_[--path.size_].array;
    handler.close(path, array, offset());
    return true;
  }

  template <class Integer>
  bool integer(Integer number) {
    std::array<char, 24> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    return value({Scalar::Kind::number, false, {buffer.data(), static_cast<std::size_t>(end - buffer.data())}});
  }

  bool null() { return value({}); }
  bool boolean(bool flag) { return value({Scalar::Kind::boolean, flag, {}}); }
  bool number_integer(number_integer_t number) { return integer(number); }
  bool number_unsigned(number_unsigned_t number) { return integer(number); }
  bool number_float(number_float_t, const string_t& token) {
    if (token.size() > owner.limits_.string_bytes) return fail(Errc::json_invalid, offset());
    // The library puts the locale's decimal point into the token; the wire knows only one.
    const auto foreign = [](char c) { return !((c >= '0' && c <= '9') || c == '-' || c == '+' || c == 'e' || c == 'E' || c == '.'); };
    if (std::any_of(token.begin(), token.end(), foreign)) {
      auto plain = token;
      std::replace_if(plain.begin(), plain.end(), foreign, '.');
      return value({Scalar::Kind::number, false, plain});
    }
    return value({Scalar::Kind::number, false, token});
  }
  bool string(string_t& text) {
    if (text.size() > owner.limits_.string_bytes) return fail(Errc::json_invalid, offset());
    return value({Scalar::Kind::string, false, text});
  }
  bool binary(binary_t&) { return false; }
  bool start_object(std::size_t) { return open(false); }
  bool key(string_t& text) {
    if (text.size() > owner.limits_.string_bytes) return fail(Errc::json_invalid, offset());
    owner.path_.nodes_[owner.path_.size_ - 1].key = text;
    return true;
  }
  bool end_object() { return close(); }
  bool start_array(std::size_t) { return open(true); }
  bool end_array() { return close(); }
  template <class Exception>
  bool parse_error(std::size_t, const std::string&, const Exception& exception) {
    return fail(exception.id == kNumberOverflow ? Errc::number_out_of_range : Errc::json_invalid, offset());
  }
};

Errc JsonWalk::walk(std::string_view text, JsonHandler& handler) {
  path_.size_ = 0;
  failure_offset_ = 0;
  Sax sax{*this, handler, text.data(), text.data()};
  const bool complete =
      nlohmann::json::sax_parse(TrackedIterator{text.data(), &sax.read}, TrackedIterator{text.data() + text.size(), &sax.read}, &sax);
  if (complete) {
    // The library takes a zero byte for the end of the text.
    const auto zero = text.find('\0');
    if (zero == std::string_view::npos) return Errc::ok;
    failure_offset_ = zero;
    return Errc::json_invalid;
  }
  return sax.error == Errc::ok ? Errc::json_invalid : sax.error;
}

}  // namespace hadal::detail
