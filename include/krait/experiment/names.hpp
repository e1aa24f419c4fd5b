// krait/experiment/names.hpp: the rooms below, by their short names.
#pragma once
namespace krait::train {}
namespace krait::program {}
namespace krait::report {}
namespace krait::experiment {
using namespace train;
using namespace program;
using namespace report;
}  // namespace krait::experiment
