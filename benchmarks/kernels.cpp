// benchmarks/kernels.cpp: every CPU kernel at the shapes of the training steps of step.cpp, on one thread with packed
// weights, beside its limit: operations at the multiply-add peak or the exp rate, or bytes at the rate of
// reading or copying as many. The parts of a step include what the trainer does between kernels.
#include <algorithm>
#include <array>
#include <krait/backend/cpu/packed_weights.hpp>
#include <krait/backend/cpu/team.hpp>
#include <krait/core/aligned.hpp>
#include <span>
#include <string>

#include "arguments.hpp"
#include "models.hpp"
#include "parts.hpp"

using namespace krait;
using cpu = backend::cpu;
using parts::plan, parts::work;

constexpr sequences batch{prompts_per_shard, prompt_length};
constexpr int tokens = batch.tokens();
constexpr double scalar = sizeof(float);
/// Bytes of a shard's activations of some width, in whole cache lines.
constexpr double bytes_of(int width) { return scalar * tokens * round_up(width, 16); }

/// Activations, in memory that lasts as long as the program's frame.
struct source {
  backend::arena::frame& frame;
  std::uint64_t stream = 0;
  float* floats(std::size_t count) {
    float* p = frame.take<float>(count);
    ++stream;
    for (std::size_t i = 0; i < count; ++i) p[i] = static_cast<float>(peer::uniform(stream, i));
    return p;
  }
  template <int Width> rows<float, Width> make() {
    return {floats(static_cast<std::size_t>(tokens) * row_stride(Width)), batch};
  }
  template <int Width, int Sets> std::array<rows<float, Width>, Sets> make_all() {
    std::array<rows<float, Width>, Sets> all;
    for (auto& r : all) r = make<Width>();
    return all;
  }
};

/// A model's weights, packed, and a gradient.
template <class Model> struct model_weights {
  using type = typename Model::template weights<float>;
  heap<type> weights = make_heap<type>(), gradient = make_heap<type>();
  backend::packed_weights<type> packed;
  model_weights() {
    initialiser at(1);
    Model::initialise(*weights, at);
    packed.pack(*weights, 0, 1);
  }
};

/// What both steps share: where parts go, scratch memory and activations.
struct bench {
  plan& to;
  cpu& on;
  source& from;
  std::string step;
  const backend::packed_image packed = {};  // of the model at hand

  template <class F> void add(std::string name, int calls, int sets, work of, F f) {
    to.add(step, std::move(name), calls, sets, of, [this_on = &on, image = packed, f](int set) mutable {
      this_on->packed = image;
      f(set);
    });
  }

  /// The three products of a linear map; weight(set) is a reference to {weight, bias} of the weights it is given.
  template <int In, int Out, int Sets, class Weights, class Weight>
  void add_linear(std::string name, const Weights& w, Weights& dw, Weight weight, bool with_data = true,
                  into data_into = into::overwrite) {
    using op = kernel::linear<cpu, In, Out>;
    const int calls = Sets * shards;
    constexpr double flops = 2. * tokens * In * Out, matrix = scalar * In * Out;
    const auto x = from.make_all<In, Sets>();
    const auto y = from.make_all<Out, Sets>();
    const auto dx = from.make_all<In, Sets>();
    name += " " + std::to_string(In) + "->" + std::to_string(Out);
    add(name + " forward", calls, Sets, {.flops = flops, .reads = bytes_of(In) + matrix, .writes = bytes_of(Out)},
        [=, this, &w](int i) {
          const auto& at = weight(w, i);
          op::forward(on, at.weight, at.bias, constant(x[i]), y[i]);
        });
    if (with_data)
      add(name + " backward-data", calls, Sets,
          {.flops = flops, .reads = bytes_of(Out) + matrix, .writes = bytes_of(In)}, [=, this, &w](int i) {
            if (data_into == into::add)
              op::template backward_data<into::add>(on, weight(w, i).weight, constant(y[i]), dx[i]);
            else
              op::backward_data(on, weight(w, i).weight, constant(y[i]), dx[i]);
          });
    add(name + " backward-weight", calls, Sets,
        {.flops = flops, .reads = bytes_of(In) + bytes_of(Out), .writes = matrix}, [=, this, &dw](int i) {
          auto& at = weight(dw, i);
          op::backward_weight(on, constant(x[i]), constant(y[i]), at.weight, at.bias);
        });
  }

