// What goes on around the book: trades, and the connection in numbers.

#include <algorithm>

#include "watch/panes.hpp"

namespace hadal::watch {

void draw_tape(Canvas& canvas, Area area, const Model& model) {
  if (area.height < 2) return;
  const auto& picture = model.picture;
  draw_rule(canvas, area.line(0), "TRADES", picture.trades);
  const auto rows = std::min(static_cast<std::size_t>(area.height - 1), picture.tape.size());
  if (rows == 0) {
    canvas.put({area.x + 2, area.y + 1, area.width - 3, 1}, Style::dim, model.refused ? "" : "none yet");
    return;
  }
  int price = 0, size = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    price = std::max(price, columns(picture.tape[i].price));
    size = std::max(size, columns(picture.tape[i].size));
  }
  // Price and size are whole or not at all; time and words make room for them.
  constexpr int kMilliseconds = 12, kSeconds = 8, kWord = 5, kGap = 2;
  auto room = area.width - 2 - 1 - kGap - price - kGap - size;
  int time = 0;
  for (const auto width : {kMilliseconds, kSeconds})
    if (time == 0 && room >= width + kGap) time = width;
  if (time != 0) room -= time + kGap;
  const bool words = room >= kWord;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto& trade = picture.tape[i];
    const auto line = area.line(1 + static_cast<int>(i));
    const auto style = trade.buy ? Style::bid : Style::ask;
    int x = 1;
    if (time != 0) {
      canvas.put({line.x + x, line.y, time, 1}, Style::dim, std::string_view{trade.time}.substr(0, static_cast<std::size_t>(time)));
      x += time + kGap;
    }
    x += canvas.put(line.from(x), style, trade.buy ? "▲" : "▼");
    if (words) {
      canvas.put(line.from(x), style, trade.buy ? " buy" : " sell");
      x += kWord;
    }
    x += kGap;
    canvas.put_right({line.x + x, line.y, price, 1}, style, trade.price);
    x += price + kGap;
    canvas.put_right({line.x + x, line.y, size, 1}, Style::normal, trade.size);
  }
}

void draw_feed(Canvas& canvas, Area area, const Model& model) {
  if (area.height < 2) return;
  const auto& feed = model.feed;
  draw_rule(canvas, area.line(0), "FEED", feed.frames_total + " messages");
  int y = 1;
  constexpr int kFirst = 12, kSecond = 25;
  const auto row = [&](std::string_view label, const Piece& first, const Piece& second = {}) {
    if (y >= area.height) return;
    const auto line = area.line(y++);
    canvas.put(line.from(1), Style::dim, label);
    draw_pieces(canvas, {line.x + kFirst, line.y, kSecond - kFirst, 1}, {first});
    draw_pieces(canvas, {line.x + kSecond, line.y, line.width - kSecond, 1}, {second});
  };
  const auto alarm = [](const std::string& count) { return count == "0" ? Style::normal : Style::warning; };
  row("rate", {{}, feed.messages}, {{}, feed.bytes});
  row("latency", {"p50", feed.total_p50}, {"p99", feed.total_p99});
  row("  network", {"p50", feed.network_p50}, {"p99", feed.network_p99});
  row("  hadal", {"p50", feed.processing_p50}, {"p99", feed.processing_p99});
  row("mismatches", {{}, feed.mismatches, alarm(feed.mismatches)}, {"gaps", feed.gaps, alarm(feed.gaps)});
  row("resyncs", {{}, feed.resyncs, alarm(feed.resyncs)}, {"reconnects", feed.reconnects, alarm(feed.reconnects)});
  row("round trip", {{}, feed.round_trip});
  row("received", {{}, feed.bytes_total});
}

void draw_feed_line(Canvas& canvas, Area area, const Model& model) {
  const auto& feed = model.feed;
  const auto alarm = [](const std::string& count) { return count == "0" ? Style::normal : Style::warning; };
  const Area inside{area.x + 1, area.y, area.width - 2, 1};
  draw_pieces(canvas, inside,
              {{{}, feed.messages},
               {"p50", feed.total_p50},
               {"p99", feed.total_p99},
               {"gaps", feed.gaps, alarm(feed.gaps)},
               {"resyncs", feed.resyncs, alarm(feed.resyncs)},
               {"reconnects", feed.reconnects, alarm(feed.reconnects)},
               {{}, feed.bytes}});
}

}  // namespace hadal::watch
