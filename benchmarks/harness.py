#!/usr/bin/env python3
"""Runs our benchmark programs and their peers in turn, prints a table of ratios and limits, and writes it as JSON.

Every program prints JSON lines. A timing is {"name", "best_ms", "median_ms", "threads", "loss", "form"}, a limit is
{"name", "value", "unit", "threads"}, a part of a step is {"name", "part", "thread_ms", "limit_ms", "limit", "share"}.
Peers run as installed and tuned: an allocator that keeps its memory and threads that sleep while they wait; in both
with the fastest correct kernels of their BLAS; of a current PyTorch (benchmarks/setup-peers) and of the one that the
system has. Timings mean something on an otherwise idle machine only.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
TUNED = {"MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "32000000000",
         "MALLOC_TOP_PAD_": "1000000000", "OMP_WAIT_POLICY": "passive"}
PEERS = {"mamba_step": [["--form", form] for form in ("loop", "loop_whole", "cumsum", "pscan")],
         "transformer_step": [["--form", "products"]]}
MODERN = {"mamba_step": [], "transformer_step": [["--form", "fused"], ["--form", "fused", "--compile"], ["--form", "products", "--compile"]]}  # of torch 2
COMPILED = {"mamba_step": [["--form", form, "--compile"] for form in ("loop", "cumsum", "pscan")], "transformer_step": []}  # with --compile
COMPILES = 900  # seconds that a form may take to compile, once: PyTorch keeps what it has made
CURRENT = HERE.parent / "build/peers/bin/python3"
AIM = {"mamba_step": 8.0, "transformer_step": 3.0}  # how many times faster than the best tuned peer
MOST_OF_LIMITS = {"mamba_step": 1.4}  # a step on one thread, in sums of its parts' limits
OURS = ("kernels", "limits", "outliers", "step", "study")
FAILED = []  # names of programs that did
AIM_PROMPTS = 1e6  # a second, of the one-layer step
AIM_STUDY = .9  # a whole study's trained tokens a second, in those of its step alone
CORES = ("Haswell", "Zen", "SkylakeX")  # OPENBLAS_CORETYPEs to try besides what is there and none
PROBE = ("import peer, torch, sys; torch.set_num_threads(int(sys.argv[1])); rates = [peer.product_rate(*s) for s in "
         "((5248, 128, 512), (5248, 256, 128), (512, 5248, 128), (128, 5248, 256))]; "
         "print(max(e for _, e in rates), 4 / sum(1 / r for r, _ in rates), torch.__version__, peer.blas())")


def run(command, environment, seconds, folder=None):
    """Standard output, or None and a sentence on standard error and a name in FAILED."""
    name = pathlib.Path(command[0]).name
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, cwd=folder)
    except subprocess.TimeoutExpired:
        print(f"  {' '.join(command[-3:])}: took more than {seconds:.0f} s, left out", file=sys.stderr)
        FAILED.append(name)
        return None
    except OSError as error:
        print(f"  {command[0]}: {error.strerror}", file=sys.stderr)
        FAILED.append(name)
        return None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        print(f"  {' '.join(map(str, command[-3:]))}: {lines[-1]}", file=sys.stderr)
        FAILED.append(name)
        return None
    return done.stdout


def json_lines(text):
    """The objects a program printed."""
    return [json.loads(line) for line in (text or "").splitlines() if line.startswith("{")]


def host():
    text = pathlib.Path("/proc/cpuinfo").read_text() if pathlib.Path("/proc/cpuinfo").exists() else ""
    field = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}
    flags = field.get("flags", field.get("Features", "")).split()
    vectors = next((name for flag, name in (("avx512f", "avx512"), ("avx2", "avx2"), ("sve", "sve"), ("asimd", "neon"))
                    if flag in flags), "plain")
    found = {"model": field.get("model name", os.uname().machine), "family": field.get("cpu family", ""),
             "vectors": vectors, "cores": len(os.sched_getaffinity(0))}
    words = f"{found['model']} family {found['family']} {vectors} {found['cores']} cores"
    found["class"] = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return found


def without_openblas(environment):
    return {key: value for key, value in environment.items() if not key.startswith("OPENBLAS_")}


kernels = collections.namedtuple("kernels", "rate name environment blas torch python")


def best_blas(python, threads):
    """The fastest correct kernels: measured, because a wrong setting halves the peer's speed."""
    if subprocess.run([python, "-c", "import numpy, torch"], capture_output=True).returncode:
        return None
    found = []
    choices = [("as set", dict(os.environ)), ("unset", without_openblas(os.environ))]
    choices += [(core, {**without_openblas(os.environ), "OPENBLAS_CORETYPE": core}) for core in CORES]
    if not any(key.startswith("OPENBLAS_") for key in os.environ):
        choices = choices[1:]
    for name, environment in choices:
        answer = run([python, "-c", PROBE, str(threads)], environment, 30, HERE / "peer")
        if answer:
            error, rate, torch, blas = answer.strip().split(None, 3)
            correct = float(error) < 1e-3
            remark = "" if correct else "   wrong, left out"
            print(f"  BLAS kernels {name:8} {float(rate):6.0f} GF/s   {blas}{remark}")
            if correct and not blas.startswith(("reference", "unknown")):
                found.append(kernels(float(rate), name, environment, blas, torch, python))
    fastest = max((entry.rate for entry in found), default=0)
    unset = [entry for entry in found if entry.name == "unset" and entry.rate > .95 * fastest]
    return unset[0] if unset else max(found, key=lambda entry: entry.rate, default=None)


