// krait/run/compiled.hpp: all that a build compiles once for its experiments (see core/config.hpp: KRAIT_COMPILED).
#pragma once
#include <krait/core/unicode_words_impl.hpp>
#include <krait/data/safetensors_file.hpp>
#include <krait/metric/omission_impl.hpp>
#include <krait/metric/porter_impl.hpp>
#include <krait/metric/rouge_impl.hpp>
#include <krait/run/program.hpp>
#include <krait/statistics/bootstrap_impl.hpp>
#include <krait/statistics/correction_impl.hpp>
#include <krait/statistics/correlation_impl.hpp>
#include <krait/statistics/t_test_impl.hpp>
#include <krait/train/checkpoint_impl.hpp>
