"""The oracles' formulas in PyTorch, written to be obviously right: loops over time, double precision.

Shapes: b sequences, l tokens, d width, e = 2 d channels, n states, r rank of delta, k taps of the convolution.
A mask of 0 means: the token leaves every state alone and its output is 0. A start of 1 means: every state is set to
zero before this token (and before the mask is looked at).
"""
import math

import torch
from torch.nn.functional import cross_entropy, layer_norm, linear, silu, softmax


def softplus(x):
    return torch.logaddexp(x, torch.zeros_like(x))  # torch's own is linear above 20


def gelu_new(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def rms_norm(x, weight, eps=1e-5):
    inverse_rms = torch.rsqrt((x * x).mean(-1) + eps)
    return weight * x * inverse_rms[..., None], inverse_rms


def selective_scan(x, z, dbc, dt_weight, dt_bias, A_log, D, h0, mask=None, starts=None, zoh=False):
    """x, z (b,l,e), dbc (b,l,r+2n) = [delta's input | B | C], h0 (b,e,n) -> out, y before the gate, h_last."""
    rank, states = dt_weight.shape[1], A_log.shape[1]
    dt_rank, B, C = dbc.split([rank, states, states], -1)
    dt = softplus(linear(dt_rank, dt_weight, dt_bias))
    A = -torch.exp(A_log)
    h, ys = h0, []
    for t in range(x.shape[1]):
        if starts is not None:
            h = h * (1 - starts[:, t])[:, None, None]
        dt_A = dt[:, t, :, None] * A
        b_bar = torch.expm1(dt_A) / A if zoh else dt[:, t, :, None]
        after = torch.exp(dt_A) * h + b_bar * B[:, t, None, :] * x[:, t, :, None]
        y = (after * C[:, t, None, :]).sum(-1) + D * x[:, t]
        keep = torch.ones_like(dt[:, 0, 0]) if mask is None else mask[:, t].to(x.dtype)
        h = torch.where(keep[:, None, None] > 0, after, h)
        ys.append(y * keep[:, None])
    y = torch.stack(ys, 1)
    return y * silu(z), y, h


def causal_conv1d(x, weight, bias, state, mask=None, starts=None):
    """x (b,l,e), weight (e,k), state (b,e,k-1) = the inputs before, oldest first -> silu(v), v, the state after."""
    ys, vs = [], []
    for t in range(x.shape[1]):
        if starts is not None:
            state = state * (1 - starts[:, t])[:, None, None]
        window = torch.cat([state, x[:, t, :, None]], -1)
        v = (window * weight).sum(-1) + bias
        keep = torch.ones_like(x[:, 0, 0]) if mask is None else mask[:, t].to(x.dtype)
        state = torch.where(keep[:, None, None] > 0, window[..., 1:], state)
        vs.append(v * keep[:, None])
        ys.append(silu(v) * keep[:, None])
    return torch.stack(ys, 1), torch.stack(vs, 1), state


def mamba_block(u, w, conv_state, h0, mask=None, starts=None, zoh=False):
    """u (b,l,d), w: the block's weights by their names -> (b,l,d), conv_state_last, h_last."""
    x, z = linear(u, w["in_proj.weight"]).chunk(2, -1)
    x, _, conv_state = causal_conv1d(x, w["conv1d.weight"][:, 0], w["conv1d.bias"], conv_state, mask, starts)
    y, _, h = selective_scan(x, z, linear(x, w["x_proj.weight"]), w["dt_proj.weight"], w["dt_proj.bias"], w["A_log"],
                             w["D"], h0, mask, starts, zoh)
    return linear(y, w["out_proj.weight"]), conv_state, h


EPS = 9.999999747378752e-06  # the float32 nearest to 1e-5


def mamba2_block(u, w, heads, groups, states, kind, conv_state, h0, mask=None, starts=None):
    """Mamba2 of mamba_ssm as its step without Triton writes it, token after token; kind: where the norm stands.
    u (b,l,d), conv_state (b,channels,k-1), h0 (b,heads,states,width) -> (b,l,d), conv_state_last, h_last."""
    inner = w["out_proj.weight"].shape[1]
    width, share, bc = inner // heads, heads // groups, groups * states
    z, row, dt = linear(u, w["in_proj.weight"]).split([inner, inner + 2 * bc, heads], -1)
    row, _, conv_state = causal_conv1d(row, w["conv1d.weight"], w["conv1d.bias"], conv_state, mask, starts)
    x, B, C = row.split([inner, bc, bc], -1)
    dt = softplus(dt + w["dt_bias"])
    A, h, ys = -w["A_log"].exp(), h0, []
    for i in range(u.shape[1]):
        if starts is not None:
            h = h * (1 - starts[:, i].to(h))[:, None, None, None]
        xt = x[:, i].reshape(-1, heads, width)
        Bt, Ct = (v[:, i].reshape(-1, groups, states).repeat_interleave(share, 1) for v in (B, C))
        after = (h * torch.exp(dt[:, i] * A)[..., None, None]
                 + torch.einsum("bh,bhn,bhp->bhnp", dt[:, i], Bt, xt))
        y = torch.einsum("bhnp,bhn->bhp", after, Ct) + w["D"][:, None] * xt
        if mask is not None:
            kept = mask[:, i].to(h)[:, None, None]
            after, y = torch.where(kept[..., None] > 0, after, h), y * kept
        h = after
        ys.append(y.reshape(-1, inner))
    y, gate = torch.stack(ys, 1), silu(z)

    def norm(v):
        parts = v.reshape(*v.shape[:-1], groups, inner // groups)
        names = ["norm."] if groups == 1 else [f"norm.{g}." for g in range(groups)]
        weight = torch.stack([w[name + "weight"] for name in names])
        if kind == "layer_norm_before_gate":
            parts = parts - parts.mean(-1, keepdim=True)
        parts = parts * torch.rsqrt(parts.square().mean(-1, keepdim=True) + EPS) * weight
        if kind == "layer_norm_before_gate":
            parts = parts + torch.stack([w[name + "bias"] for name in names])
        return parts.reshape(v.shape)

    y = norm(y * gate) if kind == "rms_after_gate" else norm(y) * gate
    return linear(y, w["out_proj.weight"]), conv_state, h


def s4d(x, w):
    """The convolution of the released s4d.py: by Fourier transforms, with a skip."""
    length, dt = x.shape[1], w["kernel.log_dt"].exp()[:, None]
    A = -w["kernel.log_A_real"].exp() + 1j * w["kernel.A_imag"]
    C = torch.view_as_complex(w["kernel.C"]) * (torch.exp(dt * A) - 1) / A
    kernel = 2 * torch.einsum("hn,hnl->hl", C, torch.exp((dt * A)[:, :, None] * torch.arange(length))).real
    x = x.transpose(1, 2)
    y = torch.fft.irfft(torch.fft.rfft(kernel, n=2 * length) * torch.fft.rfft(x, n=2 * length), n=2 * length)
    return (y[..., :length] + w["D"][:, None] * x).transpose(1, 2)


def s4d_block(u, w):
    y = torch.nn.functional.gelu(s4d(u, w)) @ w["output_linear.0.weight"].T + w["output_linear.0.bias"]
    return torch.nn.functional.glu(y, dim=-1)


def s4_mamba_block(u, w):
    channels = w["D"].shape[0]
    x, z = (u @ w["in_proj.weight"].T).split(channels, dim=-1)
    taps = w["conv1d.weight"].shape[1]
    x = causal_conv1d(x, w["conv1d.weight"], w["conv1d.bias"], torch.zeros(u.shape[0], channels, taps - 1).to(u))[0]
    return (s4d(x, w) * z) @ w["out_proj.weight"].T


def attention(q, k, v, mask=None, starts=None):
    """q (b,l,heads,dh), k and v (b,l,groups,dh): head i reads group i // (heads / groups) -> (b,l,heads,dh)."""
    share = q.shape[2] // k.shape[2]
    k, v = k.repeat_interleave(share, 2), v.repeat_interleave(share, 2)
    length = q.shape[1]
    seen = torch.tril(torch.ones(length, length, dtype=torch.bool))[None].expand(q.shape[0], -1, -1)
    if starts is not None:
        text = starts.cumsum(1)
        seen = seen & (text[:, :, None] == text[:, None, :])
    if mask is not None:  # a masked token sees itself, so that its row is finite; its output is 0 all the same
        seen = seen & ((mask[:, None, :] > 0) | torch.eye(length, dtype=torch.bool))
    scores = torch.einsum("bihd,bjhd->bhij", q, k) / math.sqrt(q.shape[3])
    scores = scores.masked_fill(~seen[:, None], -math.inf)
    y = torch.einsum("bhij,bjhd->bihd", softmax(scores, -1), v)
    return y if mask is None else y * mask[:, :, None, None]


def masked_cross_entropy(logits, targets, mask):
    """Mean over the tokens whose mask is 1."""
    losses = cross_entropy(logits.reshape(-1, logits.shape[-1]), targets.reshape(-1), reduction="none")
    return (losses * mask.reshape(-1)).sum() / mask.sum()


def inside(w, prefix):
    return {name[len(prefix):]: value for name, value in w.items() if name.startswith(prefix)}


def mamba_lm(tokens, w, layers):
    """tokens (b,l) -> logits (b,l,vocabulary); RMSNorm before each block, residual, norm_f, tied head."""
    x = w["embedding.weight"][tokens]
    for i in range(layers):
        block = inside(w, f"layers.{i}.mixer.")
        channels, taps = block["conv1d.weight"].shape[0], block["conv1d.weight"].shape[2]
        conv_state = x.new_zeros(x.shape[0], channels, taps - 1)
        h0 = x.new_zeros(x.shape[0], *block["A_log"].shape)
        x = x + mamba_block(rms_norm(x, w[f"layers.{i}.norm.weight"])[0], block, conv_state, h0)[0]
    return linear(rms_norm(x, w["norm_f.weight"])[0], w["embedding.weight"])


def norm(x, w, name):
    return layer_norm(x, x.shape[-1:], w[name + ".weight"], w[name + ".bias"], 1e-5)


def dense(x, w, name):
    return linear(x, w[name + ".weight"], w[name + ".bias"])


def transformer_lm(tokens, w, layers, heads):
    """tokens (b,l) -> logits: learned positions, (LayerNorm, attention), (LayerNorm, MLP of gelu_new), tied head.

    Names: layers.0 the positions, layers.1.I.0 attention I, layers.1.I.1 MLP I.
    """
    batch, length = tokens.shape
    x = w["embedding.weight"][tokens] + w["layers.0.weight"][:length]
    for i in range(layers):
        first, second = f"layers.1.{i}.0.", f"layers.1.{i}.1."
        qkv = dense(norm(x, w, first + "norm"), w, first + "mixer.qkv_proj")
        q, k, v = (part.reshape(batch, length, heads, -1) for part in qkv.chunk(3, -1))
        x = x + dense(attention(q, k, v).flatten(2), w, first + "mixer.out_proj")
        inner = dense(norm(x, w, second + "norm"), w, second + "mixer.up_proj")
        x = x + dense(gelu_new(inner), w, second + "mixer.down_proj")
    return linear(norm(x, w, "norm_f"), w["embedding.weight"])
