"""What the PyTorch peers share: which BLAS is at work, the timing of a step, the check that it is the same model."""
import argparse
import ctypes
import json
import pathlib
import re
import statistics
import sys
import time

import numpy
import torch

EXPECTED = pathlib.Path(__file__).parent / "expected.json"
SLOWEST_RATE = 10  # GF/s of a fair product on two threads; the reference BLAS reaches 1 to 5
SETTINGS = {"lr": 1e-3, "betas": (.9, .999), "eps": 1e-8, "weight_decay": .01}


def blas():
    """Name of the BLAS that torch has loaded, "reference" for Debian's libblas3."""
    torch.randn(64, 64) @ torch.randn(64, 64)
    maps = pathlib.Path("/proc/self/maps").read_text() if pathlib.Path("/proc/self/maps").exists() else ""
    shared = re.findall(r"/\S*/libblas\.so\S*", maps)  # one name, several makers; LAPACK may load OpenBLAS too
    if shared and not any(maker in shared[0] for maker in ("openblas", "mkl", "blis", "atlas")):
        return "reference"
    library = re.search(r"/\S*openblas[^/\s]*\.so\S*", maps)
    if library:
        try:
            loaded = ctypes.CDLL(library[0])
            loaded.openblas_get_config.restype = ctypes.c_char_p
            loaded.openblas_get_corename.restype = ctypes.c_char_p
            version = " ".join(loaded.openblas_get_config().decode().split()[:2])
            return f"{version} {loaded.openblas_get_corename().decode()}"
        except AttributeError:  # a wheel's copy with renamed symbols
            return "OpenBLAS"
    if torch.backends.mkl.is_available():
        return "MKL"
    for name in ("mkl", "blis", "Accelerate"):
        if name in maps:
            return name
    return "unknown"


def product_rate(rows=5248, inner=128, columns=512, repeats=8):
    """Best rate of a product of the benchmark's own shape in GF/s, and its worst error against double precision."""
    a, b = torch.randn(rows, inner), torch.randn(inner, columns)
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        c = a @ b
        best = min(best, time.perf_counter() - start)
    error = float((c.double() - a.double() @ b.double()).abs().max())
    return 2 * rows * inner * columns / best / 1e9, error


def options(forms):
    parser = argparse.ArgumentParser()
    parser.add_argument("--form", choices=forms, default=forms[0])
    parser.add_argument("--compile", action="store_true", help="torch.compile the loss (torch 2 and later)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5, help="time to measure for, after warm-up")
    parser.add_argument("--steps", type=int, default=0, help="exactly so many timed steps instead")
    parser.add_argument("--store", action="store_true", help="write expected.json from a run in double precision")
    return parser.parse_args()


def refuse(text):
    print(f"peer: {text}", file=sys.stderr)
    sys.exit(3)


def run(name, loss_of, weights, inputs, chosen, relative_tolerance=2e-5):
    """loss_of(weights, *inputs): times forward + backward + AdamW and prints one JSON line."""
    torch.set_num_threads(chosen.threads)
    used, (rate, error) = blas(), product_rate()
    if used in ("reference", "unknown") or rate < SLOWEST_RATE:
        refuse(f"torch uses a {used} BLAS at {rate:.1f} GF/s, no fair peer; install libopenblas0-pthread")
    if error > 1e-3:
        refuse(f"the BLAS {used} gives wrong products (error {error:.2g}); try another OPENBLAS_CORETYPE")
    kind = torch.float64 if chosen.store else torch.float32
    leaves = {key: torch.tensor(value, dtype=kind, requires_grad=True) for key, value in weights.items()}
    inputs = [torch.tensor(value, dtype=kind) for value in inputs]
    method = torch.optim.AdamW(leaves.values(), foreach=True, **SETTINGS)
    if chosen.compile:
        if not hasattr(torch, "compile"):
            refuse(f"torch {torch.__version__} has no torch.compile")
        loss_of = torch.compile(loss_of)

    def step():
        method.zero_grad(set_to_none=True)
        loss = loss_of(leaves, *inputs)
        loss.backward()
        method.step()
        return float(loss)

    begun = time.perf_counter()
    losses = [step()]
    first = time.perf_counter() - begun
    losses += [step() for _ in range(2)]  # warm-up
    stored = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else {}
    if chosen.store:
        stored[name] = {"losses": losses}
        EXPECTED.write_text(json.dumps(stored, indent=2) + "\n")
    for got, wanted in zip(losses, stored[name]["losses"]):
        if not abs(got - wanted) <= relative_tolerance * wanted:
            refuse(f"{name} {chosen.form}: losses {losses} are not those of the same model, {stored[name]['losses']}")
    times = []
    while (len(times) < chosen.steps) if chosen.steps else (sum(times) < chosen.seconds or len(times) < 3):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    print(json.dumps({
        "name": name, "form": chosen.form + (" compiled" if chosen.compile else ""),
        "best_ms": round(1e3 * min(times), 2), "median_ms": round(1e3 * statistics.median(times), 2),
        **({"compile_s": round(first, 1)} if chosen.compile else {}),
        "steps": len(times), "threads": torch.get_num_threads(), "torch": torch.__version__,
        "blas": used, "product_gflops": round(rate, 1), "loss": losses[0],
        "parameters": int(sum(numpy.prod(value.shape) for value in weights.values()))}))
