#include "hadal/base/digest.hpp"

#include <catch2/catch.hpp>
#include <string_view>
#include <utility>

using hadal::Digest;

namespace {

std::string digest_of(std::string_view text) {
  Digest digest;
  digest.add(text);
  return digest.text();
}

}  // namespace

TEST_CASE("digests are those of the formula sheet and of the published FNV-1a vectors", "[digest]") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", "cbf29ce484222325"},
      {"hadal\n", "7452448d9d0dc54f"},
      {"a", "af63dc4c8601ec8c"},
      {"foobar", "85944171f73967e8"},
  };
  for (const auto& [text, digest] : rows) {
    CAPTURE(text);
    CHECK(digest_of(text) == digest);
  }
}

TEST_CASE("bytes count as unsigned, and a zero byte counts", "[digest]") {
  CHECK(digest_of("\xFF") == "af64724c8602eb6e");
  CHECK(digest_of(std::string_view{"\0", 1}) == "af63bd4c8601b7df");
}

TEST_CASE("a digest does not depend on how the text was cut", "[digest]") {
  constexpr std::string_view text = "# hadal-log 1\n{\"n\":1}\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Digest digest;
    digest.add(text.substr(0, cut));
    digest.add(text.substr(cut));
    CHECK(digest.text() == digest_of(text));
  }
}

TEST_CASE("the text is the value in 16 hex digits, and each digit of the text matters", "[digest]") {
  Digest digest;
  CHECK(digest.value() == 0xcbf29ce484222325u);
  digest.add("a");
  CHECK(digest.value() == 0xaf63dc4c8601ec8cu);
  CHECK(digest_of("1158505442") != digest_of("1158505443"));
  CHECK(digest_of("ab") != digest_of("ba"));
}
