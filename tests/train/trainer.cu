// tests/train/trainer.cu: whole training steps on a device against those of the CPU: the loss and every
// gradient.
#define BOOST_TEST_MODULE train_cuda
#include <boost/test/unit_test.hpp>
#include <krait/train/cuda.cuh>

#include "../cuda_testing.hpp"
#include "tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;

namespace {

constexpr int batch_size = 10;
using device_texts = text_shard<capacity{batch_size, tiny_length}>;
using device_prompts = vector_shard<capacity{9, 12}, 3, 1>;
template <class Backend, class Model, class Optimizer, class Precision = optim::fp32>
using texts_on =
    trainer<Backend, pipeline<Model, objective::cross_entropy, tiny_shard, Optimizer, Precision, device_texts>>;
template <class Backend, class Optimizer, class Precision = optim::fp32>
using prompts_on =
    trainer<Backend, pipeline<tiny_vectors, objective::squared_error, vector_shard<capacity{2, 12}, 3, 1>, Optimizer,
                              Precision, device_prompts>>;

constexpr double rate = 65536;  // large, so that the difference of the weights keeps the digits of the gradient
using plain = optim::sgd<optim::sgd_config{.lr = rate}>;

/// Larger first weights than a model's own, so that every tensor's gradient matters.
template <class Trainer> void stir(Trainer& t) {
  for_each_tensor(t.master(), [](const std::string& name, auto& w) {
    for (int i = 0; i < w.size; ++i) w[i] += static_cast<float>(0.1 * number(name, static_cast<std::uint64_t>(i)));
  });
  t.restored(0);
}
template <class Trainer> text_batch some_texts(const text_set& texts) {
  static const std::vector<int> some{2, 0, 7, 11, 12, 5, 5, 20, 23, 1};
  return {texts, some, Trainer::per_shard};
}
template <class Trainer> tiny_prompts some_prompts(long step) {
  tiny_prompts batch = prompts(step);
  batch.per_shard = Trainer::per_shard;
  return batch;
}

/// The gradient of every tensor, from one step down it.
template <class Trainer, class Batch>
std::vector<std::pair<std::string, std::vector<double>>> gradient_of(Trainer& t, const Batch& batch, step_result& now) {
  stir(t);
  std::vector<std::pair<std::string, std::vector<double>>> all;
  for_each_tensor(t.current(), [&](const std::string& name, const auto& w) {
    all.emplace_back(name, std::vector<double>(w.values().begin(), w.values().end()));
  });
  now = t.step(batch, rate);
  std::size_t place = 0;
  for_each_tensor(t.current(), [&](const std::string&, const auto& w) {
    auto& values = all[place++].second;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = (values[i] - w.values()[i]) / rate;
  });
  return all;
}
template <class Device, class Host, class DeviceBatch, class HostBatch>
void step_is_that_of_the_cpu(const DeviceBatch& on_device, const HostBatch& on_host) {
  Device device(1, 1);
  Host host(1, 1);
  step_result here{}, there{};
  const auto exact = gradient_of(host, on_host, here), found = gradient_of(device, on_device, there);
  BOOST_TEST(std::abs(there.loss / here.loss - 1) < 1e-6);
  BOOST_TEST(std::abs(there.gradient_norm / here.gradient_norm - 1) < 1e-6);
  BOOST_REQUIRE(found.size() == exact.size());
  for (std::size_t i = 0; i < found.size(); ++i) BOOST_TEST_CONTEXT(found[i].first) {
      BOOST_TEST(worst(found[i].second, exact[i].second) < 2e-5);
    }
}
/// |a - b| / |b|.
double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double off = 0, all = 0;
  for (std::size_t i = 0; i < b.size(); ++i) off += (a[i] - b[i]) * (a[i] - b[i]), all += b[i] * b[i];
  return std::sqrt(off / all);
}
/// How much a gradient is moved by roundings to bfloat16 differs between tensors. What rounding the weights alone does
/// to it on the CPU is the measure: activations of bfloat16, which are rounded more often, may move it three times as
/// far.
template <class Device, class Host, class Rounded, class DeviceBatch, class HostBatch>
void step_is_near_that_of_the_cpu(const DeviceBatch& on_device, const HostBatch& on_host) {
  Device device(1, 1);
  Host host(1, 1);
  Rounded rounded(1, 1);
  step_result here{}, there{}, near{};
  const auto exact = gradient_of(host, on_host, here), measure = gradient_of(rounded, on_host, near);
  const auto found = gradient_of(device, on_device, there);
  BOOST_TEST(std::abs(there.loss / here.loss - 1) < 2e-3);
  BOOST_TEST(there.loss != here.loss);
  BOOST_REQUIRE(found.size() == exact.size());
  for (std::size_t i = 0; i < found.size(); ++i) BOOST_TEST_CONTEXT(found[i].first) {
      const double off = distance(found[i].second, exact[i].second);
      BOOST_TEST(off <= 3 * distance(measure[i].second, exact[i].second));
      BOOST_TEST(off > 1e-4);  // else nothing was rounded
    }
}
template <class Model, class Precision = optim::fp32> void texts_agree() {
  const text_set texts(some_pairs(24), tiny_length);
  using device = texts_on<backend::cuda, Model, plain, Precision>;
  using host = texts_on<backend::cpu, Model, plain, Precision>;
  in_every_order([&] { step_is_that_of_the_cpu<device, host>(some_texts<device>(texts), some_texts<host>(texts)); });
}
template <class Model> void texts_are_near() {
  const text_set texts(some_pairs(24), tiny_length);
  using device = texts_on<backend::cuda, Model, plain, optim::bf16_activations>;
  using host = texts_on<backend::cpu, Model, plain>;
  using rounded = texts_on<backend::cpu, Model, plain, optim::bf16_master>;
  in_every_order(
      [&] { step_is_near_that_of_the_cpu<device, host, rounded>(some_texts<device>(texts), some_texts<host>(texts)); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(step_of_a_mamba) { texts_agree<tiny_mamba>(); }
BOOST_AUTO_TEST_CASE(step_of_a_transformer) { texts_agree<tiny_transformer>(); }
BOOST_AUTO_TEST_CASE(step_of_a_vector_model) {
  using device = prompts_on<backend::cuda, plain>;
  using host = prompts_on<backend::cpu, plain>;
  in_every_order([&] { step_is_that_of_the_cpu<device, host>(some_prompts<device>(0), some_prompts<host>(0)); });
}

BOOST_AUTO_TEST_CASE(step_with_rounded_weights) { texts_agree<tiny_mamba, optim::bf16_master>(); }
BOOST_AUTO_TEST_CASE(step_with_bf16_activations) {
  texts_are_near<tiny_mamba>();
  texts_are_near<tiny_transformer>();
  using device = prompts_on<backend::cuda, plain, optim::bf16_activations>;
  using host = prompts_on<backend::cpu, plain>;
  using rounded = prompts_on<backend::cpu, plain, optim::bf16_master>;
  in_every_order(
      [&] { step_is_near_that_of_the_cpu<device, host, rounded>(some_prompts<device>(0), some_prompts<host>(0)); });
}

namespace {
/// With clipping and moments, over batches of several lengths.
template <class Precision> void trains_as_the_cpu(double allowed) {
  using device_type = texts_on<backend::cuda, tiny_mamba, brisk, Precision>;
  using host_type = texts_on<backend::cpu, tiny_mamba, brisk, Precision>;
  const text_set texts(some_pairs(24), tiny_length);
  device_type device(3, 1);
  host_type host(3, 1);
  example_order order(texts, 3, batch_size);
  for (long step = 0; step < 12; ++step) {
    const double here = host.step(text_batch(texts, order.at(step), host_type::per_shard), 0.01).loss;
    const double there = device.step(text_batch(texts, order.at(step), device_type::per_shard), 0.01).loss;
    BOOST_TEST(std::abs(there / here - 1) < allowed);
  }
  BOOST_TEST(device.steps_done() == 12);
  BOOST_TEST(device.graphs() > 1u);
  BOOST_TEST(device.graphs() < 12u);
  const text_batch all(texts, order.at(12), tiny_shard::cap.sequences);
  BOOST_TEST(std::abs(device.loss(all) / host.loss(all) - 1) < allowed);
}
}  // namespace
BOOST_AUTO_TEST_CASE(training_is_that_of_the_cpu) { trains_as_the_cpu<optim::fp32>(1e-4); }
BOOST_AUTO_TEST_CASE(training_in_other_precisions_is_that_of_the_cpu) {
  trains_as_the_cpu<optim::bf16>(1e-3);
  trains_as_the_cpu<optim::bf16_master>(1e-3);
  trains_as_the_cpu<optim::bf16_activations>(1e-2);
}

BOOST_AUTO_TEST_CASE(prompts_drawn_on_the_device_are_those_of_the_host) {
  static_assert(device_batch<tiny_prompts>);
  const auto there = testing::make_shared<device_prompts>(), here = testing::make_shared<device_prompts>();
  in_every_order([&] {
    for (const task::extent extent : {task::extent{6, 3}, task::extent{4, 2}}) {
      tiny_prompts batch = some_prompts<prompts_on<backend::cuda, brisk>>(7);
      batch.extent = extent;
      batch.fill(0, *here);
      const array<prompt_address> at{batch.address()};
      const array<float> weight{0.5f};
      draw_prompts<tiny_task>(on<backend::cuda>(), at.data(), weight.data(), *there, batch.count, extent.points);
      settle<backend::cuda>();
      for (int t = 0; t < here->of.tokens(); ++t) {
        BOOST_TEST(std::equal(here->input()[t], here->input()[t] + 3, there->x.of(here->of)[t]));
        BOOST_TEST(here->target()[t][0] == there->target_rows.of(here->of)[t][0]);
        BOOST_TEST(0.5f * here->weight[t] == there->weight[t]);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(same_bits_in_every_order_and_after_a_resume) {
  using device_type = prompts_on<backend::cuda, brisk>;
  std::string first;
  in_every_order([&] {
    device_type whole(5, 1);
    for (long step = 0; step < 6; ++step) whole.step(some_prompts<device_type>(step), 0.01);
    if (first.empty()) first = state_of_training(whole);
    BOOST_TEST(state_of_training(whole) == first);
    device_type before(5, 1), after(99, 1);
    for (long step = 0; step < 4; ++step) before.step(some_prompts<device_type>(step), 0.01);
    after.master() = before.master();
    for (int m = 0; m < brisk::moments; ++m) after.moment(m) = before.moment(m);
    after.restored(before.steps_done());
    for (long step = 4; step < 6; ++step) after.step(some_prompts<device_type>(step), 0.01);
    BOOST_TEST(state_of_training(after) == first);
  });
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_not_finite_leaves_the_weights) {
  using device_type = texts_on<backend::cuda, tiny_mamba, brisk>;
  const text_set texts(some_pairs(24), tiny_length);
  device_type device(3, 1);
  const auto batch = some_texts<device_type>(texts);
  device.step(batch, 0.01);
  device.master().layers[0].mixer.A_log[3] = std::numeric_limits<float>::quiet_NaN();
  device.restored(1);
  const std::string before = state_of_training(device);
  BOOST_CHECK_EXCEPTION(device.step(batch, 0.01), number_error, [](const number_error& e) {
    return std::string(e.what()).find("Step 2 has a loss of") == 0 &&
           std::string(e.what()).find("layers.0.mixer.A_log is not finite") != std::string::npos;
  });
  BOOST_TEST(state_of_training(device) == before);
}

BOOST_AUTO_TEST_CASE(bad_input_is_an_error) {
  using device_type = texts_on<backend::cuda, tiny_mamba, brisk>;
  const text_set texts(some_pairs(24), tiny_length);
  device_type device(3, 1);
  const std::vector<int> some{2, 0, 7};
  BOOST_CHECK_THROW(device.step(text_batch(texts, some, 2), 0.01), device_error);
  BOOST_CHECK_EXCEPTION(require_memory({{"weights", std::size_t{1} << 50}}), device_error, [](const device_error& e) {
    return std::string(e.what()).find("(weights 1073741824 MiB)") != std::string::npos;
  });
}
