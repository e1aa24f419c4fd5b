// krait/core/digest.hpp: a short name for the content of files and types, so that a run that is resumed meets what it
// began with.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace krait {

/// FNV-1a of 64 bits over everything that was added. Tells an accident, not an attack.
class digest {
 public:
  digest& add(std::string_view bytes) {
    for (const char c : bytes) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 1099511628211u;
    hash_ = (hash_ ^ bytes.size()) * 1099511628211u;  // "ab", "c" is not "a", "bc"
    return *this;
  }
  /// 16 hexadecimal digits.
  std::string text() const {
    std::string digits(16, '0');
    for (int i = 0; i < 16; ++i) digits[static_cast<std::size_t>(15 - i)] = "0123456789abcdef"[hash_ >> (4 * i) & 15];
    return digits;
  }

 private:
  std::uint64_t hash_ = 14695981039346656037u;
};

}  // namespace krait
