// expect: model::list: member Place (Model) has no name; write model::named<"mamba", Model>
// expect: list_without_name.cpp:8:
#include <krait/model/list.hpp>
using namespace krait;

struct small {};

using models = model::list<model::named<"mamba", small>, small>;
int main() { return static_cast<int>(models::size); }
