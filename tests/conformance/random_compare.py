#!/usr/bin/env python3
"""Do random stacks of layers compose as in OpenUSD? See random_stacks.py.

Usage: random_compare.py usd_stage_dump SEED [SEED …]
Prints one line of JSON per seed: {"seed", "comparisons", "prims", "differences": {what: sentence}}; or {"seed",
"refused"} where OpenUSD does not open the root layer and neither do we; or {"seed", "slow"} where one side took more
than LIMIT CPU seconds. A seed at which OpenUSD crashes, or is too slow, ends this process: run() goes on behind it.
Needs the Python package usd-core.

OpenUSD changed how it composes between the releases 24.11 and 26.11: what specializes bring stands beside the root from
the start, variants are asked again only when something new may select, what is silent makes no instance, and more. We
follow the newest. Nine stacks in ten compose alike in both; of the others, each thing must be as in one of the two.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile

import random_stacks

HERE = pathlib.Path(__file__).parent
# Seeds whose arcs lead to each other in so many ways that OpenUSD, or we, take long: nothing to compare, or to fuzz.
OPEN = frozenset(map(int, (HERE / "random_open.txt").read_text().split()))
# Seeds in which circles make instances of one kind unlike each other, and OpenUSD shows another of them than we do: the
# first that it meets, which may be another from run to run, as it says itself; we show the first by path.
UNDEFINED = frozenset(map(int, (HERE / "random_undefined.txt").read_text().split()))
# Seeds at which our stage differs from both releases and should not: open.
DIFFERS = frozenset(map(int, (HERE / "random_differs.txt").read_text().split()))
CHUNK = 20
LIMIT = 6
# With more threads OpenUSD composes instances in the order in which it meets them, and some stages change from run to run.
ONE_THREAD = {"PXR_WORK_THREAD_LIMIT": "1"}


def limit_cpu(seconds):
    """Ends this process by a signal when it has used so much more."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    most = int(usage.ru_utime + usage.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def our_stage(dump, root):
    """What usd_stage_dump says of a stage; None when it takes too long."""
    fallbacks = [f"{name}={','.join(wanted)}" for name, wanted in random_stacks.FALLBACKS.items()]
    child = subprocess.run([dump, *fallbacks], input=f"{root}\n", stdout=subprocess.PIPE, text=True,
                           preexec_fn=lambda: limit_cpu(LIMIT))
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return None
    return json.loads(child.stdout)


def compare_seed(seed, folder, dump):
    """What there is to say about one seed."""
    from pxr import Tf, Usd  # only in processes that may crash

    import usd_oracle
    root = random_stacks.write(folder, seed)
    shown = our_stage(dump, root)
    if shown is None:
        return {"seed": seed, "slow": "ours"}
    limit_cpu(LIMIT)
    try:
        stage = Usd.Stage.Open(str(root))
    except Tf.ErrorException as error:
        sentence = next(line for line in str(error).splitlines() if line.strip())
        if "Failed verification" in str(error):  # of its own prim index
            return {"seed": seed, "crash": sentence}
        return {"seed": seed, "refused": sentence} if "failed" in shown else \
            {"seed": seed, "differences": {"refusal": f"only OpenUSD refuses it: {sentence}"}}
    if "failed" in shown:
        return {"seed": seed, "differences": {"refusal": f"only we refuse it: {shown['failed']}"}}
    comparison = usd_oracle.Comparison()
    comparison.stage(shown, stage)
    return {"seed": seed, "comparisons": sum(comparison.counts.values()), "prims": len(shown["prims"]),
            "differences": comparison.by_key}


def compare_chunk(python, dump, seeds):
    """The answers for some seeds, from processes of their own. OpenUSD's crashes are told apart from ours."""
    answers = []
    left = list(seeds)
    while left:
        try:
            child = subprocess.run([python, __file__, dump, *map(str, left)], capture_output=True, text=True, timeout=500,
                                   env=os.environ | ONE_THREAD)
            output, code, complaint = child.stdout, child.returncode, child.stderr[-500:]
        except subprocess.TimeoutExpired as expired:
            output, code, complaint = (expired.stdout or b"").decode(), 1, "no answer within 500 s"
        lines = [line for line in output.splitlines() if line.endswith("}")]
        answers += map(json.loads, lines)
        left = left[len(lines):]
        if code < 0 and left:  # a signal: OpenUSD runs in that process, ours in another
            answers.append({"seed": left.pop(0)} | ({"slow": "OpenUSD"} if code == -signal.SIGXCPU else {"crash": code}))
        elif code > 0 and left:
            answers.append({"seed": left.pop(0), "failure": f"no answer: {complaint}"})
    return answers


def answers_of(python, dump, seeds):
    """All answers in the order of the seeds, from as many processes as there are cores."""
    chunks = [seeds[i:i + CHUNK] for i in range(0, len(seeds), CHUNK)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = pool.map(lambda chunk: compare_chunk(python, str(dump), chunk), chunks)
        return [answer for part in parts for answer in part]


def run(dump, seeds):
    """The answers in the order of the seeds, in a test. Where release 24.11 differs they have what the newest says, too: `newer` is
    the number of differences that it settles, and `differences` holds what is as in neither."""
    import newest  # not where pytest is missing
    answers = answers_of(sys.executable, dump, list(seeds))
    asked = [answer for answer in answers if answer.get("differences") and answer["seed"] not in OPEN]
    for answer, other in zip(asked, answers_of(newest.python(), dump, [answer["seed"] for answer in asked])):
        if "differences" not in other:
            answer |= {"failure": other["failure"]} if "failure" in other else {"unsettled": other}
            continue
        both = {what: said for what, said in answer["differences"].items() if what in other["differences"]}
        answer["newer"] = len(answer["differences"]) - len(both)
        answer["differences"] = both
    return answers


def summary(answers):
    """Counts for the report: what was asked, what agreed, and what is known to differ."""
    compared = [answer for answer in answers if "comparisons" in answer]

    def count(seeds):
        return sum(bool(answer.get("differences")) and answer["seed"] in seeds for answer in answers)

    return {"asked": len(answers), "compared": len(compared),
            "equal": sum(not answer["differences"] for answer in compared),
            "newer": sum(not answer["differences"] and bool(answer.get("newer")) for answer in compared),
            "refused by both": sum("refused" in answer for answer in answers),
            "undefined": count(UNDEFINED), "different, open": count(DIFFERS),
            "not settled, as the newest release crashes or is slow": sum("unsettled" in answer for answer in answers),
            "too slow": sum("slow" in answer for answer in answers),
            "crashes of OpenUSD": sum("crash" in answer for answer in answers),
            "prims": sum(answer["prims"] for answer in compared),
            "comparisons": sum(answer["comparisons"] for answer in compared)}


def unexpected(answers):
    """Sentences about every seed that differs though it is not known to."""
    failures = [f"seed {answer['seed']}: {answer['failure']}" for answer in answers if "failure" in answer]
    return failures + [f"seed {answer['seed']}: {said}" for answer in answers
            if answer["seed"] not in UNDEFINED | DIFFERS and "unsettled" not in answer
            for said in answer.get("differences", {}).values()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dump")
    parser.add_argument("seeds", type=int, nargs="+")
    options = parser.parse_args()
    from pxr import Usd
    Usd.Stage.SetGlobalVariantFallbacks(random_stacks.FALLBACKS)
    with tempfile.TemporaryDirectory() as folder:
        for seed in options.seeds:
            answer = {"seed": seed, "slow": "known"} if seed in OPEN else compare_seed(seed, folder, options.dump)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    sys.exit(main())