class contender:
    def __init__(self, name, form, command, environment, ours=False):
        self.name, self.form, self.command, self.environment, self.ours = name, form, command, environment, ours
        self.best, self.medians, self.last = float("inf"), [], {}

    def turn(self, limit):
        answer = json_lines(run([str(word) for word in self.command], self.environment, limit))
        for line in answer:
            if line.get("name") == self.name and "best_ms" in line:
                self.best = min(self.best, line["best_ms"])
                self.medians.append(line["median_ms"])
                self.last = line
        return bool(answer)

    @property
    def median(self):
        return statistics.median(self.medians)


def environments(blas):
    """Of a peer: from the most to the least tuned."""
    spinning = {key: value for key, value in TUNED.items() if key != "OMP_WAIT_POLICY"}
    return {"tuned": {**blas.environment, **TUNED}, "tuned, threads spin": {**blas.environment, **spinning},
            "as installed": blas.environment}


def own_step(name, options, threads):
    """Our step as a contender; none where it is not built."""
    step = options.programs / "step"
    command = [step, "--model", name.removesuffix("_step"), "--threads", threads, "--seconds", options.seconds]
    form = "krait" if threads == options.threads else "krait, one thread"
    return [contender(name, form, command, dict(os.environ), ours=True)] if step.exists() else []


def choose(name, options, peers):
    """Contenders that take turns: ours, and of each PyTorch those that win a trial of each form and then of each environment."""
    chosen = own_step(name, options, options.threads)
    for blas in peers:
        chosen += choose_peers(name, options, blas)
    return chosen


def choose_peers(name, options, blas):
    threads = ["--threads", options.threads]

    def trial(form, where):
        shown = f"PyTorch {blas.torch.split('+')[0]} " + " ".join(word.lstrip("-") for word in form if word != "--form") + ", " + where
        command = [blas.python, HERE / "peer" / f"{name}.py", *form, *threads]
        candidate = contender(name, shown, command + ["--steps", 2], environments(blas)[where])
        if candidate.turn(COMPILES if "--compile" in form else 45):
            made = candidate.last.get("compile_s")
            print(f"  trial     {name:17} {shown:42} {candidate.best:9.1f} ms" + (f", after {made:.0f} s of compilation" if made else ""))
            command += ["--seconds", options.seconds]
            return candidate.best, contender(name, shown, command, candidate.environment)
        return None

    forms = list(PEERS[name])
    if int(blas.torch.split(".")[0]) >= 2:
        forms += MODERN[name] + (COMPILED[name] if options.compile else [])
    trials = {tuple(form): trial(form, "tuned") for form in forms}
    order = sorted((form for form in trials if trials[form]), key=lambda form: trials[form][0])
    chosen = [trials[form][1] for form in order[:2]]
    for form in order[:1]:
        for where in ("tuned, threads spin", "as installed"):
            chosen += [found[1] for found in [trial(form, where)] if found]
    return chosen


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        print(("  " + "  ".join(cells)).rstrip())


