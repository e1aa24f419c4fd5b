// expect: noise::list: in_pattern of member Place (Noise), which it may do without, must be 'static std::optional<bool>
// expect: list_wrong_pattern.cpp:11:
#include <krait/noise/charflip.hpp>
using namespace krait;

struct truthless {
  static constexpr std::string_view name = "truthless";
  static std::string apply(std::string_view text, draw) { return std::string{text}; }
  static bool in_pattern(std::string_view) { return true; }
};
using noises = noise::list<noise::charflip<>, truthless>;
int main() { return static_cast<int>(noises::size); }
