#!/usr/bin/env python3
"""What ./test --full runs beside the tests: every room under the address and undefined-behaviour sanitizers."""
import argparse
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "asan"
# A furnace at full size takes minutes under a sanitizer and says nothing new: the renderer's own fuzz scenes do.
FILTERS = {"render_test": "-*Furnace*:*Irradiance*:*ChiSquare*:*Table*"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    subprocess.run(["scripts/build", "asan"], cwd=ROOT, check=True)
    broken = 0
    for binary in sorted((BUILD / "bin").glob("*_test")):
        environment = dict(os.environ, GTEST_BRIEF="1", SOULVAN_MODULE_DIR=str(BUILD / "lib" / "soulvan"),
                           ASAN_OPTIONS="detect_leaks=1", UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
        result = subprocess.run([binary, f"--gtest_filter={FILTERS.get(binary.name, '*')}"], env=environment, cwd=BUILD,
                                capture_output=True, text=True)
        print(f"{'ok  ' if result.returncode == 0 else 'FAIL'} {binary.name} under sanitizers", flush=True)
        if result.returncode:
            print(result.stdout[-4000:] + result.stderr[-8000:])
            broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
