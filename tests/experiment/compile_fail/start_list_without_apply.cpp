// expect: start::list: member Place (Control) needs 'static void apply(State& state, const State& other)'
#include <krait/experiment/start_state.hpp>

struct forgetful {
  static constexpr std::string_view name = "forgetful";
};
using controls = krait::experiment::start::list<krait::experiment::start::zero, forgetful>;
static_assert(controls::size == 3);
