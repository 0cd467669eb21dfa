/// Digest of an event log (formula F-59): FNV-1a, 64 bit. For display; equality is decided by comparing logs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hadal {

class Digest {
 public:
  constexpr void add(std::string_view bytes) noexcept {
    for (const char c : bytes) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
  }
  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return hash_; }

  /// 16 hex digits.
  [[nodiscard]] std::string text() const {
    std::string out(16, '0');
    auto rest = hash_;
    for (auto at = out.size(); at-- > 0; rest >>= 4) out[at] = "0123456789abcdef"[rest & 15];
    return out;
  }

 private:
  std::uint64_t hash_ = 14'695'981'039'346'656'037u;
};

}  // namespace hadal
