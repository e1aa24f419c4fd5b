// tests/testing.hpp: what the tests of kernels and layers share.
#pragma once
#include <krait/testing/tables.hpp>
