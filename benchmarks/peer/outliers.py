#!/usr/bin/env python3
"""The step of benchmarks/outliers.cpp in NumPy and PyTorch: fresh prompts, hinge loss, gradient, plain gradient descent.

autograd   PyTorch, dense tokens, gradients by autograd
numpy      NumPy, dense tokens, gradients by hand
Both draw their prompts with NumPy's own generator, whole batches at a time. Before the timing each form takes three steps
on the prompts and weights of krait (Philox4x32-10, in NumPy), whose losses are printed.
"""
import argparse
import json
import statistics
import time

import numpy

D, M1, M2, V, L, NORM, P_A, KAPPA_A, K, RATE, DIAGONAL = 30, 6, 10, 3, 20, 3., .6, 2., .5, .01, .2
STREAM = 2166136261
for byte in b"outlier training prompts":
    STREAM = (STREAM ^ byte) * 16777619 % 2**32


def philox(index, seed, stream):
    """Four words at each index (Salmon et al. 2011)."""
    index, low = numpy.asarray(index, numpy.uint64), numpy.uint64(0xFFFFFFFF)
    shift = numpy.uint64(32)
    a, b = index & low, index >> shift
    c, d = numpy.full_like(a, stream), numpy.zeros_like(a)
    key0, key1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        x, y = a * numpy.uint64(0xD2511F53), c * numpy.uint64(0xCD9E8D57)
        a, b = (y >> shift) ^ b ^ numpy.uint64(key0), y & low
        c, d = (x >> shift) ^ d ^ numpy.uint64(key1), x & low
        key0, key1 = (key0 + 0x9E3779B9) & 0xFFFFFFFF, (key1 + 0xBB67AE85) & 0xFFFFFFFF
    return a, b, c, d


def dense(positive, negative, plus, nu, kappa, outlier, label, query_plus, query_nu, query_kappa):
    """(B, L + 1, D + 1) tokens and (B) labels of the queries."""
    batch = len(positive)
    rows, columns = numpy.arange(batch)[:, None], numpy.arange(L)[None]
    tokens = numpy.zeros((batch, L + 1, D + 1), numpy.float32)
    tokens[rows, columns, numpy.where(plus, positive[:, None], negative[:, None])] = NORM
    tokens[rows, columns, M1 + nu] = NORM * kappa
    some, where = numpy.nonzero(outlier >= 0)
    tokens[some, where, M1 + M2 + outlier[some, where]] = NORM * KAPPA_A
    tokens[:, :L, D] = numpy.where(outlier >= 0, label, numpy.where(plus, 1, -1))
    rows = rows[:, 0]
    tokens[rows, L, numpy.where(query_plus, positive, negative)] = NORM
    tokens[rows, L, M1 + query_nu] = NORM * query_kappa
    return tokens, numpy.where(query_plus, 1, -1).astype(numpy.float32)


def pair(task):
    positive, other = task // (M1 - 1), task % (M1 - 1)
    return positive, other + (other >= positive)


def krait_prompts(first, batch):
    """Prompts first .. of seed 1, as task::outlier_classification draws them."""
    room = 2 * (L + 1)
    number = first + numpy.arange(batch, dtype=numpy.uint64)[:, None]
    w = philox(number * numpy.uint64(room) + numpy.arange(L + 1, dtype=numpy.uint64)[None], 1, STREAM)

    def below(word, n):
        return ((word * numpy.uint64(n)) >> numpy.uint64(32)).astype(int)

    def symmetric(word):
        return K * (((word >> numpy.uint64(8)).astype(numpy.int64) - 2**23) / 2.0**23)

    def bit(word, which):
        return (word >> numpy.uint64(which)) & numpy.uint64(1) == 1

    query, each = [x[:, 0] for x in w], [x[:, 1:] for x in w]
    positive, negative = pair(below(query[0], M1 * (M1 - 1)))
    outlier = numpy.where(each[1] < numpy.uint64(round(P_A * 2**32)), below(each[3], V), -1)
    return dense(positive, negative, bit(each[0], 0), below(each[2], M2), symmetric(each[0]), outlier,
                 numpy.where(bit(each[0], 1), 1, -1), bit(query[1], 0), below(query[2], M2), symmetric(query[1]))


