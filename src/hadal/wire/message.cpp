#include "hadal/wire/message.hpp"

#include <array>

namespace hadal {
namespace {

constexpr std::array<std::string_view, 9> kPairStatus{"online",    "cancel_only", "delisted",         "limit_only", "maintenance",
                                                      "post_only", "reduce_only", "work_in_progress", "other"};
constexpr std::array<std::string_view, 7> kAssetStatus{"enabled",  "depositonly",    "withdrawalonly", "fundingtemporarilydisabled",
                                                       "disabled", "workinprogress", "other"};
constexpr std::array<std::string_view, 5> kSystemStatus{"online", "cancel_only", "maintenance", "post_only", "other"};
constexpr std::array<std::string_view, 10> kErrorClass{"none",  "subscription", "auth",    "permission", "rate",
                                                       "order", "funds",        "service", "deadline",   "other"};

struct Prefix {
  std::string_view text;
  ServerErrorClass meaning;
};

/// Longer prefixes first where one begins another (protocol/limits-and-errors.md, ws-v2.md sections 4, 5, 17 to 25).
constexpr std::array kPrefixes{
    Prefix{"Exceeded msg rate", ServerErrorClass::rate},
    Prefix{"EOrder:Rate limit", ServerErrorClass::rate},
    Prefix{"EOrder:Domain rate limit", ServerErrorClass::rate},
    Prefix{"EAPI:Rate limit", ServerErrorClass::rate},
    Prefix{"EAuth:Rate limit", ServerErrorClass::rate},
    Prefix{"EAuth:Too many requests", ServerErrorClass::rate},
    Prefix{"EGeneral:Too many requests", ServerErrorClass::rate},
    Prefix{"EGeneral:Temporary lockout", ServerErrorClass::auth},
    Prefix{"EGeneral:Permission denied", ServerErrorClass::permission},
    Prefix{"EOrder:Insufficient", ServerErrorClass::funds},
    Prefix{"EFunding:", ServerErrorClass::funds},
    Prefix{"EService:Deadline", ServerErrorClass::deadline},
    Prefix{"EService:", ServerErrorClass::service},
    Prefix{"EOrder:", ServerErrorClass::order},
    Prefix{"ESession:", ServerErrorClass::auth},
    Prefix{"EAuth:", ServerErrorClass::auth},
    Prefix{"EAPI:", ServerErrorClass::auth},
    Prefix{"Token(s) not found", ServerErrorClass::auth},
    Prefix{"Already subscribed", ServerErrorClass::subscription},
    Prefix{"Subscription ", ServerErrorClass::subscription},
    Prefix{"Currency pair ", ServerErrorClass::subscription},
    Prefix{"Symbol(s) not found", ServerErrorClass::subscription},
    Prefix{"Public market data subscriptions are unavailable", ServerErrorClass::subscription},
    Prefix{"Private data and trading are unavailable", ServerErrorClass::subscription},
};

}  // namespace

std::string_view name(PairStatus status) noexcept { return kPairStatus[static_cast<std::size_t>(status)]; }
std::string_view name(AssetStatus status) noexcept { return kAssetStatus[static_cast<std::size_t>(status)]; }
std::string_view name(SystemStatus status) noexcept { return kSystemStatus[static_cast<std::size_t>(status)]; }
std::string_view name(ServerErrorClass error_class) noexcept { return kErrorClass[static_cast<std::size_t>(error_class)]; }

ServerErrorClass classify_server_error(std::string_view text) noexcept {
  if (text.empty()) return ServerErrorClass::none;
  for (const auto& prefix : kPrefixes)
    if (text.substr(0, prefix.text.size()) == prefix.text) return prefix.meaning;
  return ServerErrorClass::other;
}

}  // namespace hadal
