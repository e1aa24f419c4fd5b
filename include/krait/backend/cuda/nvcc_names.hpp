// krait/backend/cuda/nvcc_names.hpp: given to nvcc before all else (-include; krait::cuda does so). nvcc 13.0 hands the
// host compiler `operator T&` of every class template under the name of the first one that it met: `_Tp`, from
// std::reference_wrapper. In range-v3's semiregular_box, whose parameter is T, that does not compile. So it meets this
// one first. Later ones (13.5) need no help.
#pragma once

namespace krait::detail {

template <class T> struct first_conversion { operator T&() const; };

}  // namespace krait::detail
