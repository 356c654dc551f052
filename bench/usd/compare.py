#!/usr/bin/env python3
"""How fast do stages open, and in how much memory, beside OpenUSD? Writes docs/usd-performance.md.

Usage: compare.py [--rounds 5] [--folder FOLDER] [--only TEXT]
Each round opens every input once with either program, one after the other, each in a process of its own; the table has
medians. CPU-seconds are of the whole process, threads included, from before the layer is read to after every prim is
populated; wall clock beside them. Memory is the peak of the resident set (VmHWM; mapped files count) over what it was
before. Both sides open a tiny stage first. Needs `ninja -C build/release bench_usd_open` and the Python package usd-core.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import inputs

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))
from process import load  # noqa: E402


def run(command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def page(results, version, rounds, machine_load):
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    lines = ["# How fast stages open", "", "Written by `bench/usd/compare.py`; do not edit. What the columns mean stands in its head.", "",
             f"OpenUSD {version} (Python package usd-core) and ours, interleaved, medians of {rounds}; {machine_load}; commit {commit}.", "",
             "| Stage | CPU-s: OpenUSD | ours | times as fast | wall s: OpenUSD | ours | layer alone, wall s: OpenUSD | ours | peak MB: OpenUSD | ours | share |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for name, (theirs, ours) in results.items():
        cpu, own = median(theirs, "cpu"), median(ours, "cpu")
        memory, own_memory = median(theirs, "memory_kib") / 1024, median(ours, "memory_kib") / 1024
        lines.append(f"| {name} | {cpu:.3f} | {own:.3f} | {cpu / own:.1f} | {median(theirs, 'wall'):.3f} | {median(ours, 'wall'):.3f} | "
                     f"{median(theirs, 'layer_wall'):.3f} | {median(ours, 'layer_wall'):.3f} | {memory:.0f} | {own_memory:.0f} | "
                     f"{own_memory / max(memory, 1e-9):.2f} |")
    lines += ["", "One walk over all prims, seconds of CPU (OpenUSD's less an empty Python loop):", "", "| Stage | prims | OpenUSD | ours |",
              "| --- | ---: | ---: | ---: |"]
    for name, (theirs, ours) in results.items():
        lines.append(f"| {name} | {ours[0]['prims']:,} | {median(theirs, 'traverse_cpu'):.3f} | {median(ours, 'traverse_cpu'):.3f} |")
    flat = {name: ours for name, (_, ours) in results.items() if name.startswith("flat crate")}
    lines += ["", "Scaling, ours, microseconds of CPU per prim: " + "; ".join(
        f"{ours[0]['prims']:,} prims {1e6 * median(ours, 'cpu') / ours[0]['prims']:.2f}" for ours in flat.values()) + ".", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "soulvan-bench-usd")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/release/bin/bench_usd_open")
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared")
    parser.add_argument("--only", default="", help="inputs whose name holds this; prints and writes no page")
    options = parser.parse_args()
    empty, every = inputs.write(options.folder, options.shared)
    chosen = {name: path for name, path in every.items() if options.only in name}
    results = {name: ([], []) for name in chosen}
    for number in range(options.rounds):
        for name, path in chosen.items():
            theirs = run([sys.executable, HERE / "open_openusd.py", empty, path])
            ours = run([options.binary, empty, path])
            if ours["prims"] != theirs["prims"]:
                raise SystemExit(f"{name}: {ours['prims']} prims here, {theirs['prims']} there")
            results[name][0].append(theirs)
            results[name][1].append(ours)
            print(f"round {number + 1} of {options.rounds}: {name}: {theirs['cpu']:.3f} and {ours['cpu']:.3f} CPU-s", flush=True)
    text = page(results, results[next(iter(results))][0][0]["version"], options.rounds, load())
    if options.only:
        print(text)
    else:
        (ROOT / "docs/usd-performance.md").write_text(text)


if __name__ == "__main__":
    main()
