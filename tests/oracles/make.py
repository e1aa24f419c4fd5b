#!/usr/bin/env python3
"""Makes tests/oracles/*.safetensors: small inputs, outputs and gradients from PyTorch in double precision.

Every input is a float32 number stored as float64, so the same file serves a float and a double test. Of a tensor NAME,
d.NAME is the gradient of the loss: given for outputs, expected for inputs. Needs python3-torch.
"""
import math
import pathlib

import numpy
import torch
from torch.nn import functional

import models
import tensor_file


class inputs:
    """Numbers from numpy's legacy generator, whose stream is frozen: the same for every version."""

    def __init__(self, seed):
        self.generator = numpy.random.RandomState(seed)

    def normal(self, *shape, scale=1.0, shift=0.0):
        return (self.generator.standard_normal(shape) * scale + shift).astype(numpy.float32).astype(numpy.float64)

    def uniform(self, low, high, *shape):
        return self.generator.uniform(low, high, shape).astype(numpy.float32).astype(numpy.float64)

    def integers(self, high, *shape):
        return self.generator.randint(0, high, shape).astype(numpy.int64)


def record(function, given, draw):
    """function: dict of tensors -> (outputs, values stored without a gradient). Returns all of it with d.NAMEs."""
    leaves = {name: torch.tensor(value, requires_grad=value.dtype == numpy.float64) for name, value in given.items()}
    outputs, extra = function(leaves)
    stored = dict(given)
    loss = 0
    for name, value in outputs.items():
        stored[name] = value.detach().numpy()
        upstream = numpy.ones(1) if value.numel() == 1 else draw.normal(*value.shape)
        stored["d." + name] = upstream
        loss = loss + (value * torch.tensor(upstream)).sum()
    loss.backward()
    stored.update({name: value.detach().numpy() for name, value in extra.items()})
    stored.update({"d." + name: leaf.grad.numpy() for name, leaf in leaves.items() if leaf.grad is not None})
    return stored


def one(value):
    return numpy.array([value], dtype=numpy.float64)


def linear():
    draw = inputs(1)
    given = {"x": draw.normal(5, 7), "weight": draw.normal(6, 7), "bias": draw.normal(6)}
    return record(lambda t: ({"y": functional.linear(t["x"], t["weight"], t["bias"])}, {}), given, draw)


def embedding():
    draw = inputs(2)
    given = {"weight": draw.normal(6, 5), "tokens": draw.integers(5, 3, 4)}  # token 5 never occurs
    return record(lambda t: ({"y": t["weight"][t["tokens"]]}, {}), given, draw)


def rms_norm():
    draw = inputs(3)
    given = {"x": draw.normal(6, 27), "weight": draw.normal(27, shift=1)}
    given["x"][0] *= 2.0**-10  # eps matters here
    given["x"][1] = 0

    def run(t):
        y, inverse_rms = models.rms_norm(t["x"], t["weight"])
        return {"y": y}, {"inverse_rms": inverse_rms}

    return record(run, given, draw)


def layer_norm():
    draw = inputs(4)
    given = {"x": draw.normal(6, 27, shift=0.5), "weight": draw.normal(27, shift=1), "bias": draw.normal(27)}
    given["x"][0] *= 2.0**-10
    given["x"][1] = 0.25

    def run(t):
        y = functional.layer_norm(t["x"], (27,), t["weight"], t["bias"], 1e-5)
        variance = t["x"].var(-1, unbiased=False)
        return {"y": y}, {"mean": t["x"].mean(-1), "inverse_std": torch.rsqrt(variance + 1e-5)}

    return record(run, given, draw)


