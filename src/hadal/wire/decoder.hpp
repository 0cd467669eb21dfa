/// Received frames into messages: the scanner for the usual `book` frame, the general JSON path for everything else.
///
/// Never throws, never guesses. After a failure the next frame is decoded as if nothing had happened.
#pragma once

#include <memory>
#include <string_view>

#include "hadal/base/errc.hpp"
#include "hadal/base/limits.hpp"
#include "hadal/wire/message.hpp"

namespace hadal {

/// Why a frame, or a part of it, could not be read.
struct DecodeIssue {
  Errc code = Errc::ok;
  std::string_view channel;  ///< empty if it could not be read
  std::string_view symbol;   ///< the first symbol the frame names; empty if none could be read
  std::string_view field;    ///< for field errors
  std::size_t offset = 0;    ///< bytes read when it was noticed
  std::size_t count = 0;     ///< issues in this frame; the fields above are those of the first
};

/// Single owner, not thread-safe. Keeps its buffers: no allocation on the hot path after warm-up.
class Decoder {
 public:
  explicit Decoder(const Limits& limits = {});
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  /// Decodes one frame. Errc::ok: message() holds it, and issue() tells of fields or entries that were left out, if any.
  /// Errc::not_json (first non-blank byte is no brace), Errc::frame_too_large, Errc::json_invalid or Errc::number_out_of_range:
  /// nothing of the frame can be used, issue() says where and, if that much could be read, for which symbol.
  /// Views in both live until the next call and as long as `frame`.
  [[nodiscard]] Errc decode(std::string_view frame);

  [[nodiscard]] const Message& message() const noexcept { return message_; }
  [[nodiscard]] const DecodeIssue& issue() const noexcept { return issue_; }
  /// Whether the scanner took the last frame.
  [[nodiscard]] bool scanned() const noexcept { return scanned_; }

  /// The general path alone: what decode() does when the scanner declines. For tests, which compare the two.
  [[nodiscard]] Errc decode_generally(std::string_view frame);

  /// Decodes what a client sent. Errc::json_invalid if it is not JSON; unknown fields are ignored.
  [[nodiscard]] Errc decode_request(std::string_view frame, SentRequest& request);

 private:
  struct General;

  Limits limits_;
  std::unique_ptr<General> general_;
  std::unique_ptr<class BookScanner> scanner_;
  Message message_;
  DecodeIssue issue_;
  bool scanned_ = false;
};

}  // namespace hadal
