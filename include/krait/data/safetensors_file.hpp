// krait/data/safetensors_file.hpp: reading and writing safetensors files; everything that a header claims is checked.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <krait/core/atomic_file.hpp>
#include <krait/core/config.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/encoding.hpp>
#include <krait/data/file_bytes_impl.hpp>
#include <krait/data/safetensors.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::data {
namespace detail {

[[noreturn]] inline void no_safetensors(const std::filesystem::path& file, const std::string& what) {
  throw data_error(file.string() + " " + printable(what) +
                   ", so it is no whole safetensors file; write or fetch it again.");
}

/// The reference's bound.
inline constexpr std::uint64_t longest_safetensors_header = 100'000'000;

/// 0 for a type that the format does not have.
inline std::uint64_t bits_of_dtype(std::string_view dtype) {
  constexpr std::pair<std::string_view, int> known[] = {
      {"BOOL", 8},        {"F4", 4},          {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"U8", 8},   {"I8", 8},
      {"F8_E5M2", 8},     {"F8_E4M3", 8},     {"F8_E8M0", 8}, {"I16", 16},    {"U16", 16}, {"F16", 16},
      {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"BF16", 16},   {"I32", 32},    {"U32", 32}, {"F32", 32},
      {"C64", 64},        {"F64", 64},        {"I64", 64},    {"U64", 64}};
  for (const auto& [name, bits] : known)
    if (name == dtype) return static_cast<std::uint64_t>(bits);
  return 0;
}

/// A header's JSON, of which a parser that keeps the last of equal keys, and one that skips a NUL, would hide errors.
struct safetensors_header {
  nlohmann::json json;  // no object: broken
  std::string twice;    // a name, or a name's field, that is there a second time
  bool deep = false;    // nested beyond the reference's 127

  explicit safetensors_header(std::string_view text) {
    if (text.find('\0') != std::string_view::npos || text.starts_with("\xEF\xBB\xBF")) return;
    std::set<std::string> names, fields;
    const std::string* name = nullptr;
    const auto look = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
      using seen = nlohmann::json::parse_event_t;
      if ((event == seen::object_start || event == seen::array_start) && depth >= 127) deep = true;
      if (event != seen::key || depth > 2) return true;
      const std::string key = parsed.get<std::string>();
      if (depth == 1) {
        const auto [place, first] = names.insert(key);
        if (!first) twice = key;
        name = &*place;
        fields.clear();
      } else if (*name != "__metadata__" && (key == "dtype" || key == "shape" || key == "data_offsets") &&
                 !fields.insert(key).second) {
        twice = key + " of " + *name;
      }
      return true;
    };
    json = nlohmann::json::parse(text, look, false);
  }
};

inline safetensors_metadata read_metadata(const std::filesystem::path& file, const nlohmann::json& entry) {
  safetensors_metadata metadata;
  if (entry.is_null()) return metadata;
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
  const std::uint64_t each = bits_of_dtype(a.dtype);
  if (each == 0) no_safetensors(file, "gives the array " + name + " the unknown type " + a.dtype);
  std::uint64_t bits = 1;
  bool fits = true;
  for (const auto& extent : entry["shape"]) {
    const auto n = extent.get<std::uint64_t>();
    fits = fits && !__builtin_mul_overflow(bits, n, &bits);
    a.shape.push_back(static_cast<std::int64_t>(n));
  }
  if (!fits || __builtin_mul_overflow(bits, each, &bits))
    no_safetensors(file, "has less data than the shape of " + name + " asks for");
  if (bits % 8 != 0) no_safetensors(file, "has values of " + name + " that end within a byte");
  const std::uint64_t bytes = bits / 8;
  const auto first = entry["data_offsets"][0].get<std::uint64_t>(),
             last = entry["data_offsets"][1].get<std::uint64_t>();
  if (first > last || last > data.size() || last - first != bytes)
    no_safetensors(file, "has offsets of " + name + " that do not fit its shape");
  a.bytes = {data.data() + first, static_cast<std::size_t>(bytes)};
  return a;
}

