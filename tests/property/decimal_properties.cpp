// Decimals: text and integer are two spellings of one number, at every scale.

#include <rapidcheck.h>

#include <cstdlib>

#include "hadal/base/decimal.hpp"

using namespace hadal;

int decimal_properties() {
  bool passed = true;
  passed &= rc::check("printing and parsing gives the same decimal back", [] {
    const Decimal value{*rc::gen::arbitrary<std::int64_t>(), static_cast<std::uint8_t>(*rc::gen::inRange(0, kMaxScale + 1))};
    RC_PRE(value.mantissa != INT64_MIN);
    Decimal back;
    RC_ASSERT(parse_decimal(to_string(value), back) == Errc::ok);
    RC_ASSERT(back == value);
  });
  passed &= rc::check("an exponent moves the point and changes no digit", [] {
    const auto mantissa = *rc::gen::inRange<std::int64_t>(1, 1'000'000'000);
    const auto shift = *rc::gen::inRange(0, 10);
    Decimal plain;
    Decimal moved;
    RC_ASSERT(parse_decimal(to_string({mantissa, static_cast<std::uint8_t>(shift)}), plain) == Errc::ok);
    RC_ASSERT(parse_decimal(std::to_string(mantissa) + "e-" + std::to_string(shift), moved) == Errc::ok);
    RC_ASSERT(plain == moved);
  });
  passed &= rc::check("rescaling up and down again is the identity, or an error", [] {
    const Decimal value{*rc::gen::arbitrary<std::int64_t>(), static_cast<std::uint8_t>(*rc::gen::inRange(0, kMaxScale + 1))};
    const auto scale = *rc::gen::inRange(0, kMaxScale + 1);
    std::int64_t there = 0;
    if (rescale(value, scale, there) != Errc::ok) return;
    std::int64_t back = 0;
    RC_ASSERT(rescale({there, static_cast<std::uint8_t>(scale)}, value.scale, back) == Errc::ok);
    RC_ASSERT(back == value.mantissa);
    RC_ASSERT(compare(value, {there, static_cast<std::uint8_t>(scale)}) == std::strong_ordering::equal);
  });
  passed &= rc::check("parse_decimal never accepts what is not a decimal", [] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string{"0123456789.-+eE, x"}));
    Decimal value;
    if (parse_decimal(text, value) != Errc::ok) return;
    RC_ASSERT(text.find_first_of(", x") == std::string::npos);
    Decimal again;
    RC_ASSERT(parse_decimal(to_string(value), again) == Errc::ok);
    RC_ASSERT(again == value);
  });
  return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
