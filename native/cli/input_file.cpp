#include "cli/input_file.hpp"

#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace hadal::cli {
namespace {

constexpr std::size_t kPiece = 256u << 10;

}  // namespace

struct InputFile::State {
  std::string path;
  gzFile file = nullptr;
  std::uint64_t size = 0;
  bool cut = false;
  std::array<char, kPiece> buffer{};
};

InputFile::InputFile(const std::string& path) : state_{std::make_unique<State>()} {
  state_->path = path;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw ReadFailure{path + ": is a directory; name a recording"};
  state_->file = path == "-" ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path.c_str(), "rb");  // plain files come through unchanged
  if (state_->file == nullptr) throw ReadFailure{path + ": cannot be opened: " + std::strerror(errno)};
  gzbuffer(state_->file, 1u << 17);
  state_->size = std::filesystem::file_size(path, error);
  if (error) state_->size = 0;
}

InputFile::~InputFile() {
  if (state_->file != nullptr) gzclose(state_->file);
}

std::string_view InputFile::read() {
  const int count = gzread(state_->file, state_->buffer.data(), static_cast<unsigned>(state_->buffer.size()));
  if (count > 0) return {state_->buffer.data(), static_cast<std::size_t>(count)};
  int code = Z_OK;
  const char* const text = gzerror(state_->file, &code);
  state_->cut = code == Z_BUF_ERROR;
  if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR) return {};
  throw ReadFailure{state_->path + ": cannot be read: " + (code == Z_ERRNO ? std::strerror(errno) : text)};
}

bool InputFile::cut_short() const noexcept { return state_->cut; }

double InputFile::progress() const {
  if (state_->size == 0) return 0;
  return static_cast<double>(gzoffset(state_->file)) / static_cast<double>(state_->size);
}

}  // namespace hadal::cli
