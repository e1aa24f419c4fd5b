// expect: model::list: members First and Second (places from 0) are both called Name, and would share a column and a
// expect: twins<0, 1
// expect: mamba
// expect: list_equal_names.cpp:10:
#include <krait/model/list.hpp>
using namespace krait;

struct small {};
struct large {};
using models = model::list<model::named<"mamba", small>, model::named<"mamba", large>>;
int main() { return static_cast<int>(models::size); }
