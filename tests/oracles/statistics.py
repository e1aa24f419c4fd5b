#!/usr/bin/env python3
"""Writes statistics.json: t tests, corrections and correlations by SciPy and statsmodels; --check compares instead.

Needs VERSIONS from PyPI. Cases are drawn by numpy's legacy generator, whose stream is frozen, and stored.
"""
import json
import pathlib

import stored

VERSIONS = {"scipy": "1.17.1", "statsmodels": "0.15.0"}
MADE = pathlib.Path(__file__).with_name("statistics.json")


def t_tests(draw, stats):
    for n, m, scale in [(2, 2, 1), (5, 5, 3), (12, 7, .1), (40, 40, 1), (300, 150, 1e6), (3, 200, 2)]:
        a, b = draw.standard_normal(n) * scale + scale / 3, draw.standard_normal(m) * scale * 2
        case = {"a": a.tolist(), "b": b.tolist()}
        tests = {"welch": stats.ttest_ind(a, b, equal_var=False), "equal_variance": stats.ttest_ind(a, b)}
        if n == m:
            tests["paired"] = stats.ttest_rel(a, b)
        for name, found in tests.items():
            interval = found.confidence_interval(.95)
            case[name] = [float(v) for v in (found.statistic, found.df, found.pvalue, interval.low, interval.high)]
        yield case


def corrections(draw, multipletests):
    for n in (1, 2, 5, 12, 91):
        p = (draw.uniform(size=n) ** 4).round(3)  # with equal ones
        yield {"p": p.tolist(), **{name: multipletests(p, method=name)[1].tolist() for name in ("bonferroni", "holm")}}
    p = [.01, .02, float("nan"), .03]
    yield {"p": [.01, .02, None, .03], **{name: [None if v != v else v for v in multipletests(p, method=name)[1].tolist()]
                                         for name in ("bonferroni", "holm")}}


def correlations(draw, numpy, stats):
    def partial(x, y, controls):
        base = numpy.column_stack([numpy.ones(len(x))] + controls)
        x, y = (v - base @ numpy.linalg.lstsq(base, v, rcond=None)[0] for v in (x, y))
        return float(stats.pearsonr(x, y).statistic)
    for n in (4, 6, 7, 30, 200):
        z, w = draw.standard_normal(n).round(1), draw.standard_normal(n)
        x, y = (z + draw.standard_normal(n)).round(1), (z - w + 2 * draw.standard_normal(n)).round(0)
        if n < 10:
            z, w = numpy.arange(n) % 3 + .0, w
        ranked = [stats.rankdata(v) for v in (x, y, z, w)]
        spearman, pearson = stats.spearmanr(x, y), stats.pearsonr(x, y)
        case = {"x": x.tolist(), "y": y.tolist(), "z": z.tolist(), "w": w.tolist(), "ranks": ranked[0].tolist(),
                "spearman": [float(spearman.statistic), float(spearman.pvalue)],
                "pearson": [float(pearson.statistic), float(pearson.pvalue)]}
        if n > 4:
            case["partial"] = partial(x, y, [z, w])
            case["partial_spearman"] = partial(ranked[0], ranked[1], ranked[2:])
        exact = stats.permutation_test((x,), lambda v: stats.spearmanr(v, y).statistic, permutation_type="pairings",
                                       n_resamples=9999, vectorized=False) \
            if n < 8 else None
        if exact is not None:
            case["exact"] = float(exact.pvalue)
        yield case


def made():
    import numpy
    from scipy import stats
    from statsmodels.stats.multitest import multipletests
    draw = numpy.random.RandomState(15)
    return {"t_tests": list(t_tests(draw, stats)), "corrections": list(corrections(draw, multipletests)),
            "correlations": list(correlations(draw, numpy, stats))}


def near(a, b):
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(near(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(near, a, b))
    return a == b or None not in (a, b) and abs(a - b) <= 1e-10 * max(1, abs(a))


def main():
    stored.require(VERSIONS)
    found = made()
    text = "{" + ",\n".join(f'"{k}": [\n' + ",\n".join(map(json.dumps, v)) + "]" for k, v in found.items()) + "}\n"
    stored.store(MADE, text, lambda old, new: near(json.loads(new), json.loads(old)))


if __name__ == "__main__":
    main()
