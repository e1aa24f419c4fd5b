// tests/experiment/token_prompts.cpp: in-context prompts of tokens: the task has its own batch, objective and score,
// and neither x and y nor baselines.
#define BOOST_TEST_MODULE experiment_token_prompts
#include "study_process.hpp"
//
#include <krait/experiment/in_context.hpp>
#include <krait/model/list.hpp>
#include <krait/schedule/schedule.hpp>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// Random symbols; at each but the first the one before it is to be said.
struct repeat_before {
  static constexpr std::string_view name = "repeat the token before";
  static constexpr int symbols = 4, points = 5;
  using objective = krait::objective::cross_entropy;

  struct batch {
    draw from;
    std::uint64_t first;
    int count, per_shard;
    task::extent extent;

    template <int Count> using shard = text_shard<capacity{Count, points + 1}>;
    int shards() const { return (count + per_shard - 1) / per_shard; }
    double weight() const { return static_cast<double>(count) * extent.points; }
    template <class Shard> void fill(int i, Shard& to) const {
      const int length = extent.points + 1;
      to.of = {std::min(per_shard, count - i * per_shard), length};
      for (int s = 0, t = 0; s < to.of.count; ++s) {
        const draw prompt = from.with_index(first + static_cast<std::uint64_t>(i) * per_shard + s);
        for (int p = 0; p < length; ++p, ++t) {
          to.id[t] = static_cast<std::int32_t>(bits(prompt.within(p)) % symbols);
          to.target[t] = p > 0 ? to.id[t - 1] : 0;
          to.weight[t] = p > 0;
        }
      }
    }
  };
  template <class Shard> static double score(const float* out, const Shard& in, int token) {
    return std::max_element(out, out + symbols) - out != in.target[token];
  }
};

using small = model::language_model<repeat_before::symbols,
                                    model::mamba_stack<1, mamba_config{.d_model = tiny_width, .d_state = 4}>,
                                    rms_norm<tiny_width>>;
template <long Steps>
using study = experiment::in_context<
    model::list<model::named<"mamba", small>>, repeat_before, task::baseline::list<>, brisk, schedule::constant<>,
    experiment::in_context_config{
        .steps = Steps, .batch = 16, .prompts = 200, .keep_every = 10, .curriculum = schedule::whole(5, 1)}>;

/// Shares of wrong answers after 0, 1, ... symbols, of one seed.
template <class Study> std::vector<double> errors(const scratch_folder& here, const char* threads) {
  const outcome o = run_study<Study>(
      here.path, {"--seeds", "1", "--threads", threads, "--out", (here / threads).string(), "--restart"});
  BOOST_REQUIRE_MESSAGE(o.code() == 0, o.err);
  BOOST_TEST(std::filesystem::exists(here / threads / "index.html"));
  std::vector<double> all(repeat_before::points, -1);
  const auto record = nlohmann::json::parse(text_of(here / threads / "record.json"));
  for (const auto& one : record["measured"])
    if (one["quantity"] == "error")
      all.at(std::stoul(one["labels"]["examples"].get<std::string>())) = one["points"][0][2];
  return all;
}

}  // namespace

// Guesses are wrong three times in four; a trained model is hardly ever wrong. The bits are those of any threads.
BOOST_AUTO_TEST_CASE(a_study_of_tokens_runs_to_its_page) {
  scratch_folder trained, untrained;
  const auto after = errors<study<120>>(trained, "2");
  for (const double e : after) BOOST_TEST((e >= 0 && e <= .02), e);
  BOOST_TEST((errors<study<120>>(trained, "1") == after));
  double mean = 0;
  for (const double e : errors<study<1>>(untrained, "2")) mean += e / repeat_before::points;
  BOOST_TEST((mean > .5 && mean < .95), mean);
}
