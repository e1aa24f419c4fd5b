// expect: noise::list: apply of member Place (Noise) is not static
#include <krait/noise/charflip.hpp>
#include <krait/noise/noise.hpp>

struct of_object {
  static constexpr std::string_view name = "of_object";
  std::string apply(std::string_view text, krait::draw) { return std::string{text}; }
};
using noises = krait::noise::list<krait::noise::charflip<>, of_object>;
int main() { return static_cast<int>(noises::size); }