  /// Of residual branches, whose sums forward makes after the branch and backward makes with the norm's gradient, and
  /// of the last norm.
  template <int Width>
  void add_layer_norms(int branches, const tensor<float, Width>& scale, tensor<float, Width>& dscale) {
    constexpr int sets = 4;
    using op = kernel::layer_norm<cpu, Width>;
    const auto x = from.make_all<Width, sets>(), y = from.make_all<Width, sets>();
    float *mean = from.floats(sets * tokens), *deviation = from.floats(sets * tokens);
    add("layer_norm forward", (branches + 1) * shards, sets, {.reads = bytes_of(Width), .writes = bytes_of(Width)},
        [=, this, &scale](int i) {
          op::forward(on, scale, scale, constant(x[i]), y[i], mean + i * tokens, deviation + i * tokens, 1e-5f);
        });
    add("layer_norm backward", shards, sets, {.reads = 2 * bytes_of(Width), .writes = bytes_of(Width)},
        [=, this, &scale, &dscale](int i) {
          op::backward(on, scale, constant(x[i]), mean + i * tokens, deviation + i * tokens,
                       constant(x[(i + 1) % sets]), y[i], dscale, dscale);
        });
    add("layer_norm backward, sum", branches * shards, sets, {.reads = 3 * bytes_of(Width), .writes = bytes_of(Width)},
        [=, this, &scale, &dscale](int i) {
          op::backward_onto(on, scale, constant(x[i]), mean + i * tokens, deviation + i * tokens,
                            constant(x[(i + 1) % sets]), constant(x[(i + 2) % sets]), y[i], dscale, dscale);
        });
    add("residual sum", branches * shards, sets, {.reads = bytes_of(Width), .writes = bytes_of(Width)},
        [=, this](int i) { kernel::add<cpu, Width>::forward(on, constant(x[i]), constant(y[i]), y[i]); });
  }

  /// Read-in, read-out, loss, and all that the trainer does with gradients and weights.
  template <class Model> void add_ends(model_weights<Model>& m) {
    using weights = typename Model::template weights<float>;
    auto &w = *m.weights, &dw = *m.gradient;
    add_linear<Model::in, Model::width, 1>(
        "read_in", w, dw, [](auto& of, int) -> auto& { return of.read_in; }, false);
    add_linear<Model::width, Model::out, 1>(
        "read_out", w, dw, [](auto& of, int) -> auto& { return of.read_out; });
    const auto y = from.make<1>(), target = from.make<1>(), dy = from.make<1>();
    add("squared_error", shards, 1, {.reads = 2 * bytes_of(1), .writes = bytes_of(1)}, [=, this](int) {
      using op = kernel::pointwise_loss<cpu, kernel::losses::squared_error, 1>;
      const double loss = op::forward(on, constant(y), constant(target), nullptr);
      op::backward(on, constant(y), constant(target), nullptr, static_cast<float>(1 + 1e-30 * loss), dy);
    });

    constexpr int groups = 8;  // gradient buffers, as in the trainer
    constexpr double size = sizeof(weights);
    constexpr std::size_t count = sizeof(weights) / sizeof(float), piece = 4096;
    float* gradients = from.floats(count * groups);
    const work zeroing{.reads = groups * size};  // moved once: memset fetches nothing
    add("gradients zeroed", 1, 1, zeroing, [=](int) { std::fill_n(gradients, count * groups, 0.f); });
    add("gradients summed, norm", 1, 1, {.reads = (groups - 1) * size, .writes = size}, [=, this](int) {
      for (std::size_t first = 0; first < count; first += piece) {
        const std::size_t n = std::min(piece, count - first);
        float* sum = gradients + first;
        for (int g = 1; g < groups; ++g)
          for (std::size_t i = 0; i < n; ++i) sum[i] += gradients[g * count + first + i];
        volatile double squares = kernel::global_norm<cpu>::square_sum(on, std::span<const float>(sum, n));
        static_cast<void>(squares);
      }
    });
    add_adamw("adamw", count);
    add("packing", 1, 1, {.reads = size, .writes = 2 * size}, [&m](int) { m.packed.pack(*m.weights, 0, 1); });
  }

  void add_adamw(std::string name, std::size_t count) {
    const std::span<float> w{from.floats(count), count}, m{from.floats(count), count}, v{from.floats(count), count};
    const std::span<const float> gradient{from.floats(count), count};
    std::ranges::fill(v, 0.f);
    add(std::move(name), 1, 1, {.reads = scalar * double(count), .writes = 3 * scalar * double(count)},
        [=, this](int) { kernel::adamw<cpu>::step(on, w, gradient, m, v, {}, 1000, 1.); });
  }
};

