#!/usr/bin/env python3
"""Runs every test of a tier, prints what failed and what was skipped, ends with one line of counts.

Tiers: the default is what CI runs; --full adds tests marked `full`, sanitizers, cross-checks and 30 minutes of
fuzzing a target instead of 30 seconds, and writes docs/test-full.md. A skipped test that tests/skips.txt does not list
(with what removes the skip) is a failure.
"""
import argparse
import datetime
import os
import pathlib
import platform
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "dev"
RESULTS = BUILD / "results"
SUMMARY = ROOT / "docs" / "test-full.md"
# From one seed: what CI says should depend on the commit.
QUICK_FUZZING = ["--room", "usd", "--seconds", "30", "--seed", "1"]


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
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True,
                          timeout=14400 if full else 5000)


class Results:
    """What every result file says: counts and seconds per group, names of what failed, was skipped, was measured."""

    def __init__(self):
        self.groups = {}  # name -> [passed, failed, skipped, seconds]
        self.failed, self.skipped, self.measured = [], [], []
        for path in sorted(RESULTS.glob("*.xml")):
            root = ElementTree.parse(path).getroot()
            for case in root.iter("testcase"):
                self._add(path.stem, case)

    @staticmethod
    def _group(stem, case):
        """The room, or for Python the folder below tests/."""
        if stem != "pytest":
            return stem
        folders = [part for part in (case.get("classname") or "").split(".") if part != "tests"]
        return "/".join(["tests", *folders[:1]])

    def _add(self, stem, case):
        name = f"{stem}:{case.get('classname')}.{case.get('name')}"
        group = self.groups.setdefault(self._group(stem, case), [0, 0, 0, 0.0])
        group[3] += float(case.get("time") or 0)
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            self.failed.append(name)
            group[1] += 1
        elif skip is not None or case.get("result") == "skipped":
            text = (skip.get("message") or skip.text or "") if skip is not None else ""
            lines = [line for line in text.splitlines() if line.strip() and "_test.cpp:" not in line]
            self.skipped.append((name, lines[0] if lines else "no reason given"))
            group[2] += 1
        else:
            group[0] += 1
        for entry in case.iter("property"):
            if entry.get("name") == "measured":
                self.measured.append((case.get("name"), entry.get("value")))

    def passed(self):
        return sum(group[0] for group in self.groups.values())

    def skips_by_reason(self):
        reasons = {}
        for name, reason in self.skipped:
            reasons.setdefault(reason, []).append(name)
        return sorted(reasons.items())


def machine():
    """Processor, cores, memory and system in a line."""
    processors = [line for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    processor = processors[0].split(":", 1)[1].strip() if processors else platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} × {processor}, {memory:.0f} GiB, "
            f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}")


def commit():
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()

    changed = [line for line in git("status", "--porcelain", "-uno").splitlines() if not line.endswith(SUMMARY.name)]
    return git("rev-parse", "HEAD")[:12] + (f" and {len(changed)} changed files" if changed else "")


def write_summary(results, failed, seconds):
    """docs/test-full.md: when, what, where, and how it went."""
    lines = ["# The last `./test --full`", "", "Written by `scripts/run_tests.py --full`; do not edit.", "",
             f"- Date: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC",
             f"- Commit: {commit()}", f"- Machine: {machine()}", f"- Duration: {seconds / 60:.0f} min",
             f"- **{results.passed()} passed, {len(failed)} failed, {len(results.skipped)} skipped**", "",
             "| Group | Passed | Failed | Skipped | Seconds |", "| --- | ---: | ---: | ---: | ---: |"]
    lines += [f"| {name} | {group[0]} | {group[1]} | {group[2]} | {group[3]:.0f} |"
              for name, group in sorted(results.groups.items())]
    lines += ["", "## Measured", ""] + [f"- {name}: {value}" for name, value in results.measured]
    if results.skipped:
        lines += ["", "## Skipped", ""]
        lines += [f"- {reason} ({len(names)}): {', '.join(names[:3])}{', …' if len(names) > 3 else ''}"
                  for reason, names in results.skips_by_reason()]
    if failed:
        lines += ["", "## Failed", ""] + [f"- {name}" for name in failed]
    SUMMARY.write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="also what takes longer")
    options = parser.parse_args()
    started = time.time()
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
    checks = [["fuzz.py"], ["full_checks.py"]] if options.full else [["fuzz.py", *QUICK_FUZZING]]
    for script, *arguments in checks:
        if subprocess.run([sys.executable, f"scripts/{script}", *arguments], cwd=ROOT).returncode:
            broken.append(f"scripts/{script}")

    results = Results()
    failed = results.failed + broken
    allowed = allowed_skips()
    for name, reason in results.skipped:
        remedy = next((remedy for prefix, remedy in allowed if name.startswith(prefix) or reason.startswith(prefix)),
                      None)
        if remedy is None:
            failed.append(f"{name} is skipped ({reason}) and tests/skips.txt does not list it")
    if options.full:
        write_summary(results, failed, time.time() - started)
    for name in failed:
        print(f"FAILED {name}")
    for reason, names in results.skips_by_reason()[:9]:
        print(f"skipped {len(names)}: {reason} ({names[0]}{', …' if len(names) > 1 else ''})")
    print(f"{results.passed()} passed, {len(failed)} failed, {len(results.skipped)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
