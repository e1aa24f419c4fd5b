// expect: noise::list: member Place (Noise) needs 'static std::string apply(std::string_view text, draw at)'
#include <krait/noise/charflip.hpp>
#include <krait/noise/noise.hpp>

struct drawless {
  static constexpr std::string_view name = "drawless";
  static std::string apply(std::string_view text) { return std::string{text}; }
};
using noises = krait::noise::list<krait::noise::charflip<>, drawless>;
int main() { return static_cast<int>(noises::size); }
