#!/usr/bin/env python3
"""PyTorch on a device, at the shapes of benchmarks/device_shapes.hpp: its own kernels, the scans that people write without
one, mamba-ssm's where it is installed, and the eager training steps. A line of JSON each; device.py calls it.

--device cpu and a small --share show that all of it runs where there is no device.
"""
import argparse
import json
import sys
import time

import torch
import torch.nn.functional as F

import mamba_step
import peer
import transformer_step
import values

WIDTH, RANK, STATES, HEADS = 512, 16, 16, 8
SCANS = {"": (64, 1024), ", block": (2, 1024), ", chained": (1, 65536)}  # sequences, tokens


class measured:
    def __init__(self, device, seconds):
        self.device, self.seconds = device, seconds

    def wait(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def milliseconds(self, call):
        """The mean time of a call, which only enqueues."""
        def run(times):
            self.wait()
            start = time.perf_counter()
            for _ in range(times):
                call()
            self.wait()
            return (time.perf_counter() - start) / times
        run(1)
        return 1e3 * run(max(1, min(1000, int(self.seconds / run(1)))))

    def kernel(self, name, scalar, call, form="PyTorch", beside=0):
        """Prints and returns what a call takes longer than `beside`; None where it does not fit the device."""
        try:
            ms = self.milliseconds(call) - beside
        except getattr(torch.cuda, "OutOfMemoryError", RuntimeError) as error:
            print(f"peer: {name}, {form}: {str(error).splitlines()[0]}", file=sys.stderr)
            return None
        print(json.dumps({"kernel": name, "scalar": scalar, "form": form, "ms": ms}), flush=True)
        return ms

    def both(self, name, scalar, forward, inputs, form="PyTorch", place=""):
        """Backward is what a whole pass takes longer than a forward one that remembers for it."""
        ahead = self.kernel(f"{name} forward{place}", scalar, forward, form)
        if ahead is not None:
            gradient = torch.ones_like(forward().detach())
            self.kernel(f"{name} backward{place}", scalar,
                        lambda: torch.autograd.grad(forward(), inputs, gradient), form, ahead)


def layers(at, new, count, length, scalar):
    x, weight, bias = new(count, length, WIDTH), new(WIDTH), new(WIDTH)
    at.both("layer_norm", scalar, lambda: F.layer_norm(x, (WIDTH,), weight, bias), (x, weight, bias))
    if hasattr(F, "rms_norm"):
        at.both("rms_norm", scalar, lambda: F.rms_norm(x, (WIDTH,), weight), (x, weight))
    matrix = new(WIDTH, WIDTH)
    at.kernel("linear forward", scalar, lambda: F.linear(x, matrix))
    q, k, v = (new(count, HEADS, length, WIDTH // HEADS) for _ in range(3))
    attend = getattr(F, "scaled_dot_product_attention", None)
    if attend:
        at.both("attention", scalar, lambda: attend(q, k, v, is_causal=True), (q, k, v))
    else:
        at.both("attention", scalar, lambda: transformer_step.products(q, k, v), (q, k, v), "PyTorch, products")


def scans(at, new, count, length, scalar, place):
    """delta's projection, softplus, skip and gate are part of ours, so of these."""
    x, z, rank = new(count, length, WIDTH), new(count, length, WIDTH), new(count, length, RANK)
    B, C = new(count, length, STATES), new(count, length, STATES)
    kept = dict(dtype=torch.float32)
    dt_weight, dt_bias, A_log, D = new(WIDTH, RANK, **kept), new(WIDTH, **kept), new(WIDTH, STATES, **kept), new(WIDTH, **kept)
    inputs = (x, z, rank, B, C, dt_weight, dt_bias, A_log, D)
    if scalar == "fp32":  # the written-out forms; in bf16 their states would be bf16
        for form, scan in mamba_step.FORMS.items():
            if length > 4096 and form != "pscan":  # a graph of every token, or decays beyond any float
                continue

            def forward():
                delta = F.softplus(F.linear(rank, dt_weight, dt_bias))
                return (scan(x, delta, -torch.exp(A_log), B, C) + D * x) * F.silu(z)

            at.both("selective_scan", scalar, forward, inputs, "PyTorch, " + form, place)
    try:
        from mamba_ssm.ops.selective_scan_interface import selective_scan_fn
    except ImportError:
        return
    swapped = [t.detach().transpose(1, 2).contiguous().requires_grad_() for t in (x, z, rank, B, C)]

    def fused():
        u, gate, r, b, c = swapped
        delta = dt_weight.to(r.dtype) @ r
        return selective_scan_fn(u, delta, -torch.exp(A_log), b, c, D, gate, dt_bias, delta_softplus=True)

    at.both("selective_scan", scalar, fused, (*swapped, dt_weight, dt_bias, A_log, D), "mamba-ssm", place)


def step(at, name, form, loss_of, weights):
    """Refused unless its losses are those of the same model."""
    leaves = {key: torch.tensor(value, device=at.device, requires_grad=True) for key, value in weights.items()}
    inputs = [torch.tensor(value, device=at.device) for value in values.prompts()]
    fused = {"fused": True} if at.device == "cuda" else {"foreach": True}
    method = torch.optim.AdamW(leaves.values(), **fused, **peer.SETTINGS)

    def once():
        method.zero_grad(set_to_none=True)
        loss = loss_of(leaves, *inputs)
        loss.backward()
        method.step()
        return loss

    losses = [float(once().detach()) for _ in range(3)]
    for got, wanted in zip(losses, json.loads(peer.EXPECTED.read_text())[name]["losses"]):
        if not abs(got - wanted) <= 1e-4 * wanted:
            print(f"peer: {name} {form}: losses {losses} are not those of the same model", file=sys.stderr)
            return
    print(json.dumps({"name": name, "form": f"PyTorch eager, {form}", "best_ms": at.milliseconds(once)}), flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    options.add_argument("--share", type=float, default=1, help="of the tokens of every sequence, and of the parameters")
    options.add_argument("--parameters", type=float, default=130e6)
    options.add_argument("--seconds", type=float, default=.3, help="time to measure each for")
    options = options.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        peer.refuse(f"PyTorch {torch.__version__} sees no device")
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    at = measured(options.device, options.seconds)
    print(json.dumps({"torch": torch.__version__, "cuda": torch.version.cuda}), flush=True)
    for scalar, kind in ("fp32", torch.float32), ("bf16", torch.bfloat16):
        def new(*shape, dtype=kind):
            return (.1 * torch.randn(*shape, device=options.device)).to(dtype).requires_grad_()

        for place, (count, length) in SCANS.items():
            scans(at, new, count, max(1, int(length * options.share)), scalar, place)
        layers(at, new, SCANS[""][0], max(1, int(SCANS[""][1] * options.share)), scalar)
    p = torch.nn.Parameter(torch.randn(int(options.parameters * options.share), device=options.device))
    p.grad = torch.randn_like(p)
    fused = {"fused": True} if options.device == "cuda" else {}
    at.kernel("adamw", "fp32", torch.optim.AdamW([p], **fused).step)
    for form, scan in mamba_step.FORMS.items():
        step(at, "mamba_step", form, mamba_step.loss_with(scan), values.mamba())
    for form, attention in transformer_step.FORMS.items():
        step(at, "transformer_step", form, transformer_step.loss_with(attention), values.transformer())


if __name__ == "__main__":
    main()
