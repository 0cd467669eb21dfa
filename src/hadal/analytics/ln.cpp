#include "hadal/analytics/ln.hpp"

#include <cstdint>
#include <cstring>
#include <limits>

namespace hadal {

std::optional<double> ln(double x) noexcept {
  static_assert(std::numeric_limits<double>::is_iec559);
  if (!(x >= std::numeric_limits<double>::min()) || x > std::numeric_limits<double>::max()) return std::nullopt;
  constexpr int kFractionBits = 52;
  constexpr int kBias = 1023;
  constexpr double kSqrt2 = 1.4142135623730951;
  constexpr double kLn2 = 0.6931471805599453;
  constexpr int kTerms = 11;
  std::uint64_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  auto exponent = static_cast<int>(bits >> kFractionBits) - kBias;
  bits = (bits & ((std::uint64_t{1} << kFractionBits) - 1)) | (std::uint64_t{kBias} << kFractionBits);
  double m = 0;  // x = m 2^exponent, m in [1, 2)
  std::memcpy(&m, &bits, sizeof m);
  if (m > kSqrt2) {
    m = m / 2;
    ++exponent;
  }
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  double p = 1.0 / (2 * kTerms + 1);
  for (int k = kTerms - 1; k >= 0; --k) p = p * z + 1.0 / (2 * k + 1);
  return 2 * s * p + exponent * kLn2;
}

}  // namespace hadal