/// The arrays lie side by side and fill the data.
inline void require_no_gaps(const std::filesystem::path& file, const std::map<std::string, safetensors::array>& arrays,
                            std::string_view data) {
  std::vector<std::pair<const char*, const char*>> ranges;
  for (const auto& [name, a] : arrays) ranges.emplace_back(a.bytes.data(), a.bytes.data() + a.bytes.size());
  std::ranges::sort(ranges);
  const char* end = data.data();
  for (const auto& range : ranges) {
    if (range.first < end) no_safetensors(file, "has arrays that overlap");
    if (range.first > end) no_safetensors(file, "has bytes between its arrays that belong to none");
    end = range.second;
  }
  if (end != data.data() + data.size()) no_safetensors(file, "has bytes behind its arrays that belong to none");
}

}  // namespace detail

KRAIT_INLINE safetensors::safetensors(const std::filesystem::path& file) : file_(file), bytes_(file) {
  std::uint64_t header = 0;
  const std::string_view all = bytes_.view();
  if (all.size() < 8) detail::no_safetensors(file, "is shorter than a header");
  std::memcpy(&header, all.data(), 8);
  if (header > all.size() - 8) detail::no_safetensors(file, "ends within its header");
  if (header > detail::longest_safetensors_header)
    detail::no_safetensors(file, "has a header of more than 100,000,000 bytes");
  const detail::safetensors_header parsed(all.substr(8, header));
  if (!parsed.json.is_object()) detail::no_safetensors(file, "has a header that is no JSON object");
  if (!parsed.twice.empty()) detail::no_safetensors(file, "names " + parsed.twice + " twice in its header");
  const std::string_view data = all.substr(8 + header);
  for (const auto& [name, entry] : parsed.json.items())
    if (name == "__metadata__")
      metadata_ = detail::read_metadata(file, entry);
    else
      arrays_.emplace(name, detail::read_array(file, name, entry, data));
  if (parsed.deep) detail::no_safetensors(file, "has a header that is nested more than 127 deep");
  detail::require_no_gaps(file, arrays_, data);
}

KRAIT_INLINE void safetensors_writer::write(const std::filesystem::path& file,
                                            const safetensors_metadata& metadata) const {
  const auto refuse = [&](const std::string& what) {
    throw data_error(file.string() + " is not written, for " + what + ".");
  };
  const auto written = [](const std::string& name) {  // what is no UTF-8 is repaired
    return nlohmann::json(name).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  std::set<std::string> names, keys;
  std::uint64_t least = 0;  // bytes of the header
  for (const auto& [key, value] : metadata) {
    least += key.size() + value.size();
    if (!keys.insert(written(key)).second)
      refuse("two keys of its metadata are both written as " + written(key) + "; give one another name");
  }
  for (const auto& part : parts_) {
    least += part.name.size();
    if (part.name == "__metadata__") refuse("an array has the reserved name __metadata__; give it another one");
    if (!names.insert(written(part.name)).second)
      refuse("two arrays are both written as " + written(part.name) + "; give one another name");
    std::uint64_t bytes = detail::bits_of_dtype(part.dtype) / 8;
    bool fits = true;
    for (const std::int64_t extent : part.shape)
      fits = fits && extent >= 0 && !__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes);
    if (!fits || bytes != part.bytes.size())
      refuse("the " + std::to_string(part.bytes.size()) + " bytes of the array " + part.name +
             " do not fill its shape; give as many values as the shape has");
  }

  const auto require_short = [&](std::uint64_t bytes) {
    if (bytes > detail::longest_safetensors_header)
      refuse("its header has more than 100,000,000 bytes; write fewer arrays, or less metadata");
  };
  require_short(least);  // before all of it is copied

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
  require_short(size);
  atomic_file to(file);
  to.write(&size, 8);
  to.write(text);
  for (const auto& part : parts_) to.write(part.bytes);
  to.commit();
}

}  // namespace krait::data
