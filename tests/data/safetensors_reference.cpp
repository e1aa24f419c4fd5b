// tests/data/safetensors_reference.cpp: files are read or refused as the reference reads or refuses them, by its stored
// verdicts (safetensors_verdicts.py), or those of a file that KRAIT_SAFETENSORS_VERDICTS names.
#define BOOST_TEST_MODULE data_safetensors_reference
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <krait/data/safetensors.hpp>
#include <nlohmann/json.hpp>

#include "files.hpp"
using namespace krait;
using data::safetensors;

namespace {
nlohmann::json cases() {
  const char* named = std::getenv("KRAIT_SAFETENSORS_VERDICTS");
  std::ifstream file(named != nullptr ? std::filesystem::path(named)
                                      : std::filesystem::path(__FILE__).parent_path() / "safetensors_verdicts.json");
  return nlohmann::json::parse(file);
}
std::string from_hex(const std::string& hex) {
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 2) text += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return text;
}
std::string file_of(const nlohmann::json& one) {
  const std::string header = one.contains("hex") ? from_hex(one["hex"]) : one["header"].get<std::string>();
  const std::uint64_t size = header.size();
  std::string text(reinterpret_cast<const char*>(&size), 8);
  text += header;
  for (int i = 0; i < one["bytes"]; ++i) text += static_cast<char>(i % 251);
  return text;
}
}  // namespace

BOOST_AUTO_TEST_CASE(as_the_reference_has_it) {
  const test::folder here;
  int read = 0, refused = 0, at = 0;
  for (const auto& one : cases()) {
    const auto file = here.write(std::to_string(at++), file_of(one));
    const bool reads = one["reads"].get<bool>() && !one.contains("stricter");
    BOOST_TEST_CONTEXT(one["name"].get<std::string>()) {
      try {
        const safetensors found(file);
        BOOST_TEST(reads);
        ++read;
        BOOST_TEST(found.arrays().size() == one["arrays"].size());
        for (const auto& [name, a] : found.arrays()) {
          BOOST_TEST((one["arrays"].at(name) == nlohmann::json{a.dtype, a.shape, a.bytes.size()}), name);
          if (safetensors::readable(a.dtype))
            BOOST_TEST(found.values<double>(name).size() == static_cast<std::size_t>(a.size()));
          else
            BOOST_CHECK_EXCEPTION(found.values<double>(name), data_error, test::says("unread type " + a.dtype));
        }
      } catch (const data_error& e) {
        BOOST_TEST(!reads, e.what());
        BOOST_TEST(test::one_sentence(e.what()), e.what());
        ++refused;
      }
    }
  }
  BOOST_TEST(read > 50);
  BOOST_TEST(refused > 50);
}
