#include <catch2/catch.hpp>

#include "hadal/session/config.hpp"

namespace hadal {

TEST_CASE("settings of a session come from outside as one flat object", "[config]") {
  SessionConfig config;
  CHECK(parse_session_config(R"({"seed":7,"policy":"buffer","times.silence":20000,"reconnect.jitter":false})", config).empty());
  CHECK(config.seed == 7);
  CHECK(config.policy == GapPolicy::buffer);
  CHECK(config.times.silence == 20'000);
  CHECK_FALSE(config.reconnect.jitter);
}

TEST_CASE("settings that cannot be are named, and change nothing", "[config]") {
  struct Case {
    const char* json;
    const char* begins;
  };
  const auto [json, begins] = GENERATE(values<Case>({
      {"[1]", "request"},
      {"{", "request"},
      {R"({"seed":7,"times.silent":1})", "times.silent"},
      {R"({"seed":7,"times":{"silence":1}})", "times"},
      {R"({"seed":-1})", "seed"},
      {R"({"policy":"repair"})", "policy"},
      {R"({"times.silence":"soon"})", "times.silence"},
      {R"({"times.silence":99})", "times: each must be 100"},
      {R"({"times.ping_interval":600001})", "times: each must be 100"},
      {R"({"reconnect.base":0})", "reconnect: must have"},
      {R"({"policy":"buffer","verify":"off"})", "policy: buffer compares"},
  }));
  SessionConfig config;
  const auto wrong = parse_session_config(json, config);
  INFO(json);
  CHECK(wrong.rfind(begins, 0) == 0);
  CHECK(config.seed == 0);
  CHECK(config.policy == GapPolicy::resync);
  CHECK(config.times.silence == 10'000);
}

}  // namespace hadal
