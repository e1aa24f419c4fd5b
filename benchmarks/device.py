#!/usr/bin/env python3
"""Runs benchmarks/device.cu on this machine's device, and peer/device.py where PyTorch with CUDA is there; prints a table and
writes it as JSON. benchmarks/run --gpu calls it."""
import argparse
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
AIM = {"mamba_step": 5.0}  # how many times faster than PyTorch eager
AIM_OF_BOUND = {"selective_scan forward": .8, "selective_scan backward": .65}
AIM_IDLE = .05  # of a step, between its kernels


def json_lines(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def peers(python, parameters):
    """The peer's lines; none where there is no PyTorch with a device."""
    try:
        done = subprocess.run([python, HERE / "peer" / "device.py", "--parameters", str(parameters)],
                              capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired as late:
        print("  PyTorch: took more than 300 s, what it had measured by then is shown", file=sys.stderr)
        return json_lines((late.stdout or b"").decode())
    for line in done.stderr.splitlines():
        if line.startswith(("peer:", "ModuleNotFoundError")):
            print(f"  PyTorch: {line}", file=sys.stderr)
    return json_lines(done.stdout)


def fastest(lines, wanted, time):
    """The line of those with all of `wanted` that has the least time, or None."""
    found = [line for line in lines if time in line and all(line.get(key) == value for key, value in wanted.items())]
    return min(found, key=lambda line: line[time], default=None)


def text(value, form):
    return format(value, form) if value is not None else ""


def show_kernels(lines, theirs):
    print(f"  {'kernel':<36}      {'ms':>9} {'bound ms':>9} {'achieved':>9} {'peer ms':>9} {'ratio':>7}")
    for line in lines:
        peer = fastest(theirs, {"kernel": line["kernel"], "scalar": line["scalar"]}, "ms")
        if peer:
            line["peer"], line["peer_ms"] = peer["form"], peer["ms"]
        aim = AIM_OF_BOUND.get(line["kernel"])
        remark = f"   aim {aim:.0%}" if aim and line["scalar"] == "fp32" else ""
        print(f"  {line['kernel']:<36} {line['scalar']} {line['ms']:>9.3f} {text(line.get('bound_ms'), '9.3f'):>9} "
              f"{text(line.get('achieved'), '.0%'):>9} {text(peer and peer['ms'], '.3f'):>9} "
              f"{text(peer and peer['ms'] / line['ms'], '.2f'):>7}   {peer['form'] if peer else ''}{remark}")


def show_steps(lines, theirs):
    print(f"\n  {'step':<36}      {'ms':>9} {'idle':>9} {'peer ms':>9} {'ratio':>7}")
    for line in lines:
        peer = fastest(theirs, {"name": line["name"]}, "best_ms")
        if peer:
            line["peer"], line["peer_ms"] = peer["form"], peer["best_ms"]
        aim = f"   aim {AIM[line['name']]:.0f}" if peer and line["name"] in AIM else ""
        print(f"  {line['name'] + ', ' + line['form'].split(', ')[-1]:<41} {line['best_ms']:>9.3f} "
              f"{text(line.get('idle'), '.1%'):>9} {text(peer and peer['best_ms'], '.3f'):>9} "
              f"{text(peer and peer['best_ms'] / line['best_ms'], '.1f'):>7}   {peer['form'] if peer else ''}{aim}")
    print(f"  (idle: of the device between the kernels of a step, aim below {AIM_IDLE:.0%}; empty where there is no CUPTI)")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--program", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--python", default=sys.executable, help="that has PyTorch")
    options.add_argument("--parameters", type=float, default=130e6)
    options.add_argument("--version", default="")
    options = options.parse_args()
    done = subprocess.run([options.program, "--parameters", str(options.parameters)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip() or f"{options.program} ended with {done.returncode}")
    lines, theirs = json_lines(done.stdout), peers(options.python, options.parameters)
    kernels = [line for line in lines if "kernel" in line]
    show_kernels(kernels, theirs)
    show_steps([line for line in lines if "name" in line], theirs)
    device = kernels[0]["device"]
    name = re.sub(r"[^a-z0-9]+", "-", device.lower()).strip("-")
    file = options.out / f"{name}.json"
    options.out.mkdir(parents=True, exist_ok=True)
    about = {"device": device, "version": options.version}
    file.write_text(json.dumps({**about, "rows": lines, "peers": theirs}, indent=1) + "\n")
    print(f"written to {file}")


main()
