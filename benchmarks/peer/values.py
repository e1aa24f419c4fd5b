"""The weights and prompts of the step benchmarks, by a formula that C++ repeats bit for bit (values.hpp).

uniform(stream, i) in [-1, 1) has 24 bits, so that it is exact in float32. A tensor's stream is the hash of its name.
"""
import math

import numpy


def uniform(stream, count):
    """SplitMix64's output function at the places stream * 2^32 + i (Steele et al. 2014)."""
    z = (numpy.uint64(stream) << numpy.uint64(32)) + numpy.arange(1, count + 1, dtype=numpy.uint64)
    z = z * numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z = z ^ (z >> numpy.uint64(31))
    return (z >> numpy.uint64(40)).astype(numpy.float64) / 2.0**23 - 1


WIDTH, CHANNELS, STATES, TAPS, RANK, DIMENSION, POINTS, PROMPTS = 128, 256, 16, 4, 8, 20, 41, 64


def stream(name):
    """FNV-1a, 32 bits."""
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


def scale_and_centre(name, inputs):
    """A value is centre + scale * uniform."""
    kinds = {"dt_proj.bias": (2.0, -5.0),  # delta about 0.001 to 0.05
             "A_log": (1.375, 1.375),  # A from -1 to -16
             "mixer.D": (.25, 1.0), "norm.weight": (.125, 1.0), "norm_f.weight": (.125, 1.0),
             "norm.bias": (.125, 0.0), "norm_f.bias": (.125, 0.0), "conv1d.weight": (.5, 0.0),
             "conv1d.bias": (.5, 0.0), ".bias": (.0625, 0.0), ".weight": (1 / math.sqrt(inputs), 0.0)}
    return next(kinds[kind] for kind in kinds if name.endswith(kind))


def tensor(name, *shape):
    scale, centre = scale_and_centre(name, shape[-1])
    return (centre + scale * uniform(stream(name), math.prod(shape))).reshape(shape).astype(numpy.float32)


def mamba():
    shapes = {"read_in.weight": (WIDTH, DIMENSION), "read_in.bias": (WIDTH,)}
    for i in range(4):
        block = f"layers.{i}.mixer."
        shapes.update({
            f"layers.{i}.norm.weight": (WIDTH,), f"layers.{i}.norm.bias": (WIDTH,),
            block + "in_proj.weight": (2 * CHANNELS, WIDTH), block + "conv1d.weight": (CHANNELS, 1, TAPS),
            block + "conv1d.bias": (CHANNELS,), block + "x_proj.weight": (RANK + 2 * STATES, CHANNELS),
            block + "dt_proj.weight": (CHANNELS, RANK), block + "dt_proj.bias": (CHANNELS,),
            block + "A_log": (CHANNELS, STATES), block + "D": (CHANNELS,),
            block + "out_proj.weight": (WIDTH, CHANNELS)})
    return filled({**shapes, **ending()})


def transformer():
    shapes = {"read_in.weight": (WIDTH, DIMENSION), "read_in.bias": (WIDTH,), "layers.0.weight": (2 * POINTS, WIDTH)}
    for i in range(2):
        first, second = f"layers.1.{i}.0.", f"layers.1.{i}.1."
        for name, out, into in ((first + "mixer.qkv_proj", 3 * WIDTH, WIDTH), (first + "mixer.out_proj", WIDTH, WIDTH),
                                (second + "mixer.up_proj", 4 * WIDTH, WIDTH),
                                (second + "mixer.down_proj", WIDTH, 4 * WIDTH)):
            shapes.update({name + ".weight": (out, into), name + ".bias": (out,)})
        for name in (first + "norm", second + "norm"):
            shapes.update({name + ".weight": (WIDTH,), name + ".bias": (WIDTH,)})
    return filled({**shapes, **ending()})


def ending():
    return {"norm_f.weight": (WIDTH,), "norm_f.bias": (WIDTH,), "read_out.weight": (1, WIDTH), "read_out.bias": (1,)}


def filled(shapes):
    return {name: tensor(name, *shape) for name, shape in shapes.items()}


def prompts():
    """tokens (64, 82, 20): x_1, (y_1, 0, ...), x_2, ...; targets (64, 41): y = <w, x> / 4."""
    x = uniform(1000, PROMPTS * POINTS * DIMENSION).reshape(PROMPTS, POINTS, DIMENSION) * 1.75
    w = uniform(1001, PROMPTS * DIMENSION).reshape(PROMPTS, DIMENSION) * 1.75
    y = numpy.zeros((PROMPTS, POINTS))
    for i in range(DIMENSION):  # one order of adding, the same in C++
        y = y + x[:, :, i] * w[:, None, i]
    y = y * .25
    tokens = numpy.zeros((PROMPTS, 2 * POINTS, DIMENSION), dtype=numpy.float32)
    tokens[:, 0::2], tokens[:, 1::2, 0] = x, y
    return tokens, y.astype(numpy.float32)
