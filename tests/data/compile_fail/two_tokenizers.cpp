// expect: with_folder: Builtin and Own need the same tokenizer
#include <krait/data/squad.hpp>
#include <krait/data/with_folder.hpp>
using namespace krait;

struct other {
  static constexpr std::string_view name = "other";
  struct tokenizer {};
};
using either = data::with_folder<data::squad<>, other>;
int main() { return sizeof(either); }
