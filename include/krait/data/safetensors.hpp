// krait/data/safetensors.hpp: named arrays in one file: 8 bytes of header length, a JSON header, the bytes. The format
// of huggingface/safetensors, as its version 0.8.0 reads and writes it; everything that a header claims is checked
// before it is used.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <krait/core/bfloat16.hpp>
#include <krait/core/error.hpp>
#include <krait/data/file_bytes.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

static_assert(std::endian::native == std::endian::little,
              "safetensors: the format is little-endian, as this code assumes");

namespace krait::data {

/// Half precision (IEEE binary16), which krait reads and does not compute with.
struct float16 {
  std::uint16_t bits;
  explicit operator float() const {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16, fraction = bits & 0x3FFu,
                        exponent = (bits >> 10) & 0x1Fu;
    if (exponent == 0) {  // zero, or below the least normal number
      const float size = static_cast<float>(fraction) * 0x1p-24f;
      return sign ? -size : size;
    }
    const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;  // 127 - 15
    return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
  }
};

/// Name of a scalar in a header.
template <class T> inline constexpr const char* dtype_of = nullptr;
template <> inline constexpr const char* dtype_of<double> = "F64";
template <> inline constexpr const char* dtype_of<float> = "F32";
template <> inline constexpr const char* dtype_of<bfloat16> = "BF16";
template <> inline constexpr const char* dtype_of<float16> = "F16";
template <> inline constexpr const char* dtype_of<std::int64_t> = "I64";
template <> inline constexpr const char* dtype_of<std::int32_t> = "I32";
template <> inline constexpr const char* dtype_of<std::uint8_t> = "U8";

using safetensors_metadata = std::map<std::string, std::string>;

/// A file's arrays, mapped: they are converted straight from the file. Errors name the file and what is wrong with it.
/// Arrays of types that krait does not compute with (8-bit floats and smaller, complex numbers) are there as bytes and
/// do not hide the others.
class safetensors {
 public:
  struct array {
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::span<const char> bytes;
    std::int64_t size() const {
      std::int64_t product = 1;
      for (const auto extent : shape) product *= extent;
      return product;
    }
  };

  /// Throws file_error where the file cannot be read, data_error where it is no safetensors file.
  explicit safetensors(const std::filesystem::path& file);
  safetensors(const safetensors&) = delete;
  safetensors& operator=(const safetensors&) = delete;

  const std::filesystem::path& file() const { return file_; }
  const std::map<std::string, array>& arrays() const { return arrays_; }
  const safetensors_metadata& metadata() const { return metadata_; }
  bool has(const std::string& name) const { return arrays_.contains(name); }

  /// Throws data_error where there is none of this name.
  const array& at(const std::string& name) const {
    const auto found = arrays_.find(name);
    if (found == arrays_.end())
      throw data_error(file_.string() + " has no array " + name + "; take the file that belongs to this model.");
    return found->second;
  }
  /// Whether values() and copy() can convert an array of this type.
  static bool readable(std::string_view dtype) {
    constexpr std::string_view known[] = {dtype_of<double>,      dtype_of<float>,        dtype_of<bfloat16>,
                                          dtype_of<float16>,     dtype_of<std::int64_t>, dtype_of<std::int32_t>,
                                          dtype_of<std::uint8_t>};
    return std::ranges::find(known, dtype) != std::end(known);
  }
  /// The values of an array of floats or integers, converted to T.
  template <class T> std::vector<T> values(const std::string& name) const {
    const array& a = at(name);
    std::vector<T> to(static_cast<std::size_t>(a.size()));
    copy(a, std::span<T>(to), name);
    return to;
  }
  /// The same into a span of exactly that many scalars.
  template <class T> void copy(const std::string& name, std::span<T> to) const { copy(at(name), to, name); }

 private:
  template <class T> void copy(const array& a, std::span<T> to, const std::string& name) const {
    if (to.size() != static_cast<std::size_t>(a.size()))
      throw data_error(file_.string() + " has " + std::to_string(a.size()) + " values in " + name + " where " +
                       std::to_string(to.size()) + " are wanted; take the file that belongs to this model.");
    const bool known = convert<double>(a, to) || convert<float>(a, to) || convert<bfloat16>(a, to) ||
                       convert<float16>(a, to) || convert<std::int64_t>(a, to) || convert<std::int32_t>(a, to) ||
                       convert<std::uint8_t>(a, to);
    if (!known) throw data_error(file_.string() + " has values of the unread type " + a.dtype + " in " + name + ".");
  }
  template <class From, class T> static bool convert(const array& a, std::span<T> to) {
    if (a.dtype != dtype_of<From>) return false;
    if constexpr (std::is_same_v<From, T>) {
      if (!to.empty()) std::memcpy(to.data(), a.bytes.data(), to.size_bytes());
    } else {
      for (std::size_t i = 0; i < to.size(); ++i) {
        From value;
        std::memcpy(&value, a.bytes.data() + i * sizeof(From), sizeof value);
        if constexpr (std::is_same_v<From, bfloat16> || std::is_same_v<From, float16>)
          to[i] = static_cast<T>(static_cast<float>(value));
        else if constexpr (std::is_same_v<T, bfloat16>)
          to[i] = bfloat16(static_cast<float>(value));
        else
          to[i] = static_cast<T>(value);
      }
    }
    return true;
  }

  std::filesystem::path file_;
  file_bytes bytes_;
  std::map<std::string, array> arrays_;
  safetensors_metadata metadata_;
};

/// Collects arrays, which must stay where they are, and writes them in the order in which they were added.
class safetensors_writer {
 public:
  template <class T> void add(const std::string& name, std::vector<std::int64_t> shape, std::span<const T> values) {
    static_assert(dtype_of<T> != nullptr, "safetensors: a scalar type that the format does not know");
    parts_.push_back(
        {name, dtype_of<T>, std::move(shape), {reinterpret_cast<const char*>(values.data()), values.size_bytes()}});
  }
  /// Whole or not at all; throws file_error. Throws data_error, before anything is written, where a reader would refuse
  /// the file: an array of the reserved name __metadata__, two arrays of one name (also if two names that are no UTF-8
  /// become one when they are repaired), values that do not fill their shape, a header of more than 100,000,000 bytes.
  void write(const std::filesystem::path& file, const safetensors_metadata& metadata = {}) const;

 private:
  struct named_part {
    std::string name, dtype;
    std::vector<std::int64_t> shape;
    std::string_view bytes;
  };
  std::vector<named_part> parts_;
};

}  // namespace krait::data

#ifndef KRAIT_COMPILED
#include <krait/data/safetensors_file.hpp>
#endif
