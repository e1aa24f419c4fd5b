// expect: policy_list: the name of a member has a slash, and names become those of files; take another letter
#include <krait/model/list.hpp>
using namespace krait;

struct half {};
using models = model::list<model::named<"1/2", half>>;
int main() { return static_cast<int>(models::size); }