void add_mamba(bench& b, model_weights<mamba_model>& m) {
  constexpr int L = 4, D = 128, E = mamba_shape.d_inner(), N = mamba_shape.d_state, R = mamba_shape.rank(),
                K = mamba_shape.d_conv, row_width = R + 2 * N, calls = L * shards;
  auto &w = *m.weights, &dw = *m.gradient;
  cpu& on = b.on;
  b.add_layer_norms<D>(L, w.norm_f.weight, dw.norm_f.weight);
  b.add_linear<D, 2 * E, L>(
      "in_proj", w, dw, [](auto& of, int i) -> auto& { return of.layers[i].mixer.in_proj; });

  // Both halves of in_proj's output and the convolution's, as the layer holds them.
  const auto xz = b.from.make_all<2 * E, L>(), dxz = b.from.make_all<2 * E, L>();
  const auto x = b.from.make_all<E, L>(), dx = b.from.make_all<E, L>();
  using conv = kernel::causal_conv1d<cpu, E, K>;
  b.add("causal_conv1d forward", calls, L,
        {.flops = 2. * K * tokens * E, .exps = 1. * tokens * E, .reads = bytes_of(E), .writes = bytes_of(E)},
        [=, &on, &w](int i) {
          const auto& at = w.layers[i].mixer.conv1d;
          conv::forward(on, at.weight, at.bias, constant(xz[i]).template columns<0, E>(), x[i]);
        });
  b.add("causal_conv1d backward", calls, L,
        {.flops = 4. * K * tokens * E, .exps = 1. * tokens * E, .reads = 2 * bytes_of(E), .writes = bytes_of(E)},
        [=, &on, &w, &dw](int i) {
          const auto& at = w.layers[i].mixer.conv1d;
          auto& to = dw.layers[i].mixer.conv1d;
          conv::backward(on, at.weight, at.bias, constant(xz[i]).template columns<0, E>(), constant(dx[i]),
                         dxz[i].template columns<0, E>(), to.weight, to.bias);
        });
  b.add_linear<E, row_width, L>(
      "x_proj", w, dw, [](auto& of, int i) -> auto& { return of.layers[i].mixer.x_proj; }, true, into::add);

  constexpr kernel::scan_config scan_shape = mamba_shape.scan();
  using scan = kernel::selective_scan<cpu, scan_shape>;
  constexpr double states = double(tokens) * E * N;
  const auto row = b.from.make_all<row_width, L>(), drow = b.from.make_all<row_width, L>();
  const auto y = b.from.make_all<E, L>(), gated = b.from.make_all<E, L>();
  constexpr auto kept = kernel::scan_saved_size<scan_shape>(shard_capacity);
  float* saved = b.from.floats(kept * L);
  const auto scan_weights = [](const auto& of) -> kernel::scan_weights<float, mamba_shape.scan()> {
    return {of.dt_proj.weight, of.dt_proj.bias, of.A_log, of.D};
  };
  // One exp a state; backward recomputes it and walks back with 8 more operations a state. Delta and gate left out.
  b.add("selective_scan forward", calls, L,
        {.exps = states, .reads = 2 * bytes_of(E) + bytes_of(row_width), .writes = 2 * bytes_of(E)},
        [=, &on, &w](int i) {
          scan::forward(on, scan_weights(w.layers[i].mixer), constant(x[i]), constant(row[i]),
                        constant(xz[i]).template columns<E, E>(), y[i], gated[i], saved + i * kept);
        });
  b.add("selective_scan backward", calls, L,
        {.flops = 2. * 8 * states,
         .exps = states,
         .reads = 3 * bytes_of(E) + bytes_of(row_width),
         .writes = 3 * bytes_of(E) + bytes_of(row_width)},
        [=, &on, &w, &dw](int i) {
          auto& to = dw.layers[i].mixer;
          scan::backward(on, scan_weights(w.layers[i].mixer), constant(x[i]), constant(row[i]),
                         constant(xz[i]).template columns<E, E>(), constant(y[i]), saved + i * kept, constant(gated[i]),
                         gated[i], dx[i], drow[i], dxz[i].template columns<E, E>(),
                         {to.dt_proj.weight, to.dt_proj.bias, to.A_log, to.D});
        });
  b.add_linear<E, D, L>(
      "out_proj", w, dw, [](auto& of, int i) -> auto& { return of.layers[i].mixer.out_proj; });
  b.add_ends(m);
}

