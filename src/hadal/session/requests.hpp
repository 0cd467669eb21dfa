/// Requests as the exchange wants them (catalogue A-13): compact JSON, only documented fields, numbers as numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hadal/session/key.hpp"

namespace hadal {

/// Symbols that one request may name (catalogue E-3).
inline constexpr std::size_t kSymbolsPerRequest = 50;

/// Appends a subscribe for keys that differ in their symbol only. `snapshot` is always said: true, but false for trades (E-11).
/// `token`: for channels that need one.
void append_subscribe(std::string& out, std::span<const Key> keys, std::int64_t req_id, std::string_view token = {});

/// Appends an unsubscribe; repeats depth, interval and a trigger that is not the default (E-8).
void append_unsubscribe(std::string& out, std::span<const Key> keys, std::int64_t req_id, std::string_view token = {});

void append_ping(std::string& out, std::int64_t req_id);

}  // namespace hadal
