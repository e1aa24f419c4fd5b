#!/usr/bin/env python3
"""A training step of the in-context transformer in PyTorch: 64 prompts of 82 tokens, 2 x (8 heads, MLP), width 128.

Forms of attention: products (softmax between two batched products), fused (scaled_dot_product_attention of torch 2).
"""
import math

import torch
from torch.nn import functional
from torch.nn.functional import gelu, layer_norm, linear, mse_loss, softmax

import peer
import values

HEADS = 8


def products(q, k, v):
    length = q.shape[2]
    later = torch.ones(length, length, dtype=torch.bool).triu(1)
    scores = (q / math.sqrt(q.shape[3])) @ k.transpose(2, 3)
    return softmax(scores.masked_fill(later, -math.inf), -1) @ v


def fused(q, k, v):
    return functional.scaled_dot_product_attention(q, k, v, is_causal=True)


FORMS = {"products": products, **({"fused": fused} if hasattr(functional, "scaled_dot_product_attention") else {})}


def dense(x, w, name):
    return linear(x, w[name + ".weight"], w[name + ".bias"])


def norm(x, w, name):
    return layer_norm(x, (values.WIDTH,), w[name + ".weight"], w[name + ".bias"], 1e-5)


def loss_with(attention):
    def mixed(x, w, name):
        batch, length, width = x.shape
        q, k, v = dense(x, w, name + ".qkv_proj").view(batch, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        return dense(attention(q, k, v).transpose(1, 2).reshape(batch, length, width), w, name + ".out_proj")

    def loss(w, tokens, targets):
        x = dense(tokens, w, "read_in") + w["layers.0.weight"][:tokens.shape[1]]
        for i in range(2):
            x = x + mixed(norm(x, w, f"layers.1.{i}.0.norm"), w, f"layers.1.{i}.0.mixer")
            inner = dense(norm(x, w, f"layers.1.{i}.1.norm"), w, f"layers.1.{i}.1.mixer.up_proj")
            x = x + dense(gelu(inner, approximate="tanh"), w, f"layers.1.{i}.1.mixer.down_proj")
        return mse_loss(dense(norm(x[:, 0::2], w, "norm_f"), w, "read_out")[:, :, 0], targets)

    return loss


if __name__ == "__main__":
    chosen = peer.options(list(FORMS))
    peer.run("transformer_step", loss_with(FORMS[chosen.form]), values.transformer(),
             values.prompts(), chosen)