void add_transformer(bench& b, model_weights<transformer_model>& m) {
  constexpr int L = 2, D = 128, heads = 8, head_width = D / heads, hidden = 4 * D, calls = L * shards;
  auto &w = *m.weights, &dw = *m.gradient;
  cpu& on = b.on;
  const auto attention_of = [](auto& of, int i) -> auto& { return of.layers.rest.first[i].first.mixer; };
  const auto mlp_of = [](auto& of, int i) -> auto& { return of.layers.rest.first[i].rest.first.mixer; };
  b.add_layer_norms<D>(2 * L, w.norm_f.weight, dw.norm_f.weight);
  b.add_linear<D, 3 * D, L>(
      "qkv_proj", w, dw, [=](auto& of, int i) -> auto& { return attention_of(of, i).qkv_proj; });

  // Causal: half of the scores. Products: 2 forward; 5 backward, with the scores made again.
  using op = kernel::attention<cpu, heads, heads, head_width>;
  constexpr double scores = double(prompts_per_shard) * heads * prompt_length * (prompt_length + 1) / 2;
  const auto qkv = b.from.make_all<3 * D, L>(), dqkv = b.from.make_all<3 * D, L>();
  const auto y = b.from.make_all<D, L>(), dy = b.from.make_all<D, L>();
  float* lse = b.from.floats(std::size_t{L} * tokens * heads);
  b.add("attention forward", calls, L,
        {.flops = 2 * 2. * head_width * scores, .exps = scores, .reads = bytes_of(3 * D), .writes = bytes_of(D)},
        [=, &on](int i) {
          const auto from = constant(qkv[i]);
          op::forward(on, from.template columns<0, D>(), from.template columns<D, D>(),
                      from.template columns<2 * D, D>(), y[i], lse + i * tokens * heads);
        });
  b.add("attention backward", calls, L,
        {.flops = 5 * 2. * head_width * scores, .exps = scores, .reads = bytes_of(4 * D), .writes = bytes_of(3 * D)},
        [=, &on](int i) {
          const auto from = constant(qkv[i]);
          op::backward(on, from.template columns<0, D>(), from.template columns<D, D>(),
                       from.template columns<2 * D, D>(), constant(y[i]), lse + i * tokens * heads, constant(dy[i]),
                       dqkv[i].template columns<0, D>(), dqkv[i].template columns<D, D>(),
                       dqkv[i].template columns<2 * D, D>());
        });
  b.add_linear<D, D, L>(
      "out_proj", w, dw, [=](auto& of, int i) -> auto& { return attention_of(of, i).out_proj; });
  b.add_linear<D, hidden, L>(
      "up_proj", w, dw, [=](auto& of, int i) -> auto& { return mlp_of(of, i).up_proj; });

  using gelu = kernel::activation<cpu, kernel::activation_function::gelu_tanh, hidden>;
  const auto before = b.from.make_all<hidden, L>(), after = b.from.make_all<hidden, L>();
  b.add("gelu forward", calls, L, {.exps = 1. * tokens * hidden, .reads = bytes_of(hidden), .writes = bytes_of(hidden)},
        [=, &on](int i) { gelu::forward(on, constant(before[i]), after[i]); });
  b.add("gelu backward", calls, L,
        {.exps = 1. * tokens * hidden, .reads = 2 * bytes_of(hidden), .writes = bytes_of(hidden)},
        [=, &on](int i) { gelu::backward(on, constant(before[i]), constant(before[(i + 1) % L]), after[i]); });
  b.add_linear<hidden, D, L>(
      "down_proj", w, dw, [=](auto& of, int i) -> auto& { return mlp_of(of, i).down_proj; });
  using positions = learned_positions<D, positions_config{prompt_length}>;
  const auto x = b.from.make<D>(), moved = b.from.make<D>();
  b.add("positions", shards, 1, {.reads = 2 * bytes_of(D), .writes = 2 * bytes_of(D)}, [=, &on, &w, &dw](int) {
    no_state none;
    positions::forward(on, w.layers.first, constant(x), moved, none);
    positions::backward(on, w.layers.first, constant(x), none, constant(x), moved, dw.layers.first);
  });
  b.add_ends(m);
}

