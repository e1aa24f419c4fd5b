// krait/data/file_bytes_impl.hpp: mapping a file, or reading it where that serves better.
#pragma once
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <krait/data/compressed.hpp>
#include <krait/data/file_bytes.hpp>

namespace krait::data {

KRAIT_INLINE file_bytes::file_bytes(const std::filesystem::path& file) {
  using namespace std::string_view_literals;
  const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about {};
  if (handle >= 0 && ::fstat(handle, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0) {
    const auto bytes = static_cast<std::size_t>(about.st_size);
    void* p = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, handle, 0);
    if (p != MAP_FAILED) mapped_ = {static_cast<const char*>(p), unmap{bytes}};
  }
  if (handle >= 0) ::close(handle);
  const std::string_view text = view();
  const bool packed = text.starts_with(
                          "\xFD"
                          "7zXZ\0"sv) ||
                      text.starts_with("\x1F\x8B\x08"sv);
  if (mapped_ && !packed) return;
  mapped_ = {};
  text_ = read_file(file, ~std::uint64_t{0});
}

}  // namespace krait::data
