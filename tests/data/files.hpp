// tests/data/files.hpp: files that last as long as a test, .xz made by liblzma and .gz by zlib, and what every error
// text must look like.
#pragma once
#include <lzma.h>
#include <zlib.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cctype>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <krait/core/error.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace test {

/// A fresh folder, removed with all its files at the end.
class folder {
 public:
  folder() {
    static std::atomic<int> next = 0;
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    at = std::filesystem::temp_directory_path() / ("krait-" + std::to_string(now) + "-" + std::to_string(next++));
    std::filesystem::create_directories(at);
  }
  folder(const folder&) = delete;
  ~folder() { std::filesystem::remove_all(at); }

  std::filesystem::path write(const std::string& name, std::string_view text) const {
    const auto file = at / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
    return file;
  }
  std::filesystem::path at;
};

inline std::string xz(std::string_view text) {
  std::string packed(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  if (lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                              text.size(), reinterpret_cast<std::uint8_t*>(packed.data()), &size,
                              packed.size()) != LZMA_OK)
    throw std::runtime_error("liblzma cannot pack the test's text");
  packed.resize(size);
  return packed;
}

inline std::string gz(std::string_view text) {
  z_stream stream{};
  std::string packed(text.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
      deflate(&stream, Z_FINISH) != Z_STREAM_END)
    throw std::runtime_error("zlib cannot pack the test's text");
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// One line, one sentence: ends with a full stop, and no other one is followed by a space and a capital.
inline bool one_sentence(std::string_view text) {
  if (text.empty() || text.back() != '.' || text.find('\n') != std::string_view::npos) return false;
  for (std::size_t i = 0; i + 2 < text.size(); ++i)
    if (text[i] == '.' && text[i + 1] == ' ' && std::isupper(static_cast<unsigned char>(text[i + 2]))) return false;
  return true;
}

/// For BOOST_CHECK_EXCEPTION: one sentence that has these words in it.
inline auto says(std::string words) {
  return [words](const krait::error& e) {
    return one_sentence(e.what()) && std::string_view(e.what()).find(words) != std::string_view::npos;
  };
}

/// Folder of real data: what KRAIT_DATA names.
inline std::filesystem::path real_data() {
  const char* named = std::getenv("KRAIT_DATA");
  return named == nullptr ? "" : named;
}

/// For boost::unit_test::precondition: says so and skips the test where this part of the real data is not there.
inline auto needs(std::string part) {
  return [part](boost::unit_test::test_unit_id) {
    const bool there = !real_data().empty() && std::filesystem::exists(real_data() / part);
    if (!there) std::cout << "skipped: KRAIT_DATA names no folder with " << part << std::endl;
    return boost::test_tools::assertion_result(there);
  };
}

}  // namespace test
