#!/usr/bin/env python3
"""A training step of the in-context Mamba in PyTorch: 64 prompts of 82 tokens, 4 blocks of width 128.

The scan comes in the forms that people write without a CUDA kernel (x, dt (b,l,e), A (e,n), B, C (b,l,n) -> (b,l,e)):
loop       over time, one step's tensors at a time, small enough for the cache
loop_whole over time, decays and inputs for all times made first
cumsum     two cumulative sums; the decays of the whole length over- and underflow when delta is large
pscan      work-efficient parallel scan (Blelloch 1990) in place, with its own backward
"""
import torch
from torch.nn.functional import conv1d, layer_norm, linear, mse_loss, silu, softplus

import peer
import values


def loop(x, dt, A, B, C):
    h, ys = None, []
    for dt_t, b_t, B_t, C_t in zip(dt.unbind(1), (dt * x).unbind(1), B.unbind(1), C.unbind(1)):
        entering = b_t[:, :, None] * B_t[:, None, :]
        h = entering if h is None else torch.addcmul(entering, torch.exp(dt_t[:, :, None] * A), h)
        ys.append(torch.bmm(h, C_t[:, :, None])[:, :, 0])
    return torch.stack(ys, 1)


def decay_and_entering(x, dt, A, B):
    return dt[..., None] * A, (dt * x)[..., None] * B[:, :, None, :]


def loop_whole(x, dt, A, B, C):
    log_decay, entering = decay_and_entering(x, dt, A, B)
    h, hs = None, []
    for a_t, b_t in zip(torch.exp(log_decay).unbind(1), entering.unbind(1)):
        h = b_t if h is None else torch.addcmul(b_t, a_t, h)
        hs.append(h)
    return (torch.stack(hs, 1) @ C[..., None])[..., 0]


def cumsum(x, dt, A, B, C):
    """h_t = sum_s exp(S_t - S_s) b_s, S = cumulative log decay, shifted by half of its range against overflow."""
    log_decay, entering = decay_and_entering(x, dt, A, B)
    total = log_decay.cumsum(1)
    middle = .5 * total[:, -1:].detach()
    h = torch.exp(total - middle) * (entering * torch.exp(middle - total)).cumsum(1)
    return (h @ C[..., None])[..., 0]


def scan_in_place(a, b):
    """b_t <- a_t b_{t-1} + b_t over dimension 1, whose length is a power of two; a is overwritten."""
    length, stride = b.shape[1], 1
    while stride < length:  # up: the last of each block of 2 stride gets the block's product
        left, right = slice(stride - 1, None, 2 * stride), slice(2 * stride - 1, None, 2 * stride)
        b[:, right].addcmul_(a[:, right], b[:, left])
        a[:, right].mul_(a[:, left])
        stride *= 2
    stride = length // 4
    while stride:  # down: the middle of each block from the block before
        left, right = slice(2 * stride - 1, -stride, 2 * stride), slice(3 * stride - 1, None, 2 * stride)
        b[:, right].addcmul_(a[:, right], b[:, left])
        a[:, right].mul_(a[:, left])
        stride //= 2


class parallel_scan(torch.autograd.Function):
    @staticmethod
    def padded(x):
        longer = 1 << (x.shape[1] - 1).bit_length()
        return torch.cat([x, x.new_zeros(x.shape[0], longer - x.shape[1], *x.shape[2:])], 1)

    @staticmethod
    def forward(context, a, b):
        h = parallel_scan.padded(b)
        scan_in_place(parallel_scan.padded(a), h)
        h = h[:, :b.shape[1]]
        context.save_for_backward(a, h)
        return h

    @staticmethod
    def backward(context, dh):
        a, h = context.saved_tensors
        following = torch.cat([torch.zeros_like(a[:, :1]), a[:, 1:].flip(1)], 1)
        g = parallel_scan.padded(dh.flip(1))
        scan_in_place(parallel_scan.padded(following), g)
        g = g[:, :a.shape[1]].flip(1)
        return torch.cat([torch.zeros_like(g[:, :1]), g[:, 1:] * h[:, :-1]], 1), g


def pscan(x, dt, A, B, C):
    log_decay, entering = decay_and_entering(x, dt, A, B)
    return (parallel_scan.apply(torch.exp(log_decay), entering) @ C[..., None])[..., 0]


FORMS = {"loop": loop, "loop_whole": loop_whole, "cumsum": cumsum, "pscan": pscan}


def block(u, w, name, scan):
    x, z = linear(u, w[name + "in_proj.weight"]).chunk(2, -1)
    x = conv1d(x.transpose(1, 2), w[name + "conv1d.weight"], w[name + "conv1d.bias"], padding=values.TAPS - 1,
               groups=values.CHANNELS)[:, :, :u.shape[1]].transpose(1, 2)
    x = silu(x)
    rank, B, C = linear(x, w[name + "x_proj.weight"]).split([values.RANK, values.STATES, values.STATES], -1)
    dt = softplus(linear(rank, w[name + "dt_proj.weight"], w[name + "dt_proj.bias"]))
    y = scan(x, dt, -torch.exp(w[name + "A_log"]), B, C) + w[name + "D"] * x
    return linear(y * silu(z), w[name + "out_proj.weight"])


def loss_with(scan):
    def norm(x, w, name):
        return layer_norm(x, (values.WIDTH,), w[name + ".weight"], w[name + ".bias"], 1e-5)

    def loss(w, tokens, targets):
        x = linear(tokens, w["read_in.weight"], w["read_in.bias"])
        for i in range(4):
            x = x + block(norm(x, w, f"layers.{i}.norm"), w, f"layers.{i}.mixer.", scan)
        x = norm(x[:, 0::2], w, "norm_f")
        return mse_loss(linear(x, w["read_out.weight"], w["read_out.bias"])[:, :, 0], targets)

    return loss


if __name__ == "__main__":
    chosen = peer.options(list(FORMS))
    peer.run("mamba_step", loss_with(FORMS[chosen.form]), values.mamba(), values.prompts(), chosen)
