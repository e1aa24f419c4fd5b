// krait/pretrained/config_json_impl.hpp: the fields of a config.json, each checked for its kind as it is read.
#pragma once
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <krait/core/error.hpp>
#include <krait/data/compressed.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace krait::pretrained::detail {

/// A JSON object of a file, under a name for errors.
class config_json {
 public:
  static config_json read(const std::filesystem::path& file) {
    auto json = nlohmann::json::parse(data::read_file(file), nullptr, false);
    if (!json.is_object())
      throw data_error(file.string() + " is no JSON object, so it describes no model; fetch it again.");
    return {std::move(json), file.string()};
  }
  config_json(nlohmann::json json, std::string origin) : json_(std::move(json)), origin_(std::move(origin)) {}

  bool has(const std::string& key) const { return json_.contains(key) && !json_[key].is_null(); }
  /// An object within; an empty one where there is none.
  config_json inner(const std::string& key) const {
    if (!has(key)) return {nlohmann::json::object(), origin_};
    if (!json_[key].is_object()) wrong(key, "is no object");
    return {json_[key], origin_};
  }
  std::optional<double> number(const std::string& key) const {
    if (!has(key)) return std::nullopt;
    const auto& value = json_[key];
    if (value.is_number()) return value.get<double>();
    if (value.is_object() && value.contains("__float__") && value["__float__"].is_string()) {
      const auto text = value["__float__"].get<std::string>();  // transformers 5 writes infinities so
      if (text == "Infinity") return std::numeric_limits<double>::infinity();
      if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
    }
    wrong(key, "is no number");
  }
  double number(const std::string& key, double otherwise) const { return number(key).value_or(otherwise); }
  /// A whole number from 1 on that fits an int.
  int count(const std::string& key) const {
    const auto found = number(key);
    if (!found) throw data_error(origin_ + " has no " + key + ", which says the model's shape; fetch it again.");
    return whole(key, *found);
  }
  int count(const std::string& key, int otherwise) const { return has(key) ? count(key) : otherwise; }
  bool flag(const std::string& key, bool otherwise) const {
    if (!has(key)) return otherwise;
    if (!json_[key].is_boolean()) wrong(key, "is neither true nor false");
    return json_[key].get<bool>();
  }
  std::string text(const std::string& key, const std::string& otherwise = {}) const {
    if (!has(key)) return otherwise;
    if (!json_[key].is_string()) wrong(key, "is no text");
    return json_[key].get<std::string>();
  }
  /// A whole number or a list of them; none where the field is not there.
  std::vector<std::int32_t> ids(const std::string& key) const {
    std::vector<std::int32_t> all;
    if (!has(key)) return all;
    const auto list = json_[key].is_array() ? json_[key] : nlohmann::json::array({json_[key]});
    for (const auto& one : list) {
      if (!one.is_number_integer() || one.get<double>() < 0 || one.get<double>() > 2147483647.)
        wrong(key, "is no token id");
      all.push_back(one.get<std::int32_t>());
    }
    return all;
  }
  bool is_text(const std::string& key) const { return has(key) && json_[key].is_string(); }
  /// Throws unless the field, or its default, is what krait's layers do.
  void require(const std::string& key, bool found, bool wanted) const {
    if (flag(key, found) != wanted)
      throw data_error(origin_ + " has " + key + " = " + (wanted ? "false" : "true") +
                       ", which krait's layers do not do; choose another checkpoint.");
  }
  void require_text(const std::string& key, const std::string& otherwise,
                    std::initializer_list<const char*> wanted) const {
    const std::string found = text(key, otherwise);
    for (const char* one : wanted)
      if (found == one) return;
    throw data_error(origin_ + " has " + key + " = \"" + found +
                     "\", which krait's layers do not do; choose another checkpoint.");
  }
  /// Throws where the field is there and is neither null, false, nor empty.
  void require_absent(const std::string& key) const {
    if (!has(key) || json_[key] == nlohmann::json(false) || json_[key].empty()) return;
    throw data_error(origin_ + " has " + key + ", which krait's layers do not do; choose another checkpoint.");
  }
  const std::string& origin() const { return origin_; }
  [[noreturn]] void wrong(const std::string& key, const std::string& what) const {
    throw data_error(origin_ + " has a " + key + " that " + what + "; fetch it again.");
  }

 private:
  int whole(const std::string& key, double value) const {
    if (!(value >= 1 && value <= 2147483647. && value == std::floor(value))) wrong(key, "is no whole number from 1 on");
    return static_cast<int>(value);
  }
  nlohmann::json json_;
  std::string origin_;
};

}  // namespace krait::pretrained::detail
