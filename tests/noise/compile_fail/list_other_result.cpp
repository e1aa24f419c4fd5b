// expect: noise::list: apply of member Place (Noise) gives something else back than a std::string
#include <krait/noise/noise.hpp>

struct viewing {
  static constexpr std::string_view name = "viewing";
  static std::string_view apply(std::string_view text, krait::draw) { return text; }
};
using noises = krait::noise::list<viewing>;
int main() { return static_cast<int>(noises::size); }
