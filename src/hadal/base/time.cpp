#include "hadal/base/time.hpp"

#include <array>
#include <cstring>

namespace hadal {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

constexpr bool is_leap(int year) noexcept { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

constexpr int days_in_month(int year, int month) noexcept {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar; the year is taken to begin in March, so that the leap day is its last.
constexpr std::int64_t days_from_civil(std::int64_t year, int month, int day) noexcept {
  year -= month <= 2 ? 1 : 0;
  const auto era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = year - era * 400;
  const auto day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const auto day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}
static_assert(days_from_civil(1970, 1, 1) == 0 && days_from_civil(2000, 3, 1) == 11'017);

/// Reads exactly `n` digits at `at`; -1 if one of them is none.
int number_at(std::string_view text, std::size_t at, std::size_t n) noexcept {
  int value = 0;
  for (std::size_t i = at; i < at + n; ++i) {
    const auto digit = static_cast<unsigned char>(text[i]) - unsigned{'0'};
    if (digit > 9) return -1;
    value = value * 10 + static_cast<int>(digit);
  }
  return value;
}

void append_padded(std::string& out, std::int64_t value, int width) {
  std::array<char, 20> buffer;
  for (int i = width; i-- > 0;) {
    buffer[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(buffer.data(), static_cast<std::size_t>(width));
}

}  // namespace

std::optional<UnixNanos> parse_timestamp(std::string_view text) noexcept {
  constexpr std::size_t kShortest = 20;  // 2026-01-02T03:04:05Z
  if (text.size() < kShortest) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const int year = number_at(text, 0, 4);
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;

  std::size_t at = 19;
  std::int64_t nanos = 0;
  if (text[at] == '.') {
    const auto first = ++at;
    std::int64_t unit = kNanosPerSecond;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      unit /= 10;  // 0 past the ninth digit: those are dropped
      nanos += unit * (text[at] - '0');
    }
    if (at == first) return std::nullopt;
  }
  const auto zone = text.substr(at);
  if (zone != "Z" && zone != "+00:00") return std::nullopt;

  const auto seconds = days_from_civil(year, month, day) * kSecondsPerDay + hour * 3600 + minute * 60 + second;
  return seconds * kNanosPerSecond + nanos;
}

std::optional<UnixNanos> TimestampReader::read(std::string_view text) noexcept {
  constexpr std::size_t kUsual = 27;
  const bool usual = text.size() == kUsual && text[19] == '.' && text[26] == 'Z';
  if (usual && std::memcmp(text.data(), minute_text_.data(), minute_text_.size()) == 0) {
    const int second = number_at(text, 17, 2);
    const int micros = number_at(text, 20, 6);
    if (second < 0 || second > 59 || micros < 0) return std::nullopt;
    return minute_ + second * kNanosPerSecond + micros * std::int64_t{1000};
  }
  const auto time = parse_timestamp(text);
  if (time && usual) {
    std::memcpy(minute_text_.data(), text.data(), minute_text_.size());
    minute_ = *time - number_at(text, 17, 2) * kNanosPerSecond - number_at(text, 20, 6) * std::int64_t{1000};
  }
  return time;
}

void append_timestamp(std::string& out, UnixNanos time) {
  auto seconds = time / kNanosPerSecond;
  auto nanos = time % kNanosPerSecond;
  if (nanos < 0) {
    nanos += kNanosPerSecond;
    --seconds;
  }
  auto days = seconds / kSecondsPerDay;
  auto rest = seconds % kSecondsPerDay;
  if (rest < 0) {
    rest += kSecondsPerDay;
    --days;
  }
  // The inverse of days_from_civil.
  const auto shifted = days + 719'468;
  const auto era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const auto day_of_era = shifted - era * 146'097;
  const auto year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto march_month = (5 * day_of_year + 2) / 153;
  const auto day = day_of_year - (153 * march_month + 2) / 5 + 1;
  const auto month = march_month < 10 ? march_month + 3 : march_month - 9;
  const auto year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);

  append_padded(out, year, 4);
  out += '-';
  append_padded(out, month, 2);
  out += '-';
  append_padded(out, day, 2);
  out += 'T';
  append_padded(out, rest / 3600, 2);
  out += ':';
  append_padded(out, rest / 60 % 60, 2);
  out += ':';
  append_padded(out, rest % 60, 2);
  out += '.';
  append_padded(out, nanos, 9);
  out += 'Z';
}

}  // namespace hadal
