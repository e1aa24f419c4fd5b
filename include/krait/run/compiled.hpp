// krait/run/compiled.hpp: all that a build compiles once for its experiments (see core/config.hpp: KRAIT_COMPILED).
#pragma once
#include <krait/data/safetensors_file.hpp>
#include <krait/run/program.hpp>
#include <krait/statistics/bootstrap_impl.hpp>
#include <krait/tokenizer/bpe_impl.hpp>
#include <krait/tokenizer/train_bpe_impl.hpp>
#include <krait/train/checkpoint_impl.hpp>
