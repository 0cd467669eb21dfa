#include "hadal_asio/journal_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace hadal::net {
namespace {

constexpr int kGzipWindow = 15 + 16;  ///< zlib: the largest window, and gzip's head and tail
constexpr int kLevel = 6;

std::string trouble(const std::string& path, std::string_view what, int error) {
  return path + ": " + std::string{what} + ": " + std::strerror(error);
}

}  // namespace

struct JournalFile::State {
  std::string path;
  int file = -1;
  bool gzip = false;
  bool continued = false;
  bool dirty = false;   ///< gzip holds text back
  bool broken = false;  ///< something could not be written: what would follow has a gap before it
  bool wrote = false;
  z_stream deflate{};
  std::vector<unsigned char> packed = std::vector<unsigned char>(64u << 10);

  FileTrouble put(const void* data, std::size_t size) {
    const auto* at = static_cast<const char*>(data);
    while (size > 0) {
      const auto written = ::write(file, at, size);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) broken = true;
      if (written < 0) return trouble(path, "cannot be written", errno);
      wrote = true;
      at += written;
      size -= static_cast<std::size_t>(written);
    }
    return {};
  }

  FileTrouble pack(std::string_view text, int flush) {
    deflate.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib does not write to it
    deflate.avail_in = static_cast<uInt>(text.size());
    do {
      deflate.next_out = packed.data();
      deflate.avail_out = static_cast<uInt>(packed.size());
      ::deflate(&deflate, flush);
      if (auto failed = put(packed.data(), packed.size() - deflate.avail_out); !failed.empty()) return failed;
    } while (deflate.avail_out == 0);
    return {};
  }

  /// The part of a last line that was cut short goes.
  FileTrouble mend_end() {
    auto size = ::lseek(file, 0, SEEK_END);
    continued = size > 0;
    constexpr std::string_view kHead = "# hadal-journal ";
    std::array<char, kHead.size()> head{};
    const auto length = std::min<off_t>(size, static_cast<off_t>(head.size()));
    if (::pread(file, head.data(), static_cast<std::size_t>(length), 0) != length) return trouble(path, "cannot be read", errno);
    if (kHead.substr(0, static_cast<std::size_t>(length)) != std::string_view{head.data(), static_cast<std::size_t>(length)})
      return path + ": is there already and is no recording; choose another name";
    std::array<char, 4096> piece{};
    auto keep = size;
    for (auto from = size; from > 0;) {
      const auto step = std::min<off_t>(from, static_cast<off_t>(piece.size()));
      from -= step;
      if (::pread(file, piece.data(), static_cast<std::size_t>(step), from) != step) return trouble(path, "cannot be read", errno);
      const std::string_view text{piece.data(), static_cast<std::size_t>(step)};
      const auto end = text.rfind('\n');
      keep = end == std::string_view::npos ? from : from + static_cast<off_t>(end) + 1;
      if (end != std::string_view::npos) break;
    }
    if (keep != size && ::ftruncate(file, keep) != 0) return trouble(path, "its last line was cut short and cannot be mended", errno);
    return {};
  }
};

JournalFile::JournalFile() : state_{std::make_unique<State>()} {}

JournalFile::~JournalFile() { static_cast<void>(close()); }

FileTrouble JournalFile::open(const std::string& path) {
  if (auto failed = close(); !failed.empty()) return failed;
  auto& s = *state_;
  s.path = path;
  s.gzip = is_gzip_name(path);
  s.continued = s.broken = s.wrote = false;
  const int flags = O_CREAT | O_APPEND | O_CLOEXEC | (s.gzip ? O_WRONLY | O_EXCL : O_RDWR);
  const int file = ::open(path.c_str(), flags, 0644);
  if (file < 0 && s.gzip && errno == EEXIST) return path + ": is there already, and a gzip file cannot be continued; choose another name";
  if (file < 0) return trouble(path, "cannot be opened", errno);
  s.file = file;
  struct stat info {};
  const bool regular = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode);  // /dev/null and pipes have no end to mend
  if (!s.gzip && regular) {
    if (auto failed = s.mend_end(); !failed.empty()) {
      ::close(std::exchange(s.file, -1));
      return failed;
    }
  }
  if (s.gzip) {
    s.deflate = {};
    ::deflateInit2(&s.deflate, kLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY);
    s.dirty = false;
  }
  return {};
}

FileTrouble JournalFile::write(std::string_view text) {
  auto& s = *state_;
  if (s.file < 0) return s.path + ": is not open";
  if (s.broken) return s.path + ": takes nothing more";
  if (!s.gzip) return s.put(text.data(), text.size());
  s.dirty = true;
  return s.pack(text, Z_NO_FLUSH);
}

FileTrouble JournalFile::flush() {
  auto& s = *state_;
  if (s.file < 0 || !s.gzip || s.broken || !std::exchange(s.dirty, false)) return {};
  return s.pack({}, Z_SYNC_FLUSH);
}

FileTrouble JournalFile::close() {
  auto& s = *state_;
  if (s.file < 0) return {};
  FileTrouble failed;
  if (s.gzip) {
    if (!s.broken) failed = s.pack({}, Z_FINISH);
    ::deflateEnd(&s.deflate);
  }
  // Devices and pipes have nothing to synchronise.
  if (failed.empty() && ::fsync(s.file) != 0 && errno != EINVAL && errno != EROFS)
    failed = trouble(s.path, "cannot be written to the disk", errno);
  if (::close(std::exchange(s.file, -1)) != 0 && failed.empty()) failed = trouble(s.path, "cannot be closed", errno);
  return failed;
}

void JournalFile::remove_if_empty() noexcept {
  const auto& s = *state_;
  struct stat info {};
  const bool ours = !s.wrote && !s.continued && s.file < 0 && ::lstat(s.path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
  if (ours && info.st_size == 0) ::unlink(s.path.c_str());
}

bool JournalFile::continued() const noexcept { return state_->continued; }

bool is_gzip_name(std::string_view path) noexcept { return path.size() > 3 && path.substr(path.size() - 3) == ".gz"; }

std::string marked_name(std::string_view path, std::string_view mark) {
  const auto slash = path.rfind('/');
  const auto name = slash == std::string_view::npos ? 0 : slash + 1;
  auto end = is_gzip_name(path) ? path.size() - 3 : path.size();
  const auto dot = path.substr(0, end).rfind('.');
  if (dot != std::string_view::npos && dot > name) end = dot;
  return std::string{path.substr(0, end)} + '-' + std::string{mark} + std::string{path.substr(end)};
}

}  // namespace hadal::net
