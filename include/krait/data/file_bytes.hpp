// krait/data/file_bytes.hpp: a file's bytes without reading it: its pages come from the disk when they are looked at.
#pragma once
#include <filesystem>
#include <krait/core/aligned.hpp>
#include <krait/core/config.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace krait::data {

/// A plain file is mapped; one that is packed (.xz, .gz), empty or no plain file is read whole. Whoever replaces a
/// mapped file does it by renaming (core/atomic_file.hpp does): what is mapped then stays as it was.
class file_bytes {
 public:
  /// Throws file_error where the file is missing, unreadable or broken.
  explicit file_bytes(const std::filesystem::path& file);
  std::string_view view() const {
    return mapped_ ? std::string_view(mapped_.get(), mapped_.get_deleter().bytes) : std::string_view(text_);
  }

 private:
  std::unique_ptr<const char, unmap> mapped_;
  std::string text_;
};

}  // namespace krait::data

#ifndef KRAIT_COMPILED
#include <krait/data/file_bytes_impl.hpp>
#endif
