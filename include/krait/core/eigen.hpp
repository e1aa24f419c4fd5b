// krait/core/eigen.hpp: Eigen's decompositions, without a false warning.
#pragma once
// GCC 12 takes AVX-512 vectors of Eigen for uninitialised (its bug 105593).
#pragma GCC diagnostic push
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <Eigen/Cholesky>
#include <Eigen/QR>
#pragma GCC diagnostic pop
