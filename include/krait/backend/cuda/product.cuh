// krait/backend/cuda/product.cuh: matrix products by cuBLASLt. What is static about a product is described once; its
// algorithm is picked then and kept, so that a run uses the same one throughout.
#pragma once
#include <cublasLt.h>
#include <cuda_runtime.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <krait/backend/cuda/check.cuh>
#include <krait/core/bfloat16.hpp>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>

namespace krait::backend {

/// Throws cuda_error unless s is success.
inline void check(cublasStatus_t s, std::string_view call, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  if (s == CUBLAS_STATUS_SUCCESS) return;
  throw cuda_error(std::string(call) + " failed at " + file + ":" + std::to_string(line) + " (" +
                   cublasLtGetStatusString(s) + "): see cuBLASLt's documentation of this status, or use --device cpu.");
}

/// D = op(A) op(B) [+ C] [+ bias], column-major: C and D (m, n), op(A) (m, k), op(B) (k, n), bias (m). The leading
/// dimensions are scalars from a column to the next.
struct product_shape {
  cudaDataType_t type;    // of A, B and the bias
  cudaDataType_t result;  // of C and D: that of A and B, or float where they are bfloat16
  bool a_transposed, b_transposed, add, bias;
  int m, n, k, lda, ldb, ldc, ldd;
  std::uint32_t alignment = 256;  // bytes of all operands' addresses
  auto operator<=>(const product_shape&) const = default;
};

template <class T> inline constexpr cudaDataType_t product_type = CUDA_R_32F;
template <> inline constexpr cudaDataType_t product_type<double> = CUDA_R_64F;
template <> inline constexpr cudaDataType_t product_type<bfloat16> = CUDA_R_16BF;

/// cuBLASLt with its workspace and the plans that were made. Not to be copied.
class products {
 public:
  products(void* workspace, std::size_t bytes) : workspace_(workspace), bytes_(bytes) {
    check(cublasLtCreate(&handle_), "cublasLtCreate");
  }
  ~products() {
    for (auto& [shape, p] : plans_) p.destroy();
    cublasLtDestroy(handle_);
  }
  products(const products&) = delete;
  products& operator=(const products&) = delete;

  /// C may be D, and is not read where it is not added. Sums are made in float, in double for double.
  template <class T, class D>
  void run(cudaStream_t stream, product_shape shape, const T* a, const T* b, const D* c, D* d,
           const T* bias = nullptr) {
    static_assert(std::is_same_v<T, D> || (std::is_same_v<T, bfloat16> && std::is_same_v<D, float>));
    if (shape.m == 0 || shape.n == 0 || shape.k == 0) return;
    shape.alignment = alignment(a, b, c, d);
    plan& p = plan_of(shape);
    if (shape.bias)
      check(cublasLtMatmulDescSetAttribute(p.operation, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias, sizeof bias),
            "cublasLtMatmulDescSetAttribute");
    const sum_type<T> alpha = 1, beta = shape.add ? 1 : 0;
    check(cublasLtMatmul(handle_, p.operation, &alpha, a, p.a, b, p.b, &beta, c, p.c, d, p.d, &p.algorithm, workspace_,
                         bytes_, stream),
          "cublasLtMatmul");
  }

  /// Plans made so far.
  std::size_t size() const { return plans_.size(); }

 private:
  struct plan {
    cublasLtMatmulDesc_t operation = nullptr;
    cublasLtMatrixLayout_t a = nullptr, b = nullptr, c = nullptr, d = nullptr;
    cublasLtMatmulAlgo_t algorithm{};
    void destroy() {
      cublasLtMatrixLayoutDestroy(a), cublasLtMatrixLayoutDestroy(b);
      cublasLtMatrixLayoutDestroy(c), cublasLtMatrixLayoutDestroy(d);
      cublasLtMatmulDescDestroy(operation);
    }
  };

  /// The greatest power of two up to 256 that divides all addresses.
  static std::uint32_t alignment(const void* a, const void* b, const void* c, const void* d) {
    const auto bits = reinterpret_cast<std::uintptr_t>(a) | reinterpret_cast<std::uintptr_t>(b) |
                      reinterpret_cast<std::uintptr_t>(c) | reinterpret_cast<std::uintptr_t>(d);
    return static_cast<std::uint32_t>((bits | 256) & -(bits | 256));
  }

  plan& plan_of(const product_shape& s) {
    if (const auto found = plans_.find(s); found != plans_.end()) return found->second;
    const bool wide = s.type == CUDA_R_64F;
    plan p;
    check(cublasLtMatmulDescCreate(&p.operation, wide ? CUBLAS_COMPUTE_64F : CUBLAS_COMPUTE_32F,
                                   wide ? CUDA_R_64F : CUDA_R_32F),
          "cublasLtMatmulDescCreate");
    const auto set = [&](cublasLtMatmulDescAttributes_t attribute, const auto& value) {
      check(cublasLtMatmulDescSetAttribute(p.operation, attribute, &value, sizeof value),
            "cublasLtMatmulDescSetAttribute");
    };
    set(CUBLASLT_MATMUL_DESC_TRANSA, s.a_transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(CUBLASLT_MATMUL_DESC_TRANSB, s.b_transposed ? CUBLAS_OP_T : CUBLAS_OP_N);
    if (s.bias) set(CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS);
    const auto layout = [&](cublasLtMatrixLayout_t& of, cudaDataType_t type, int rows, int columns, int leading) {
      check(cublasLtMatrixLayoutCreate(&of, type, static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(columns),
                                       leading),
            "cublasLtMatrixLayoutCreate");
    };
    s.a_transposed ? layout(p.a, s.type, s.k, s.m, s.lda) : layout(p.a, s.type, s.m, s.k, s.lda);
    s.b_transposed ? layout(p.b, s.type, s.n, s.k, s.ldb) : layout(p.b, s.type, s.k, s.n, s.ldb);
    layout(p.c, s.result, s.m, s.n, s.ldc);
    layout(p.d, s.result, s.m, s.n, s.ldd);
    p.algorithm = pick(p, s);
    return plans_.emplace(s, p).first->second;
  }

  cublasLtMatmulAlgo_t pick(const plan& p, const product_shape& s) const {
    cublasLtMatmulPreference_t preference = nullptr;
    check(cublasLtMatmulPreferenceCreate(&preference), "cublasLtMatmulPreferenceCreate");
    const auto set = [&](cublasLtMatmulPreferenceAttributes_t attribute, const auto& value) {
      check(cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, sizeof value),
            "cublasLtMatmulPreferenceSetAttribute");
    };
    set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, static_cast<std::uint64_t>(bytes_));
    for (const auto attribute :
         {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
          CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES})
      set(attribute, s.alignment);
    cublasLtMatmulHeuristicResult_t found{};
    int count = 0;
    const cublasStatus_t status =
        cublasLtMatmulAlgoGetHeuristic(handle_, p.operation, p.a, p.b, p.c, p.d, preference, 1, &found, &count);
    cublasLtMatmulPreferenceDestroy(preference);
    check(status, "cublasLtMatmulAlgoGetHeuristic");
    if (count == 0)
      throw cuda_error("cuBLASLt has no algorithm for a product of (" + std::to_string(s.m) + ", " +
                       std::to_string(s.k) + ") and (" + std::to_string(s.k) + ", " + std::to_string(s.n) +
                       "): use --device cpu, or another width.");
    return found.algo;
  }

  cublasLtHandle_t handle_ = nullptr;
  void* workspace_;
  std::size_t bytes_;
  std::map<product_shape, plan> plans_;
};

}  // namespace krait::backend
