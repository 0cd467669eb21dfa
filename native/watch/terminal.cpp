#define _XOPEN_SOURCE_EXTENDED 1

#include "watch/terminal.hpp"

#include <langinfo.h>
#include <ncurses.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "watch/rescue.hpp"

// term.h has them as macros for capabilities.
#undef columns
#undef lines

namespace hadal::watch {
namespace {

/// Colours of a style: of 256, of 8, and what has to do without any. -1: the terminal's own.
struct Look {
  short text, ground;    ///< of 256
  attr_t attributes;     ///< with 256 or 8
  short text8, ground8;  ///< of 8
  attr_t attributes8;    ///< besides
  attr_t without;        ///< colours
};

constexpr attr_t kNone = A_NORMAL;
constexpr attr_t kBold = A_BOLD;
constexpr attr_t kDim = A_DIM;

constexpr std::array<Look, kStyles> kLooks{{
    {-1, -1, kNone, -1, -1, kNone, kNone},                                 // normal
    {244, -1, kNone, -1, -1, kDim, kDim},                                  // dim
    {-1, -1, kBold, -1, -1, kNone, kBold},                                 // strong
    {75, -1, kNone, COLOR_CYAN, -1, kNone, kNone},                         // accent
    {67, -1, kNone, COLOR_CYAN, -1, kNone, kNone},                         // chart
    {75, -1, kBold, COLOR_CYAN, -1, kNone, kBold},                         // key
    {35, -1, kNone, COLOR_GREEN, -1, kNone, kNone},                        // bid
    {48, -1, kBold, COLOR_GREEN, -1, kNone, kBold},                        // bid_strong
    {29, -1, kNone, COLOR_GREEN, -1, kNone, kDim},                         // bid_bar
    {167, -1, kNone, COLOR_RED, -1, kNone, kNone},                         // ask
    {210, -1, kBold, COLOR_RED, -1, kNone, kBold},                         // ask_strong
    {131, -1, kNone, COLOR_RED, -1, kNone, kDim},                          // ask_bar
    {35, -1, kNone, COLOR_GREEN, -1, kNone, kNone},                        // good
    {178, -1, kNone, COLOR_YELLOW, -1, kNone, kBold},                      // warning
    {203, -1, kNone, COLOR_RED, -1, kBold, kBold},                         // bad
    {16, 250, kNone, COLOR_BLACK, COLOR_WHITE, kNone, A_REVERSE},          // neutral_badge
    {16, 35, kNone, COLOR_BLACK, COLOR_GREEN, kNone, A_REVERSE},           // good_badge
    {16, 178, kNone, COLOR_BLACK, COLOR_YELLOW, kNone, A_REVERSE},         // warning_badge
    {231, 160, kBold, COLOR_WHITE, COLOR_RED, kNone, A_REVERSE | A_BOLD},  // bad_badge
    {252, 236, kNone, COLOR_WHITE, COLOR_BLUE, kNone, kNone},              // bar
    {231, 236, kBold, COLOR_WHITE, COLOR_BLUE, kNone, kBold},              // bar_title
    {246, 236, kNone, COLOR_WHITE, COLOR_BLUE, kNone, kNone},              // bar_dim
    {231, 239, kNone, COLOR_BLACK, COLOR_CYAN, kNone, A_REVERSE},          // tab
}};

/// The one that has the screen.
SCREEN* screen_of_all = nullptr;

void give_back() {
  if (screen_of_all == nullptr) return;
  Rescue::disarm();
  endwin();
  screen_of_all = nullptr;
}

std::string terminal_name() {
  const auto* name = std::getenv("TERM");
  return name == nullptr ? std::string{} : std::string{name};
}

/// What puts the terminal right without ncurses: a capability's text, without its padding.
std::string capability(const char* name) {
  const auto* text = tigetstr(name);
  if (text == nullptr || text == reinterpret_cast<const char*>(-1)) return {};
  std::string out{text};
  for (auto at = out.find("$<"); at != std::string::npos; at = out.find("$<")) out.erase(at, out.find('>', at) - at + 1);
  return out;
}

Press press_of(wint_t code, bool function_key) {
  if (function_key) switch (code) {
      case KEY_BTAB:
      case KEY_LEFT: return {Key::previous};
      case KEY_RIGHT: return {Key::next};
      case KEY_UP: return {Key::more};
      case KEY_DOWN: return {Key::fewer};
      default: return {};
    }
  if (code >= '1' && code <= '9') return {Key::pick, code - '1'};
  switch (code) {
    case '\t': return {Key::next};
    case 'g': return {Key::coarser};
    case 'G': return {Key::finer};
    case 'd': return {Key::depth};
    case '+':
    case '=': return {Key::more};
    case '-':
    case '_': return {Key::fewer};
    case 'p':
    case ' ': return {Key::pause};
    case 'r': return {Key::again};
    case '?':
    case 'h': return {Key::help};
    case 'q':
    case 3:  // Ctrl-C, where it makes no signal
    case 27: return {Key::quit};
    default: return {};
  }
}

}  // namespace

struct Terminal::State {
  SCREEN* screen = nullptr;
  termios before{};
  bool ascii = true;
  std::array<attr_t, kStyles> attributes{};
  std::array<short, kStyles> pairs{};
  Screen painted;

