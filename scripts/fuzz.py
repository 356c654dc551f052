#!/usr/bin/env python3
"""Runs the fuzz targets, src/<room>/tests/fuzz_*.cpp, for a while each, two at a time.

./test runs those of the room usd for 30 seconds each, ./test --full all of them for 30 minutes each. Each begins with
real files of its format, with those of tests/data/corpus and tests/data/hostile of its room (what earlier runs learnt,
and what breaks or once broke something), and with what its last run here left in build/fuzz/corpus. What it finds stays
in build/fuzz/findings and its log beside it; the result is a JUnit file that scripts/run_tests.py counts. --keep writes
the best of build/fuzz/corpus to tests/data/corpus.
"""
import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
FUZZ = ROOT / "build" / "fuzz"
CONFORMANCE = ROOT / "tests" / "conformance"
# A small quarantine: with the default of 256 MB, tests that bound memory measure the sanitizer.
SANITIZER_OPTIONS = {"ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1:quarantine_size_mb=32",
                     "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
# Per target: what seeds are called, and the largest input worth mutating.
SEEDS = {"fuzz_text": ((".usda",), 1 << 15), "fuzz_crate": ((".usdc", ".usd"), 1 << 16),
         "fuzz_package": ((".usdz",), 1 << 16), "fuzz_compose": ((), 1 << 14),
         "fuzz_image": ((".png", ".jpg", ".jpeg", ".exr", ".hdr", ".tga", ".tif", ".bmp", ".webp"), 1 << 16)}
STACKS = range(1, 301)
KEPT_BYTES = 32 << 10


def joined(files):
    """Layers as fuzz_compose reads them: in one text, the root layer first, each named by its number."""
    ordered = sorted(files.keys() - {"session.usd"}, key=lambda name: (not name.startswith("root."), name))
    numbers = {pathlib.PurePath(name).name: f"./l{number}.usda" for number, name in enumerate(ordered)}

    def renumbered(asset):
        return f"@{numbers.get(pathlib.PurePath(asset[1]).name, asset[1])}@"

    parts = [re.sub(r"@([^@\n]*)@", renumbered, files[name]) for name in ordered]
    if "session.usd" in files:
        parts.append(re.sub(r"^#usda 1.0", "#sdf 1.4.32", files["session.usd"]))
    return "\n".join(parts).encode()


def layer_stacks():
    """The stages of other people's composition suite, and random ones that are small."""
    for folder in sorted(SHARED.glob("usd/aousd/composition/*/usda")):
        layers = folder.rglob("*.usd")
        yield joined({str(path.relative_to(folder)): path.read_text(errors="replace") for path in layers})
    sys.path.insert(0, str(CONFORMANCE))
    import random_stacks
    too_slow = {int(seed) for seed in (CONFORMANCE / "random_open.txt").read_text().split()}
    for seed in STACKS:
        if seed not in too_slow:
            yield joined(random_stacks.Stack(seed).files())


def seeds(target):
    """Inputs to begin with; small ones, which are soon mutated everywhere."""
    endings, largest = SEEDS.get(target, ((), 1 << 16))
    name = target.removeprefix("fuzz_")
    hostile = sorted(ROOT.glob(f"src/*/tests/data/hostile/{name}/*"))
    real = sorted(path for folder in (SHARED, ROOT / "src") for path in folder.rglob("*") if path.suffix in endings)
    for path in hostile + real:
        if path.is_file() and (path in hostile or path.stat().st_size <= largest):
            yield path.read_bytes()
    for path in ROOT.glob(f"src/*/tests/data/corpus/{name}.zip"):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(entry) for entry in archive.namelist())
    if target == "fuzz_compose":
        yield from (stack for stack in layer_stacks() if len(stack) <= largest)


