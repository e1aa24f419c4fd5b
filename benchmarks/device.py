#!/usr/bin/env python3
"""Runs benchmarks/device.cu on this machine's device, and PyTorch's own kernels where PyTorch with CUDA is there; prints a table
and writes it as JSON. benchmarks/run --gpu calls it."""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import time

WIDTH, HEADS, CLASSES = 512, 8, 256  # those of device_shapes.hpp


def peers(count, length, parameters):
    """Milliseconds of PyTorch's kernels at the same shapes, by name and scalar; none without a device."""
    try:
        import torch
        import torch.nn.functional as F
    except ImportError:
        return {}
    if not torch.cuda.is_available():
        return {}
    torch.backends.cuda.matmul.allow_tf32 = False

    def timed(f):
        for _ in range(3):
            f()
        torch.cuda.synchronize()
        start, runs = time.perf_counter(), 20
        for _ in range(runs):
            f()
        torch.cuda.synchronize()
        return (time.perf_counter() - start) / runs * 1e3

    def both(name, scalar, forward, inputs):
        out = forward()
        gradient = torch.ones_like(out)
        found[name + " forward", scalar] = timed(forward)
        whole = timed(lambda: torch.autograd.grad(forward(), inputs, gradient))
        found[name + " backward", scalar] = whole - found[name + " forward", scalar]

    found = {}
    for scalar, dtype in ("fp32", torch.float32), ("bf16", torch.bfloat16):
        new = lambda *shape: torch.randn(*shape, device="cuda", dtype=dtype, requires_grad=True)
        x, weight, bias = new(count, length, WIDTH), new(WIDTH), new(WIDTH)
        both("layer_norm", scalar, lambda: F.layer_norm(x, (WIDTH,), weight, bias), (x, weight, bias))
        if hasattr(F, "rms_norm"):
            both("rms_norm", scalar, lambda: F.rms_norm(x, (WIDTH,), weight), (x, weight))
        matrix = new(WIDTH, WIDTH)
        found["linear forward", scalar] = timed(lambda: F.linear(x, matrix))
        q, k, v = (new(count, HEADS, length, WIDTH // HEADS) for _ in range(3))
        both("attention", scalar, lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True), (q, k, v))
    p = torch.nn.Parameter(torch.randn(int(parameters), device="cuda"))
    p.grad = torch.randn_like(p)
    optimiser = torch.optim.AdamW([p], fused=True)
    found["adamw", "fp32"] = timed(optimiser.step)
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--program", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--sequences", type=int, default=64)
    options.add_argument("--length", type=int, default=1024)
    options.add_argument("--parameters", type=float, default=130e6)
    options.add_argument("--version", default="")
    options = options.parse_args()
    shape = ["--sequences", options.sequences, "--length", options.length, "--parameters", options.parameters]
    done = subprocess.run([options.program, *map(str, shape)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip() or f"{options.program} ended with {done.returncode}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    theirs = peers(options.sequences, options.length, options.parameters)
    print(f"  {'kernel':<36}      {'ms':>9} {'bound ms':>9} {'achieved':>9} {'PyTorch ms':>11} {'ratio':>6}")
    for line in lines:
        if "kernel" not in line:
            print(f"  {line['name'] + ', ' + line['form'].split(', ')[-1]:<41} {line['best_ms']:>9.3f}   (median {line['median_ms']:.3f})")
            continue
        peer = theirs.get((line["kernel"], line["scalar"]))
        if peer is not None:
            line["pytorch_ms"] = peer
        text = lambda value, form: format(value, form) if value is not None else ""
        print(f"  {line['kernel']:<36} {line['scalar']} {line['ms']:>9.3f} {text(line.get('bound_ms'), '9.3f'):>9} "
              f"{text(line.get('achieved'), '.0%'):>9} {text(peer, '.3f'):>11} {text(peer and peer / line['ms'], '.2f'):>6}")
    device = next(line["device"] for line in lines if "device" in line)
    name = re.sub(r"[^a-z0-9]+", "-", device.lower()).strip("-")
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / f"{name}.json"
    file.write_text(json.dumps({"device": device, "version": options.version, "sequences": options.sequences,
                                "length": options.length, "rows": lines}, indent=1) + "\n")
    print(f"written to {file}")


main()
