// tests/kernel/selective_scan_cuda.hpp: what the tests of the scan's forms on a device share.
#pragma once
#include <krait/kernel/selective_scan/cuda.cuh>

#include "../cuda_testing.hpp"
#include "selective_scan.hpp"

namespace krait::testing {

inline constexpr auto zoh = kernel::discretisation::zero_order_hold;
/// As agrees_with_reference, in every order of threads.
template <class T, kernel::scan_config C> void agrees(int count, std::initializer_list<int> lengths) {
  if constexpr (looks_at<T>) in_every_order([&] { agrees_with_reference<backend::cuda, T, C>(count, lengths); });
}

}  // namespace krait::testing