def fill(folder, target):
    """Writes the seeds of a target to `folder`, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for content in seeds(target):
        (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)


def command_of(binary, seconds, seed):
    """The call of a target, once the folders that it names are filled."""
    begin, corpus, findings = [FUZZ / name / binary.name for name in ("seeds", "corpus", "findings")]
    fill(begin, binary.name)
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    words = [*ROOT.glob(f"src/*/tests/data/{binary.name}.dict")]
    # The targets of usd bound memory and processor time by the size of the input (fuzz_bounds.h); these limits are for
    # what does not return, and for the rooms that have no such bounds.
    return [binary, corpus, begin, f"-seed={seed}", f"-max_total_time={seconds}",
            f"-max_len={SEEDS.get(binary.name, ((), 1 << 16))[1]}",
            "-timeout=30", "-rss_limit_mb=2048", "-malloc_limit_mb=512", "-print_final_stats=1",
            f"-artifact_prefix={findings}/", *(f"-dict={path}" for path in words)]


def fuzz(binary, seconds, seed, results):
    """True when all old inputs, and `seconds` of new ones, are survived."""
    command = command_of(binary, seconds, seed)
    environment = dict(os.environ, SOULVAN_MODULE_DIR=str(FUZZ / "lib" / "soulvan"), **SANITIZER_OPTIONS)
    # Clang's package has no symbolizer; that of binutils will do.
    environment["ASAN_SYMBOLIZER_PATH"] = shutil.which("llvm-symbolizer") or shutil.which("addr2line") or ""
    if os.access("/dev/shm", os.W_OK):
        environment["TMPDIR"] = "/dev/shm"  # fuzz_compose writes some files per input
    log = FUZZ / f"{binary.name}.log"
    begun = time.time()
    with log.open("w") as sink:
        code = subprocess.run(command, cwd=FUZZ, stdout=sink, stderr=subprocess.STDOUT, timeout=20 * seconds + 600,
                              env=environment).returncode
    text = log.read_text(errors="replace")
    statistics = dict(line[6:].split(":", 1) for line in text.splitlines() if line.startswith("stat::"))
    tried = statistics.get("number_of_executed_units", "?").strip()
    print(f"{'FAIL' if code else 'ok  '} {binary.name}: {tried} inputs ({time.time() - begun:.1f} s)", flush=True)
    if code:
        print(text[-8000:])
    write_result(results, binary.name, time.time() - begun, f"{tried} inputs in {seconds} s",
                 f"see {log.relative_to(ROOT)} and build/fuzz/findings" if code else None)
    return code == 0


def keep(binary):
    """Keeps the smallest of the inputs that reach, beside the seeds, what nothing else here reaches."""
    best = FUZZ / "best" / binary.name
    fill(best, binary.name)
    begun = {path.name for path in best.iterdir()}
    subprocess.run([binary, "-set_cover_merge=1", best, FUZZ / "corpus" / binary.name], cwd=FUZZ,
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    place, = ROOT.glob(f"src/*/tests/{binary.name}.cpp")
    place = place.parent / "data" / "corpus" / f"{binary.name.removeprefix('fuzz_')}.zip"
    place.parent.mkdir(exist_ok=True)
    new = [path for path in best.iterdir() if path.name not in begun]
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(new, key=lambda path: (path.stat().st_size, path.name)):
            archive.writestr(zipfile.ZipInfo(path.name[:8]), path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
            if archive.fp.tell() > KEPT_BYTES:
                break


def write_result(results, name, duration, measured, failure):
    suite = ElementTree.Element("testsuite", name=name)
    case = ElementTree.SubElement(suite, "testcase", classname="fuzz", name=name, time=f"{duration:.1f}")
    properties = ElementTree.SubElement(case, "properties")
    ElementTree.SubElement(properties, "property", name="measured", value=measured)
    if failure:
        ElementTree.SubElement(case, "failure", message=failure)
    ElementTree.ElementTree(suite).write(results / f"{name}.xml")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "build" / "dev" / "results")
    parser.add_argument("--room", default="*", help="the targets of this room alone")
    parser.add_argument("--target", action="append", help="these targets alone")
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("SOULVAN_FUZZ_SECONDS", "1800")),
                        help="how long each target looks (default 1800, or SOULVAN_FUZZ_SECONDS)")
    parser.add_argument("--seed", type=int, default=0, help="where chance begins (default: anywhere)")
    parser.add_argument("--keep", action="store_true", help="run nothing; keep what was learnt here")
    options = parser.parse_args()
    options.results.mkdir(parents=True, exist_ok=True)
    names = options.target or sorted(path.stem for path in ROOT.glob(f"src/{options.room}/tests/fuzz_*.cpp")
                                     if "LLVMFuzzerTestOneInput" in path.read_text())
    begun = time.time()
    subprocess.run(["scripts/build", "fuzz", *names, *(["soulvan_oiio"] if "fuzz_image" in names else [])], cwd=ROOT,
                   check=True)
    print(f"ok   build fuzz ({time.time() - begun:.1f} s)", flush=True)
    if options.keep:
        for name in names:
            keep(FUZZ / "bin" / name)
        return 0

    def run(name):
        return fuzz(FUZZ / "bin" / name, options.seconds, options.seed, options.results)

    with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count())) as pool:
        return 0 if all(list(pool.map(run, names))) else 1


if __name__ == "__main__":
    sys.exit(main())
