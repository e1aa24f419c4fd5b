#!/usr/bin/env bash
# tokenizers 0.23.3 and 0.21.4 (PyPI). The "id" that a tokenizer.json gives an added token is not what the token gets: tokens that are not in
# the model's vocabulary are numbered anew, from the vocabulary's size on, in the order of the file. A file that leaves ids free (a
# vocabulary padded to a multiple of 64, a token removed) loads without a word, encodes to other ids than it says, and is saved with them:
# embeddings trained with the file's ids are then read at other rows. Whoever reads the file as it stands differs from the library.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
look() { # VERSION
  python3 -m venv "$1" && "$1/bin/pip" install --quiet "tokenizers==$1"
  "$1/bin/python" - << 'PYTHON'
import json
import tokenizers

plain = tokenizers.Tokenizer(tokenizers.models.BPE({"a": 0, "b": 1}, []))
file = json.loads(plain.to_str())
token = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
file["added_tokens"] = [{"id": 9, "content": "<x>", **token}, {"id": 5, "content": "<y>", **token}]
read = tokenizers.Tokenizer.from_str(json.dumps(file))
ids = {t["content"]: t["id"] for t in json.loads(read.to_str())["added_tokens"]}
print(tokenizers.__version__, "a<x>b<y> ->", read.encode("a<x>b<y>").ids, "saved as", ids)
assert read.encode("a<x>b<y>").ids == [0, 2, 1, 3]
assert ids == {"<x>": 2, "<y>": 3}
PYTHON
}
look 0.23.3
look 0.21.4
