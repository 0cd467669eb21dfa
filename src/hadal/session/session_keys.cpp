// The half of the session that keeps the wire equal to what is wanted.

#include <algorithm>
#include <utility>

#include "hadal/session/requests.hpp"
#include "hadal/session/session.hpp"
#include "hadal/session/session_parts.hpp"
#include "hadal/wire/symbol.hpp"

namespace hadal {
namespace {

constexpr std::uint32_t kSends = 3;         // E-7
constexpr std::uint32_t kRateRefusals = 5;  // E-4
constexpr std::int64_t kRateDelay = 1'000;  // E-4
constexpr std::int64_t kRateSlow = 60'000;  // E-4

/// Two books of one symbol are one subscription, whatever their depths (C-19).
Key identity(Key key) {
  if (key.channel == Channel::book) key.depth = kDepths[0];
  return key;
}

}  // namespace

// --- what the user wants ---

Errc Session::subscribe(Millis now, Key key) {
  begin(now);
  const auto asked_for = key.symbol;
  if (const auto error = normalize(key, config_.aliases); error != Errc::ok) return error;
  if (endpoint_of(key.channel) != config_.endpoint) return Errc::wrong_endpoint;
  if (std::string alias; normalize_symbol(asked_for, alias, false) == Errc::ok && alias != key.symbol) {
    if (aliases_said_.size() < kWarningTexts && aliases_said_.insert(alias).second) {
      const auto text = alias + " is called " + key.symbol + " by the exchange";
      feed_.publish(key.symbol, WarningEvent{text});
    }
  }
  auto* known = find(key);
  if (known == nullptr) {
    const auto limit = at_most_default(config_.limits).books;
    if (subscriptions_.size() >= limit)  // a refused key needs no memory that a wanted one could use
      std::erase_if(subscriptions_, [](const auto& s) { return s->rejected && !s->is_wanted(); });
    if (subscriptions_.size() >= limit) return Errc::limit_reached;
    known = subscriptions_.emplace_back(std::make_unique<Subscription>()).get();
    known->key = identity(key);
  }
  if (!known->is_wanted()) {
    known->rejected = false;
    known->refusals = 0;
    known->sends = 0;
    known->ready = now_;
    // It is about to leave, or may have left without a word: its book has been let go and needs a new snapshot.
    if (known->is_book() && (known->on_wire || known->request != 0)) known->repair = Subscription::Repair{Cause::user, now_, true};
  }
  ++known->users[key.channel == Channel::book ? key.depth : std::uint16_t{0}];
  dirty_ = true;
  settle();
  return Errc::ok;
}

Errc Session::unsubscribe(Millis now, Key key) {
  begin(now);
  if (const auto error = normalize(key, config_.aliases); error != Errc::ok) return error;
  auto* known = find(key);
  const auto depth = key.channel == Channel::book ? key.depth : std::uint16_t{0};
  const auto user = known == nullptr ? std::map<std::uint16_t, std::uint32_t>::iterator{} : known->users.find(depth);
  if (known == nullptr || user == known->users.end()) return Errc::not_subscribed;
  if (--user->second == 0) known->users.erase(user);
  if (!known->is_wanted()) {
    known->repair.reset();
    known->snapshot_by.reset();
    known->try_again.reset();
    known->first_round = false;
    if (known->is_book()) feed_.release(known->key.symbol);
  }
  dirty_ = true;
  settle();
  return Errc::ok;
}

Errc Session::resync(Millis now, std::string_view symbol) {
  begin(now);
  Key key;
  key.symbol = std::string{symbol};
  if (const auto error = normalize(key, config_.aliases); error != Errc::ok) return error;
  auto* known = find(key);
  if (known == nullptr || !known->is_wanted() || !known->on_wire) return Errc::not_subscribed;
  if (!known->repair) feed_.resync(known->key.symbol, Cause::user, 0);
  dirty_ = true;
  settle();
  return Errc::ok;
}

Errc Session::clear(Millis now, std::string_view symbol) {
  begin(now);
  return feed_.clear(symbol);
}

Session::Subscription* Session::find(const Key& key) const {
  const auto wanted = identity(key);
  for (const auto& subscription : subscriptions_)
    if (subscription->key == wanted) return subscription.get();
  return nullptr;
}

Session::Subscription* Session::find_book(std::string_view symbol) const {
  for (const auto& subscription : subscriptions_)
    if (subscription->is_book() && subscription->key.symbol == symbol) return subscription.get();
  return nullptr;
}

std::optional<KeyState> Session::key_state(Key key) const {
  if (normalize(key, config_.aliases) != Errc::ok) return std::nullopt;
  const auto* known = find(key);
  return known == nullptr ? std::nullopt : std::optional{known->state()};
}

std::array<std::uint32_t, kKeyStates> Session::key_counts() const {
  std::array<std::uint32_t, kKeyStates> counts{};
  for (const auto& subscription : subscriptions_) ++counts[static_cast<std::size_t>(subscription->state())];
  return counts;
}

std::vector<Key> Session::active() const {
  std::vector<Key> keys;
  for (const auto& subscription : subscriptions_)
    if (subscription->on_wire && subscription->is_wanted()) keys.push_back(subscription->wire);
  return keys;
}

// --- a connection begins and ends ---

/// Something is wanted, and cannot be asked for without a token.
bool Session::lacks_token() const {
  return needs_token(config_.endpoint) && token_.empty() &&
         std::any_of(subscriptions_.begin(), subscriptions_.end(), [](const auto& s) { return s->may_join(); });
}

void Session::begin_round(ConnectionCause cause) {
  bool any = false;
  for (auto& subscription : subscriptions_) {
    auto& s = *subscription;
    s.first_round = s.may_join();
    s.ready = now_;
    any |= s.first_round;
  }
  const bool settled = !any && cause == ConnectionCause::transport_opened;  // table T has no way from authenticating to subscribed
  change(settled ? ConnectionState::subscribed : ConnectionState::subscribing, cause);
}

void Session::forget_wire(Cause cause) {
  for (const auto& [req_id, request] : requests_) ++counters_.of(request.subscribe).lost;
  requests_.clear();
  token_.clear();
  token_by_.reset();
  token_again_.reset();
  for (auto& subscription : subscriptions_) {
    auto& s = *subscription;
    s.on_wire = s.first_round = s.gave_up = s.last_chance = s.heals = false;
    s.request = 0;
    s.sends = s.refusals = s.repairs = 0;
    s.repair.reset();
    s.live_since.reset();
    s.snapshot_by.reset();
    s.try_again.reset();
  }
  feed_.enter(now_, connection_);
  feed_.lost(cause);
}

// --- answers ---

void Session::take_answer(const Response& response) {
  if (response.method != "subscribe" && response.method != "unsubscribe") return;
  dirty_ = true;
  const auto at = response.req_id ? requests_.find(*response.req_id) : requests_.end();
  if (at == requests_.end()) {
    ++counters_.unmatched_acks;
    return;
  }
  any_ack_ = true;
  auto& request = at->second;
  // A refusal without a symbol is about all of them.
  const bool all = response.symbol.empty();
  std::vector<Key> answered;
  for (const auto& key : request.open)
    if (all || key.symbol == response.symbol) answered.push_back(key);
  if (answered.empty()) ++counters_.unmatched_acks;
  std::erase_if(request.open, [&](const Key& key) { return all || key.symbol == response.symbol; });
  const Request done{request.subscribe, {}, request.token, request.deadline};
  if (request.open.empty()) {
    ++counters_.of(request.subscribe).answered;
    requests_.erase(at);
  }
  for (const auto& key : answered)
    if (auto* subscription = find(key)) settle_key(*subscription, done, response);
}

void Session::settle_key(Subscription& s, const Request& request, const Response& response) {
  s.request = 0;
  s.sends = 0;
  if (!request.subscribe) {
    const bool gone = response.success == true || response.error == "Subscription Not Found";
    if (!gone) {
      if (postpone(s, response)) return;
      feed_.publish(s.key.symbol, ErrorEvent{Errc::unsubscribe_rejected, response.error, name(s.key.channel), {}, response.req_id, {}, {}});
      if (s.repair) return attempt_repair(s, s.repair->cause);
    }
    s.refusals = 0;
    return leave_wire(s);
  }
  if (response.success != true && response.error != "Already subscribed") return refuse(s, request, response);
  s.on_wire = true;
  s.first_round = false;
  s.refusals = 0;
  const auto* book = s.is_book() ? feed_.book(s.key.symbol) : nullptr;
  const bool waits = book != nullptr && (book->state() == BookState::awaiting_snapshot || book->state() == BookState::resyncing);
  if (waits && !(s.repair && s.repair->must_leave)) s.snapshot_by = Millis{now_.count + config_.times.snapshot};
}

/// The exchange has it no more, or so we take it.
void Session::leave_wire(Subscription& s) {
  s.on_wire = false;
  if (s.repair) s.repair->must_leave = false;
}

/// Refusals that pass (E-6): the request comes again later. False for all others.
bool Session::postpone(Subscription& s, const Response& response) {
  if (response.error_class == ServerErrorClass::rate) {
    slow_down(s);
    return true;
  }
  if (response.error_class != ServerErrorClass::service) return false;
  s.ready = Millis{now_.count + repair_delay(++s.refusals)};
  return true;
}

/// The exchange says that requests come too fast: this one again later, and all of them more slowly (E-4). It is a matter of time, so that
/// no key is lost by it: after five in a row the next one comes a minute later.
void Session::slow_down(Subscription& s) {
  bucket_.set_rate(now_, kRequestRate / 2);
  slow_until_ = Millis{now_.count + kRateSlow};
  const bool often = ++s.refusals > kRateRefusals;
  s.ready = Millis{now_.count + (often ? config_.times.ack_retry : kRateDelay)};
  if (!often) return;
  s.first_round = false;
  feed_.publish(s.key.symbol,
                ErrorEvent{Errc::rate_limited, "requests come too fast; tried again later", name(s.key.channel), {}, {}, {}, {}});
}

/// The exchange knows the token no more: a fresh one is asked for, once a connection (T-11, T-12).
void Session::reject_token(Subscription& s, const Request& request, const Response& response) {
  s.ready = now_;
  if (request.token != token_number_ || token_.empty()) return;  // one that has been replaced since
  token_.clear();
  if (++token_rejections_ == 1) {
    if (state_ == ConnectionState::subscribing) change(ConnectionState::authenticating, ConnectionCause::token_rejected, response.error);
    return ask_token();
  }
  if (state_ == ConnectionState::subscribing) return drop(ConnectionCause::auth_failed, response.error, kCloseNormal);
  reject(s, response, Errc::token_rejected);
}

void Session::refuse(Subscription& s, const Request& request, const Response& response) {
  const bool token = response.error == "ESession:Invalid session" || response.error == "EAPI:Invalid token";
  if (token && needs_token(config_.endpoint)) return reject_token(s, request, response);
  if (postpone(s, response)) return;
  const bool elsewhere = response.error.find("unavailable on this endpoint") != std::string::npos;
  reject(s, response, elsewhere ? Errc::wrong_endpoint : Errc::subscribe_rejected);
}

/// The end of a key, with the exchange's words.
void Session::reject(Subscription& s, const Response& response, Errc code) {
  s.rejected = true;
  s.users.clear();
  s.first_round = false;
  s.repair.reset();
  s.snapshot_by.reset();
  s.try_again.reset();
  feed_.publish(s.key.symbol, ErrorEvent{code, response.error, name(s.key.channel), {}, response.req_id, {}, {}});
  if (s.is_book()) feed_.release(s.key.symbol);
}

void Session::expire_requests() {
  bool stalled = false;
  for (auto at = requests_.begin(); at != requests_.end();) {
    if (now_ < at->second.deadline) {
      ++at;
      continue;
    }
    const auto request = std::move(at->second);
    const auto req_id = at->first;
    ++counters_.of(request.subscribe).timed_out;
    at = requests_.erase(at);
    for (const auto& key : request.open) {
      auto* s = find(key);
      if (s == nullptr) continue;
      s->request = 0;
      if (request.subscribe && s->on_wire) {  // its snapshot came
        s->sends = 0;
        continue;
      }
      // Whether the exchange has it is not known. If it is wanted as it was asked for, asking again tells; else it has to be ended first.
      const bool as_asked = s->is_wanted() && s->wanted() == s->wire;
      if (request.subscribe && !as_asked) {
        s->on_wire = true;
        s->sends = 0;
        continue;
      }
      if (!request.subscribe && as_asked && !s->repair) s->on_wire = false;
      if (++s->sends < kSends) continue;
      s->sends = 0;
      if (!request.subscribe) {  // nobody answers: if the exchange still has it, it will say so
        leave_wire(*s);
        continue;
      }
      s->first_round = false;
      s->ready = Millis{now_.count + config_.times.ack_retry};
      stalled |= !any_ack_ && state_ == ConnectionState::subscribing;
      feed_.publish(
          s->key.symbol,
          ErrorEvent{Errc::ack_timeout, "no answer to a subscription; it is tried again", name(s->key.channel), {}, req_id, {}, {}});
    }
  }
  if (stalled) drop(ConnectionCause::ack_stalled, {}, kCloseStalled);
}

// --- the wire follows what is wanted ---

void Session::plan() {
  erase_unwanted();
  if (!is_open(state_) || state_ == ConnectionState::authenticating) return;
  if (lacks_token()) {  // something that needs one came to be wanted later
    if (!token_by_ && !token_again_) ask_token();
    return;
  }
  const auto due = [this](const Subscription& s) { return s.request == 0 && (s.must_leave() || s.may_join()) && now_ >= s.due(); };
  // Repairs go first (E-4); the rest in the order they were asked for.
  for (const bool repairs : {true, false}) {
    for (auto& first : subscriptions_) {
      if (!due(*first) || first->repair.has_value() != repairs) continue;
      if (!bucket_.take(now_)) return;
      const bool subscribe = first->may_join();
      auto like = subscribe ? first->wanted() : first->wire;
      std::vector<Subscription*> members;
      for (auto& other : subscriptions_) {
        if (members.size() == kSymbolsPerRequest || (first->key.channel == Channel::instrument && !members.empty())) break;
        if (!due(*other) || other->may_join() != subscribe || other->repair.has_value() != repairs) continue;
        auto key = subscribe ? other->wanted() : other->wire;
        key.symbol = like.symbol;  // all else must agree
        if (key == like) members.push_back(other.get());
      }
      send_request(members, subscribe);
    }
  }
}

void Session::send_request(std::span<Subscription* const> members, bool subscribe) {
  const auto req_id = ++last_req_id_;
  Request request{subscribe, {}, token_number_, Millis{now_.count + config_.times.ack}};
  std::vector<Key> keys;
  for (auto* s : members) {
    if (subscribe) s->wire = s->wanted();
    keys.push_back(s->wire);
    request.open.push_back(s->key);
    s->request = req_id;
    if (!s->is_book()) continue;
    if (subscribe) {
      feed_.subscribe_sent(s->key.symbol, s->wire.depth, s->repair ? s->repairs : 0);
    } else {
      feed_.unsubscribe_sent(s->key.symbol);
    }
  }
  std::string text;
  (subscribe ? append_subscribe : append_unsubscribe)(text, keys, req_id, token_);
  requests_.emplace(req_id, std::move(request));
  ++counters_.of(subscribe).sent;
  send(std::move(text));
}

void Session::erase_unwanted() {
  std::erase_if(subscriptions_, [](const auto& s) { return !s->is_wanted() && !s->on_wire && s->request == 0 && !s->rejected; });
}

void Session::update_state() {
  using enum ConnectionState;
  // A key that is asked for anew has no book to repair (D-3).
  const auto under_repair = [this](const auto& s) {
    if (!s->repair) return false;
    const auto* book = s->is_book() ? feed_.book(s->key.symbol) : nullptr;
    return book != nullptr && book->state() != BookState::unsubscribed;
  };
  if (state_ == subscribing && std::none_of(subscriptions_.begin(), subscriptions_.end(), [](const auto& s) { return s->first_round; }))
    change(subscribed, ConnectionCause::all_settled);
  const auto repairing = std::find_if(subscriptions_.begin(), subscriptions_.end(), under_repair);
  if (state_ == subscribed && repairing != subscriptions_.end())
    change(resyncing, ConnectionCause::repair_started, (*repairing)->key.symbol + ' ' + std::string{name((*repairing)->repair->cause)});
  if (state_ == resyncing && repairing == subscriptions_.end()) change(subscribed, ConnectionCause::repairs_done);
}

}  // namespace hadal
