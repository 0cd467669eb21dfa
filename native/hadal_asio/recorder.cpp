#include "hadal_asio/recorder.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "hadal_asio/journal_file.hpp"

namespace hadal::net {
namespace {

using Steady = std::chrono::steady_clock;

UnixNanos wall_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// `20261122T104050Z`: sorts by time, and is a file name everywhere.
std::string mark_of(UnixNanos time) {
  std::string text;
  append_timestamp(text, time);
  text.resize(text.find('.'));
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '-' || c == ':'; }), text.end());
  return text + 'Z';
}

}  // namespace

struct Recorder::State final : JournalSink {
  // --- the strand: what the engine writes ---

  void on_journal(std::string_view lines) override {
    in_file += lines.size();
    const std::lock_guard lock{mutex};
    if (!said.trouble.empty() || stopping) return;
    if (waiting.size() + lines.size() > kMostWaiting) return fail("the disk is too slow: 64 MiB were waiting to be written");
    waiting += lines;
    said.bytes += lines.size();
    said.lines += static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
    changed.notify_one();
  }

  void begin(Engine& engine, Millis now) {
    in_file = 0;
    began = Steady::now();
    const auto wall = wall_now();
    std::string started;
    append_timestamp(started, wall);
    engine.record(this, wall, now, started);
  }

  /// After each input: a file that is full, and word of a failure.
  bool look(Engine& engine, Millis now) {
    if (done) return false;
    if (failed.load()) {
      done = true;
      engine.record(nullptr, 0, now);
      engine.report(now, Errc::io_error, "the recording has ended: " + report().trouble);
      return false;
    }
    const bool full = options.rotate_bytes != 0 && in_file >= options.rotate_bytes;
    const bool old = options.rotate_every.count() != 0 && Steady::now() - began >= options.rotate_every;
    if (!full && !old) return true;
    {
      // Everything so far is the old file's; a file that is not closed yet waits for the next look.
      const std::lock_guard lock{mutex};
      if (turning) return true;
      turning = true;
      old_part = waiting.size();
    }
    begin(engine, now);
    return true;
  }

  // --- the thread: what is written ---

  void run() {
    auto flushed = Steady::now();
    bool dirty = false;
    for (;;) {
      std::string text;
      std::optional<std::size_t> turn;
      bool last = false;
      {
        std::unique_lock lock{mutex};
        const auto something = [this] { return !waiting.empty() || stopping || turning || failed.load(); };
        if (dirty) changed.wait_until(lock, flushed + std::chrono::milliseconds{kFlushMs}, something);
        else changed.wait(lock, something);
        if (failed.load()) {  // the strand found too much waiting
          lock.unlock();
          static_cast<void>(file.close());
          return tell_failure();
        }
        text.swap(waiting);
        if (std::exchange(turning, false)) turn = old_part;
        last = stopping;
      }
      auto trouble = write(text, turn);
      dirty |= !text.empty();
      if (trouble.empty() && dirty && Steady::now() - flushed >= std::chrono::milliseconds{kFlushMs}) {
        trouble = file.flush();
        flushed = Steady::now();
        dirty = false;
      }
      if (trouble.empty() && last) trouble = file.close();
      if (!trouble.empty()) {
        static_cast<void>(file.close());
        {
          const std::lock_guard lock{mutex};
          fail(trouble);
        }
        return tell_failure();
      }
      if (last) return;
    }
  }

  /// A file into which nothing went need not stay; and the client looks.
  void tell_failure() {
    file.remove_if_empty();
    post([](Engine&, Millis) {});
  }

  FileTrouble write(std::string_view text, std::optional<std::size_t> turn) {
    if (turn) {
      if (auto trouble = file.write(text.substr(0, *turn)); !trouble.empty()) return trouble;
      if (auto trouble = file.close(); !trouble.empty()) return trouble;
      if (auto trouble = open_next(); !trouble.empty()) return trouble;
      text.remove_prefix(*turn);
    }
    return text.empty() ? FileTrouble{} : file.write(text);
  }

  FileTrouble open_next() {
    auto path = options.path;
    if (options.rotates()) {
      const auto mark = mark_of(wall_now());
      path = marked_name(options.path, mark);
      // Two in one second, or a name that is taken.
      for (int i = 2; !file_is_new(path) && i < 1'000; ++i) path = marked_name(options.path, mark + '-' + std::to_string(i));
    }
    if (auto trouble = file.open(path); !trouble.empty()) return trouble;
    const std::lock_guard lock{mutex};
    said.file = path;
    ++said.files;
    if (said.files == 1) said.continued = file.continued();
    return {};
  }

  static bool file_is_new(const std::string& path) {
    std::FILE* const there = std::fopen(path.c_str(), "rb");
    if (there != nullptr) std::fclose(there);
    return there == nullptr;
  }

  /// With the lock.
  void fail(const FileTrouble& trouble) {
    if (said.trouble.empty()) said.trouble = trouble;
    waiting.clear();
    waiting.shrink_to_fit();
    turning = false;
    old_part = 0;
    failed = true;
    changed.notify_one();
  }

  RecorderReport report() const {
    const std::lock_guard lock{mutex};
    return said;
  }

  RecorderOptions options;
  JournalFile file;  ///< the thread's, once it runs
  Client::Poster post;
  std::thread thread;
  std::atomic<bool> failed = false;

  std::uint64_t in_file = 0;  ///< bytes since the file began; the strand's
  Steady::time_point began{};
  bool done = false;

  mutable std::mutex mutex;
  std::condition_variable changed;
  std::string waiting;
  std::size_t old_part = 0;  ///< of `waiting`, while turning
  bool turning = false;
  bool stopping = false;
  RecorderReport said;
};

Recorder::Recorder(Client& client, RecorderOptions options) : state_{std::make_shared<State>()} {
  auto& state = *state_;
  state.options = std::move(options);
  if (state.options.path.empty()) throw ConfigError{"path: name a file"};
  if (state.options.rotate_every.count() < 0) throw ConfigError{"rotate: must not be negative"};
  if (auto trouble = state.open_next(); !trouble.empty()) throw ConfigError{trouble};
  state.post = client.poster();
  state.thread = std::thread{[raw = state_.get()] { raw->run(); }};
  client.post([state = state_](Engine& engine, Millis now) { state->begin(engine, now); });
  client.after_input([state = state_](Engine& engine, Millis now) { return state->look(engine, now); });
}

Recorder::~Recorder() { stop(); }

void Recorder::stop() {
  auto& state = *state_;
  if (!state.thread.joinable()) return;
  {
    const std::lock_guard lock{state.mutex};
    state.stopping = true;  // further lines are nobody's
  }
  state.changed.notify_one();
  state.thread.join();
  state.post([keep = state_](Engine& engine, Millis now) {
    if (!std::exchange(keep->done, true)) engine.record(nullptr, 0, now);
  });
}

RecorderReport Recorder::report() const { return state_->report(); }

}  // namespace hadal::net
