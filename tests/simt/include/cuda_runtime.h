// Stands in for the CUDA runtime's header when kernels run on the host harness.
#pragma once

/// Tells tests that kernels run on the harness and not on a device.
#define SIMT_HARNESS 1
#include <simt/language.hpp>
#include <simt/math.hpp>
#include <simt/meetings.hpp>
#include <simt/memory.hpp>
#include <simt/runtime.hpp>
