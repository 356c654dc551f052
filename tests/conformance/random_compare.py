#!/usr/bin/env python3
"""Do random stacks of layers compose as in OpenUSD? See random_stacks.py.

Usage: random_compare.py usd_stage_dump FIRST LAST
Prints one line of JSON per seed: {"seed", "comparisons", "prims", "differences": […]}, or {"seed", "refused"} where
OpenUSD does not open the root layer and neither do we. A seed at which OpenUSD crashes ends this process: run() goes
on behind it. Needs the Python package usd-core.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import random_stacks

# Seeds at which OpenUSD 24.11 says something else than later releases and the AOUSD's composition suite (variants of
# specialized prims), and we say what those say.
NEWER = frozenset(map(int, (pathlib.Path(__file__).parent / "random_newer.txt").read_text().split()))
# Seeds whose arcs lead to each other in so many ways that OpenUSD takes minutes, or fails its own verification, and we
# take seconds or refuse: nothing to compare.
OPEN = frozenset(map(int, (pathlib.Path(__file__).parent / "random_open.txt").read_text().split()))
# Seeds at which our stage differs and should not: open.
DIFFERS = frozenset(map(int, (pathlib.Path(__file__).parent / "random_differs.txt").read_text().split()))
CHUNK = 20
# With more threads OpenUSD composes instances in the order in which it meets them, and some stages change from run to run.
ONE_THREAD = {"PXR_WORK_THREAD_LIMIT": "1"}


class Ours:
    """The composed stages of usd_stage_dump, one after the other."""

    def __init__(self, dump):
        fallbacks = [f"{name}={','.join(wanted)}" for name, wanted in random_stacks.FALLBACKS.items()]
        self.process = subprocess.Popen([dump, *fallbacks], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def stage(self, root):
        self.process.stdin.write(f"{root}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def compare_seed(seed, folder, ours):
    """What there is to say about one seed."""
    from pxr import Tf, Usd  # only in processes that may crash

    import usd_oracle
    root = random_stacks.write(folder, seed)
    shown = ours.stage(root)
    try:
        stage = Usd.Stage.Open(str(root))
    except Tf.ErrorException as error:
        sentence = next(line for line in str(error).splitlines() if line.strip())
        if "Failed verification" in str(error):  # of its own prim index
            return {"seed": seed, "crash": sentence}
        return {"seed": seed, "refused": sentence} if "failed" in shown else \
            {"seed": seed, "differences": [f"only OpenUSD refuses it: {sentence}"]}
    if "failed" in shown:
        return {"seed": seed, "differences": [f"only we refuse it: {shown['failed']}"]}
    comparison = usd_oracle.Comparison()
    comparison.stage(shown, stage)
    return {"seed": seed, "comparisons": sum(comparison.counts.values()), "prims": len(shown["prims"]),
            "differences": comparison.differences}


def compare_chunk(dump, first, last):
    """The answers for some seeds, from processes of their own. OpenUSD's crashes are told apart from ours."""
    answers = []
    while first <= last:
        try:
            child = subprocess.run([sys.executable, __file__, dump, str(first), str(last)], capture_output=True,
                                   text=True, timeout=300, env=os.environ | ONE_THREAD)
            output, code, complaint = child.stdout, child.returncode, child.stderr[-500:]
        except subprocess.TimeoutExpired as expired:
            output, code, complaint = (expired.stdout or b"").decode(), 1, "no answer within 300 s"
        lines = [line for line in output.splitlines() if line.endswith("}")]
        answers += map(json.loads, lines)
        first += len(lines)
        if code < 0:  # a signal: OpenUSD runs in that process, ours in another
            answers.append({"seed": first, "crash": code})
            first += 1
        elif code > 0:
            answers.append({"seed": first, "differences": [f"no answer: {complaint}"]})
            first += 1
    return answers


def run(dump, seeds):
    """All answers in the order of the seeds, from as many processes as there are cores."""
    chunks = [(seeds[i], seeds[min(i + CHUNK, len(seeds)) - 1]) for i in range(0, len(seeds), CHUNK)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = pool.map(lambda chunk: compare_chunk(str(dump), *chunk), chunks)
        return [answer for part in parts for answer in part]


def summary(answers):
    """Counts for the report: what was asked, what agreed, and what is known to differ."""
    compared = [answer for answer in answers if "comparisons" in answer]
    return {"asked": len(answers), "compared": len(compared),
            "equal": sum(not answer["differences"] for answer in compared),
            "newer": sum(bool(answer["differences"]) and answer["seed"] in NEWER for answer in compared),
            "refused by both": sum("refused" in answer for answer in answers),
            "different, open": sum(bool(answer.get("differences")) and answer["seed"] in DIFFERS for answer in answers),
            "too slow here": sum("open" in answer for answer in answers),
            "crashes of OpenUSD": sum("crash" in answer for answer in answers),
            "prims": sum(answer["prims"] for answer in compared),
            "comparisons": sum(answer["comparisons"] for answer in compared)}


def unexpected(answers):
    """Sentences about every seed that differs though it is not known to."""
    return [f"seed {answer['seed']}: {difference}" for answer in answers if answer["seed"] not in NEWER | DIFFERS
            for difference in answer.get("differences", ())]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dump")
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    options = parser.parse_args()
    from pxr import Usd
    Usd.Stage.SetGlobalVariantFallbacks(random_stacks.FALLBACKS)
    ours = Ours(options.dump)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.first, options.last + 1):
            answer = {"seed": seed, "open": True} if seed in OPEN else compare_seed(seed, folder, ours)
            print(json.dumps(answer), flush=True)
    return ours.close()


if __name__ == "__main__":
    sys.exit(main())
