/// Private: the general path's reader of `book` frames.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hadal/detail/fields.hpp"
#include "hadal/wire/message.hpp"

namespace hadal::detail {

class BookReader final : public JsonHandler {
 public:
  explicit BookReader(FieldIssue& issue) : issue_{issue} {}

  void begin();
  /// The message as read. Views live until begin().
  [[nodiscard]] BookMessage finish(std::size_t offset);

  void scalar(const JsonPath& path, const Scalar& value, std::size_t offset) override;
  void open(const JsonPath& path, bool array, std::size_t offset) override;
  void close(const JsonPath& path, bool array, std::size_t offset) override;

 private:
  struct Range {
    std::size_t first = 0;
    std::size_t last = 0;
    bool seen = false;
  };
  struct Draft {
    std::string symbol;
    bool has_symbol = false;
    Range bids;
    Range asks;
    WireChecksum checksum;
    std::optional<UnixNanos> timestamp;
    Errc error = Errc::ok;
  };

  /// The entry under way cannot be used.
  void fail(Errc code, std::string_view field, std::size_t offset);
  /// Something in `data` that is no entry: it may have been about any book.
  void unknown_entry(std::size_t offset);
  [[nodiscard]] Draft& draft() { return drafts_.back(); }
  void entry_scalar(std::string_view key, const Scalar& value, std::size_t offset);
  void level_scalar(std::string_view key, const Scalar& value, std::size_t offset);

  FieldIssue& issue_;
  std::vector<Draft> drafts_;
  std::vector<WireLevel> levels_;
  std::vector<BookEntry> entries_;
  std::optional<FrameKind> kind_;
  WireLevel level_;
  bool has_price_ = false;
  bool has_qty_ = false;
  bool has_data_ = false;
  bool has_type_ = false;
};

}  // namespace hadal::detail
