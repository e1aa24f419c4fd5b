// krait/data/compressed.hpp: a whole file as text, unpacked on the way if it is .xz (liblzma) or .gz (zlib).
#pragma once
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <krait/core/error.hpp>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace krait::data {

/// Largest text that read_file hands out unless told otherwise: 2 GiB, so that a hostile .xz cannot fill the memory.
inline constexpr std::uint64_t default_text_limit = std::uint64_t{1} << 31;

namespace detail {

inline file_error too_long(const std::filesystem::path& file, std::uint64_t limit) {
  return file_error(file.string() + " holds more than " + std::to_string(limit) +
                    " bytes of text; split it, or raise the limit of read_file.");
}

inline std::string unpack_xz(std::string_view packed, const std::filesystem::path& file, std::uint64_t limit) {
  lzma_stream stream = LZMA_STREAM_INIT;
  const std::unique_ptr<lzma_stream, decltype(&lzma_end)> owner(&stream, &lzma_end);
  if (lzma_stream_decoder(&stream, std::uint64_t{1} << 30, LZMA_CONCATENATED) != LZMA_OK)
    throw file_error(file.string() + " cannot be unpacked, for liblzma gets no memory; free some and run again.");
  stream.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
  stream.avail_in = packed.size();
  std::string text;
  std::array<char, 1 << 16> buffer;
  for (lzma_ret state = LZMA_OK; state != LZMA_STREAM_END;) {
    stream.next_out = reinterpret_cast<std::uint8_t*>(buffer.data());
    stream.avail_out = buffer.size();
    state = lzma_code(&stream, LZMA_FINISH);
    if (state != LZMA_OK && state != LZMA_STREAM_END)
      throw file_error(file.string() + " is a broken or cut-off .xz file (liblzma code " + std::to_string(state) +
                       "); fetch it again.");
    const std::size_t got = buffer.size() - stream.avail_out;
    if (got > limit - text.size()) throw too_long(file, limit);
    text.append(buffer.data(), got);
  }
  return text;
}

inline std::string unpack_gz(std::string_view packed, const std::filesystem::path& file, std::uint64_t limit) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
    throw file_error(file.string() + " cannot be unpacked, for zlib gets no memory; free some and run again.");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> owner(&stream, &inflateEnd);
  std::string text;
  std::array<char, 1 << 16> buffer;
  int state = Z_OK;
  while (!packed.empty() || state != Z_STREAM_END) {  // a file may have several parts
    if (state == Z_STREAM_END) inflateReset(&stream);
    const std::size_t given = std::min<std::size_t>(packed.size(), std::size_t{1} << 30);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(given);
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = buffer.size() - stream.avail_out;
    if ((state != Z_OK && state != Z_STREAM_END) || (got == 0 && stream.avail_in == given))
      throw file_error(file.string() + " is a broken or cut-off .gz file (zlib code " + std::to_string(state) +
                       "); fetch it again.");
    packed.remove_prefix(given - stream.avail_in);
    if (got > limit - text.size()) throw too_long(file, limit);
    text.append(buffer.data(), got);
  }
  return text;
}

}  // namespace detail

/// `file` itself, or the same name with .xz or .gz behind it, whichever is there; an empty path if none is.
inline std::filesystem::path find_packed_or_plain(const std::filesystem::path& file) {
  std::error_code unreadable;  // a folder that may not be entered counts as not there
  if (std::filesystem::exists(file, unreadable)) return file;
  for (const char* ending : {".xz", ".gz"}) {
    std::filesystem::path packed = file;
    packed += ending;
    if (std::filesystem::exists(packed, unreadable)) return packed;
  }
  return {};
}

/// Everything in `file`, byte for byte. A file that begins as .xz or .gz does is unpacked, whatever its name.
/// Throws file_error: missing, unreadable, broken, or more than `limit` bytes of text.
inline std::string read_file(const std::filesystem::path& file, std::uint64_t limit = default_text_limit) {
  using namespace std::string_view_literals;
  std::error_code unreadable;
  if (std::filesystem::is_directory(file, unreadable))
    throw file_error(file.string() + " is a folder; name a file in it.");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw file_error(file.string() + " is missing or may not be read; check the path.");
  std::string text;
  std::array<char, 1 << 16> buffer;
  while (in.read(buffer.data(), buffer.size()), in.gcount() > 0) {
    if (static_cast<std::uint64_t>(in.gcount()) > limit - text.size()) throw detail::too_long(file, limit);
    text.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) throw file_error(file.string() + " breaks off while it is read; check the disk.");
  if (text.starts_with("\xFD"
                       "7zXZ\0"sv))
    return detail::unpack_xz(text, file, limit);
  if (text.starts_with("\x1F\x8B\x08"sv)) return detail::unpack_gz(text, file, limit);
  return text;
}

}  // namespace krait::data
