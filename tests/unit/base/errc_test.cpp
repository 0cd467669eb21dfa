#include "hadal/base/errc.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string_view>

using hadal::Errc;
using hadal::Severity;

namespace {

struct Row {
  Errc code;
  int number;
  std::string_view name;
  std::string_view category;
  std::string_view severity;
};

/// The catalogue's list. The numbers are released: a row may be added, none changed.
constexpr Row kCatalogue[] = {
    {Errc::ok, 0, "ok", "none", "low"},
    {Errc::config_invalid, 100, "config_invalid", "configuration", "high"},
    {Errc::invalid_transition, 101, "invalid_transition", "configuration", "low"},
    {Errc::already_closed, 102, "already_closed", "configuration", "low"},
    {Errc::not_connected, 103, "not_connected", "configuration", "low"},
    {Errc::not_json, 200, "not_json", "parse", "low"},
    {Errc::json_invalid, 201, "json_invalid", "parse", "medium"},
    {Errc::frame_too_large, 202, "frame_too_large", "parse", "medium"},
    {Errc::field_missing, 203, "field_missing", "parse", "medium"},
    {Errc::field_type, 204, "field_type", "parse", "medium"},
    {Errc::number_invalid, 205, "number_invalid", "parse", "medium"},
    {Errc::number_out_of_range, 206, "number_out_of_range", "parse", "high"},
    {Errc::unknown_channel, 207, "unknown_channel", "parse", "low"},
    {Errc::scale_changed, 208, "scale_changed", "parse", "low"},
    {Errc::checksum_mismatch, 300, "checksum_mismatch", "processing", "medium"},
    {Errc::book_crossed, 301, "book_crossed", "processing", "medium"},
    {Errc::level_order, 302, "level_order", "processing", "medium"},
    {Errc::delta_before_snapshot, 303, "delta_before_snapshot", "processing", "low"},
    {Errc::late_delta, 304, "late_delta", "processing", "low"},
    {Errc::snapshot_timeout, 305, "snapshot_timeout", "processing", "medium"},
    {Errc::lost_frames, 306, "lost_frames", "processing", "medium"},
    {Errc::sequence_gap, 307, "sequence_gap", "processing", "medium"},
    {Errc::precision_changed, 308, "precision_changed", "processing", "low"},
    {Errc::gave_up, 309, "gave_up", "processing", "high"},
    {Errc::connect_failed, 400, "connect_failed", "connection", "medium"},
    {Errc::connect_timeout, 401, "connect_timeout", "connection", "medium"},
    {Errc::transport_lost, 402, "transport_lost", "connection", "medium"},
    {Errc::silence, 403, "silence", "connection", "medium"},
    {Errc::pong_timeout, 404, "pong_timeout", "connection", "medium"},
    {Errc::server_closed, 405, "server_closed", "connection", "medium"},
    {Errc::upgrade_refused, 406, "upgrade_refused", "connection", "critical"},
    {Errc::server_refused, 407, "server_refused", "connection", "critical"},
    {Errc::retries_exhausted, 408, "retries_exhausted", "connection", "critical"},
    {Errc::subscribe_rejected, 500, "subscribe_rejected", "subscription", "medium"},
    {Errc::unsubscribe_rejected, 501, "unsubscribe_rejected", "subscription", "low"},
    {Errc::ack_timeout, 502, "ack_timeout", "subscription", "medium"},
    {Errc::symbol_invalid, 503, "symbol_invalid", "subscription", "medium"},
    {Errc::depth_invalid, 504, "depth_invalid", "subscription", "medium"},
    {Errc::interval_invalid, 505, "interval_invalid", "subscription", "medium"},
    {Errc::wrong_endpoint, 506, "wrong_endpoint", "subscription", "medium"},
    {Errc::not_subscribed, 507, "not_subscribed", "subscription", "low"},
    {Errc::limit_reached, 508, "limit_reached", "subscription", "medium"},
    {Errc::auth_failed, 600, "auth_failed", "authentication", "critical"},
    {Errc::token_unavailable, 601, "token_unavailable", "authentication", "medium"},
    {Errc::token_rejected, 602, "token_rejected", "authentication", "medium"},
    {Errc::permission_denied, 603, "permission_denied", "authentication", "high"},
    {Errc::lagged, 700, "lagged", "delivery", "low"},
    {Errc::queue_full, 701, "queue_full", "delivery", "low"},
    {Errc::rate_limited, 702, "rate_limited", "delivery", "low"},
    {Errc::listener_failed, 703, "listener_failed", "delivery", "medium"},
    {Errc::request_invalid, 800, "request_invalid", "request", "medium"},
    {Errc::request_rejected, 801, "request_rejected", "request", "medium"},
    {Errc::request_timeout, 802, "request_timeout", "request", "medium"},
    {Errc::outcome_unknown, 803, "outcome_unknown", "request", "high"},
    {Errc::http_status, 804, "http_status", "request", "medium"},
    {Errc::api_error, 805, "api_error", "request", "medium"},
    {Errc::nonce_invalid, 806, "nonce_invalid", "request", "medium"},
    {Errc::io_error, 900, "io_error", "file", "high"},
    {Errc::journal_corrupt, 901, "journal_corrupt", "file", "medium"},
    {Errc::wasm_load_failed, 902, "wasm_load_failed", "file", "critical"},
    {Errc::layout_mismatch, 903, "layout_mismatch", "file", "critical"},
};

}  // namespace

TEST_CASE("every code of the catalogue has its number, name, category and severity", "[errc]") {
  for (const auto& row : kCatalogue) {
    CAPTURE(row.name);
    CHECK(static_cast<int>(row.code) == row.number);
    const auto& info = hadal::info(row.code);
    CHECK(info.code == row.code);
    CHECK(info.name == row.name);
    CHECK(hadal::name(row.code) == row.name);
    CHECK(info.category == row.category);
    CHECK(hadal::name(info.severity) == row.severity);
  }
}

TEST_CASE("no two codes share a number or a name", "[errc]") {
  std::set<std::string_view> names;
  int known = 0;
  for (int number = 0; number <= 0xFFFF; ++number) {
    const auto& info = hadal::info(static_cast<Errc>(number));
    if (info.name == "unknown") continue;
    ++known;
    CHECK(static_cast<int>(info.code) == number);
    CHECK(names.insert(info.name).second);
  }
  CHECK(known == static_cast<int>(std::size(kCatalogue)));
}

TEST_CASE("a number outside the list is called unknown", "[errc]") {
  for (const int number : {1, 99, 104, 209, 310, 409, 509, 604, 704, 807, 904, 65'535}) {
    CAPTURE(number);
    CHECK(hadal::name(static_cast<Errc>(number)) == "unknown");
  }
  CHECK(hadal::name(static_cast<Severity>(9)) == "unknown");
}
