#!/usr/bin/env bash
# scipy 1.17.1 (PyPI). Pairs that all differ by 0.1 have no t: all differences are equal. But .3 - .2 and .2 - .1 differ in their last
# bit, and ttest_rel answers t = 8.8e15 with p = 1.3e-32 (a RuntimeWarning apart); for whole numbers it is -inf with p = 0. Two constant
# groups give p = 7e-80. BCa, bootstrap's default interval, is NaN where the percentile interval is a point.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv e
e/bin/pip install -q --disable-pip-version-check --no-compile scipy==1.17.1
cat > rounding.py << 'CODE'
import numpy
from scipy import stats
for found in (stats.ttest_rel([.3, .2, .5], [.2, .1, .4]), stats.ttest_rel([1, 2, 4], [2, 3, 5]), stats.ttest_ind([.1] * 3, [.2] * 4)):
    print(f"t = {found.statistic:.0e}, p = {found.pvalue:.0e}")
for method in ("BCa", "percentile"):
    print(method, *stats.bootstrap(([.5] * 10,), numpy.mean, method=method).confidence_interval)
CODE
said=$(e/bin/python -W ignore rounding.py)
echo "$said"
[[ $said == "t = 9e+15, p = 1e-32
t = -inf, p = 0e+00
t = -1e+16, p = 7e-80
BCa nan nan
percentile 0.5 0.5" ]]
