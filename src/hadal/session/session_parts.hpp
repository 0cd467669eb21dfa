/// What a session keeps per key and per request. Private to session*.cpp.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hadal/session/session.hpp"

namespace hadal {

/// Close codes (catalogue D-5, D-11). Browsers may send 1000 and 3000 ... 4999 only.
inline constexpr int kCloseNormal = 1000;
inline constexpr int kCloseAbnormal = 1006;  ///< what a driver reports when there was no close frame
inline constexpr int kCloseRefused = 1008;
inline constexpr int kCloseSilence = 4000;
inline constexpr int kClosePong = 4001;
inline constexpr int kCloseTooLarge = 4002;
inline constexpr int kCloseStalled = 4003;

/// Requests a second: 20, in millionths a ms (catalogue E-4).
inline constexpr std::int64_t kRequestRate = 20'000;

/// One key on the wire, whoever wants it. The wire is made to follow what is wanted: if the two differ and no request is in flight, the
/// next request closes the difference. A repair is a key that has to leave the wire once.
struct Session::Subscription {
  Key key;                                       ///< identity: a book's depth is kDepths[0] whatever is wanted
  std::map<std::uint16_t, std::uint32_t> users;  ///< by depth wanted; other channels: by 0
  Key wire;                                      ///< as asked for last
  bool on_wire = false;                          ///< the exchange has it, as far as we know
  bool rejected = false;
  bool first_round = false;    ///< wanted when the connection opened, and not settled since
  std::int64_t request = 0;    ///< in flight; 0: none
  std::uint32_t sends = 0;     ///< without an answer
  std::uint32_t refusals = 0;  ///< that may pass
  Millis ready{};              ///< not to be asked for before

  // books
  struct Repair {
    Cause cause;
    Millis due;
    bool must_leave;  ///< the wire, before it is asked for again
  };
  std::optional<Repair> repair;
  std::uint32_t repairs = 0;         ///< of the episode
  bool gave_up = false;              ///< said in the episode
  bool last_chance = false;          ///< the attempt under way is one after giving up
  std::optional<Millis> live_since;  ///< none since the last cause
  std::optional<Millis> snapshot_by;
  std::optional<Millis> try_again;  ///< after giving up
  bool heals = false;               ///< policy buffer: waits for a late message

  [[nodiscard]] bool is_wanted() const noexcept { return !users.empty(); }
  [[nodiscard]] KeyState state() const noexcept {
    if (rejected) return KeyState::rejected;
    if (!is_wanted()) return KeyState::leaving;
    if (on_wire) return KeyState::active;
    return request != 0 ? KeyState::pending : KeyState::wanted;
  }
  [[nodiscard]] bool is_book() const noexcept { return key.channel == Channel::book; }
  /// The key as it should be on the wire.
  [[nodiscard]] Key wanted() const {
    auto out = key;
    if (is_book() && !users.empty()) out.depth = users.rbegin()->first;
    return out;
  }
  [[nodiscard]] bool must_leave() const noexcept { return on_wire && (!is_wanted() || (repair && repair->must_leave)); }
  [[nodiscard]] bool may_join() const noexcept { return !on_wire && is_wanted() && !rejected; }
  /// When must_leave() or may_join() may be acted on.
  [[nodiscard]] Millis due() const noexcept {
    return on_wire && repair && repair->must_leave && is_wanted() ? std::max(ready, repair->due) : ready;
  }
};

struct Session::Request {
  bool subscribe;
  std::vector<Key> open;  ///< identities not answered yet
  std::uint64_t token;    ///< the number of the token it carries
  Millis deadline;
};

/// Hears what the feed says, and passes it on.
struct Session::Listener final : EventSink {
  struct Note {
    enum class What { arrived, live, resyncing, failed, lasting, healing } what;
    std::string symbol;
    Cause cause;
  };

  EventSink* sink;
  std::vector<Note> notes;
  bool changed = false;  ///< the state of a book

  explicit Listener(EventSink* to) : sink{to} {}
  void on_event(const Event& event) override;
};

}  // namespace hadal
