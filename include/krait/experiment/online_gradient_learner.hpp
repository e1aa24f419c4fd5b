// krait/experiment/online_gradient_learner.hpp: one S6 layer that learns linear regression in context by plain gradient
// descent, on one thread; a study runs many of them side by side (run/legs.hpp). arXiv:2509.23779.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/core/aligned.hpp>
#include <krait/core/error.hpp>
#include <krait/model/one_layer_s6.hpp>
#include <krait/task/query_regression.hpp>
#include <krait/theory/online_gradient.hpp>
#include <utility>
#include <vector>

namespace krait::experiment {

/// Gradient descent on E (answer - y_q)^2 / 2.
struct online_gradient_training {
  double rate = 1;  // of the theory's order: eta = rate / (d^2 d_h); constant, and linear to zero in the second half
  long steps = 1000;
  int prompts = 1000;  // fresh ones a step; or the size of the one training set
  bool fresh = true;
  double step_norm = 0;  // |w_D| at first, where the step is learnt; 0: it stays ln 2 / N
};

/// Model: a model::one_layer_s6.
template <class Model> class online_gradient_learner {
 public:
  using weights = typename Model::template weights<float>;
  using prompt = typename Model::template prompt<float>;
  static constexpr int d = Model::dimensions;
  using task_type = task::query_regression<d>;

  online_gradient_learner(std::uint64_t seed, int examples, int states, const online_gradient_training& t)
      : theory_(d, examples),
        training_(t),
        from_{seed, stream("online gradient training prompts"), 0},
        rate_(t.rate / (double(d) * d * states)),
        b_D_(std::log(std::expm1(std::log(2.) / examples))),
        own_(make_heap<storage>()) {
    Model::initialise(own_->w, seed, states);
    if (t.step_norm > 0) {
      double square = 0;
      for (int c = 0; c < Model::width; ++c) {
        own_->w.w_D[c] =
            static_cast<float>(normal({seed, stream("online gradient w_D"), static_cast<std::uint64_t>(c)}));
        square += double(own_->w.w_D[c]) * own_->w.w_D[c];
      }
      for (float& one : own_->w.w_D.values()) one *= static_cast<float>(t.step_norm / std::sqrt(square));
    }
    if (!t.fresh) draw_all(from_, 0, t.prompts, set_), gather_all();
  }

  const weights& trained() const { return own_->w; }
  const theory::online_gradient& theory() const { return theory_; }
  double step_norm() const {
    double square = 0;
    for (const float one : own_->w.w_D.values()) square += double(one) * one;
    return std::sqrt(square);
  }
  static constexpr std::int64_t parameters = sizeof(weights) / sizeof(float);
  static constexpr std::int64_t bytes = 2 * sizeof(weights);

  /// One step; the mean loss of its prompts before it. Throws number_error where it is not finite.
  double step() {
    if (training_.fresh)
      draw_all(from_, static_cast<std::uint64_t>(done_) * static_cast<std::uint64_t>(training_.prompts),
               training_.prompts, set_),
          gather_all();
    clear(own_->dw);
    double loss = 0;
    const float share = 1 / static_cast<float>(training_.prompts);
    for (int i = 0; i < training_.prompts; ++i) {
      typename Model::template images<float> kept;
      const prompt& p =
          training_.step_norm > 0 ? gathered_[0] = gathered(set_.of(i)) : gathered_[static_cast<std::size_t>(i)];
      const float miss = Model::forward(own_->w, p, kept) - p.y;
      loss += .5 * double(miss) * miss;
      Model::backward(own_->w, p, kept, share * miss, own_->dw);
      if (training_.step_norm > 0)
        Model::backward_step(own_->w, theory_.N, set_.of(i).x, set_.of(i).y, gates_.data(), let_in_.data(), kept,
                             share * miss, own_->dw);
    }
    loss /= training_.prompts;
    if (!std::isfinite(loss))
      throw number_error(
          fmt::format("The loss after {} steps of the S6 layer with {} examples is not finite; lower the "
                      "learning rate.",
                      done_, theory_.N));
    const double left = 1 - double(done_) / double(training_.steps);
    const auto rate = static_cast<float>(rate_ * std::min(1., 2 * left));
    const auto w = flat<float>(own_->w);
    const auto dw = flat<const float>(std::as_const(own_->dw));
    for (std::size_t i = 0; i < w.size(); ++i) w[i] -= rate * dw[i];
    ++done_;
    return loss;
  }

  /// On fresh prompts: the mean loss with its standard error, and that of the theory's exact weights on the same ones.
  struct errors {
    double loss = 0, standard_error = 0, exact = 0;
  };
  errors evaluate(draw from, int prompts) {
    errors e;
    double squares = 0;
    drawn some;
    constexpr int at_once = 1000;
    for (int first = 0; first < prompts; first += at_once) {
      const int count = std::min(at_once, prompts - first);
      draw_all(from, static_cast<std::uint64_t>(first), count, some);
      for (int i = 0; i < count; ++i) {
        typename Model::template images<float> kept;
        const one now = some.of(i);
        const double miss = double(Model::forward(own_->w, gathered(now), kept)) - now.y[theory_.N];
        const double loss = miss * miss / 2, exact = exact_answer(now) - now.y[theory_.N];
        e.loss += loss, squares += loss * loss, e.exact += exact * exact / 2;
      }
    }
    e.loss /= prompts, e.exact /= prompts;
    e.standard_error = std::sqrt(std::max(0., squares / prompts - e.loss * e.loss) / prompts);
    return e;
  }

  /// Along fresh prompts, means after l + 1 examples: the cosine of w with W_C[:, :d]^T h_l and with the w_l of online
  /// gradient descent, and the distance of these two over the size of the second.
  struct courses {
    std::vector<double> layer, descent, distance;
  };
  courses along_prompts(draw from, int prompts) const {
    const auto N = static_cast<std::size_t>(theory_.N);
    courses all{std::vector<double>(N), std::vector<double>(N), std::vector<double>(N)};
    std::vector<float> x((N + 1) * d), y(N + 1);
    float w[d];
    const matrix B = products();  // W_C[:, :d]^T (W_B | b_B)
    for (int i = 0; i < prompts; ++i) {
      task_type::sample(from, static_cast<std::uint64_t>(i), theory_.N, w, x.data(), y.data());
      double learnt[d] = {}, descended[d] = {};
      for (std::size_t l = 0; l < N; ++l) {
        double dot[2] = {}, size[3] = {}, off = 0;
        for (int r = 0; r < d; ++r) {
          const auto& row = B[static_cast<std::size_t>(r)];
          double added = row[d] * y[l] + row[d + 1];
          for (int c = 0; c < d; ++c)
            added += row[static_cast<std::size_t>(c)] * x[l * d + static_cast<std::size_t>(c)];
          learnt[r] = theory_.alpha * learnt[r] + (1 - theory_.alpha) * y[l] * added;
          descended[r] = theory_.alpha * descended[r] +
                         (1 - theory_.alpha) * theory_.beta() * y[l] * x[l * d + static_cast<std::size_t>(r)];
          dot[0] += w[r] * learnt[r], dot[1] += w[r] * descended[r];
          size[0] += learnt[r] * learnt[r], size[1] += descended[r] * descended[r], size[2] += double(w[r]) * w[r];
          off += (learnt[r] - descended[r]) * (learnt[r] - descended[r]);
        }
        all.layer[l] += dot[0] / std::sqrt(size[0] * size[2]) / prompts;
        all.descent[l] += dot[1] / std::sqrt(size[1] * size[2]) / prompts;
        all.distance[l] += std::sqrt(off / size[1]) / prompts;
      }
    }
    return all;
  }

  /// (W_C[:, :d] | b_C)^T (W_B | b_B): rows x_1 .. x_d of the query and its bias, columns x_1 .. x_d, y and the bias.
  using matrix = std::vector<std::vector<double>>;
  matrix products() const {
    matrix all(d + 1, std::vector<double>(d + 2));
    const auto& w = own_->w;
    for (int r = 0; r <= d; ++r)
      for (int c = 0; c <= d + 1; ++c) {
        const float* left = r < d ? w.W_C.data + r * Model::stride : w.b_C.data;
        const float* right = c <= d ? w.W_B.data + c * Model::stride : w.b_B.data;
        double sum = 0;
        for (int m = 0; m < Model::stride; ++m) sum += double(left[m]) * right[m];
        all[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)] = sum;
      }
    return all;
  }

