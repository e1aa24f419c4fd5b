#!/usr/bin/env python3
"""Makes the oracles again and compares them with the stored files. Exit code 77 (skipped) without PyTorch."""
import pathlib
import subprocess
import sys

try:
    import numpy
    import torch  # noqa: F401
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

import baselines
import make
import tensor_file

TOLERANCE = 1e-10  # of the largest value of a tensor, and at least of 1


def faults(name, fresh, stored):
    if list(fresh) != list(stored):
        yield f"{name}: tensors differ: {sorted(set(fresh) ^ set(stored))}"
    for key in set(fresh) & set(stored):
        a, b = numpy.asarray(fresh[key]), stored[key]
        if a.shape != b.shape or a.dtype != b.dtype:
            yield f"{name}: {key} is {a.dtype}{a.shape} when made again, stored is {b.dtype}{b.shape}"
        elif not numpy.isfinite(a).all():
            yield f"{name}: {key} is not finite"
        elif a.size and abs(a - b).max() > TOLERANCE * max(1, abs(b).max()):
            yield f"{name}: {key} differs by {abs(a - b).max():.3g}"


def main():
    here = pathlib.Path(__file__).parent
    found = []
    for name, build in make.ORACLES.items():
        path = here / f"{name}.safetensors"
        if path.exists():
            found += faults(name, build(), tensor_file.read(path))
        else:
            found.append(f"{name}: {path} is missing; run make.py")
    for name, build in baselines.ORACLES.items():
        try:
            found += faults(name, build(), tensor_file.read(here / f"{name}.safetensors"))
        except ImportError as missing:
            print(f"{name}: not made again: {missing}")
    for path in here.glob("*.safetensors"):
        if path.stem not in make.ORACLES and path.stem not in baselines.ORACLES:
            found.append(f"{path} is made by nothing")
    for script in ("hugging_face.py", "rouge.py", "statistics.py", "tokenizer_ids.py"):  # of other files; 77: their packages are not there
        made = subprocess.run([sys.executable, here / script, "--check"], capture_output=True, text=True)
        if made.returncode == 77:
            print(f"{script}: not made again: {made.stdout.strip()}")
        elif made.returncode != 0:
            found.append(f"{script}: {made.stderr.strip()}")
    print("\n".join(found) if found else f"{len(make.ORACLES)} oracles agree with PyTorch {torch.__version__}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
