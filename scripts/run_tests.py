#!/usr/bin/env python3
"""Runs every test of a tier, prints what failed and what was skipped, ends with one line of counts.

Tiers: the default is what CI runs; --full adds tests marked `full`, sanitizers and cross-checks. A skipped test that
tests/skips.txt does not list (with what removes the skip) is a failure.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "dev"
RESULTS = BUILD / "results"


def allowed_skips():
    """(prefix of a test's name or reason, what removes the skip) for each line of tests/skips.txt."""
    lines = (ROOT / "tests" / "skips.txt").read_text().splitlines()
    pairs = (line.split("|", 1) for line in lines if line.strip() and not line.startswith("#"))
    return [(name.strip(), remedy.strip()) for name, remedy in pairs]


def run_room(binary):
    """One room's GoogleTest program; its output only when something failed."""
    environment = dict(os.environ, GTEST_OUTPUT=f"xml:{RESULTS}/{binary.name}.xml", GTEST_BRIEF="1",
                       SOULVAN_MODULE_DIR=str(BUILD / "lib" / "soulvan"))
    return subprocess.run([binary], env=environment, cwd=BUILD, capture_output=True, text=True, timeout=1800)


def run_pytest(full):
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider",
               f"--junitxml={RESULTS}/pytest.xml", "tests"]
    if not full:
        command += ["-m", "not full"]
    environment = dict(os.environ, SOULVAN=str(BUILD / "bin" / "soulvan"))
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=5000)


def count_results():
    """(passed, failed names, skipped (name, reason)) over every result file."""
    passed, failed, skipped = 0, [], []
    for path in sorted(RESULTS.glob("*.xml")):
        for case in ElementTree.parse(path).iter("testcase"):
            name = f"{path.stem}:{case.get('classname')}.{case.get('name')}"
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                failed.append(name)
            elif skip is not None or case.get("result") == "skipped":
                text = (skip.get("message") or skip.text or "") if skip is not None else ""
                lines = [line for line in text.splitlines() if line.strip() and "_test.cpp:" not in line]
                skipped.append((name, lines[0] if lines else "no reason given"))
            else:
                passed += 1
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="also what takes longer")
    options = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    for old in RESULTS.glob("*.xml"):
        old.unlink()

    broken = []
    check = subprocess.run([sys.executable, "scripts/check.py"], cwd=ROOT, capture_output=True, text=True)
    print(f"{'ok  ' if check.returncode == 0 else 'FAIL'} scripts/check.py", flush=True)
    if check.returncode:
        print(check.stdout + check.stderr)
        broken.append("scripts/check.py")
    for binary in sorted((BUILD / "bin").glob("*_test")):
        begun = time.time()
        result = run_room(binary)
        print(f"{'ok  ' if result.returncode == 0 else 'FAIL'} {binary.name} ({time.time() - begun:.1f} s)", flush=True)
        if result.returncode:
            print(result.stdout[-8000:] + result.stderr[-4000:])
            if not (RESULTS / f"{binary.name}.xml").exists():
                broken.append(f"{binary.name} ended with {result.returncode}")
    begun = time.time()
    result = run_pytest(options.full)
    print(f"{'ok  ' if result.returncode == 0 else 'FAIL'} pytest tests ({time.time() - begun:.1f} s)", flush=True)
    if result.returncode:
        print(result.stdout[-12000:] + result.stderr[-4000:])
    if options.full:
        extra = subprocess.run([sys.executable, "scripts/full_checks.py"], cwd=ROOT)
        if extra.returncode:
            broken.append("scripts/full_checks.py")

    passed, failed, skipped = count_results()
    failed += broken
    allowed = allowed_skips()
    for name, reason in skipped:
        remedy = next((remedy for prefix, remedy in allowed if name.startswith(prefix) or reason.startswith(prefix)),
                      None)
        if remedy is None:
            failed.append(f"{name} is skipped ({reason}) and tests/skips.txt does not list it")
    for name in failed:
        print(f"FAILED {name}")
    reasons = {}
    for name, reason in skipped:
        reasons.setdefault(reason, []).append(name)
    for reason, names in sorted(reasons.items())[:9]:
        print(f"skipped {len(names)}: {reason} ({names[0]}{', …' if len(names) > 1 else ''})")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
