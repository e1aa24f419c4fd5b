// tests/experiment/outlier_placement_report.cpp: from made-up measurements to tables, claims and finding.
#define BOOST_TEST_MODULE experiment_outlier_placement_report
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/experiment/outlier_placement_result.hpp>
#include <string>

using namespace krait::experiment;

namespace {

/// Three seeds; the accuracies of seed s are the given ones plus (s - 2) * wobble.
struct made_up {
  outlier_placement_record record{
      .steps = 10, .batch = 4, .prompts = 100, .alpha = .5, .scale = 6, .K = 1.2, .p_a = .4};

  void model(const char* name, const char* role, double farthest, double random, double closest, double wobble) {
    record.models.emplace_back(name);
    record.roles.emplace_back(role);
    for (int s = 1; s <= 3; ++s) {
      const auto seed = static_cast<std::uint64_t>(s);
      const double off = (s - 2) * wobble;
      for (const char* rule : {"flipped", "targeted", "random"})
        for (const auto& [place, value] : {std::pair{"farthest", farthest}, {"random", random}, {"closest", closest}})
          record.accuracies.push_back({name, seed, rule, place, .5, 6, 1.2, value + off});
      const bool scan = std::string(name).starts_with("mamba");
      for (const long step : {0L, 10L}) {
        outlier_point p{.model = name, .seed = seed, .step = step, .loss = 1, .closest = closest};
        p.raw = step == 0 ? outlier_attention{1, .5, .1} : outlier_attention{6, -2 + off, 0};
        p.weighted = {.4, .3, .2};
        if (scan) p.gate = {.5, step == 0 ? .5 : .01};
        record.points.push_back(p);
      }
      for (int rank = 1; rank <= 12 && scan; ++rank) {
        record.gates.push_back({name, seed, false, rank, .5, std::pow(.5, rank)});
        record.gates.push_back({name, seed, true, rank, .01, .01 * std::pow(.5, rank)});
      }
    }
  }
};

made_up published_shape() {
  made_up m;
  m.model("mamba", "table", 99.7, 99.6, 82.7, .5);
  m.model("linear transformer", "table", 93.7, 94.1, 94, .2);
  m.model("transformer", "table", 99.4, 99.3, 99.3, .49);
  m.model("mamba with curriculum", "remedy", 99.7, 99.6, 95, .4);
  m.model("mamba, fast", "check", 99, 98, 70, 3);
  return m;
}

result result_of(const made_up& m) { return outlier_placement_result(m.record, {}, options{}); }
const claim& named(const result& r, const std::string& id) {
  for (const auto& c : r.claims)
    if (c.id == id) return c;
  throw std::runtime_error("there is no claim " + id);
}

}  // namespace

BOOST_AUTO_TEST_CASE(published_shape_holds) {
  const auto r = result_of(published_shape());
  for (const auto& c : r.claims)
    if (c.id != "placement.softmax_fraction") BOOST_TEST(c.holds, c.id);
  BOOST_TEST(std::abs(named(r, "placement.closest_hurts_mamba").value - 16.9) < 1e-9);
  BOOST_TEST(std::abs(named(r, "placement.closest_hurts_mamba").spread) < 1e-9);  // seed by seed
  BOOST_TEST(std::abs(named(r, "placement.order_closest_linear").value + 11.3) < 1e-9);
  BOOST_TEST(std::abs(named(r, "placement.order_farthest_softmax").value - .3) < 1e-9);
  BOOST_TEST(std::abs(named(r, "placement.curriculum").value - 12.3) < 1e-9);
  BOOST_TEST(std::abs(named(r, "placement.attention").value - 7.5) < 1e-9);
  BOOST_TEST(std::abs(named(r, "placement.gate_on_outliers").value - .02) < 1e-9);
  const auto& decay = named(r, "placement.gate_decay");
  BOOST_TEST(std::abs(decay.value - 1) < 1e-9);
  BOOST_TEST((decay.statement.find("0.50") != std::string::npos), decay.statement);
  BOOST_TEST((r.finding.find("82.70") != std::string::npos), r.finding);
}

BOOST_AUTO_TEST_CASE(the_opposite_does_not_hold) {
  made_up m;
  m.model("mamba", "table", 90, 90, 90, .5);
  m.model("linear transformer", "table", 95, 95, 85, .1);
  m.model("transformer", "table", 99, 99, 70, .1);
  m.model("mamba with curriculum", "remedy", 90, 90, 89, .4);
  for (auto& p : m.record.points) {
    std::swap(p.raw.same, p.raw.other);
    if (!p.gate.empty()) p.gate[1] = p.gate[0];
  }
  for (auto& g : m.record.gates) g.left = 1 - std::exp(-g.rank);  // grows
  const auto r = result_of(m);
  for (const auto& c : r.claims) BOOST_TEST(!c.holds, c.id);
}

// What one seed shows is not taken for an effect, and neither is one smaller than its noise.
BOOST_AUTO_TEST_CASE(noise_is_no_effect) {
  made_up m;
  m.model("mamba", "table", 90, 90, 89.9, 0);
  m.model("linear transformer", "table", 90, 90, 90, 0);
  for (auto& a : m.record.accuracies)
    if (a.place == "closest" && a.model == "mamba") a.accuracy += a.seed == 2 ? 2 : -1;
  BOOST_TEST(!named(result_of(m), "placement.closest_hurts_mamba").holds);
  auto one = published_shape();
  std::erase_if(one.record.accuracies, [](const auto& a) { return a.seed > 1; });
  std::erase_if(one.record.points, [](const auto& p) { return p.seed > 1; });
  BOOST_TEST(!named(result_of(one), "placement.closest_hurts_mamba").holds);
}

BOOST_AUTO_TEST_CASE(tables_have_the_numbers) {
  const auto r = result_of(published_shape());
  const auto& placement = r.tables[0];
  BOOST_TEST(placement.rows.size() == 4u + 3u);
  const auto& mamba = placement.rows[0];
  BOOST_TEST(std::abs(std::get<measured>(mamba.cells[3]).value - 82.7) < 1e-9);
  BOOST_TEST(std::abs(std::get<measured>(mamba.cells[3]).spread - .5) < 1e-9);
  BOOST_TEST(placement.rows[1].published);
  BOOST_TEST(std::get<double>(placement.rows[1].cells[3]) == 82.73);
  const auto& checks = r.tables.back();
  BOOST_TEST(checks.name == "checks");
  BOOST_TEST(checks.rows.size() == 2u);
  BOOST_TEST(std::abs(std::get<measured>(checks.rows[1].cells[3]).value - 70) < 1e-9);
  BOOST_TEST(std::abs(std::get<measured>(checks.rows[1].cells[4]).value - .02) < 1e-9);
  for (const auto& t : r.tables)
    for (const auto& line : t.rows) BOOST_TEST(line.cells.size() == t.columns.size());
}

BOOST_AUTO_TEST_CASE(a_record_comes_back_from_its_text) {
  const auto m = published_shape();
  outlier_placement_record back;
  from_text(to_text(m.record), back);
  BOOST_TEST(to_text(back) == to_text(m.record));
  BOOST_TEST(back.accuracies.size() == m.record.accuracies.size());
  BOOST_TEST(back.points[1].raw.other == m.record.points[1].raw.other);
}
