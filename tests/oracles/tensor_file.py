"""Reads and writes the safetensors format: length of the header, JSON header, bytes (little endian)."""
import json
import struct

import numpy

KINDS = {"F64": "<f8", "F32": "<f4", "I64": "<i8"}


def write(path, tensors):
    header, offset = {}, 0
    arrays = {name: numpy.ascontiguousarray(value) for name, value in tensors.items()}
    for name, value in arrays.items():
        kind = next(k for k, v in KINDS.items() if numpy.dtype(v) == value.dtype)
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the data start at a multiple of 8
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in arrays.values():
            file.write(value.astype(value.dtype.newbyteorder("<")).tobytes())


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            values = numpy.frombuffer(data[start + first:start + last], KINDS[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"])
    return tensors
