#!/usr/bin/env python3
"""What ./test --full runs beside the tests and fuzz.py: all rooms, and answers to bad input, under sanitizers.

Results go to the folder that --results names, as the JUnit files that scripts/run_tests.py counts.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import time

from fuzz import SANITIZER_OPTIONS

ROOT = pathlib.Path(__file__).resolve().parent.parent
ASAN = ROOT / "build" / "asan"
# A furnace at full size takes minutes under a sanitizer and says nothing new: the renderer's own fuzz scenes do.
FILTERS = {"render_test": "-*Furnace*:*Irradiance*:*ChiSquare*:*Table*"}
# The program's answers to bad input, end to end, are where memory errors would hide.
END_TO_END = ["tests/e2e/test_bad_input.py", "tests/e2e/test_commands.py"]


def report(ok, what, begun):
    print(f"{'ok  ' if ok else 'FAIL'} {what} ({time.time() - begun:.1f} s)", flush=True)


def build(preset, *targets):
    begun = time.time()
    subprocess.run(["scripts/build", preset, *targets], cwd=ROOT, check=True)
    report(True, f"build {preset}", begun)


def run_sanitized(results):
    """How many of the room's tests, and of the end-to-end tests of bad input, a sanitizer stopped."""
    build("asan")
    environment = dict(os.environ, GTEST_BRIEF="1", SOULVAN_MODULE_DIR=str(ASAN / "lib" / "soulvan"), **SANITIZER_OPTIONS)
    broken = 0
    for binary in sorted((ASAN / "bin").glob("*_test")):
        begun = time.time()
        result = subprocess.run([binary, f"--gtest_filter={FILTERS.get(binary.name, '*')}",
                                 f"--gtest_output=xml:{results}/asan_{binary.name}.xml"],
                                env=environment, cwd=ASAN, capture_output=True, text=True, errors="replace", timeout=3600)
        report(result.returncode == 0, f"{binary.name} under sanitizers", begun)
        if result.returncode:
            print(result.stdout[-4000:] + result.stderr[-8000:])
            broken += 1
    begun = time.time()
    result = subprocess.run([sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "-m", "not full",
                             f"--junitxml={results}/asan_end_to_end.xml", *END_TO_END], cwd=ROOT, timeout=3600,
                            env=dict(environment, SOULVAN=str(ASAN / "bin" / "soulvan")), capture_output=True, text=True)
    report(result.returncode == 0, "end-to-end tests under sanitizers", begun)
    if result.returncode:
        print(result.stdout[-12000:])
        broken += 1
    return broken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "build" / "dev" / "results")
    options = parser.parse_args()
    options.results.mkdir(parents=True, exist_ok=True)
    return 1 if run_sanitized(options.results) else 0


if __name__ == "__main__":
    sys.exit(main())
