#include "hadal/base/errc.hpp"

#include <array>

namespace hadal {
namespace {

using enum Severity;

constexpr std::string_view kConfig = "configuration";
constexpr std::string_view kParse = "parse";
constexpr std::string_view kProcessing = "processing";
constexpr std::string_view kConnection = "connection";
constexpr std::string_view kSubscription = "subscription";
constexpr std::string_view kAuth = "authentication";
constexpr std::string_view kDelivery = "delivery";
constexpr std::string_view kRequest = "request";
constexpr std::string_view kFile = "file";

constexpr std::array kCodes{
    ErrcInfo{Errc::ok, "ok", "none", low},
    ErrcInfo{Errc::config_invalid, "config_invalid", kConfig, high},
    ErrcInfo{Errc::invalid_transition, "invalid_transition", kConfig, low},
    ErrcInfo{Errc::already_closed, "already_closed", kConfig, low},
    ErrcInfo{Errc::not_connected, "not_connected", kConfig, low},
    ErrcInfo{Errc::not_json, "not_json", kParse, low},
    ErrcInfo{Errc::json_invalid, "json_invalid", kParse, medium},
    ErrcInfo{Errc::frame_too_large, "frame_too_large", kParse, medium},
    ErrcInfo{Errc::field_missing, "field_missing", kParse, medium},
    ErrcInfo{Errc::field_type, "field_type", kParse, medium},
    ErrcInfo{Errc::number_invalid, "number_invalid", kParse, medium},
    ErrcInfo{Errc::number_out_of_range, "number_out_of_range", kParse, high},
    ErrcInfo{Errc::unknown_channel, "unknown_channel", kParse, low},
    ErrcInfo{Errc::scale_changed, "scale_changed", kParse, low},
    ErrcInfo{Errc::checksum_mismatch, "checksum_mismatch", kProcessing, medium},
    ErrcInfo{Errc::book_crossed, "book_crossed", kProcessing, medium},
    ErrcInfo{Errc::level_order, "level_order", kProcessing, medium},
    ErrcInfo{Errc::delta_before_snapshot, "delta_before_snapshot", kProcessing, low},
    ErrcInfo{Errc::late_delta, "late_delta", kProcessing, low},
    ErrcInfo{Errc::snapshot_timeout, "snapshot_timeout", kProcessing, medium},
    ErrcInfo{Errc::lost_frames, "lost_frames", kProcessing, medium},
    ErrcInfo{Errc::sequence_gap, "sequence_gap", kProcessing, medium},
    ErrcInfo{Errc::precision_changed, "precision_changed", kProcessing, low},
    ErrcInfo{Errc::gave_up, "gave_up", kProcessing, high},
    ErrcInfo{Errc::connect_failed, "connect_failed", kConnection, medium},
    ErrcInfo{Errc::connect_timeout, "connect_timeout", kConnection, medium},
    ErrcInfo{Errc::transport_lost, "transport_lost", kConnection, medium},
    ErrcInfo{Errc::silence, "silence", kConnection, medium},
    ErrcInfo{Errc::pong_timeout, "pong_timeout", kConnection, medium},
    ErrcInfo{Errc::server_closed, "server_closed", kConnection, medium},
    ErrcInfo{Errc::upgrade_refused, "upgrade_refused", kConnection, critical},
    ErrcInfo{Errc::server_refused, "server_refused", kConnection, critical},
    ErrcInfo{Errc::retries_exhausted, "retries_exhausted", kConnection, critical},
    ErrcInfo{Errc::subscribe_rejected, "subscribe_rejected", kSubscription, medium},
    ErrcInfo{Errc::unsubscribe_rejected, "unsubscribe_rejected", kSubscription, low},
    ErrcInfo{Errc::ack_timeout, "ack_timeout", kSubscription, medium},
    ErrcInfo{Errc::symbol_invalid, "symbol_invalid", kSubscription, medium},
    ErrcInfo{Errc::depth_invalid, "depth_invalid", kSubscription, medium},
    ErrcInfo{Errc::interval_invalid, "interval_invalid", kSubscription, medium},
    ErrcInfo{Errc::wrong_endpoint, "wrong_endpoint", kSubscription, medium},
    ErrcInfo{Errc::not_subscribed, "not_subscribed", kSubscription, low},
    ErrcInfo{Errc::limit_reached, "limit_reached", kSubscription, medium},
    ErrcInfo{Errc::auth_failed, "auth_failed", kAuth, critical},
    ErrcInfo{Errc::token_unavailable, "token_unavailable", kAuth, medium},
    ErrcInfo{Errc::token_rejected, "token_rejected", kAuth, medium},
    ErrcInfo{Errc::permission_denied, "permission_denied", kAuth, high},
    ErrcInfo{Errc::lagged, "lagged", kDelivery, low},
    ErrcInfo{Errc::queue_full, "queue_full", kDelivery, low},
    ErrcInfo{Errc::rate_limited, "rate_limited", kDelivery, low},
    ErrcInfo{Errc::listener_failed, "listener_failed", kDelivery, medium},
    ErrcInfo{Errc::request_invalid, "request_invalid", kRequest, medium},
    ErrcInfo{Errc::request_rejected, "request_rejected", kRequest, medium},
    ErrcInfo{Errc::request_timeout, "request_timeout", kRequest, medium},
    ErrcInfo{Errc::outcome_unknown, "outcome_unknown", kRequest, high},
    ErrcInfo{Errc::http_status, "http_status", kRequest, medium},
    ErrcInfo{Errc::api_error, "api_error", kRequest, medium},
    ErrcInfo{Errc::nonce_invalid, "nonce_invalid", kRequest, medium},
    ErrcInfo{Errc::io_error, "io_error", kFile, high},
    ErrcInfo{Errc::journal_corrupt, "journal_corrupt", kFile, medium},
    ErrcInfo{Errc::wasm_load_failed, "wasm_load_failed", kFile, critical},
    ErrcInfo{Errc::layout_mismatch, "layout_mismatch", kFile, critical},
};

constexpr ErrcInfo kUnknown{Errc{0xFFFF}, "unknown", "none", low};

}  // namespace

const ErrcInfo& info(Errc code) noexcept {
  for (const auto& entry : kCodes)
    if (entry.code == code) return entry;
  return kUnknown;
}

std::string_view name(Severity severity) noexcept {
  switch (severity) {
    case low: return "low";
    case medium: return "medium";
    case high: return "high";
    case critical: return "critical";
  }
  return "unknown";
}

}  // namespace hadal
