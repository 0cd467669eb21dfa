#include "hadal/journal/record.hpp"

#include <charconv>

#include "hadal/detail/fields.hpp"
#include "hadal/detail/json_walk.hpp"
#include "hadal/journal/config_text.hpp"

namespace hadal {
namespace {

constexpr std::string_view kHeaderPrefix = "# hadal-journal ";
/// Driver times up to here leave room for every sum and difference: 285,000 years.
constexpr std::int64_t kMaxNow = std::int64_t{1} << 53;

/// Takes the text up to the next space; false if there is none or it is empty.
bool take_word(std::string_view& rest, std::string_view& word) {
  const auto space = rest.find(' ');
  word = rest.substr(0, space);
  rest = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
  return !word.empty();
}

template <class Integer>
bool to_integer(std::string_view text, Integer& out) {
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, out);
  return error == std::errc{} && at == end;
}

/// The one string of a JSON document.
class StringReader final : public detail::JsonHandler {
 public:
  explicit StringReader(std::string& out) : out_{out} {}
  void scalar(const detail::JsonPath& path, const detail::Scalar& value, std::size_t) override {
    found = path.size() == 0 && value.kind == detail::Scalar::Kind::string;
    if (found) out_ = value.text;
  }
  void open(const detail::JsonPath&, bool, std::size_t) override {}
  void close(const detail::JsonPath&, bool, std::size_t) override {}
  bool found = false;

 private:
  std::string& out_;
};

class HeaderReader final : public detail::JsonHandler {
 public:
  explicit HeaderReader(JournalHeader& header) : header_{header} {}
  void scalar(const detail::JsonPath& path, const detail::Scalar& value, std::size_t) override {
    if (path.key() == "version" && path.size() == 1) header_.version = value.text;
    if (path.key() == "started" && path.size() == 1) header_.started = value.text;
    if (path.key() == "simulated" && path.size() == 1) header_.simulated = value.flag;
    if (path.key() == "verify" && path.size() == 1) header_.verify_off = value.text == "off";
    if (path.key() == "crossed" && path.size() == 1) header_.crossed_warn = value.text == "warn";
    if (header_.session && path.size() == 2 && path.key(0) == "session") good &= read_session_config(*header_.session, path.key(), value);
    std::int64_t depth = 0;
    if (path.key() == "depth" && read(value, depth) == Errc::ok) header_.depth = depth;
  }
  void open(const detail::JsonPath& path, bool array, std::size_t) override {
    if (path.size() == 1 && path.key() == "session" && !array) header_.session.emplace();
  }
  void close(const detail::JsonPath&, bool, std::size_t) override {}

  bool good = true;

 private:
  JournalHeader& header_;
};

Limits journal_limits() {
  Limits limits;
  limits.string_bytes = kJournalLineBytes;  // a whole frame as one string
  return limits;
}

}  // namespace

std::optional<LinkRecord> parse_link(std::string_view payload) {
  using What = LinkRecord::What;
  std::string_view word;
  if (!take_word(payload, word)) return std::nullopt;
  LinkRecord link;
  if (word == "open") return link;
  if (word == "timeout") {
    link.what = What::timeout;
    return link;
  }
  if (word == "open_failed") {
    link.what = What::open_failed;
  } else if (word == "closed") {
    link.what = What::closed;
  } else if (word == "binary") {
    link.what = What::binary;
  } else if (word == "lost") {
    link.what = What::lost;
  } else {
    return std::nullopt;
  }
  if (!take_word(payload, word) || !to_integer(word, link.number) || link.number < 0) return std::nullopt;
  link.text = payload;
  return link;
}

std::optional<JournalHeader> parse_header(std::string_view line) {
  if (line.substr(0, kHeaderPrefix.size()) != kHeaderPrefix) return std::nullopt;
  line.remove_prefix(kHeaderPrefix.size());
  std::string_view word;
  JournalHeader header;
  if (!take_word(line, word) || !to_integer(word, header.format) || header.format != 1) return std::nullopt;
  if (line.empty()) return header;
  HeaderReader reader{header};
  detail::JsonWalk walk{Limits{}};
  if (walk.walk(line, reader) != Errc::ok || !reader.good) return std::nullopt;
  if (header.session && check(*header.session) != Errc::ok) return std::nullopt;
  return header;
}

void parse_record(std::string_view line, Record& record, std::string& scratch) {
  record.kind = RecordKind::corrupt;
  record.timed = false;
  if (line.substr(0, 2) == "##") {
    record.kind = RecordKind::comment;
    record.payload = line;
    return;
  }
  if (!line.empty() && line.front() == '#') {
    const bool header = parse_header(line).has_value();
    if (header) record.kind = RecordKind::header;
    record.payload = header ? line : std::string_view{"not a header of journal format 1"};
    return;
  }
  std::string_view word;
  record.payload = "not of the form <unix ns> <now ms> <conn> <kind> <payload>";
  if (!take_word(line, word) || !to_integer(word, record.received)) return;
  if (!take_word(line, word) || !to_integer(word, record.now.count)) return;
  if (record.now.count < 0 || record.now.count > kMaxNow) return;
  if (!take_word(line, word) || !to_integer(word, record.connection)) return;
  if (!take_word(line, word)) return;
  if (word == "<") {
    record.kind = RecordKind::received;
  } else if (word == "<j") {
    StringReader reader{scratch};
    detail::JsonWalk walk{journal_limits()};
    if (walk.walk(line, reader) != Errc::ok || !reader.found) {
      record.payload = "the frame after <j is not a JSON string";
      return;
    }
    record.kind = RecordKind::received;
    line = scratch;
  } else if (word == ">") {
    record.kind = RecordKind::sent;
  } else if (word == "!") {
    if (!parse_link(line)) {
      record.payload = "unknown word after !";
      return;
    }
    record.kind = RecordKind::link;
  } else if (word == "=") {
    record.kind = RecordKind::call;
  } else {
    record.payload = "unknown kind: expected < <j > ! or =";
    return;
  }
  record.timed = true;
  record.payload = line;
}

}  // namespace hadal
