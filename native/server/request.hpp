/// What a client asks for: the target of an HTTP request, taken apart and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "server/answers.hpp"

namespace hadal::server {

struct AskSymbols {};
struct AskHealth {};
struct AskStatus {};
struct AskMetrics {};
struct AskDepth {
  DepthQuestion question;
};
struct AskStream {
  std::string symbol;
  std::int64_t interval_ms = 0;  ///< 0: each change
};
/// A file of the page: a path that stays below its folder, beginning with `/`.
struct AskFile {
  std::string path;
};
/// Or an answer at once: an error.
using Ask = std::variant<AskSymbols, AskHealth, AskStatus, AskMetrics, AskDepth, AskStream, AskFile, Answer>;

/// `target` as on the request line: `/depth/BTC%2FUSD?levels=5`. Symbols may be written with `%2F`, `/` or `-`, in any case.
[[nodiscard]] Ask read_target(std::string_view target);

/// `%41` is `A`; none if it is cut short or no hex.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace hadal::server
