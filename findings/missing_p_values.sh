#!/usr/bin/env bash
# statsmodels 0.15.0 and pingouin 0.7.0 (PyPI). Of four tests one gave no p-value (NaN: a group was constant). For Bonferroni and Holm
# statsmodels corrects for four tests, pingouin for three, so that the same results are significant in one and not in the other;
# for Benjamini-Hochberg statsmodels answers NaN for all of them. Neither says how many it counted.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv e
e/bin/pip install -q --disable-pip-version-check --no-compile statsmodels==0.15.0 pingouin==0.7.0
cat > missing.py << 'CODE'
import numpy, pingouin
from statsmodels.stats.multitest import multipletests
p = [.01, .014, numpy.nan, .03]
for ours, theirs in (("bonferroni", "bonf"), ("holm", "holm"), ("fdr_bh", "fdr_bh")):
    print(ours, *multipletests(p, method=ours)[1].round(4), "|", *pingouin.multicomp(p, method=theirs)[1].round(4))
CODE
said=$(e/bin/python -W ignore missing.py)
echo "p = .01 .014 NaN .03, corrected by statsmodels | by pingouin"
echo "$said"
[[ $said == "bonferroni 0.04 0.056 nan 0.12 | 0.03 0.042 nan 0.09
holm 0.04 0.042 nan 0.06 | 0.03 0.03 nan 0.03
fdr_bh nan nan nan nan | 0.021 0.021 nan 0.03" ]]