def activations():
    draw = inputs(5)
    edges = [-100, -30, -20.5, -19.5, -8, -1, -1e-3, -1e-6, 0, 1e-6, 1e-3, 1, 8, 19.5, 20.5, 30, 100]
    x = numpy.concatenate([numpy.float32(edges).astype(numpy.float64), draw.normal(48, scale=3)])
    stored = {"x": x, "d.y": draw.normal(len(x))}
    for name, function in {"silu": functional.silu, "softplus": models.softplus, "gelu_new": models.gelu_new,
                           "gelu": functional.gelu}.items():
        leaf = torch.tensor(x, requires_grad=True)
        y = function(leaf)
        y.backward(torch.tensor(stored["d.y"]))
        stored[name + ".y"], stored[name + ".d.x"] = y.detach().numpy(), leaf.grad.numpy()
    return stored


def softmax():
    draw = inputs(6)
    given = {"x": draw.normal(5, 11, scale=3)}
    given["x"][0, :3] = [-80, 80, 79.5]
    return record(lambda t: ({"y": functional.softmax(t["x"], -1)}, {}), given, draw)


def cross_entropy():
    draw = inputs(7)
    given = {"logits": draw.normal(8, 11, scale=3), "targets": draw.integers(11, 8),
             "mask": numpy.array([1, 0, 1, 1, 0, 1, 1, 1])}
    given["logits"][0, :3] = [-80, 80, 79.5]

    def run(t):
        return {"loss": models.masked_cross_entropy(t["logits"], t["targets"], t["mask"]).reshape(1)}, {}

    return record(run, given, draw)


def squared_error():
    draw = inputs(8)
    given = {"prediction": draw.normal(4, 9), "target": draw.normal(4, 9)}
    return record(lambda t: ({"loss": ((t["prediction"] - t["target"]) ** 2).mean().reshape(1)}, {}), given, draw)


def logistic():
    draw = inputs(18)
    given = {"prediction": draw.normal(4, 9, scale=3), "label": numpy.sign(draw.normal(4, 9))}
    given["prediction"][0, :4] = [0, 60, -60, 800]  # no power may overflow, and no small loss vanish
    given["label"][0, :4] = [1, 1, 1, -1]

    def run(t):
        label = t["label"].detach()
        losses = -functional.logsigmoid(label * t["prediction"])
        return {"loss": losses.mean().reshape(1)}, {"losses": losses}

    return record(run, given, draw)


def flags(masked, packed):
    """Edges: first and last tokens masked, two masked in a row, a start at a masked token, starts in a row."""
    stored = {}
    if masked:
        stored["mask"] = numpy.array([[0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1], [1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0]])
    if packed:
        stored["starts"] = numpy.array([[0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]])
    return stored


def selective_scan(zoh, masked, packed):
    def make():
        draw = inputs(9)
        batch, length, channels, states, rank = 2, 11, 6, 3, 2
        given = {"x": draw.normal(batch, length, channels), "z": draw.normal(batch, length, channels),
                 "dbc": draw.normal(batch, length, rank + 2 * states),
                 "dt_weight": draw.normal(channels, rank, scale=.7),
                 "dt_bias": draw.uniform(-4, 0, channels), "A_log": draw.uniform(-1, 1.5, channels, states),
                 "D": draw.normal(channels, shift=1), "h0": draw.normal(batch, channels, states),
                 **flags(masked, packed)}

        def run(t):
            out, y, h_last = models.selective_scan(**t, zoh=zoh)
            return {"out": out, "h_last": h_last}, {"y": y}

        return record(run, given, draw)

    return make


def causal_conv1d(masked, packed):
    def make():
        draw = inputs(10)
        batch, length, channels, taps = 2, 11, 6, 4
        given = {"x": draw.normal(batch, length, channels), "weight": draw.normal(channels, taps),
                 "bias": draw.normal(channels), "state": draw.normal(batch, channels, taps - 1),
                 **flags(masked, packed)}

        def run(t):
            y, v, state_last = models.causal_conv1d(**t)
            return {"y": y, "state_last": state_last}, {"v": v}

        return record(run, given, draw)

    return make


def attention(groups, masked, packed):
    def make():
        draw = inputs(11)
        batch, length, heads, width = 2, 11, 4, 5
        given = {"q": draw.normal(batch, length, heads, width), "k": draw.normal(batch, length, groups, width),
                 "v": draw.normal(batch, length, groups, width), **flags(masked, packed)}
        return record(lambda t: ({"y": models.attention(**t)}, {}), given, draw)

    return make


