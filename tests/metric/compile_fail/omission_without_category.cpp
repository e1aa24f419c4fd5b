// expect: omission: Category needs a name and 'static std::string_view of(std::string_view word)'
#include <krait/metric/omission.hpp>

struct length {
  static constexpr std::string_view name = "length";
  static int of(std::string_view word) { return static_cast<int>(word.size()); }
};
int main() { return static_cast<int>(sizeof(krait::metric::omission<length>)); }
