// krait/data/safetensors_file.hpp: reading and writing safetensors files; everything that a header claims is checked.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <krait/core/atomic_file.hpp>
#include <krait/core/config.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/safetensors.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::data {
namespace detail {

[[noreturn]] inline void no_safetensors(const std::filesystem::path& file, const std::string& what) {
  throw data_error(file.string() + " " + what + ", so it is no whole safetensors file; write or fetch it again.");
}

inline std::size_t bytes_of_dtype(const std::string& dtype) {
  if (dtype == "F64" || dtype == "I64" || dtype == "U64") return 8;
  if (dtype == "F32" || dtype == "I32" || dtype == "U32") return 4;
  if (dtype == "BF16" || dtype == "F16" || dtype == "I16" || dtype == "U16") return 2;
  if (dtype == "U8" || dtype == "I8" || dtype == "BOOL" || dtype == "F8_E5M2" || dtype == "F8_E4M3") return 1;
  return 0;
}

inline safetensors_metadata read_metadata(const std::filesystem::path& file, const nlohmann::json& entry) {
  safetensors_metadata metadata;
  if (!entry.is_object()) no_safetensors(file, "has metadata that are no JSON object");
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) no_safetensors(file, "has metadata that are no texts");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

inline safetensors::array read_array(const std::filesystem::path& file, const std::string& name,
                                     const nlohmann::json& entry, std::string_view data) {
  const auto good = [](const nlohmann::json& j) { return j.is_number_unsigned(); };
  if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() || !entry.contains("shape") ||
      !entry["shape"].is_array() || !std::ranges::all_of(entry["shape"], good) || !entry.contains("data_offsets") ||
      !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2 ||
      !std::ranges::all_of(entry["data_offsets"], good))
    no_safetensors(file, "describes the array " + name + " badly");
  safetensors::array a{entry["dtype"].get<std::string>(), {}, {}};
  std::uint64_t bytes = bytes_of_dtype(a.dtype);
  if (bytes == 0) no_safetensors(file, "gives the array " + name + " the unknown type " + a.dtype);
  for (const auto& extent : entry["shape"]) {
    const auto n = extent.get<std::uint64_t>();
    if (n > 0 && bytes > data.size() / n + 1)
      no_safetensors(file, "has less data than the shape of " + name + " asks for");
    a.shape.push_back(static_cast<std::int64_t>(n));
    bytes *= n;
  }
  const auto first = entry["data_offsets"][0].get<std::uint64_t>(),
             last = entry["data_offsets"][1].get<std::uint64_t>();
  if (first > last || last > data.size() || last - first != bytes)
    no_safetensors(file, "has offsets of " + name + " that do not fit its shape");
  a.bytes = {data.data() + first, static_cast<std::size_t>(bytes)};
  return a;
}

}  // namespace detail

KRAIT_INLINE safetensors::safetensors(const std::filesystem::path& file)
    : file_(file), text_(read_file(file, ~std::uint64_t{0})) {
  std::uint64_t header = 0;
  if (text_.size() < 8) detail::no_safetensors(file, "is shorter than a header");
  std::memcpy(&header, text_.data(), 8);
  if (header > text_.size() - 8) detail::no_safetensors(file, "ends within its header");
  const std::string_view all = text_;
  const auto parsed = nlohmann::json::parse(all.substr(8, header), nullptr, false);
  if (!parsed.is_object()) detail::no_safetensors(file, "has a header that is no JSON object");
  const std::string_view data = all.substr(8 + header);
  for (const auto& [name, entry] : parsed.items())
    if (name == "__metadata__")
      metadata_ = detail::read_metadata(file, entry);
    else
      arrays_.emplace(name, detail::read_array(file, name, entry, data));
  std::vector<std::pair<const char*, const char*>> ranges;
  for (const auto& [name, a] : arrays_) ranges.emplace_back(a.bytes.data(), a.bytes.data() + a.bytes.size());
  std::ranges::sort(ranges);
  for (std::size_t i = 1; i < ranges.size(); ++i)
    if (ranges[i].first < ranges[i - 1].second) detail::no_safetensors(file, "has arrays that overlap");
}

KRAIT_INLINE void safetensors_writer::write(const std::filesystem::path& file,
                                            const safetensors_metadata& metadata) const {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t end = 0;
  for (const auto& part : parts_) {
    header[part.name] = {
        {"dtype", part.dtype}, {"shape", part.shape}, {"data_offsets", {end, end + part.bytes.size()}}};
    end += part.bytes.size();
  }
  std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t size = text.size();
  atomic_file to(file);
  to.write(&size, 8);
  to.write(text);
  for (const auto& part : parts_) to.write(part.bytes);
  to.commit();
}

}  // namespace krait::data