def part_rows(parts):
    rows = [["part, on one thread", "thread ms", "limit ms", "share of limit", "limit"]]
    for part in parts:
        times = [f"{part[key]:.3f}" for key in ("thread_ms", "limit_ms")]
        rows.append([part["part"], *times, f"{100 * part['share']:.0f} %", part["limit"]])
    return rows


def report_parts(name, parts, alone, checks):
    """The parts of a step beside their limits, and the step on one thread beside the sums of both."""
    print(f"\n{name}: its parts, in thread-milliseconds of a step")
    spent, limit = (sum(part[key] for part in parts) for key in ("thread_ms", "limit_ms"))
    table(part_rows(parts) + [["sum", f"{spent:.3f}", f"{limit:.3f}", f"{100 * limit / spent:.0f} %", ""]])
    if not (alone and alone.medians):
        return
    ratio, most = alone.best / limit, MOST_OF_LIMITS.get(name)
    print(f"  a step on one thread takes {alone.best:.1f} ms: {alone.best / spent:.2f} times its parts one by one, "
          f"{ratio:.3f} times the sum of their limits"
          + (f"; the aim is at most {most:g}: " + ("reached" if ratio <= most else "missed") if most else ""))
    aim = {"aim_at_most": most, "reached": ratio <= most} if most else {}
    checks.append({"name": f"{name} against its limits", "one_thread_ms": alone.best, "parts_ms": spent,
                   "limits_ms": limit, "ratio_to_limits": ratio, **aim})


def report(contenders, alone, parts, limits, checks):
    """Prints the tables; returns them as lists for the JSON file."""
    result = []
    for name in dict.fromkeys(c.name for c in contenders if c.medians):
        group = sorted((c for c in contenders if c.name == name and c.medians), key=lambda c: (not c.ours, c.best))
        own = next((c for c in group if c.ours), None)
        print(f"\n{name}: a training step, 64 prompts of 82 tokens")
        rows = [["", "best ms", "median ms", "best / ours", "median / ours"]]
        for c in group:
            ratios = (c.best / own.best, c.median / own.median) if own else (None, None)
            rows.append([c.form, f"{c.best:.1f}", f"{c.median:.1f}", *(f"{r:.2f}" if r else "" for r in ratios)])
            result.append({**c.last, "name": name, "form": c.form, "best_ms": c.best, "median_ms": c.median,
                           "ratio_best": ratios[0], "ratio_median": ratios[1]})
        table(rows)
        peers = [c for c in group if not c.ours]
        expected = json.loads((HERE / "peer/expected.json").read_text())[name]["losses"][0]
        if own and not abs(own.last.get("loss", 0) - expected) < 1e-4 * expected:
            print(f"  no ratio: our loss is {own.last.get('loss')}, that of the same model is {expected}")
        elif own and peers:
            fastest = min(peers, key=lambda c: c.best)
            ratio = fastest.best / own.best
            aim, reached = AIM[name], ratio >= AIM[name]
            print(f"  ours is {ratio:.1f} times as fast as the fastest peer ({fastest.form}); the aim is {aim:g}: "
                  + ("reached" if reached else "missed"))
            checks.append({"name": name, "ratio": ratio, "aim": aim, "peer": fastest.form, "reached": reached})
    for name in dict.fromkeys(part["name"] for part in parts):
        group = [part for part in parts if part["name"] == name]
        if name in PEERS:
            report_parts(name, group, alone.get(name), checks)
        else:
            print("\nkernels that neither step has: one layer, the whole batch")
            table(part_rows(group))
    if limits:
        print("\nlimits of this machine, measured in this run")
        names = list(dict.fromkeys(line["name"] for line in limits))
        counts = sorted({line["threads"] for line in limits})
        rows = [["", *(f"{count} thread{'s' * (count > 1)}" for count in counts), "unit"]]
        for name in names:
            values = {line["threads"]: line for line in limits if line["name"] == name}
            rows.append([name, *(f"{values[c]['value']:.1f}" if c in values else "" for c in counts),
                         next(iter(values.values()))["unit"]])
        table(rows)
    return result


