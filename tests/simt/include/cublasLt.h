// Stands in for cuBLASLt on the host harness: products as loops over host memory, with what krait/backend/cuda asks
// for. Sums are made in float, in double for double; a matrix that is only written is not read (device memory begins as
// NaN).
#pragma once
#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include <cstdint>
#include <cstring>

enum cublasStatus_t { CUBLAS_STATUS_SUCCESS = 0, CUBLAS_STATUS_INVALID_VALUE = 7, CUBLAS_STATUS_NOT_SUPPORTED = 15 };
enum cudaDataType_t { CUDA_R_32F = 0, CUDA_R_64F = 1, CUDA_R_16BF = 14 };
enum cublasComputeType_t { CUBLAS_COMPUTE_32F = 68, CUBLAS_COMPUTE_64F = 70 };
enum cublasOperation_t { CUBLAS_OP_N = 0, CUBLAS_OP_T = 1 };
enum cublasLtEpilogue_t { CUBLASLT_EPILOGUE_DEFAULT = 1, CUBLASLT_EPILOGUE_BIAS = 4 };
enum cublasLtMatmulDescAttributes_t {
  CUBLASLT_MATMUL_DESC_TRANSA = 3,
  CUBLASLT_MATMUL_DESC_TRANSB = 4,
  CUBLASLT_MATMUL_DESC_EPILOGUE = 7,
  CUBLASLT_MATMUL_DESC_BIAS_POINTER = 8
};
enum cublasLtMatmulPreferenceAttributes_t {
  CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES = 1,
  CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES = 5,
  CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
  CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
  CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES
};

struct cublasLtMatmulDescOpaque {
  cublasComputeType_t compute;
  cudaDataType_t scale;
  cublasOperation_t a = CUBLAS_OP_N, b = CUBLAS_OP_N;
  cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
  const void* bias = nullptr;
};
struct cublasLtMatrixLayoutOpaque {
  cudaDataType_t type;
  std::uint64_t rows, columns;
  std::int64_t leading;
};
struct cublasLtMatmulPreferenceOpaque {
  std::uint64_t workspace = 0;
  std::uint32_t alignment[4] = {256, 256, 256, 256};
};
struct cublasLtMatmulAlgo_t {
  std::uint32_t alignment[4];  // that it was picked for
};
struct cublasLtMatmulHeuristicResult_t {
  cublasLtMatmulAlgo_t algo;
  std::size_t workspaceSize;
  cublasStatus_t state;
};
using cublasLtHandle_t = struct cublasLtContext*;
using cublasLtMatmulDesc_t = cublasLtMatmulDescOpaque*;
using cublasLtMatrixLayout_t = cublasLtMatrixLayoutOpaque*;
using cublasLtMatmulPreference_t = cublasLtMatmulPreferenceOpaque*;

inline const char* cublasLtGetStatusString(cublasStatus_t s) {
  return s == CUBLAS_STATUS_SUCCESS ? "CUBLAS_STATUS_SUCCESS" : "the stand-in for cuBLASLt does not do this";
}
inline cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) { return *handle = nullptr, CUBLAS_STATUS_SUCCESS; }
inline cublasStatus_t cublasLtDestroy(cublasLtHandle_t) { return CUBLAS_STATUS_SUCCESS; }
inline cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* made, cublasComputeType_t compute,
                                               cudaDataType_t scale) {
  return *made = new cublasLtMatmulDescOpaque{compute, scale}, CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t d) { return delete d, CUBLAS_STATUS_SUCCESS; }
inline cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t d, cublasLtMatmulDescAttributes_t attribute,
                                                     const void* value, std::size_t bytes) {
  const auto take = [&](auto& to) {
    if (bytes != sizeof to) return CUBLAS_STATUS_INVALID_VALUE;
    std::memcpy(&to, value, bytes);
    return CUBLAS_STATUS_SUCCESS;
  };
  switch (attribute) {
    case CUBLASLT_MATMUL_DESC_TRANSA:
      return take(d->a);
    case CUBLASLT_MATMUL_DESC_TRANSB:
      return take(d->b);
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
      return take(d->epilogue);
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
      return take(d->bias);
  }
  return CUBLAS_STATUS_INVALID_VALUE;
}
inline cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* made, cudaDataType_t type, std::uint64_t rows,
                                                 std::uint64_t columns, std::int64_t leading) {
  if (static_cast<std::uint64_t>(leading) < rows) return CUBLAS_STATUS_INVALID_VALUE;
  return *made = new cublasLtMatrixLayoutOpaque{type, rows, columns, leading}, CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t l) { return delete l, CUBLAS_STATUS_SUCCESS; }
inline cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* made) {
  return *made = new cublasLtMatmulPreferenceOpaque, CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t p) {
  return delete p, CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t p,
                                                           cublasLtMatmulPreferenceAttributes_t attribute,
                                                           const void* value, std::size_t bytes) {
  if (attribute == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES) {
    if (bytes != sizeof p->workspace) return CUBLAS_STATUS_INVALID_VALUE;
    std::memcpy(&p->workspace, value, bytes);
  } else {
    if (bytes != sizeof p->alignment[0]) return CUBLAS_STATUS_INVALID_VALUE;
    std::memcpy(&p->alignment[attribute - CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES], value, bytes);
  }
  return CUBLAS_STATUS_SUCCESS;
}
inline cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t, cublasLtMatrixLayout_t,
                                                     cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                                     cublasLtMatrixLayout_t, cublasLtMatmulPreference_t p, int,
                                                     cublasLtMatmulHeuristicResult_t* found, int* count) {
  std::memcpy(found->algo.alignment, p->alignment, sizeof p->alignment);
  return *count = 1, CUBLAS_STATUS_SUCCESS;
}

