// expect: probe: scores_of is not specialised for this layer, and it has no scan
#include <krait/layer/linear.hpp>
#include <krait/probe/attention_scores.hpp>
using namespace krait;

using seen = probe::scores_of<linear<linear_config{8, 8}>>;
static_assert(sizeof(seen) > 0);
