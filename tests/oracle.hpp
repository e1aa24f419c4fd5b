// tests/oracle.hpp: the numbers of oracles/*.safetensors, as doubles. A reader of its own, so that no test of the
// library's reader rests on itself.
#pragma once
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace krait::testing {

class oracle {
 public:
  /// `name` without its ending.
  explicit oracle(const std::string& name) : name_(name) {
    std::ifstream file(std::string(KRAIT_ORACLES_DIR) + "/" + name + ".safetensors", std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    if (bytes_.size() < 8) throw std::runtime_error("There is no oracle " + name + ".");
    std::uint64_t length;
    std::memcpy(&length, bytes_.data(), 8);
    header_ = nlohmann::json::parse(bytes_.data() + 8, bytes_.data() + 8 + length);
    first_ = 8 + length;
  }
  bool has(const std::string& tensor) const { return header_.contains(tensor); }
  /// The tensor's numbers in row-major order, whatever their type in the file.
  std::vector<double> operator[](const std::string& tensor) const {
    if (!has(tensor)) throw std::runtime_error("The oracle " + name_ + " has no tensor " + tensor + ".");
    const auto& entry = header_[tensor];
    const std::size_t begin = entry["data_offsets"][0], end = entry["data_offsets"][1];
    const std::string kind = entry["dtype"];
    if (kind == "F64") return read<double>(begin, end);
    if (kind == "F32") return read<float>(begin, end);
    if (kind == "I64") return read<std::int64_t>(begin, end);
    throw std::runtime_error("The oracle " + name_ + " holds " + kind + ".");
  }
  std::vector<int> shape(const std::string& tensor) const { return header_.at(tensor).at("shape"); }

 private:
  template <class T> std::vector<double> read(std::size_t begin, std::size_t end) const {
    std::vector<T> values((end - begin) / sizeof(T));
    std::memcpy(values.data(), bytes_.data() + first_ + begin, end - begin);
    return {values.begin(), values.end()};
  }
  std::string name_, bytes_;
  nlohmann::json header_;
  std::size_t first_ = 0;
};

}  // namespace krait::testing
