// expect: run: Study is no study: write run<experiment::three_phase<...>>
// expect: no_study.cpp:9:
#include <krait/model/list.hpp>
#include <krait/run/run.hpp>
using namespace krait;

struct small {};
using models = model::list<model::named<"small", small>>;
int main(int argc, char** argv) { return run<models>(argc, argv); }
