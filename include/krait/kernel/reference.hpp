// krait/kernel/reference.hpp: every kernel as its equation.
#pragma once
#include <krait/kernel/activation/reference.hpp>
#include <krait/kernel/adamw/reference.hpp>
#include <krait/kernel/attention/reference.hpp>
#include <krait/kernel/causal_conv1d/reference.hpp>
#include <krait/kernel/cross_entropy/reference.hpp>
#include <krait/kernel/embedding/reference.hpp>
#include <krait/kernel/gated/reference.hpp>
#include <krait/kernel/global_norm/reference.hpp>
#include <krait/kernel/layer_norm/reference.hpp>
#include <krait/kernel/linear/reference.hpp>
#include <krait/kernel/rms_norm/reference.hpp>
#include <krait/kernel/selective_scan/reference.hpp>
#include <krait/kernel/sgd/reference.hpp>
#include <krait/kernel/softmax/reference.hpp>
#include <krait/kernel/squared_error/reference.hpp>
