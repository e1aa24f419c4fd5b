// tests/experiment/trainer_reference.cpp: one step of gradient descent is the reference's gradient in double: shards,
// groups, threads, packed weights, objective and optimiser together.
#define BOOST_TEST_MODULE experiment_trainer_reference
#include <boost/test/unit_test.hpp>
#include <krait/kernel/cross_entropy/reference.hpp>
#include <krait/kernel/reference.hpp>
#include <krait/kernel/squared_error/reference.hpp>

#include "../testing.hpp"
#include "tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;

namespace {

constexpr double rate = 65536;  // large, so that the difference of the weights keeps the digits of the gradient
using plain = optim::sgd<optim::sgd_config{.lr = rate}>;

/// The same numbers as doubles.
template <class Model> auto in_double(const typename Model::template weights<float>& w) {
  auto to = make_heap<typename Model::template weights<double>>();
  std::ranges::copy(flat<float>(w), flat<double>(*to).begin());
  return to;
}

/// forward, loss and gradient of every shard on the reference; returns the mean loss.
template <class Model, class Shard, class Batch, class Loss>
double reference_gradient(const typename Model::template weights<double>& w, const Batch& batch,
                          typename Model::template weights<double>& dw, Loss&& loss) {
  using saved_type = typename Model::template saved<double, Shard::cap>;
  const auto saved = make_heap<saved_type>();
  const auto shard = make_heap<Shard>();
  auto& backend = on<backend::reference>();
  double sum = 0;
  for (int i = 0; i < batch.shards(); ++i) {
    batch.fill(i, *shard);
    table<double, Model::out> out(shard->of), d(shard->of);
    sum += loss(backend, *shard, out, d, *saved, w, dw, 1 / batch.weight());
  }
  return sum / batch.weight();
}

template <class Model, class Trainer, class Batch, class Loss>
void step_is_the_gradient(const Batch& batch, Loss&& loss) {
  using weights = typename Model::template weights<double>;
  for (const int threads : {1, 2}) {
    Trainer trainer(1, threads);
    // Larger first weights than a model's own, so that every tensor's gradient matters.
    for_each_tensor(trainer.master(), [](const std::string& name, auto& t) {
      for (int i = 0; i < t.size; ++i) t[i] += static_cast<float>(0.1 * number(name, static_cast<std::uint64_t>(i)));
    });
    trainer.restored(0);
    const auto before = in_double<Model>(trainer.current());
    const auto gradient = make_heap<weights>(), taken = make_heap<weights>();
    const double expected = reference_gradient<Model, typename Trainer::shard>(*before, batch, *gradient, loss);
    const step_result now = trainer.step(batch, rate);
    BOOST_TEST(std::abs(now.loss / expected - 1) < 1e-5);
    const auto after = in_double<Model>(trainer.current());
    double squares = 0;
    for (std::size_t i = 0; i < flat<double>(*taken).size(); ++i) {
      flat<double>(*taken)[i] = (flat<double>(*before)[i] - flat<double>(*after)[i]) / rate;
      squares += std::pow(flat<double>(*gradient)[i], 2);
    }
    BOOST_TEST(std::abs(now.gradient_norm / std::sqrt(squares) - 1) < 1e-5);
    std::vector<std::pair<std::string, std::vector<double>>> exact;
    for_each_tensor(*gradient, [&](const std::string& name, const auto& t) {
      exact.emplace_back(name, std::vector<double>(t.values().begin(), t.values().end()));
    });
    std::size_t place = 0;
    for_each_tensor(*taken, [&](const std::string& name, const auto& t) {
      BOOST_TEST(exact[place].first == name);
      BOOST_TEST_CONTEXT(name << ", " << threads << " threads") {
        BOOST_TEST(worst(t.values(), exact[place].second) < 2e-5);
      }
      ++place;
    });
  }
}

template <class Model> void of_texts() {
  const text_set texts(some_pairs(24), tiny_length);
  const std::vector<int> some{2, 0, 7, 11, 12, 5, 5, 20, 23, 1};
  step_is_the_gradient<Model, text_trainer<Model, plain>>(
      text_batch(texts, some, 4),
      [](auto& backend, const tiny_shard& in, auto& out, auto& d, auto& saved, const auto& w, auto& dw, double scale) {
        Model::forward(backend, w, in.input(), out.out(), saved);
        const double sum = objective::cross_entropy::loss_and_gradient(backend, out.in(), in, scale, d.out());
        Model::backward(backend, w, in.input(), std::as_const(saved), d.in(), dw);
        return sum;
      });
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_a_mamba) { of_texts<tiny_mamba>(); }
BOOST_AUTO_TEST_CASE(of_a_transformer) { of_texts<tiny_transformer>(); }

BOOST_AUTO_TEST_CASE(of_a_vector_model) {
  step_is_the_gradient<tiny_vectors, vector_trainer<plain>>(
      prompts(0),
      [](auto& backend, const auto& in, auto& out, auto& d, auto& saved, const auto& w, auto& dw, double scale) {
        table<double, 3> x(in.of);
        table<double, 1> target(in.of);
        for (int t = 0; t < in.of.tokens(); ++t) {
          std::copy_n(in.input()[t], 3, x.out()[t]);
          target.out()[t][0] = in.target()[t][0];
        }
        using error = kernel::squared_error<backend::reference, 1>;
        tiny_vectors::forward(backend, w, x.in(), out.out(), saved);
        const double sum = error::forward(backend, out.in(), target.in(), in.weight);
        error::backward(backend, out.in(), target.in(), in.weight, scale, d.out());
        tiny_vectors::backward(backend, w, x.in(), std::as_const(saved), d.in(), dw);
        return sum;
      });
}