namespace simt {
/// Whether the shapes of a product belong together.
inline bool fit(const cublasLtMatmulDescOpaque& of, const cublasLtMatrixLayoutOpaque& a,
                const cublasLtMatrixLayoutOpaque& b, const cublasLtMatrixLayoutOpaque& d) {
  const bool ta = of.a == CUBLAS_OP_T, tb = of.b == CUBLAS_OP_T;
  return (ta ? a.rows : a.columns) == (tb ? b.columns : b.rows) && (ta ? a.columns : a.rows) == d.rows &&
         (tb ? b.rows : b.columns) == d.columns;
}
template <class T, class D, class Sum>
void multiply(const cublasLtMatmulDescOpaque& of, Sum alpha, const T* a, const cublasLtMatrixLayoutOpaque& la,
              const T* b, const cublasLtMatrixLayoutOpaque& lb, Sum beta, const D* c,
              const cublasLtMatrixLayoutOpaque& lc, D* d, const cublasLtMatrixLayoutOpaque& ld) {
  const auto* bias = of.epilogue == CUBLASLT_EPILOGUE_BIAS ? static_cast<const T*>(of.bias) : nullptr;
  const std::uint64_t k = of.a == CUBLAS_OP_N ? la.columns : la.rows;
  const auto at = [](const cublasLtMatrixLayoutOpaque& l, cublasOperation_t op, std::uint64_t i, std::uint64_t j) {
    const auto leading = static_cast<std::uint64_t>(l.leading);
    return op == CUBLAS_OP_N ? i + j * leading : j + i * leading;
  };
  for (std::uint64_t j = 0; j < ld.columns; ++j)
    for (std::uint64_t i = 0; i < ld.rows; ++i) {
      Sum sum = 0;
      for (std::uint64_t l = 0; l < k; ++l)
        sum += static_cast<Sum>(a[at(la, of.a, i, l)]) * static_cast<Sum>(b[at(lb, of.b, l, j)]);
      D& to = d[at(ld, CUBLAS_OP_N, i, j)];
      to = static_cast<D>(alpha * sum +
                          (beta == Sum(0) ? Sum(0) : beta * static_cast<Sum>(c[at(lc, CUBLAS_OP_N, i, j)])) +
                          (bias ? static_cast<Sum>(bias[i]) : Sum(0)));
    }
}
}  // namespace simt

/// C may be D. An operand at a worse address than the algorithm was picked for is an error. (Not inlined: g++ would
/// look at what alpha is not.)
__attribute__((noinline)) inline cublasStatus_t cublasLtMatmul(
    cublasLtHandle_t, cublasLtMatmulDesc_t of, const void* alpha, const void* a, cublasLtMatrixLayout_t la,
    const void* b, cublasLtMatrixLayout_t lb, const void* beta, const void* c, cublasLtMatrixLayout_t lc, void* d,
    cublasLtMatrixLayout_t ld, const cublasLtMatmulAlgo_t* algorithm, void*, std::size_t, cudaStream_t stream) {
  const void* operands[] = {a, b, c, d};
  for (int i = 0; i < 4; ++i)
    if (reinterpret_cast<std::uintptr_t>(operands[i]) % algorithm->alignment[i] != 0)
      return CUBLAS_STATUS_NOT_SUPPORTED;
  // In place C and D must be laid out alike.
  if (c == d && lc->leading != ld->leading) return CUBLAS_STATUS_INVALID_VALUE;
  for (const void* operand : {a, b, c, static_cast<const void*>(d), of->bias})
    if (!simt::options().host_pointers) simt::refuse_host_pointer(operand, [] { return "cublasLtMatmul"; });
  const auto run = [&]<class T, class D, class Sum>(T, D, Sum) {
    if (!simt::fit(*of, *la, *lb, *ld) || lc->rows != ld->rows || lc->columns != ld->columns || lc->type != ld->type)
      return CUBLAS_STATUS_INVALID_VALUE;
    simt::enqueue(stream, [=, by = *of, x = *la, y = *lb, w = *lc, z = *ld, scale = *static_cast<const Sum*>(alpha),
                           more = *static_cast<const Sum*>(beta)] {
      simt::multiply(by, scale, static_cast<const T*>(a), x, static_cast<const T*>(b), y, more,
                     static_cast<const D*>(c), w, static_cast<D*>(d), z);
    });
    return CUBLAS_STATUS_SUCCESS;
  };
  if (la->type != lb->type) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (la->type == CUDA_R_16BF && ld->type == CUDA_R_16BF) return run(__nv_bfloat16{}, __nv_bfloat16{}, float{});
  if (la->type == CUDA_R_16BF && ld->type == CUDA_R_32F) return run(__nv_bfloat16{}, float{}, float{});
  if (la->type != ld->type) return CUBLAS_STATUS_NOT_SUPPORTED;
  return ld->type == CUDA_R_64F ? run(double{}, double{}, double{}) : run(float{}, float{}, float{});
}
