// krait/kernel/cpu.hpp: every kernel on the CPU.
#pragma once
#include <krait/kernel/activation/cpu.hpp>
#include <krait/kernel/adamw/cpu.hpp>
#include <krait/kernel/attention/cpu.hpp>
#include <krait/kernel/causal_conv1d/cpu.hpp>
#include <krait/kernel/cross_entropy/cpu.hpp>
#include <krait/kernel/embedding/cpu.hpp>
#include <krait/kernel/gated/cpu.hpp>
#include <krait/kernel/global_norm/cpu.hpp>
#include <krait/kernel/layer_norm/cpu.hpp>
#include <krait/kernel/linear/cpu.hpp>
#include <krait/kernel/rms_norm/cpu.hpp>
#include <krait/kernel/selective_scan/cpu.hpp>
#include <krait/kernel/sgd/cpu.hpp>
#include <krait/kernel/softmax/cpu.hpp>
#include <krait/kernel/squared_error/cpu.hpp>
