#!/usr/bin/env python3
"""Writes safetensors_verdicts.json: headers right and wrong, and what the reference says of each file.

Needs safetensors 0.8.0 (PyPI). A file is 8 bytes of header length, the header and `bytes` bytes of data. `reads` is the
reference's verdict, `arrays` what it read. `stricter` says why krait refuses a file that the reference reads. With
--check it compares instead and exits with 1 if the file differs; --many N makes N more, which are printed, not stored.
"""
import json
import pathlib
import random
import struct
import sys

import safetensors

MADE = pathlib.Path(__file__).with_name("safetensors_verdicts.json")
BITS = {"BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
        "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32,
        "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64}


def entry(dtype="U8", shape="[1]", offsets="[0,1]", more=""):
    return '{"dtype":"%s","shape":%s,"data_offsets":%s%s}' % (dtype, shape, offsets, more)


def one(dtype="U8", shape="[1]", offsets="[0,1]", more=""):
    return '{"a":%s}' % entry(dtype, shape, offsets, more)


def two(a, b):
    return '{"a":%s,"b":%s}' % (a, b)


TWICE = "a name twice would hide an array"
CHOSEN = [  # name, header, bytes of data, why krait is stricter
    ("no arrays", "{}", 0),
    ("zero extent alone", one("F32", "[3,0]", "[0,0]"), 0),
    ("zero extent before another", two(entry("F32", "[16,0]", "[0,0]"), entry("F32", "[1]", "[0,4]")), 4),
    ("zero extent behind another", two(entry("F32", "[2]", "[0,8]"), entry("F32", "[16,0]", "[8,8]")), 8),
    ("zero extent within another", two(entry("F32", "[2]", "[0,8]"), entry("F32", "[16,0]", "[4,4]")), 8),
    ("two zero extents", two(entry("U8", "[0]", "[0,0]"), entry("I64", "[0,7]", "[0,0]")), 0),
    ("zero extent with bytes", one("F32", "[0]", "[0,4]"), 4),
    ("scalar", one("F32", "[]", "[0,4]"), 4),
    ("the same name with the same bytes", two(entry(), entry()).replace('"b"', '"a"'), 1, TWICE),
    ("the same name with other bytes", two(entry(), entry(offsets="[1,2]")).replace('"b"', '"a"'), 2),
    ("the same name in an escape", two(entry(), entry()).replace('"b"', r'"\u0061"'), 1, TWICE),
    ("the same field twice", one(more=',"dtype":"U8"'), 1),
    ("the same field in an escape", one(more=r',"\u0064type":"U8"'), 1),
    ("an unknown field", one(more=',"more":[1,{"x":null}]'), 1),
    ("an unknown field twice", one(more=',"more":1,"more":2'), 1),
    ("metadata", '{"__metadata__":{"a":"b","":""}}', 0),
    ("metadata null", '{"__metadata__":null}', 0),
    ("metadata null beside an array", '{"__metadata__":null,"a":%s}' % entry(), 1),
    ("metadata twice", '{"__metadata__":{},"__metadata__":{}}', 0),
    ("a key of metadata twice", '{"__metadata__":{"a":"1","a":"2"}}', 0),
    ("metadata with a number", '{"__metadata__":{"a":1}}', 0),
    ("metadata with null", '{"__metadata__":{"a":null}}', 0),
    ("metadata in an array", '{"__metadata__":[]}', 0),
    ("hole", two(entry(), entry(offsets="[2,3]")), 3),
    ("late start", one(offsets="[1,2]"), 2),
    ("trailing bytes", one(), 2),
    ("bytes without arrays", "{}", 2),
    ("overlap", two(entry(shape="[2]", offsets="[0,2]"), entry(shape="[2]", offsets="[1,3]")), 3),
    ("the same place", two(entry(), entry()), 1),
    ("missing bytes", one(shape="[2]", offsets="[0,2]"), 1),
    ("offsets backwards", one(offsets="[1,0]"), 1),
    ("three offsets", one(offsets="[0,1,1]"), 1),
    ("no offsets", '{"a":{"dtype":"U8","shape":[1]}}', 0),
    ("offsets too wide", one(shape="[2]"), 1),
    ("product overflows before a zero", one("F32", "[9223372036854775808,4,0]", "[0,0]"), 0),
    ("zero before what would overflow", one("F32", "[0,9223372036854775808,4]", "[0,0]"), 0),
    ("bits overflow", one("F32", "[4611686018427387904]", "[0,0]"), 0),
    ("extent beyond 64 bits", one(shape="[18446744073709551616]"), 1),
    ("negative extent", one(shape="[-1]", offsets="[0,0]"), 0),
    ("minus zero", one(shape="[-0]", offsets="[0,0]"), 0),
    ("fraction as extent", one(shape="[1.0]"), 1),
    ("power as extent", one(shape="[1e0]"), 1),
    ("text as extent", one(shape='["1"]'), 1),
    ("leading zero", one(shape="[01]"), 1),
    ("shape null", one(shape="null"), 1),
    ("unknown type", one("F31"), 1),
    ("type in small letters", one("u8"), 1),
    ("four bits", one("F4", "[2]"), 1),
    ("four bits within a byte", one("F4", "[1]"), 1),
    ("six bits", one("F6_E2M3", "[4]", "[0,3]"), 3),
    ("six bits within a byte", one("F6_E3M2", "[2]", "[0,2]"), 2),
    ("half precision", one("F16", "[2,1]", "[0,4]"), 4),
    ("null as array", '{"a":null}', 0),
    ("array null beside one", '{"a":%s,"b":null}' % entry(), 1),
    ("empty name", '{"":%s}' % entry(), 1),
    ("NUL in a name", r'{"a\u0000":%s}' % entry(), 1),
    ("line end in a name", '{"a\n":%s}' % entry(), 1),
    ("half a surrogate pair in a name", r'{"\ud800":%s}' % entry(), 1),
    ("half a surrogate pair in metadata", r'{"__metadata__":{"a":"\ud800"}}', 0),
    ("bytes that are no UTF-8", b'{"\xff":%s}' % entry().encode(), 1),
    ("UTF-8", '{"caf\u00e9":%s}' % entry(), 1),
    ("leading space", " \n{}", 0),
    ("trailing space", "{}\n\t ", 0),
    ("byte order mark", "\ufeff{}", 0),
    ("NUL behind", "{}\0", 0),
    ("text behind", "{} x", 0),
    ("comment", "{}//", 0),
    ("trailing comma", '{"a":%s,}' % entry(), 1),
    ("nothing", "", 0),
    ("null", "null", 0),
    ("array", "[]", 0),
    ("NaN", one(more=',"more":NaN'), 1),
    ("number out of range", one(more=',"more":1e400'), 1),
    ("nested 127 deep", one(more=',"more":' + "[" * 125 + "]" * 125), 1),
    ("nested 128 deep", one(more=',"more":' + "[" * 126 + "]" * 126), 1),
    ("an array for an entry", '{"a":["U8",[1],[0,1]]}', 1, "an entry is an object"),
]


def made(choose):
    """A header that is right in most parts."""
    arrays, end = [], 0
    for i in range(choose.randint(0, 4)):
        dtype = choose.choice(sorted(BITS))
        shape = [choose.choice([0, 1, 2, 3, 4, 8]) for _ in range(choose.randint(0, 3))]
        values = 1
        for extent in shape:
            values *= extent
        if values * BITS[dtype] % 8 and choose.random() < .8:
            shape, values = shape + [8], values * 8
        size = values * BITS[dtype] // 8
        first, last = end, end + size
        end = last
        slip = choose.random()
        if slip < .05:
            first, last, end = first + 1, last + 1, end + 1
        elif slip < .08:
            last += 1
        elif slip < .11:
            first, last = last, first
        elif slip < .14 and first > 0:
            first, last, end = first - 1, last - 1, end - 1
        arrays.append((choose.choice(["w", "x.y", "long name ", "\u00e9"]) + str(i), dtype, shape, first, last))
    choose.shuffle(arrays)
    parts = ['%s:%s' % (json.dumps(name), entry(dtype, json.dumps(shape), "[%d,%d]" % (first, last)))
             for name, dtype, shape, first, last in arrays]
    meta = choose.random()
    if meta < .3:
        parts.insert(choose.randint(0, len(parts)), '"__metadata__":' + choose.choice(['{"k":"v"}', "null", "{}", "7"]))
    header = "{" + ",".join(parts) + "}" + " " * choose.randint(0, 7)
    return header, max(0, end + choose.choice([0] * 12 + [1, -1]))


def verdict(header, size):
    raw = header if isinstance(header, bytes) else header.encode("utf-8", "surrogatepass")
    data = bytes(i % 251 for i in range(size))
    try:
        found = safetensors.deserialize(struct.pack("<Q", len(raw)) + raw + data)
    except safetensors.SafetensorError:
        return {"reads": False}
    return {"reads": True, "arrays": {name: [a["dtype"], list(a["shape"]), len(a["data"])] for name, a in found}}


def case(name, header, size, stricter=None):
    made_case = {"name": name}
    if isinstance(header, bytes):
        made_case["hex"] = header.hex()
    else:
        made_case["header"] = header
    made_case.update(bytes=size, **verdict(header, size))
    if stricter:
        made_case["stricter"] = stricter
    return made_case


def main():
    choose = random.Random(8)
    many = int(sys.argv[sys.argv.index("--many") + 1]) if "--many" in sys.argv else 0
    cases = [case(*chosen) for chosen in CHOSEN]
    cases += [case("type " + dtype, *two_of_type(dtype)) for dtype in BITS]
    cases += [case("made %d" % i, *made(choose)) for i in range(many or 60)]
    content = "[\n" + ",\n".join(json.dumps(each) for each in cases) + "\n]\n"
    if many:
        print(content, end="")
    elif "--check" in sys.argv:
        sys.exit(0 if MADE.read_text() == content else f"{MADE} differs from what this script makes")
    else:
        MADE.write_text(content)


def two_of_type(dtype):
    """Eight values of a type beside a float that it must not hide."""
    return two(entry(dtype, "[2,4]", "[0,%d]" % BITS[dtype]), entry("F32", "[1]", "[%d,%d]" % (BITS[dtype], BITS[dtype] + 4))), BITS[dtype] + 4


if __name__ == "__main__":
    if safetensors.__version__ != "0.8.0":
        sys.exit(f"safetensors 0.8.0 is needed, and {safetensors.__version__} is here; pip install safetensors==0.8.0.")
    main()