/// Kernels that neither step has, at its shapes; a layer's worth of the whole batch.
void add_others(bench& b) {
  constexpr int D = 128, classes = 256, hidden = 4 * D;
  cpu& on = b.on;
  const auto x = b.from.make<D>(), y = b.from.make<D>(), dy = b.from.make<D>();
  auto& scale = *reinterpret_cast<tensor<float, D>*>(b.from.floats(D));
  auto& dscale = *reinterpret_cast<tensor<float, D>*>(b.from.floats(D));
  float* inverse = b.from.floats(tokens);
  using norm = kernel::rms_norm<cpu, D>;
  b.add("rms_norm forward", shards, 1, {.reads = bytes_of(D), .writes = bytes_of(D)},
        [=, &on, &scale](int) { norm::forward(on, scale, constant(x), y, inverse, 1e-5f); });
  b.add("rms_norm backward", shards, 1, {.reads = 2 * bytes_of(D), .writes = bytes_of(D)},
        [=, &on, &scale, &dscale](int) { norm::backward(on, scale, constant(x), inverse, constant(dy), y, dscale); });

  using table = kernel::embedding<cpu, classes, D>;
  using matrix = tensor<float, classes, D>;
  auto& weight = *reinterpret_cast<matrix*>(b.from.floats(matrix::storage));
  auto& dweight = *reinterpret_cast<matrix*>(b.from.floats(matrix::storage));
  auto* id = b.from.frame.take<std::int32_t>(tokens);
  for (int t = 0; t < tokens; ++t) id[t] = t * 37 % classes;
  const ids text{id, batch};
  b.add("embedding forward", shards, 1, {.reads = bytes_of(D), .writes = bytes_of(D)},
        [=, &on, &weight](int) { table::forward(on, weight, text, y); });
  b.add("embedding backward", shards, 1, {.reads = bytes_of(D), .writes = bytes_of(D)},
        [=, &on, &dweight](int) { table::backward(on, text, constant(dy), dweight); });

  const auto logits = b.from.make<classes>(), dlogits = b.from.make<classes>();
  float* lse = b.from.floats(tokens);
  using loss = kernel::cross_entropy<cpu, classes>;
  constexpr double entries = double(tokens) * classes;
  b.add("cross_entropy forward", shards, 1, {.exps = entries, .reads = bytes_of(classes)}, [=, &on](int) {
    volatile double sum = loss::forward(on, constant(logits), id, nullptr, lse);
    static_cast<void>(sum);
  });
  b.add("cross_entropy backward", shards, 1, {.exps = entries, .reads = bytes_of(classes), .writes = bytes_of(classes)},
        [=, &on](int) { loss::backward(on, constant(logits), id, nullptr, lse, 1.f, dlogits); });
  using softmax = kernel::softmax<cpu, classes>;
  b.add("softmax forward", shards, 1, {.exps = entries, .reads = bytes_of(classes), .writes = bytes_of(classes)},
        [=, &on](int) { softmax::forward(on, constant(logits), dlogits); });

  const auto gate = b.from.make<hidden>(), up = b.from.make<hidden>(), out = b.from.make<hidden>();
  using swish = kernel::gated<cpu, kernel::activation_function::silu, hidden>;
  b.add("gated forward", shards, 1,
        {.exps = 1. * tokens * hidden, .reads = 2 * bytes_of(hidden), .writes = bytes_of(hidden)},
        [=, &on](int) { swish::forward(on, constant(gate), constant(up), out); });
  b.add_adamw("adamw, 0.5 M parameters", 500'000);
}

int main(int argc, char** argv) {
  double seconds = 15;
  CLI::App app("Every kernel beside its limit, in thread-milliseconds of a step on 64 prompts of 82 tokens.",
               "kernels");
  app.option_defaults()->always_capture_default();
  app.add_option("--seconds", seconds, "time to measure for, all in all")->check(CLI::Range(0.1, 3600.));
  read_arguments(app, argc, argv);

  backend::team alone(1);  // flushes denormals, as the trainer's threads do
  backend::arena memory;
  backend::arena::frame frame(memory);
  source from{frame};
  cpu on;
  plan all;
  model_weights<mamba_model> mamba;
  model_weights<transformer_model> transformer;
  bench mamba_step{all, on, from, "mamba_step", mamba.packed.of(*mamba.weights)};
  bench transformer_step{all, on, from, "transformer_step", transformer.packed.of(*transformer.weights)};
  bench others{all, on, from, "kernels"};
  add_mamba(mamba_step, mamba);
  add_transformer(transformer_step, transformer);
  add_others(others);
  all.measure(seconds);
  all.print();
}
