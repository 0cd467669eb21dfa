#include "hadal/flow/presets.hpp"

namespace hadal {

ClientConfig low_latency() {
  ClientConfig config;
  config.delivery.max_queue_depth = 128;
  config.delivery.policy = DropPolicy::oldest;
  config.delivery.max_messages_per_second = 0;
  config.session.times.connect = 5'000;
  return config;
}

ClientConfig multi_pair() {
  ClientConfig config;
  config.delivery.max_queue_depth = 1'024;
  config.delivery.max_messages_per_second = 5'000;
  config.delivery.policy = DropPolicy::coalesce;
  config.delivery.coalesce_window_ms = 50;
  config.session.times.connect = 30'000;
  return config;
}

ClientConfig aggregator() {
  ClientConfig config;
  config.delivery.max_queue_depth = 10'000;
  config.delivery.max_messages_per_second = 10'000;
  config.delivery.policy = DropPolicy::coalesce;
  config.delivery.coalesce_window_ms = 100;
  config.session.times.connect = 60'000;
  return config;
}

ClientConfig deep_book() {
  ClientConfig config;
  config.depth = 1'000;
  config.delivery.max_queue_depth = 2'000;
  config.delivery.policy = DropPolicy::coalesce;
  config.delivery.coalesce_window_ms = 50;
  return config;
}

ClientConfig quiet_pair() {
  ClientConfig config;
  config.delivery.max_queue_depth = 100;
  return config;
}

}  // namespace hadal
