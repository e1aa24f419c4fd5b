"""Writes tokenizers.json: ids and texts of the tokenizers of five families, by the PyPI package tokenizers (Tokenizer.from_file);
--check compares instead. Needs KRAIT_DATA.

The tokenizer.json files themselves belong to others and stay where KRAIT_DATA is; what is stored here are ids.
"""
import json
import lzma
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path = [p for p in sys.path if pathlib.Path(p or ".").resolve() != HERE]  # this file has the package's name
try:
    import tokenizers  # noqa: E402
except ImportError as missing:
    print(missing)
    sys.exit(77)

VERSION = "0.23.3"
MADE = HERE / "tokenizers.json"

TEXTS = [
    "Hello world", " hi", "in 2024 we", "I'LL don't", "a\n\n b", "½ ²", "a  b    c        d", "\t\tx\n \n  y ",
    "e\u0301 \u00e9 \ufb01 \u212b", "\u092d\u093e\u0930\u0924 \u0915\u0940 \u0930\u093e\u091c\u0927\u093e\u0928\u0940",
    "\u4e1c\u4eac\u90fd\u3001\ud55c\uad6d\uc5b4", "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1ee\U0001f1f3",
    "x<|endoftext|> y <eos>", "\u180e\u00a0\u2003\u0085z", "\x00\x1f\x7f", "don\u017f '\u017f 'S", "", " ", "1234567.89%",
    "\u2581\u2581a \u0120b", "What is the capital of France? Paris.",
]
FAMILIES = ["gpt-neox-20b", "olmo-1b", "gpt2", "qwen", "gemma"]


def main():
    folder = pathlib.Path(os.environ.get("KRAIT_DATA", "")) / "tokenizers"
    if tokenizers.__version__ != VERSION or not (folder / "gpt2.json.xz").exists():
        print(f"needs tokenizers {VERSION} and KRAIT_DATA with tokenizers/")
        sys.exit(77)
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
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    if "--check" not in sys.argv:
        MADE.write_text(text)
    elif MADE.read_text() != text:
        sys.exit("tokenizers.json is not what tokenizers gives now")


if __name__ == "__main__":
    main()