def fresh_prompts(random, batch):
    positive, negative = pair(random.integers(M1 * (M1 - 1), size=batch))
    outlier = numpy.where(random.random((batch, L), numpy.float32) < P_A, random.integers(V, size=(batch, L)), -1)
    return dense(positive, negative, random.integers(2, size=(batch, L)) > 0, random.integers(M2, size=(batch, L)),
                 random.random((batch, L), numpy.float32) * 2 * K - K, outlier, random.integers(2, size=(batch, L)) * 2 - 1,
                 random.integers(2, size=batch) > 0, random.integers(M2, size=batch),
                 random.random(batch, numpy.float32) * 2 * K - K)


def first_weights():
    matrix = numpy.zeros((D + 1, D + 1), numpy.float32)
    matrix[range(D), range(D)] = DIAGONAL
    return [matrix, matrix.copy(), (.02 * (numpy.arange(D + 1) % 5) - .04).astype(numpy.float32)]


class with_numpy:
    def __init__(self, gated, threads):
        self.w, self.gated = first_weights(), gated

    def step(self, p, z):
        W_B, W_C, w = self.w
        batch = len(z)
        B, C = p @ W_B.T, p[:, L] @ W_C.T
        s, y = numpy.einsum("blm,bm->bl", B, C), p[:, :, D]
        if self.gated:
            sigma = 1 / (1 + numpy.exp(-(p @ w)))
            keep = numpy.cumprod((1 - sigma)[:, ::-1], 1)[:, ::-1]
            G = numpy.concatenate([sigma[:, :L] * keep[:, 1:], numpy.zeros((batch, 1), numpy.float32)], 1)
        else:
            G = numpy.ones_like(s)
        terms = G * y * s
        miss = 1 - z * terms.sum(1)
        dF = numpy.where(miss > 0, -z / batch, 0).astype(numpy.float32)[:, None]
        ds = dF * G * y
        dB, dC = ds[:, :, None] * C[:, None], numpy.einsum("bl,blm->bm", ds, B)
        flat = p.reshape(-1, D + 1)
        gradients = [dB.reshape(-1, D + 1).T @ flat, dC.T @ p[:, L]]
        if self.gated:
            before = numpy.cumsum(terms, 1) - terms
            gradients.append((dF * (terms * (1 - sigma) - sigma * before)).reshape(-1) @ flat)
        for weight, gradient in zip(self.w, gradients):
            weight -= RATE * gradient
        return float(numpy.maximum(miss, 0).mean())


class with_autograd:
    def __init__(self, gated, threads):
        import torch
        torch.set_num_threads(threads)
        self.torch, self.gated = torch, gated
        self.w = [torch.from_numpy(x).requires_grad_() for x in first_weights()[:3 if gated else 2]]

    def step(self, p, z):
        torch = self.torch
        p, z = torch.from_numpy(p), torch.from_numpy(z)
        s = torch.bmm(p @ self.w[0].T, (p[:, L] @ self.w[1].T)[:, :, None])[:, :, 0]
        terms = p[:, :, D] * s
        if self.gated:
            a = p @ self.w[2]
            closed = torch.nn.functional.logsigmoid(-a)
            later = closed.flip(1).cumsum(1).flip(1) - closed
            terms = terms * torch.exp(torch.nn.functional.logsigmoid(a) + later)
        loss = torch.relu(1 - z * terms.sum(1)).mean()
        gradients = torch.autograd.grad(loss, self.w)
        with torch.no_grad():
            for weight, gradient in zip(self.w, gradients):
                weight -= RATE * gradient
        return float(loss)


FORMS = {"numpy": with_numpy, "autograd": with_autograd}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--form", choices=[*FORMS, "all"], default="all")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch")
    parser.add_argument("--seconds", type=float, default=2)
    chosen = parser.parse_args()
    for form in FORMS if chosen.form == "all" else [chosen.form]:
        for model in ("mamba", "linear"):
            trainer = FORMS[form](model == "mamba", chosen.threads)
            losses = [trainer.step(*krait_prompts(i * chosen.batch, chosen.batch)) for i in range(3)]
            random, ms, until = numpy.random.default_rng(1), [], time.perf_counter() + chosen.seconds
            while len(ms) < 3 or time.perf_counter() < until:
                start = time.perf_counter()
                trainer.step(*fresh_prompts(random, chosen.batch))
                ms.append(1e3 * (time.perf_counter() - start))
            median = statistics.median(ms)
            print(json.dumps({"name": f"outlier_{model}_step", "form": form, "best_ms": round(min(ms), 4),
                              "median_ms": round(median, 4), "steps": len(ms), "threads": chosen.threads,
                              "batch": chosen.batch, "prompts_per_second": round(chosen.batch / median * 1e3),
                              "loss": losses[0], "losses": losses}), flush=True)


if __name__ == "__main__":
    main()
