#!/usr/bin/env bash
# rouge-score 0.1.2 (PyPI). Its tokens are runs of a-z and 0-9, silently: a Hindi sentence has none, so that a perfect copy scores 0, and
# an accent cuts a word in two, so that "caf" is a perfect "café".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv e
e/bin/pip install -q --disable-pip-version-check --no-compile rouge-score==0.1.2
cat > scripts.py << 'CODE'
from rouge_score.rouge_scorer import RougeScorer
for target, prediction in (("भारत एक देश है", "भारत एक देश है"), ("café", "caf"), ("a copy", "a copy")):
    print(target, "|", prediction, "|", RougeScorer(["rouge1"]).score(target, prediction)["rouge1"].fmeasure)
CODE
said=$(e/bin/python scripts.py)
echo "$said"
[[ $said == "भारत एक देश है | भारत एक देश है | 0.0
café | caf | 1.0
a copy | a copy | 1.0" ]]