  void choose_looks() {
    const auto* no_colour = std::getenv("NO_COLOR");
    const bool plain = (no_colour != nullptr && *no_colour != '\0') || !has_colors() || start_color() == ERR || COLORS < 8;
    if (!plain) use_default_colors();
    const bool many = COLORS >= 256;
    for (std::size_t i = 0; i < kLooks.size(); ++i) {
      const auto& look = kLooks[i];
      attributes[i] = plain ? look.without : look.attributes | (many ? kNone : look.attributes8);
      if (plain) continue;
      pairs[i] = static_cast<short>(i + 1);
      init_pair(pairs[i], many ? look.text : look.text8, many ? look.ground : look.ground8);
    }
  }

  void arm() const { Rescue::arm(before, capability("sgr0") + capability("rmkx") + capability("cnorm") + capability("rmcup"), give_back); }
};

std::string Terminal::trouble() {
  if (isatty(STDIN_FILENO) == 0) return "standard input is no terminal";
  if (isatty(STDOUT_FILENO) == 0) return "standard output is no terminal";
  const auto name = terminal_name();
  int error = 0;
  if (screen_of_all != nullptr) return {};
  if (name.empty()) return "TERM is not set";
  if (setupterm(name.c_str(), STDOUT_FILENO, &error) == ERR) return "TERM=" + name + " is not known here";
  const bool moves = !capability("cup").empty();
  del_curterm(cur_term);
  return moves ? std::string{} : "TERM=" + name + " cannot move its cursor";
}

Terminal::Terminal() : state_{std::make_unique<State>()} {
  if (const auto why = trouble(); !why.empty()) throw std::runtime_error{why};
  std::setlocale(LC_ALL, "");
  state_->ascii = std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
  tcgetattr(STDIN_FILENO, &state_->before);
  state_->screen = newterm(nullptr, stdout, stdin);
  if (state_->screen == nullptr) throw std::runtime_error{"TERM=" + terminal_name() + " cannot be used"};
  screen_of_all = state_->screen;
  cbreak();
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  set_escdelay(25);
  curs_set(0);
  leaveok(stdscr, TRUE);
  state_->choose_looks();
  state_->arm();
}

Terminal::~Terminal() {
  give_back();
  delscreen(state_->screen);
}

bool Terminal::ascii() const noexcept { return state_->ascii; }

Size Terminal::size() const noexcept { return {getmaxx(stdscr), getmaxy(stdscr)}; }

void Terminal::paint(const Screen& screen) {
  static const Line kNothing;
  auto& before = state_->painted.lines;
  const auto count = std::max(screen.lines.size(), before.size());
  for (std::size_t y = 0; y < count; ++y) {
    const auto& line = y < screen.lines.size() ? screen.lines[y] : kNothing;
    if (y < before.size() && y < screen.lines.size() && before[y] == line) continue;
    move(static_cast<int>(y), 0);
    attr_set(A_NORMAL, 0, nullptr);
    clrtoeol();
    for (const auto& span : line) {
      const auto style = static_cast<std::size_t>(span.style);
      attr_set(state_->attributes[style], state_->pairs[style], nullptr);
      addnstr(span.text.data(), static_cast<int>(span.text.size()));
    }
  }
  refresh();
  state_->painted = screen;
}

std::optional<Press> Terminal::read() {
  wint_t code = 0;
  const auto kind = get_wch(&code);
  if (kind == ERR) return std::nullopt;
  if (kind == KEY_CODE_YES && code == KEY_RESIZE) return Press{};
  return press_of(code, kind == KEY_CODE_YES);
}

bool Terminal::connected() const noexcept {
  pollfd in{STDIN_FILENO, POLLIN, 0};
  return poll(&in, 1, 0) >= 0 && (in.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
}

void Terminal::resized() {
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 && window.ws_col > 0) resizeterm(window.ws_row, window.ws_col);
  clear();
  state_->painted.lines.clear();
}

void Terminal::resumed() {
  reset_prog_mode();
  resized();
}

void Terminal::suspend() {
  Rescue::disarm();
  endwin();
  // The handler of whoever told us is put aside, so that the signal does what it does to any program.
  struct sigaction stop {
  }, former{};
  stop.sa_handler = SIG_DFL;
  sigemptyset(&stop.sa_mask);
  sigaction(SIGTSTP, &stop, &former);
  std::raise(SIGTSTP);
  sigaction(SIGTSTP, &former, nullptr);
  state_->arm();
  resized();
}

}  // namespace hadal::watch
