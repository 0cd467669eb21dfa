// The scanner against the general path: whatever the scanner accepts, nlohmann's SAX parser must read the same way. And no frame may
// crash either.

#include <cstdlib>

#include "hadal/wire/decoder.hpp"

using namespace hadal;

namespace {

bool equal(std::span<const WireLevel> a, std::span<const WireLevel> b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].price != b[i].price || a[i].qty != b[i].qty) return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view frame{reinterpret_cast<const char*>(data), size};
  static Decoder fast;
  static Decoder general;
  static Limits small{.frame_bytes = 512, .nesting = 4, .string_bytes = 16, .array_entries = 3, .books = 1};
  static Decoder limited{small};
  static_cast<void>(limited.decode(frame));
  const auto fast_error = fast.decode(frame);
  const auto general_error = general.decode_generally(frame);
  if (!fast.scanned()) {
    if (fast_error != general_error) std::abort();
    return 0;
  }
  if (general_error != Errc::ok || general.issue().count != 0) std::abort();
  const auto& a = std::get<BookMessage>(fast.message());
  const auto* b = std::get_if<BookMessage>(&general.message());
  if (b == nullptr || a.kind != b->kind || a.entries.size() != 1 || b->entries.size() != 1) std::abort();
  const auto& x = a.entries[0];
  const auto& y = b->entries[0];
  if (x.symbol != y.symbol || !equal(x.bids, y.bids) || !equal(x.asks, y.asks) || x.checksum.kind != y.checksum.kind ||
      x.checksum.value != y.checksum.value || x.timestamp != y.timestamp || x.error != y.error)
    std::abort();
  return 0;
}