def one_layer(options, blas, checks):
    """One-layer models on prompts with outliers, on one thread: prompts a second, ours and the peers'. Returns them."""
    program, batch = options.programs / "outliers", 128
    if options.only or not program.exists():
        return []
    found = json_lines(run([str(program), "--batch", str(batch), "--seconds", ".1" if options.quick else "1"], dict(os.environ), 60))
    if blas:
        command = [blas.python, str(HERE / "peer/outliers.py"), "--batch", str(batch), "--seconds", "2"]
        found += json_lines(run(command, environments(blas)["tuned"], 120))
    print(f"\none-layer models on prompts with outliers: a step on {batch} fresh prompts, one thread")
    rows = [["", "", "prompts / s", "ours / this"]]
    for name in dict.fromkeys(line["name"] for line in found):
        group = [line for line in found if line["name"] == name]
        own = group[0]["prompts_per_second"]
        rows += [[name, line["form"], f"{line['prompts_per_second']:,}", f"{own / line['prompts_per_second']:.1f}"]
                 for line in group]
        peers = [line for line in group if line["form"] != "krait"]
        if any(abs(line["loss"] - group[0]["loss"]) > 1e-4 * abs(line["loss"]) for line in peers):
            print(f"  no ratio for {name}: the losses differ")
        elif "loss" in group[0]:
            fastest = max((line["prompts_per_second"] for line in peers), default=None)
            checks.append({"name": name, "prompts_per_second": own, "aim": AIM_PROMPTS, "reached": own >= AIM_PROMPTS,
                           "ratio": own / fastest if fastest else None})
    table(rows)
    return found


def whole_study(options, checks):
    """Trained tokens a second over a whole small study beside those of its step alone. Returns the lines."""
    program = options.programs / "study"
    if not program.exists():
        return []
    words = ["--threads", options.threads, *(["--quick"] if options.quick else [])]
    words += ["--model", options.only] if options.only else []
    found = json_lines(run([str(word) for word in [program, *words]], dict(os.environ), 600))
    print("\na small noise study from its first step to its report: questions, checkpoints and page included; thousands of "
          "tokens\na second that are trained on, and of the training step alone on full rows of the study's length")
    rows = [["", "study", "step", "study / step", "the same a processor second", "step on its texts / step"]]
    for line in found:
        rows.append([line["model"], f"{line['tokens_per_second'] / 1e3:.1f}", f"{line['step_tokens_per_second'] / 1e3:.1f}",
                     *(f"{line[key]:.2f}" for key in ("ratio", "cpu_ratio", "text_ratio"))])
        if not options.quick:
            checks.append({"name": line["name"], "ratio": line["ratio"], "aim": AIM_STUDY,
                           "reached": line["ratio"] >= AIM_STUDY})
    table(rows)
    return found


def arguments():
    parser = argparse.ArgumentParser(description="Our benchmarks and their peers in turn.")
    parser.add_argument("--programs", type=pathlib.Path, default=HERE.parent / "build/cpu/benchmarks",
                        help="folder of our programs (default: build/cpu/benchmarks)")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "results",
                        help="a folder, or a file that ends in .json (default: benchmarks/results)")
    parser.add_argument("--python", action="append", metavar="FILE",
                        help="a Python that has torch; may be given again (default: that of benchmarks/setup-peers, where it was run, and /usr/bin/python3)")
    parser.add_argument("--threads", type=int, default=min(2, len(os.sched_getaffinity(0))))
    parser.add_argument("--quick", action="store_true", help="one short turn of our programs without peers, to see that they run: the numbers mean nothing")
    parser.add_argument("--rounds", type=int, default=3, help="turns of every contender")
    parser.add_argument("--seconds", type=float, default=5, help="of measuring in one turn")
    parser.add_argument("--budget", type=float, default=420, help="seconds after which no further round begins")
    parser.add_argument("--only", default="", help="part of a name: mamba, transformer")
    parser.add_argument("--compile", action="store_true", help="torch.compile of the Mamba step's forms as well, minutes each (torch 2 and later)")
    parser.add_argument("--no-peers", action="store_true", help="our programs and the limits only")
    options = parser.parse_args()
    if options.threads < 1 or options.rounds < 1 or options.seconds < 0:
        parser.error("--threads and --rounds must be at least 1, --seconds not negative")
    if options.only and not any(options.only in name for name in PEERS):
        parser.error(f"--only: no step is called '{options.only}'; there are {', '.join(PEERS)}")
    options.python = options.python or [str(CURRENT)] * CURRENT.exists() + ["/usr/bin/python3"]
    if options.quick:
        options.no_peers, options.rounds, options.seconds = True, 1, .5
    return options


