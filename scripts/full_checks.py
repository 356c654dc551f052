#!/usr/bin/env python3
"""What ./test --full runs beside the tests: the rooms under sanitizers, and the fuzz targets for a while each.

Results go to the folder that --results names, as the JUnit files that scripts/run_tests.py counts. --seconds, or
SOULVAN_FUZZ_SECONDS, is how long each target looks. What a target finds stays in build/fuzz/findings; what it learned, in
build/fuzz/corpus, is where its next run begins. Inputs that once broke something are in tests/data/hostile of the
room, and every run begins with them.
"""
import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
ASAN, FUZZ = ROOT / "build" / "asan", ROOT / "build" / "fuzz"
# A small quarantine: with the default of 256 MB, tests that bound memory measure the sanitizer.
SANITIZER_OPTIONS = {"ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1:quarantine_size_mb=32",
                     "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
# A furnace at full size takes minutes under a sanitizer and says nothing new: the renderer's own fuzz scenes do.
FILTERS = {"render_test": "-*Furnace*:*Irradiance*:*ChiSquare*:*Table*"}
# The program's answers to bad input, end to end, are where memory errors would hide.
END_TO_END = ["tests/e2e/test_bad_input.py", "tests/e2e/test_commands.py"]
# Per target: what seeds are called, and the largest input worth mutating.
SEEDS = {"fuzz_text": ((".usda",), 1 << 15), "fuzz_crate": ((".usdc", ".usdz", ".usd"), 1 << 16),
         "fuzz_package": ((".usdz",), 1 << 16), "fuzz_compose": ((".usda", ".usd"), 1 << 14),
         "fuzz_image": ((".png", ".jpg", ".jpeg", ".exr", ".hdr", ".tga", ".tif", ".bmp", ".webp"), 1 << 16)}


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


def seed_files(target):
    """Real files of the formats that the target reads; small ones, which are soon mutated everywhere."""
    endings, largest = SEEDS.get(target, ((), 0))
    for folder in (SHARED, ROOT / "src"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in endings and path.is_file() and path.stat().st_size <= largest:
                yield path


def fuzz(binary, seconds, results):
    """True when `seconds` of new inputs, and all old ones, are survived."""
    seeds, corpus, findings = (FUZZ / name / binary.name for name in ("seeds", "corpus", "findings"))
    for folder in (seeds, corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for i, path in enumerate(seed_files(binary.name)):
        (seeds / f"{i:04d}{path.suffix}").write_bytes(path.read_bytes())
    largest = SEEDS.get(binary.name, ((), 1 << 16))[1]
    begun = time.time()
    command = [binary, corpus, seeds, f"-max_total_time={seconds}", f"-max_len={largest}", "-timeout=20",
               "-rss_limit_mb=3072", f"-artifact_prefix={findings}/", "-print_final_stats=1"]
    log = FUZZ / f"{binary.name}.log"
    with log.open("w") as sink:
        code = subprocess.run(command, cwd=FUZZ, stdout=sink, stderr=subprocess.STDOUT, timeout=20 * seconds + 600,
                              env=dict(os.environ, SOULVAN_MODULE_DIR=str(FUZZ / "lib" / "soulvan"),
                                       **SANITIZER_OPTIONS)).returncode
    text = log.read_text(errors="replace")
    statistics = dict(line[6:].split(":", 1) for line in text.splitlines() if line.startswith("stat::"))
    tried = statistics.get("number_of_executed_units", "?").strip()
    report(code == 0, f"{binary.name}: {tried} inputs", begun)
    if code:
        print(text[-8000:])

    suite = ElementTree.Element("testsuite", name=binary.name)
    case = ElementTree.SubElement(suite, "testcase", classname="fuzz", name=binary.name,
                                  time=f"{time.time() - begun:.1f}")
    properties = ElementTree.SubElement(case, "properties")
    ElementTree.SubElement(properties, "property", name="measured", value=f"{tried} inputs in {seconds} s")
    if code:
        ElementTree.SubElement(case, "failure", message=f"see {log.relative_to(ROOT)} and {findings.relative_to(ROOT)}")
    ElementTree.ElementTree(suite).write(results / f"{binary.name}.xml")
    return code == 0


def run_fuzz(results, room, seconds):
    names = sorted(path.stem for path in ROOT.glob(f"src/{room}/tests/fuzz_*.cpp") if not path.stem.endswith("_test"))
    build("fuzz", *names, *(["soulvan_oiio"] if "fuzz_image" in names else []))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return sum(not survived for survived in pool.map(lambda name: fuzz(FUZZ / "bin" / name, seconds, results), names))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "build" / "dev" / "results")
    parser.add_argument("--only", choices=["sanitizers", "fuzz"], help="one of the two")
    parser.add_argument("--room", default="*", help="fuzz the targets of this room alone")
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("SOULVAN_FUZZ_SECONDS", "1800")),
                        help="how long each fuzz target looks (default 1800)")
    options = parser.parse_args()
    options.results.mkdir(parents=True, exist_ok=True)
    broken = 0
    if options.only != "fuzz":
        broken += run_sanitized(options.results)
    if options.only != "sanitizers":
        broken += run_fuzz(options.results, options.room, options.seconds)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
