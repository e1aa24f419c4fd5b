// expect: noise::list: member Place (Noise) needs 'static constexpr std::string_view name'
#include <krait/noise/charflip.hpp>
#include <krait/noise/noise.hpp>

struct nameless {
  static std::string apply(std::string_view text, krait::draw) { return std::string{text}; }
};
using noises = krait::noise::list<krait::noise::charflip<>, nameless>;
int main() { return static_cast<int>(noises::size); }
