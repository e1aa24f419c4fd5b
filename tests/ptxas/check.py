#!/usr/bin/env python3
"""Compiles every kernel for the devices that krait is built for and reads what ptxas says: no kernel may spill, or use more
registers than its launch bounds leave it, or more static shared memory than 48 KiB. Prints a table of theoretical occupancy
(by threads and registers; dynamic shared memory is bounded where it is computed). Exit code 77 where there is no nvcc.

    tests/ptxas/check.py BUILD_FOLDER INCLUDE_FOLDER... [--all] [--every-device]

--all: a line for every instantiation. Without --every-device the first device alone, which takes two minutes.
"""
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DEVICES = {"sm_90": 2048, "sm_80": 2048, "sm_100": 2048}  # threads that a multiprocessor holds
REGISTERS = 65536  # of a multiprocessor


def nvcc():
    for candidate in ("nvcc", "/usr/local/cuda/bin/nvcc"):
        if found := shutil.which(candidate):
            return found
    print("skipped: there is no nvcc")
    sys.exit(77)


def bounds(ptx):
    """Threads and least blocks of every kernel, from its launch bounds."""
    found = {}
    for name, body in re.findall(r"\.entry (\w+)\((.*?)\n\{", ptx, re.S):
        threads = re.search(r"\.maxntid (\d+)", body)
        blocks = re.search(r"\.minnctapersm (\d+)", body)
        found[name] = (int(threads[1]) if threads else 1024, int(blocks[1]) if blocks else 1)
    return found


def usage(log):
    """(kernel, registers, bytes spilt, static shared bytes)"""
    for part in re.split(r"ptxas info\s+: Compiling entry function", log)[1:]:
        name = re.match(r" '(\w+)'", part)[1]
        if not name.startswith("_ZN5krait"):  # CUB's
            continue
        spilt = sum(map(int, re.findall(r"(\d+) bytes spill", part)))
        shared = re.search(r"(\d+) bytes smem", part)
        yield name, int(re.search(r"Used (\d+) registers", part)[1]), spilt, int(shared[1]) if shared else 0


def short(mangled):
    """A kernel's own name from its symbol, what it does to each element, and the whole numbers that follow."""
    names = []
    for start in re.finditer(r"6detail(\d+)", mangled):
        names.append(mangled[start.end() :][: int(start[1])])
    numbers = re.findall(r"Li(\d+)E", mangled[mangled.index("6detail") :])[:3]
    return " of ".join(names[:2]) + (f"<{', '.join(numbers)}>" if numbers else "")


def main():
    build, *rest = [a for a in sys.argv[1:] if a and a not in ("--all", "--every-device")]
    compiler = nvcc()
    folder = pathlib.Path(build) / "ptxas"
    folder.mkdir(parents=True, exist_ok=True)
    failed = False
    devices = list(DEVICES.items())
    for device, most_threads in devices if "--every-device" in sys.argv else devices[:1]:
        ptx, cubin = folder / f"{device}.ptx", folder / f"{device}.cubin"
        command = [compiler, "-std=c++20", "-diag-suppress=114,554,1675", f"-arch={device}", *(f"-I{i}" for i in rest)]
        subprocess.run([*command, "-ptx", "-o", ptx, HERE / "kernels.cu"], check=True)
        log = subprocess.run([compiler, f"-arch={device}", "-Xptxas", "-v", "-cubin", "-o", cubin, ptx], check=True,
                             capture_output=True, text=True).stderr
        launch = bounds(ptx.read_text())
        lines = []
        for name, registers, spilt, shared in usage(log):
            threads, blocks = launch[name]
            granted = -(-registers // 8) * 8 * threads  # registers are given out in eights
            resident = min(most_threads // threads, REGISTERS // granted, 32)
            wrong = [text for text, bad in ((f"{spilt} bytes spilt", spilt), (f"{shared} bytes of shared memory", shared > 48 * 1024),
                                            (f"fewer than the {blocks} blocks of its launch bounds", resident < blocks)) if bad]
            failed |= bool(wrong)
            lines.append((short(name), threads, registers, shared, 100 * resident * threads // most_threads, "; ".join(wrong)))
        print(f"\n{device}: {len(lines)} kernels\n  {'kernel':<52} threads registers static shared  occupancy")
        shown = {}
        for line in lines:  # the greatest use of registers of each name, and all that is wrong
            base = line[0].split("<")[0]
            if "--all" in sys.argv or line[-1]:
                shown[len(shown), ""] = line
            elif (base, "") not in shown or shown[base, ""][2] < line[2]:
                shown[base, ""] = line
        for name, threads, registers, shared, occupancy, wrong in sorted(shown.values()):
            print(f"  {name:<52} {threads:>7} {registers:>9} {shared:>13} {occupancy:>8} %  {wrong}")
    sys.exit(failed)


main()
