// tests/train/reference.cpp: one step of gradient descent is the reference's gradient in double: shards,
// groups, threads, packed weights, objective and optimiser together.
#define BOOST_TEST_MODULE train_reference
#include <boost/test/unit_test.hpp>
#include <krait/kernel/cross_entropy/reference.hpp>
#include <krait/kernel/pointwise_loss/reference.hpp>
#include <krait/kernel/reference.hpp>
#include <krait/objective/logistic.hpp>

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

namespace {

/// Outputs and targets of any width.
template <class Model, class Trainer, class Loss, class Batch> void of_vectors(const Batch& batch) {
  step_is_the_gradient<Model, Trainer>(
      batch, [](auto& backend, const auto& in, auto& out, auto& d, auto& saved, const auto& w, auto& dw, double scale) {
        table<double, Model::in> x(in.of);
        table<double, Model::out> target(in.of);
        for (int t = 0; t < in.of.tokens(); ++t) {
          std::copy_n(in.input()[t], Model::in, x.out()[t]);
          std::copy_n(in.target()[t], Model::out, target.out()[t]);
        }
        using error = kernel::pointwise_loss<backend::reference, Loss, Model::out>;
        Model::forward(backend, w, x.in(), out.out(), saved);
        const double sum = error::forward(backend, out.in(), target.in(), in.weight);
        error::backward(backend, out.in(), target.in(), in.weight, scale, d.out());
        Model::backward(backend, w, x.in(), std::as_const(saved), d.in(), dw);
        return sum;
      });
}

/// The prompts with five labels a token, and a weight of its own for every token, some of them 0.
struct labelled_prompts {
  tiny_prompts prompts;
  int shards() const { return prompts.shards(); }
  static float weight_of(int t) { return t % 5 == 2 ? 0 : 0.25f + static_cast<float>(t % 3); }
  double weight() const {
    double sum = 0;
    for (int i = 0; i < shards(); ++i)
      for (int t = 0; t < 12 * std::min(prompts.per_shard, prompts.count - i * prompts.per_shard); ++t)
        sum += weight_of(t);
    return sum;
  }
  template <class Shard> void fill(int i, Shard& to) const {
    prompts.fill(i, to);
    for (int t = 0; t < to.of.tokens(); ++t) {
      to.weight[t] = weight_of(t);
      for (int k = 0; k < 5; ++k)
        to.target_rows.of(to.of)[t][k] =
            number("label", static_cast<std::uint64_t>((i * to.of.tokens() + t) * 5 + k)) < 0 ? -1.f : 1.f;
    }
  }
};
using wide_vectors = model::vector_model<3, 5, rms_norm<tiny_width>, layer_norm<tiny_width>>;
using wide_trainer =
    trainer<backend::cpu, pipeline<wide_vectors, objective::logistic, vector_shard<capacity{2, 12}, 3, 5>, plain>>;

}  // namespace

BOOST_AUTO_TEST_CASE(of_a_vector_model) {
  of_vectors<tiny_vectors, vector_trainer<plain>, kernel::losses::squared_error>(prompts(0));
}
BOOST_AUTO_TEST_CASE(of_wide_targets_with_a_weight_each) {
  of_vectors<wide_vectors, wide_trainer, kernel::losses::logistic>(labelled_prompts{prompts(0)});
}
