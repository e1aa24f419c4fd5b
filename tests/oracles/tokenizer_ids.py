#!/usr/bin/env python3
"""Writes tokenizer_ids.json: ids and texts of the tokenizers of five families, by the PyPI package tokenizers (Tokenizer.from_file);
--check compares instead. Needs KRAIT_DATA.

The tokenizer.json files themselves belong to others and stay where KRAIT_DATA is; what is stored here are ids.
"""
import json
import lzma
import os
import pathlib
import tempfile

import stored

VERSIONS = {"tokenizers": "0.23.3"}
MADE = pathlib.Path(__file__).with_name("tokenizer_ids.json")
TEXTS = [
    "Hello world", " hi", "in 2024 we", "I'LL don't", "a\n\n b", "½ ²", "a  b    c        d", "\t\tx\n \n  y ",
    "e\u0301 \u00e9 \ufb01 \u212b", "\u092d\u093e\u0930\u0924 \u0915\u0940 \u0930\u093e\u091c\u0927\u093e\u0928\u0940",
    "\u4e1c\u4eac\u90fd\u3001\ud55c\uad6d\uc5b4", "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1ee\U0001f1f3",
    "x<|endoftext|> y <eos>", "\u180e\u00a0\u2003\u0085z", "\x00\x1f\x7f", "don\u017f '\u017f 'S", "", " ", "1234567.89%",
    "\u2581\u2581a \u0120b", "What is the capital of France? Paris.",
]
FAMILIES = ["gpt-neox-20b", "olmo-1b", "gpt2", "qwen", "gemma"]


def main():
    stored.require(VERSIONS)
    folder = pathlib.Path(os.environ.get("KRAIT_DATA", "")) / "tokenizers"
    if not (folder / "gpt2.json.xz").exists():
        stored.skip("needs KRAIT_DATA with tokenizers/")
    import tokenizers

    made = {}
    for family in FAMILIES:
        with tempfile.NamedTemporaryFile(suffix=".json") as plain:
            plain.write(lzma.open(folder / f"{family}.json.xz").read())
            plain.flush()
            of = tokenizers.Tokenizer.from_file(plain.name)
        cases = []
        for text in TEXTS:
            ids = of.encode(text).ids
            cases.append({"text": text, "ids": ids, "decoded": of.decode(ids, skip_special_tokens=False)})
        made[family] = cases
    parts = (f'"{family}": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]" for family, cases in made.items())
    stored.store(MADE, "{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    main()
