/// What goes wrong, as data (catalogue N-6): each fault has a name, a target, a time, a chance, and is counted.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hadal_sim/random.hpp"

namespace hadal::sim {

enum class FaultKind : std::uint8_t {
  // a data frame on its way
  drop,       ///< is not sent
  duplicate,  ///< is sent twice
  reorder,    ///< is sent after the next `frames` frames
  // ... has wrong content
  wrong_checksum,  ///< one digit of the checksum changes
  corrupt_digit,   ///< one digit of a quantity changes
  // ... cannot be read
  truncate,       ///< is cut: JSON that cannot be read
  not_json,       ///< becomes a proxy's words
  binary,         ///< becomes a binary frame
  missing_field,  ///< loses `asks` (book) or `price`
  huge_frame,     ///< is followed by 9 MiB of blanks
  deep_nesting,   ///< becomes lists in lists
  // ... has numbers in a form that is allowed, or too long
  quoted_numbers,  ///< as strings
  exponents,       ///< 0.00120000 as 120000e-8
  extra_zeros,     ///< two more than there should be
  missing_zeros,   ///< none at the end
  long_number,     ///< a quantity of 19 nines, beyond 64 bits
  // ... is an odd book
  crossed,            ///< a bid above the best ask, with the checksum of that
  unsorted_snapshot,  ///< the best two levels of a snapshot swapped
  repeated_price,     ///< a price twice, the last one right
  no_timestamp,       ///< a snapshot without one
  no_refill,          ///< the level that comes into view is not told
  old_frame,          ///< an update follows the ack of the unsubscribe
  snapshot_lost,      ///< a snapshot is not sent
  // a request
  ack_lost,    ///< is done, its ack not sent
  ack_late,    ///< is done, its ack comes after the snapshot
  reject,      ///< is refused with `text`
  rate_limit,  ///< is refused: `Exceeded msg rate`
  // a connection, once a second
  disconnect,  ///< ends without a close frame; new ones are refused for `ms`
  close,       ///< is closed with `code` and `text`; new ones are refused for `ms`
  half_open,   ///< stays, but nothing is sent any more
  stall,       ///< sends nothing for `ms`, then all at once
  // while it lasts
  latency,     ///< frames come `ms` later, in order
  clock_skew,  ///< times of acks and pongs are off by `ms`
  burst,       ///< `factor` times the traffic
  // the exchange
  refuse_connect,    ///< the upgrade is answered `code`
  maintenance,       ///< status walks through maintenance, cancel_only, post_only, online, `ms` each
  precision_change,  ///< one more decimal of price, told by `instrument`
};
inline constexpr int kFaultKinds = 37;
[[nodiscard]] std::string_view name(FaultKind kind) noexcept;

struct Fault {
  FaultKind kind = FaultKind::drop;
  std::string symbol{};              ///< empty: every one
  std::string channel{};             ///< empty: every one
  std::uint64_t connection = 0;      ///< the n-th that was opened; 0: every one
  std::int64_t from = 0;             ///< ms
  std::int64_t until = INT64_MAX;    ///< ms, excluded
  std::uint32_t count = UINT32_MAX;  ///< times at most
  // What is not given is what with_defaults() makes it.
  std::optional<std::int64_t> per_million{};  ///< in a million of the frames, requests, connections or seconds it applies to
  std::optional<std::int64_t> ms{};
  std::optional<std::int64_t> frames{};
  std::optional<std::int64_t> factor{};
  std::optional<int> code{};
  std::optional<std::string> text{};
};

/// A fault with everything filled in that was left to its default.
[[nodiscard]] Fault with_defaults(Fault fault);

/// A plan as JSON: a list of `{"fault": name, "symbol", "channel", "connection", "from", "until", "count", "probability", "ms", "frames",
/// "factor", "code", "text"}`, all but the name optional. The names `loss` (drop, probability 0.3), `malformed`, `odd_numbers` and
/// `odd_book` stand for others (catalogue N-11, N-16 ... N-18): each of a group gets an equal share of the probability, and `count` of its
/// own.
struct FaultPlan {
  std::vector<Fault> faults;
  std::string error;  ///< empty if the plan could be read; else what is wrong, and where
};
[[nodiscard]] FaultPlan parse_fault_plan(std::string_view json);

/// What a fault is asked about.
struct FaultSite {
  std::int64_t now = 0;  ///< ms
  std::uint64_t connection = 0;
  std::string_view channel{};
  std::string_view symbol{};
};

/// One injection, for whoever pairs faults with reactions.
struct Injection {
  std::uint64_t number;  ///< from 1
  FaultKind kind;
  std::int64_t at;  ///< ms
  std::uint64_t connection;
  std::string symbol;
};

/// Decides from its own random stream, so that faults never change what the market does.
class Faults {
 public:
  Faults(std::vector<Fault> plan, std::uint64_t seed);

  /// The fault of this kind that strikes now, or null; counts it.
  const Fault* strikes(FaultKind kind, const FaultSite& site);
  /// The fault of this kind that lasts now; counted once.
  [[nodiscard]] const Fault* in_force(FaultKind kind, const FaultSite& site);

  /// Adds faults to the plan, or clears it: the switches of a page or a terminal.
  void add(Fault fault);
  void clear();

  [[nodiscard]] std::uint64_t count(FaultKind kind) const noexcept { return counts_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] std::uint64_t total() const noexcept { return number_; }
  /// The last time any fault struck; -1 before the first.
  [[nodiscard]] std::int64_t last() const noexcept { return last_; }
  /// The last 1,000 injections, oldest first.
  [[nodiscard]] const std::vector<Injection>& injections() const noexcept { return injections_; }

 private:
  struct Planned {
    Fault fault;
    std::uint32_t used = 0;
  };

  void note(Planned& planned, const FaultSite& site);

  std::array<std::vector<Planned>, kFaultKinds> plan_;  ///< most frames meet no fault at all: by kind, so that asking is cheap
  Random random_;
  std::array<std::uint64_t, kFaultKinds> counts_{};
  std::vector<Injection> injections_;
  std::uint64_t number_ = 0;
  std::int64_t last_ = -1;
};

}  // namespace hadal::sim
