// krait/core/atomic_file.hpp: a file that appears whole or not at all: written beside its place, synced, then
// renamed.
#pragma once
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <krait/core/error.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace krait {

namespace detail {

/// "cannot write out/x.csv: No space left on device; free some space or choose another --out"
[[noreturn]] inline void fail_to_write(const std::filesystem::path& where, int code) {
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  throw file_error(fmt::format("cannot write {}: {}; {} or choose another --out", where.string(),
                               std::generic_category().message(code),
                               full ? "free some space" : "check the folder's permissions"));
}

/// Writes all bytes to an open file, whatever write() takes at once. Throws file_error.
inline void write_all(int file, std::string_view bytes, const std::filesystem::path& where) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_to_write(where, errno);
    bytes.remove_prefix(std::size_t(count));
  }
}

/// Makes renames inside a folder last through a power cut; where a file system cannot, it is left out.
inline void sync_folder(const std::filesystem::path& folder) {
  const int handle = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return;
  ::fsync(handle);
  ::close(handle);
}

}  // namespace detail

/// Write, then commit(). Without a commit, or after an error, nothing is left and the earlier file stands.
class atomic_file {
 public:
  explicit atomic_file(std::filesystem::path where) : where_(std::move(where)), partial_(where_.string() + ".tmp") {
    file_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file_ < 0) detail::fail_to_write(where_, errno);
  }
  ~atomic_file() {
    if (file_ >= 0) ::close(file_);
    if (!partial_.empty()) ::unlink(partial_.c_str());
  }
  atomic_file(const atomic_file&) = delete;
  atomic_file& operator=(const atomic_file&) = delete;

  void write(std::string_view bytes) { detail::write_all(file_, bytes, where_); }
  void write(const void* data, std::size_t bytes) { write({static_cast<const char*>(data), bytes}); }

  void commit() {
    if (::fsync(file_) != 0 && errno != EINVAL && errno != EROFS) detail::fail_to_write(where_, errno);
    if (::close(std::exchange(file_, -1)) != 0) detail::fail_to_write(where_, errno);  // NFS tells of a full disk here
    if (::rename(partial_.c_str(), where_.c_str()) != 0) detail::fail_to_write(where_, errno);
    partial_.clear();
    detail::sync_folder(where_.parent_path());
  }

 private:
  std::filesystem::path where_, partial_;
  int file_ = -1;
};

/// The whole of a small file at once. Throws file_error; the earlier file then stands.
inline void write_file(const std::filesystem::path& where, std::string_view bytes) {
  atomic_file file(where);
  file.write(bytes);
  file.commit();
}

}  // namespace krait