 private:
  struct storage {
    weights w, dw;
  };
  struct one {
    const float *x, *y;
  };
  /// Prompts as they come.
  struct drawn {
    std::size_t row_x = 0, row_y = 0;
    std::vector<float> x, y;
    one of(int i) const {
      return {x.data() + static_cast<std::size_t>(i) * row_x, y.data() + static_cast<std::size_t>(i) * row_y};
    }
  };
  void draw_all(draw from, std::uint64_t first, int count, drawn& to) const {
    to.row_y = static_cast<std::size_t>(theory_.N) + 1, to.row_x = to.row_y * d;
    to.x.resize(to.row_x * static_cast<std::size_t>(count)), to.y.resize(to.row_y * static_cast<std::size_t>(count));
    float w[d];
    for (int i = 0; i < count; ++i) {
      const auto k = static_cast<std::size_t>(i);
      task_type::sample(from, first + k, theory_.N, w, to.x.data() + k * to.row_x, to.y.data() + k * to.row_y);
    }
  }
  /// What the layer has of a prompt; the gates stay in gates_ and let_in_.
  prompt gathered(const one& p) {
    const auto N = static_cast<std::size_t>(theory_.N);
    if (training_.step_norm > 0) {
      gates_.resize(N), let_in_.resize(N + 1);
      Model::learnt_gates(own_->w, b_D_, theory_.N, p.x, p.y, gates_.data(), let_in_.data());
    } else if (gates_.empty()) {
      gates_.resize(N);
      Model::fixed_gates(theory_.alpha, theory_.N, gates_.data());
    }
    return Model::gather(theory_.N, gates_.data(), p.x, p.y);
  }
  /// All that are drawn, where the gates do not change in a step.
  void gather_all() {
    gathered_.resize(training_.step_norm > 0 ? 1 : static_cast<std::size_t>(training_.prompts));
    if (training_.step_norm > 0) return;
    for (int i = 0; i < training_.prompts; ++i) gathered_[static_cast<std::size_t>(i)] = gathered(set_.of(i));
  }
  double exact_answer(const one& p) const {
    double sum = 0, gate = (1 - theory_.alpha) * theory_.alpha;
    for (int l = theory_.N - 1; l >= 0; --l, gate *= theory_.alpha) {
      double product = 0;
      for (int c = 0; c < d; ++c) product += double(p.x[l * d + c]) * p.x[theory_.N * d + c];
      sum += gate * p.y[l] * product;
    }
    return theory_.beta() * sum;
  }
  static void clear(weights& w) {
    for (float& one : flat<float>(w)) one = 0;
  }

  theory::online_gradient theory_;
  online_gradient_training training_;
  draw from_;
  double rate_, b_D_;
  heap<storage> own_;
  drawn set_;
  std::vector<prompt> gathered_;
  std::vector<float> gates_, let_in_;
  long done_ = 0;
};

}  // namespace krait::experiment