def block_weights(draw, width, states, taps=4):
    channels, rank = 2 * width, -(-width // 16)
    return {"in_proj.weight": draw.normal(2 * channels, width, scale=width**-.5),
            "conv1d.weight": draw.normal(channels, 1, taps, scale=.5), "conv1d.bias": draw.normal(channels, scale=.5),
            "x_proj.weight": draw.normal(rank + 2 * states, channels, scale=channels**-.5),
            "dt_proj.weight": draw.normal(channels, rank), "dt_proj.bias": draw.uniform(-4, 0, channels),
            "A_log": draw.uniform(-.5, 1.5, channels, states), "D": draw.normal(channels, shift=1, scale=.3),
            "out_proj.weight": draw.normal(width, channels, scale=channels**-.5)}


def mamba_block(state, masked, packed):
    def make():
        draw = inputs(12)
        batch, length, width, states, taps = 2, 11, 8, 4, 4
        weights = block_weights(draw, width, states, taps)
        conv_state, h0 = draw.normal(batch, 2 * width, taps - 1), draw.normal(batch, 2 * width, states)
        given = {"u": draw.normal(batch, length, width), "conv_state": conv_state * state, "h0": h0 * state, **weights,
                 **flags(masked, packed)}

        def run(t):
            y, conv_state_last, h_last = models.mamba_block(t["u"], t, t["conv_state"], t["h0"], t.get("mask"),
                                                            t.get("starts"))
            return {"y": y, "conv_state_last": conv_state_last, "h_last": h_last}, {}

        return record(run, given, draw)

    return make


def mamba2_block(seed, width, heads, groups, states, taps, kind, state, masked, packed):
    def make():
        draw = inputs(seed)
        inner = 2 * width
        channels = inner + 2 * groups * states
        norms = ["norm."] if groups == 1 else [f"norm.{g}." for g in range(groups)]
        given = {"u": draw.normal(2, 11, width), "conv_state": draw.normal(2, channels, taps - 1) * state,
                 "h0": draw.normal(2, heads, states, inner // heads) * state,
                 "in_proj.weight": draw.normal(inner + channels + heads, width, scale=width**-.5),
                 "conv1d.weight": draw.normal(channels, taps, scale=.5), "conv1d.bias": draw.normal(channels, scale=.5),
                 "dt_bias": draw.uniform(-3, 0, heads), "A_log": draw.uniform(-.5, 1.5, heads),
                 "D": draw.normal(heads, shift=1, scale=.3),
                 **{name + "weight": draw.normal(inner // groups, shift=1, scale=.2) for name in norms},
                 **({name + "bias": draw.normal(inner // groups, scale=.2) for name in norms}
                    if kind == "layer_norm_before_gate" else {}),
                 "out_proj.weight": draw.normal(width, inner, scale=inner**-.5), **flags(masked, packed)}

        def run(t):
            y, conv_state_last, h_last = models.mamba2_block(t["u"], t, heads, groups, states, kind, t["conv_state"],
                                                             t["h0"], t.get("mask"), t.get("starts"))
            return {"y": y, "conv_state_last": conv_state_last, "h_last": h_last}, {}

        return record(run, given, draw)

    return make


def s4d_weights(draw, channels, states):
    return {"kernel.C": draw.normal(channels, states // 2, 2), "kernel.log_dt": draw.normal(channels, shift=-3),
            "kernel.log_A_real": draw.normal(channels, states // 2, shift=-.7, scale=.5),
            "kernel.A_imag": draw.normal(channels, states // 2, scale=5), "D": draw.normal(channels)}


def s4d_block():
    draw = inputs(15)
    weights = {**s4d_weights(draw, 8, 6), "output_linear.0.weight": draw.normal(16, 8, scale=.35),
               "output_linear.0.bias": draw.normal(16, scale=.3)}
    given = {"u": draw.normal(2, 11, 8), **weights}
    return record(lambda t: ({"y": models.s4d_block(t["u"], t)}, {}), given, draw)


def s4_mamba_block():
    draw = inputs(16)
    weights = {**s4d_weights(draw, 16, 6), "in_proj.weight": draw.normal(32, 8, scale=.35),
               "conv1d.weight": draw.normal(16, 4, scale=.5), "conv1d.bias": draw.normal(16, scale=.3),
               "out_proj.weight": draw.normal(8, 16, scale=.25)}
    given = {"u": draw.normal(2, 11, 8), **weights}
    return record(lambda t: ({"y": models.s4_mamba_block(t["u"], t)}, {}), given, draw)


def recurrent(cell, gates, memory):
    """An LSTM or a GRU: PyTorch's own cell, token after token."""
    def make():
        draw = inputs(17)
        batch, length, width, hidden = 2, 11, 5, 6
        given = {"x": draw.normal(batch, length, width), "h0": draw.normal(batch, hidden, scale=.5),
                 **({"c0": draw.normal(batch, hidden)} if memory else {}),
                 "weight_ih": draw.normal(gates * hidden, width, scale=.5),
                 "weight_hh": draw.normal(gates * hidden, hidden, scale=.5),
                 "bias_ih": draw.normal(gates * hidden, scale=.3), "bias_hh": draw.normal(gates * hidden, scale=.3)}

        def run(t):
            state, ys = ((t["h0"], t["c0"]) if memory else t["h0"]), []
            for i in range(length):
                state = cell(t["x"][:, i], state, t["weight_ih"], t["weight_hh"], t["bias_ih"], t["bias_hh"])
                ys.append(state[0] if memory else state)
            last = {"h_last": state[0], "c_last": state[1]} if memory else {"h_last": state}
            return {"y": torch.stack(ys, 1), **last}, {}

        return record(run, given, draw)

    return make


VOCABULARY, WIDTH, LAYERS, HEADS, LENGTH = 16, 8, 2, 2, 7


def mamba_weights():
    draw = inputs(13)
    w = {"embedding.weight": draw.normal(VOCABULARY, WIDTH, scale=.7)}
    for i in range(LAYERS):
        w[f"layers.{i}.norm.weight"] = draw.normal(WIDTH, shift=1, scale=.2)
        w.update({f"layers.{i}.mixer.{name}": value for name, value in block_weights(draw, WIDTH, 4).items()})
    w["norm_f.weight"] = draw.normal(WIDTH, shift=1, scale=.2)
    return w


def transformer_weights():
    draw = inputs(14)
    w = {"embedding.weight": draw.normal(VOCABULARY, WIDTH, scale=.7),
         "layers.0.weight": draw.normal(2 * LENGTH, WIDTH, scale=.3)}  # more positions than are used

    def norm(name):
        w[name + ".weight"], w[name + ".bias"] = draw.normal(WIDTH, shift=1, scale=.2), draw.normal(WIDTH, scale=.2)

    def dense(name, into, out):
        w[name + ".weight"], w[name + ".bias"] = draw.normal(out, into, scale=into**-.5), draw.normal(out, scale=.2)

    for i in range(LAYERS):
        norm(f"layers.1.{i}.0.norm")
        dense(f"layers.1.{i}.0.mixer.qkv_proj", WIDTH, 3 * WIDTH)
        dense(f"layers.1.{i}.0.mixer.out_proj", WIDTH, WIDTH)
        norm(f"layers.1.{i}.1.norm")
        dense(f"layers.1.{i}.1.mixer.up_proj", WIDTH, 4 * WIDTH)
        dense(f"layers.1.{i}.1.mixer.down_proj", 4 * WIDTH, WIDTH)
    norm("norm_f")
    return w


def language_model(weights, logits):
    def make():
        draw = inputs(15)
        tokens = draw.integers(VOCABULARY, 3, LENGTH + 1)
        mask = numpy.array([[0, 0, 1, 1, 1, 1, 1], [0, 1, 1, 1, 1, 0, 0], [1] * LENGTH])
        given = {**weights(), "tokens": tokens[:, :-1], "targets": tokens[:, 1:], "mask": mask}

        def run(t):
            result = logits(t["tokens"], t)
            text = t["tokens"]
            for _ in range(6):
                text = torch.cat([text, logits(text, t)[:, -1:].argmax(-1)], 1)
            loss = models.masked_cross_entropy(result, t["targets"], t["mask"])
            return {"loss": loss.reshape(1)}, {"logits": result, "greedy": text[:, LENGTH:]}

        return record(run, given, draw)

    return make


def checkpoint(weights):
    return lambda: {name: value.astype(numpy.float32) for name, value in weights().items()}


def optimizer(make_optimizer, settings):
    def make():
        draw = inputs(16)
        start, gradients = draw.normal(12), draw.normal(5, 12)
        gradients *= numpy.array([4, .125, 1, .03125, 2])[:, None]  # clipped: steps 0, 2 and 4
        gradients[2, 3] = 0
        parameter = torch.nn.Parameter(torch.tensor(start))
        method = make_optimizer([parameter], settings)
        norms, parameters = [], []
        for gradient in gradients:
            parameter.grad = torch.tensor(gradient)
            norms.append(float(torch.nn.utils.clip_grad_norm_([parameter], settings["clip"])))
            method.step()
            parameters.append(parameter.detach().numpy().copy())
        state = {name: value.numpy() for name, value in method.state[parameter].items()
                 if isinstance(value, torch.Tensor) and value.numel() > 1}
        return {"start": start, "gradients": gradients, "norms": numpy.array(norms),
                "parameters": numpy.array(parameters), **state,
                **{name: one(value) for name, value in settings.items()}}

    return make


def adamw(parameters, s):
    return torch.optim.AdamW(parameters, lr=s["lr"], betas=(s["beta1"], s["beta2"]), eps=s["eps"],
                             weight_decay=s["weight_decay"])


def adamw_groups():
    """Two groups of 16, the second without decay."""
    draw = inputs(17)
    s = {"lr": .01, "beta1": .9, "beta2": .95, "eps": 1e-8, "weight_decay": .1, "clip": 1.0}
    start, gradients = draw.normal(32), draw.normal(5, 32)
    decayed, spared = (torch.nn.Parameter(torch.tensor(part)) for part in (start[:16], start[16:]))
    method = adamw([{"params": [decayed]}, {"params": [spared], "weight_decay": 0.0}], s)
    norms, parameters = [], []
    for gradient in gradients:
        decayed.grad, spared.grad = torch.tensor(gradient[:16]), torch.tensor(gradient[16:])
        norms.append(float(torch.nn.utils.clip_grad_norm_([decayed, spared], s["clip"])))
        method.step()
        parameters.append(numpy.concatenate([decayed.detach().numpy(), spared.detach().numpy()]))
    return {"start": start, "gradients": gradients, "norms": numpy.array(norms), "parameters": numpy.array(parameters),
            **{name: one(value) for name, value in s.items()}}


def sgd(parameters, s):
    return torch.optim.SGD(parameters, lr=s["lr"], momentum=s["momentum"], weight_decay=s["weight_decay"])


def two_layer_network():
    """Trained by Adam on 9 examples of 4 coordinates: answers to 5 queries after 0, 1 and 100 steps."""
    draw = inputs(19)
    x, y, queries = draw.normal(9, 4), draw.normal(9), draw.normal(5, 4)
    net = torch.nn.Sequential(torch.nn.Linear(4, 20), torch.nn.ReLU(), torch.nn.Linear(20, 1)).double()
    start = {"w1": draw.uniform(-.5, .5, 20, 4), "b1": draw.uniform(-.5, .5, 20), "w2": draw.uniform(-.2, .2, 1, 20),
             "b2": draw.uniform(-.2, .2, 1)}
    for parameter, value in zip(net.parameters(), start.values()):
        parameter.data = torch.tensor(value)
    method = torch.optim.Adam(net.parameters(), lr=5e-3)
    answers = {}
    for step in range(101):
        if step in (0, 1, 100):
            answers[f"after_{step}"] = net(torch.tensor(queries)).detach().numpy()[:, 0]
        method.zero_grad()
        functional.mse_loss(net(torch.tensor(x))[:, 0], torch.tensor(y)).backward()
        method.step()
    return {"x": x, "y": y, "queries": queries, **start, **answers}


def schedules():
    """Factors of the learning rate for steps 0 .. total as in transformers.get_{linear,cosine}_schedule_with_warmup."""
    warmup, total = 5, 24

    def factors(after):
        return numpy.array([s / warmup if s < warmup else after((s - warmup) / (total - warmup))
                            for s in range(total + 1)])

    return {"warmup": one(warmup), "total": one(total), "constant": factors(lambda _: 1.0),
            "linear": factors(lambda done: 1 - done),
            "cosine": factors(lambda done: .5 * (1 + math.cos(math.pi * done)))}


FORMS = {"": (False, False), "_mask": (True, False), "_packed": (False, True), "_mask_packed": (True, True)}
ORACLES = {
    "linear": linear, "embedding": embedding, "rms_norm": rms_norm, "layer_norm": layer_norm,
    "activations": activations, "softmax": softmax, "cross_entropy": cross_entropy, "squared_error": squared_error,
    "logistic": logistic,
    **{f"selective_scan_{kind}{form}": selective_scan(kind == "zoh", *on)
       for kind in ("euler", "zoh") for form, on in FORMS.items()},
    **{f"causal_conv1d{form}": causal_conv1d(*on) for form, on in FORMS.items()},
    "attention": attention(4, False, False), "attention_one_group": attention(1, False, False),
    **{f"attention_grouped{form}": attention(2, *on) for form, on in FORMS.items()},
    "mamba_block": mamba_block(0, False, False), "mamba_block_state": mamba_block(1, False, False),
    "mamba_block_mask_packed": mamba_block(1, True, True),
    "mamba2_block": mamba2_block(18, 6, 3, 1, 3, 4, "rms_after_gate", 1, False, False),
    "mamba2_block_grouped": mamba2_block(19, 4, 4, 2, 3, 2, "rms_before_gate", 1, True, True),
    "mamba2_block_layer_norm": mamba2_block(20, 7, 1, 1, 4, 3, "layer_norm_before_gate", 0, False, False),
    "s4d_block": s4d_block, "s4_mamba_block": s4_mamba_block,
    "lstm": recurrent(torch.lstm_cell, 4, True), "gru": recurrent(torch.gru_cell, 3, False),
    "mamba_lm": language_model(mamba_weights, lambda tokens, w: models.mamba_lm(tokens, w, LAYERS)),
    "mamba_lm_checkpoint": checkpoint(mamba_weights),
    "transformer_lm": language_model(transformer_weights,
                                     lambda tokens, w: models.transformer_lm(tokens, w, LAYERS, HEADS)),
    "transformer_lm_checkpoint": checkpoint(transformer_weights),
    "adamw": optimizer(adamw, {"lr": .01, "beta1": .9, "beta2": .95, "eps": 1e-8, "weight_decay": .1, "clip": 1.0}),
    "adamw_groups": adamw_groups,
    "sgd": optimizer(sgd, {"lr": .1, "momentum": 0.0, "weight_decay": 0.0, "clip": 1.0}),
    "sgd_momentum": optimizer(sgd, {"lr": .1, "momentum": .9, "weight_decay": .01, "clip": 1.0}),
    "schedules": schedules, "two_layer_network": two_layer_network,
}


def main():
    here = pathlib.Path(__file__).parent
    for name, make in ORACLES.items():
        tensor_file.write(here / f"{name}.safetensors", make())
    print(f"{len(ORACLES)} files written")


if __name__ == "__main__":
    main()
