#!/usr/bin/env python3
"""Makes tests/oracles/baselines.safetensors: what scikit-learn and xgboost answer, refitted on every prefix of prompts.

Needs VERSIONS from PyPI, which are not Debian's; trees draw differently from version to version. x and y are float32.
"""
import pathlib

import numpy

import tensor_file

VERSIONS = {"sklearn": "1.9.1", "xgboost": "1.6.1"}
PROMPTS, POINTS, DIMENSIONS, FEW = 48, 24, 6, 6
SEEDS = 10


def prompts():
    draw = numpy.random.RandomState(30)  # the legacy generator's stream is frozen
    x = draw.standard_normal((PROMPTS, POINTS, DIMENSIONS)).astype(numpy.float32)
    w = draw.standard_normal((PROMPTS, DIMENSIONS))
    w[:, 2:] = 0
    linear = numpy.einsum("pnd,pd->pn", x, w) + .3 * draw.standard_normal((PROMPTS, POINTS))
    coordinate = draw.randint(0, DIMENSIONS, (PROMPTS, 7))
    leaf = draw.standard_normal((PROMPTS, 8))
    tree = numpy.zeros((PROMPTS, POINTS))
    for p in range(PROMPTS):
        for i in range(POINTS):
            at = 0
            while at < 7:
                at = 2 * at + 1 + int(x[p, i, coordinate[p, at]] > 0)
            tree[p, i] = leaf[p, at - 7]
    tree += .1 * draw.standard_normal(tree.shape)
    return x, linear.astype(numpy.float32), tree.astype(numpy.float32)


def answers(make, x, y, first=1):
    """(prompts, points): after i examples, 0 before `first` of them."""
    out = numpy.zeros(y.shape)
    for p in range(len(y)):
        for i in range(first, POINTS):
            out[p, i] = make(i).fit(x[p, :i], y[p, :i]).predict(x[p, i:i + 1]).item()
    return out


def baselines():
    import sklearn
    import xgboost
    from sklearn.linear_model import Lasso, Ridge
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.tree import DecisionTreeRegressor

    for module in (sklearn, xgboost):
        if module.__version__ != VERSIONS[module.__name__]:
            raise ImportError(f"{module.__name__} {module.__version__}; needed is {VERSIONS[module.__name__]}")
    x, linear, tree = prompts()
    stored = {"x": x, "linear": linear, "tree": tree}
    few, y = x[:FEW].astype(numpy.float64), linear[:FEW].astype(numpy.float64)
    exact = {"tol": 1e-12, "max_iter": 1000000}
    stored["ridge_1"] = answers(lambda i: Ridge(alpha=1, fit_intercept=False), few, y)
    stored["lasso_0.1"] = answers(lambda i: Lasso(alpha=.1, fit_intercept=False, **exact), few, y)
    stored["lasso_0.01"] = answers(lambda i: Lasso(alpha=.01, fit_intercept=False, **exact), few, y)
    stored["lasso_0.1_intercept"] = answers(lambda i: Lasso(alpha=.1, **exact), few, y)
    stored["neighbours_3"] = answers(lambda i: KNeighborsRegressor(min(i, 3)), few, y)
    stored["neighbours_3_by_distance"] = answers(lambda i: KNeighborsRegressor(min(i, 3), weights="distance"), few, y)
    # A first split among many examples seldom has an equal: where all seeds agree, it has none.
    stumps = [answers(lambda i: DecisionTreeRegressor(max_depth=1, random_state=1000 * seed + i), x, tree, first=10)
              for seed in range(SEEDS)]
    stored["stump"] = stumps[0]
    stored["stump_agreed"] = numpy.all([abs(s - stumps[0]) < 1e-9 for s in stumps], 0).astype(numpy.int64)
    for name, depth in {"tree_4": 4, "tree": None}.items():
        errors = [(answers(lambda i: DecisionTreeRegressor(max_depth=depth, random_state=1000 * seed + i), x, tree)
                   - tree)**2 for seed in range(SEEDS)]
        stored[name + "_error"] = numpy.array([e.mean(0) for e in errors])  # (seeds, points)
    stored["boosted"] = answers(lambda i: xgboost.XGBRegressor(n_jobs=1), x[:FEW], tree[:FEW])
    return stored


def kernel_ridge():
    import sklearn
    from sklearn.kernel_ridge import KernelRidge

    if sklearn.__version__ != VERSIONS["sklearn"]:
        raise ImportError(f"sklearn {sklearn.__version__}; needed is {VERSIONS['sklearn']}")
    x, linear, _ = prompts()
    few, y = x[:FEW].astype(numpy.float64), linear[:FEW].astype(numpy.float64)
    return {"rbf": answers(lambda i: KernelRidge(alpha=.1, kernel="rbf"), few, y),
            "rbf_of_two": answers(lambda i: KernelRidge(alpha=1, kernel="rbf", gamma=.5), few[:, :, :2], y)}


ORACLES = {"baselines": baselines, "kernel_ridge": kernel_ridge}


def main():
    here = pathlib.Path(__file__).parent
    for name, make in ORACLES.items():
        tensor_file.write(here / f"{name}.safetensors", make())


if __name__ == "__main__":
    main()