def own_programs(options):
    """Limits of the machine, and the parts of the steps."""
    limits = options.programs / "limits"
    kernels = options.programs / "kernels"
    found = []
    for program, words in ((limits, ["--threads", options.threads, "--seconds", .02 if options.quick else .3]),
                           (kernels, ["--seconds", 2 if options.quick else 15])):
        command = [str(word) for word in [program, *words]]
        found.append(json_lines(run(command, dict(os.environ), 120)) if program.exists() else [])
    return found[0], [part for part in found[1] if options.only in part["name"] or part["name"] not in PEERS]


def main():
    options = arguments()
    started, load = time.time(), os.getloadavg()[0]
    machine = host()
    print(f"{machine['model']}, family {machine['family']}, {machine['vectors']}, {machine['cores']} cores; "
          f"{options.threads} thread{'s' * (options.threads > 1)}")
    if options.quick:
        print("  --quick: each is measured for a moment only, to see that it runs; these numbers mean nothing")
    elif load > .3:
        print(f"  the load is {load:.2f}: these timings are for orientation only, measure on an idle machine")

    peers = []
    for python in options.python * (not options.no_peers):
        print(f"  {python}:")
        if blas := best_blas(python, options.threads):
            print(f"  PyTorch {blas.torch} with {blas.blas}")
            peers.append(blas)
        else:
            print("  no peer: it has no torch with a fair BLAS (python3-torch and libopenblas0-pthread, or benchmarks/setup-peers)")

    limits, parts = own_programs(options)
    names = [name for name in PEERS if options.only in name]
    kept = [c for name in names for c in choose(name, options, peers)]
    alone = {c.name: c for c in kept if c.ours} if options.threads == 1 else {
        c.name: c for name in names for c in own_step(name, options, 1)}
    turns = kept + [c for c in alone.values() if c not in kept]
    for turn in range(options.rounds):
        begun = time.time()
        for c in turns:
            if c.turn(60 + 2 * options.seconds):
                print(f"  turn {turn + 1}/{options.rounds}  {c.name:17} {c.form:42} {c.best:9.1f} ms at best")
        now = time.time()
        if turn + 1 < options.rounds and now - started + (now - begun) > options.budget:
            print(f"  {turn + 1} of {options.rounds} rounds: another would go beyond {options.budget:g} s (--budget)")
            break

    checks = []
    steps = report(kept, alone, parts, limits, checks)
    steps += one_layer(options, peers[0] if peers else None, checks)
    studies = whole_study(options, checks)
    if not steps and not limits:
        print(f"harness: nothing was measured: no programs in {options.programs}, no peers", file=sys.stderr)
        return 1
    if options.quick:
        missing = [name for name in OURS if not (options.programs / name).exists()]
        wrong = [name for name, found in (("limits", limits), ("kernels", parts), ("step", steps), ("study", studies)) if not found]
        if missing or wrong or FAILED:
            what = ", ".join(dict.fromkeys(missing + wrong + FAILED))
            print(f"harness: --quick: not built, failed or without a number: {what}", file=sys.stderr)
            return 1
    name = "quick" if options.quick else machine["class"]  # what means nothing replaces no measurement
    path = options.out if options.out.suffix == ".json" else options.out / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"host": machine, "load_before": load, "threads": options.threads, "tuned": TUNED,
                "seconds": round(time.time() - started, 1),
                "command": " ".join(["benchmarks/harness.py", *sys.argv[1:]]),
                "peers": [{"torch": blas.torch, "blas": blas.blas, "blas_kernels": blas.name} for blas in peers],
                "steps": steps, "studies": studies, "aims": checks,
                "parts": parts, "limits": limits}
    partial = path.with_suffix(".json.part")
    partial.write_text(json.dumps(document, indent=2) + "\n")
    partial.replace(path)
    print(f"\nwritten to {os.path.relpath(path)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
