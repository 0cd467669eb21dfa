/// The general JSON path: nlohmann_json's SAX parser, told where in the document each value stands.
///
/// SAX hands over the digits of a number and never throws; a DOM would do neither. Only json_walk.cpp sees the library.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hadal/base/errc.hpp"
#include "hadal/base/limits.hpp"

namespace hadal::detail {

/// A JSON value that is no container. `text` is the token of a number, or the content of a string, for the length of the call.
struct Scalar {
  enum class Kind : unsigned char { null, boolean, number, string };
  Kind kind = Kind::null;
  bool flag = false;
  std::string_view text;
};

/// The containers around a value, outermost first.
class JsonPath {
 public:
  /// Number of containers around the value: 1 for a member of the top object.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool in_array(std::size_t level) const noexcept { return nodes_[level].array; }
  /// The member's name inside container `level`; empty in an array.
  [[nodiscard]] std::string_view key(std::size_t level) const noexcept { return nodes_[level].key; }
  /// The name of the value itself; empty in an array.
  [[nodiscard]] std::string_view key() const noexcept { return size_ == 0 ? std::string_view{} : key(size_ - 1); }

 private:
  friend class JsonWalk;
  struct Node {
    bool array = false;
    std::size_t entries = 0;
    std::string key;
  };
  std::vector<Node> nodes_;
  std::size_t size_ = 0;
};

/// Receives the values in document order. `offset` is the number of bytes read so far.
class JsonHandler {
 public:
  virtual void scalar(const JsonPath& path, const Scalar& value, std::size_t offset) = 0;
  /// A container begins (its opening bracket is the byte before `offset`) and, later, ends.
  virtual void open(const JsonPath& path, bool array, std::size_t offset) = 0;
  virtual void close(const JsonPath& path, bool array, std::size_t offset) = 0;

 protected:
  ~JsonHandler() = default;
};

/// Reusable: keeps its buffers between documents.
class JsonWalk {
 public:
  explicit JsonWalk(const Limits& limits) : limits_{limits} {}

  /// Errc::json_invalid if `text` is not one JSON document within the limits, Errc::number_out_of_range if a number exceeds even a
  /// double; failure_offset() then says where. The handler has seen everything before.
  [[nodiscard]] Errc walk(std::string_view text, JsonHandler& handler);
  [[nodiscard]] std::size_t failure_offset() const noexcept { return failure_offset_; }

 private:
  struct Sax;
  Limits limits_;
  JsonPath path_;
  std::size_t failure_offset_ = 0;
};

}  // namespace hadal::detail
