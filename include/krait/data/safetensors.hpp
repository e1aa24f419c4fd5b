// krait/data/safetensors.hpp: named arrays in one file: 8 bytes of header length, a JSON header, the bytes. The format
// of huggingface/safetensors; everything that a header claims is checked before it is used.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <krait/core/atomic_file.hpp>
#include <krait/core/bfloat16.hpp>
#include <krait/core/error.hpp>
#include <krait/data/compressed.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

static_assert(std::endian::native == std::endian::little,
              "safetensors: the format is little-endian, as this code assumes");

namespace krait::data {

/// Name of a scalar in a header.
template <class T> inline constexpr const char* dtype_of = nullptr;
template <> inline constexpr const char* dtype_of<double> = "F64";
template <> inline constexpr const char* dtype_of<float> = "F32";
template <> inline constexpr const char* dtype_of<bfloat16> = "BF16";
template <> inline constexpr const char* dtype_of<std::int64_t> = "I64";
template <> inline constexpr const char* dtype_of<std::int32_t> = "I32";
template <> inline constexpr const char* dtype_of<std::uint8_t> = "U8";

using safetensors_metadata = std::map<std::string, std::string>;

/// A file's arrays, read whole. Errors name the file and what is wrong with it.
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
  explicit safetensors(const std::filesystem::path& file) : file_(file), text_(read_file(file)) {
    std::uint64_t header = 0;
    if (text_.size() < 8) fail("is shorter than a header");
    std::memcpy(&header, text_.data(), 8);
    if (header > text_.size() - 8) fail("ends within its header");
    const std::string_view all = text_;
    const auto parsed = nlohmann::json::parse(all.substr(8, header), nullptr, false);
    if (!parsed.is_object()) fail("has a header that is no JSON object");
    const std::string_view data = all.substr(8 + header);
    for (const auto& [name, entry] : parsed.items())
      name == "__metadata__" ? read_metadata(entry) : read_array(name, entry, data);
    std::vector<std::pair<const char*, const char*>> ranges;
    for (const auto& [name, a] : arrays_) ranges.emplace_back(a.bytes.data(), a.bytes.data() + a.bytes.size());
    std::ranges::sort(ranges);
    for (std::size_t i = 1; i < ranges.size(); ++i)
      if (ranges[i].first < ranges[i - 1].second) fail("has arrays that overlap");
  }
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
    constexpr std::string_view known[] = {dtype_of<double>,       dtype_of<float>,        dtype_of<bfloat16>,
                                          dtype_of<std::int64_t>, dtype_of<std::int32_t>, dtype_of<std::uint8_t>};
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
                       convert<std::int64_t>(a, to) || convert<std::int32_t>(a, to) || convert<std::uint8_t>(a, to);
    if (!known) throw data_error(file_.string() + " has values of the unread type " + a.dtype + " in " + name + ".");
  }
  template <class From, class T> static bool convert(const array& a, std::span<T> to) {
    if (a.dtype != dtype_of<From>) return false;
    for (std::size_t i = 0; i < to.size(); ++i) {
      From value;
      std::memcpy(&value, a.bytes.data() + i * sizeof(From), sizeof value);
      if constexpr (std::is_same_v<From, T>)
        to[i] = value;
      else if constexpr (std::is_same_v<From, bfloat16>)
        to[i] = static_cast<T>(static_cast<float>(value));
      else if constexpr (std::is_same_v<T, bfloat16>)
        to[i] = bfloat16(static_cast<float>(value));
      else
        to[i] = static_cast<T>(value);
    }
    return true;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw data_error(file_.string() + " " + what + ", so it is no whole safetensors file; write or fetch it again.");
  }
  void read_metadata(const nlohmann::json& entry) {
    if (!entry.is_object()) fail("has metadata that are no JSON object");
    for (const auto& [key, value] : entry.items()) {
      if (!value.is_string()) fail("has metadata that are no texts");
      metadata_[key] = value.get<std::string>();
    }
  }
  static std::size_t bytes_of(const std::string& dtype) {
    if (dtype == "F64" || dtype == "I64" || dtype == "U64") return 8;
    if (dtype == "F32" || dtype == "I32" || dtype == "U32") return 4;
    if (dtype == "BF16" || dtype == "F16" || dtype == "I16" || dtype == "U16") return 2;
    if (dtype == "U8" || dtype == "I8" || dtype == "BOOL" || dtype == "F8_E5M2" || dtype == "F8_E4M3") return 1;
    return 0;
  }
  void read_array(const std::string& name, const nlohmann::json& entry, std::string_view data) {
    const auto good = [](const nlohmann::json& j) { return j.is_number_unsigned(); };
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() || !entry.contains("shape") ||
        !entry["shape"].is_array() || !std::ranges::all_of(entry["shape"], good) || !entry.contains("data_offsets") ||
        !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2 ||
        !std::ranges::all_of(entry["data_offsets"], good))
      fail("describes the array " + name + " badly");
    array a{entry["dtype"].get<std::string>(), {}, {}};
    std::uint64_t bytes = bytes_of(a.dtype);
    if (bytes == 0) fail("gives the array " + name + " the unknown type " + a.dtype);
    for (const auto& extent : entry["shape"]) {
      const auto n = extent.get<std::uint64_t>();
      if (n > 0 && bytes > data.size() / n + 1) fail("has less data than the shape of " + name + " asks for");
      a.shape.push_back(static_cast<std::int64_t>(n));
      bytes *= n;
    }
    const auto first = entry["data_offsets"][0].get<std::uint64_t>(),
               last = entry["data_offsets"][1].get<std::uint64_t>();
    if (first > last || last > data.size() || last - first != bytes)
      fail("has offsets of " + name + " that do not fit its shape");
    a.bytes = {data.data() + first, static_cast<std::size_t>(bytes)};
    arrays_.emplace(name, std::move(a));
  }

  std::filesystem::path file_;
  std::string text_;
  std::map<std::string, array> arrays_;
  safetensors_metadata metadata_;
};

/// Collects arrays, which must stay where they are, and writes them in the order in which they were added.
class safetensors_writer {
 public:
  template <class T> void add(const std::string& name, std::vector<std::int64_t> shape, std::span<const T> values) {
    static_assert(dtype_of<T> != nullptr, "safetensors: a scalar type that the format does not know");
    const std::uint64_t bytes = values.size_bytes();
    header_[name] = {{"dtype", dtype_of<T>}, {"shape", std::move(shape)}, {"data_offsets", {end_, end_ + bytes}}};
    parts_.push_back({reinterpret_cast<const char*>(values.data()), static_cast<std::size_t>(bytes)});
    end_ += bytes;
  }
  /// Whole or not at all; throws file_error.
  void write(const std::filesystem::path& file, const safetensors_metadata& metadata = {}) const {
    auto header = header_;
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' ');
    const std::uint64_t size = text.size();
    atomic_file to(file);
    to.write(&size, 8);
    to.write(text);
    for (const auto& part : parts_) to.write(part);
    to.commit();
  }

 private:
  nlohmann::json header_ = nlohmann::json::object();
  std::vector<std::string_view> parts_;
  std::uint64_t end_ = 0;
};

}  // namespace krait::data
