#!/usr/bin/env python3
"""Holds the tree to its rules: arrows between rooms, format, no machine paths, every TODO says what ends it."""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Room → rooms it may include directly; what those include is allowed too (docs/architecture.md).
ARROWS = {
    "base": [], "db": ["base"], "storage": ["base"], "wallet": ["base"], "media": ["base"], "usd": ["base"],
    "geometry": ["usd"], "interchange": ["usd", "media"], "provenance": ["db"], "models": ["media", "db"],
    "originality": ["models"], "catalog": ["geometry", "interchange", "storage", "db"],
    "render": ["geometry", "media"], "music": ["models"], "scene": ["catalog", "models"],
    "engines": ["render", "interchange"], "jobs": ["scene", "engines", "music", "originality", "provenance"],
    "governance": ["wallet", "db"], "server": ["jobs", "governance"],
}
ARROWS["app"] = [room for room in ARROWS]

TEXT = {".cpp", ".h", ".py", ".md", ".txt", ".json", ".cmake", ".usda", ".sh", ""}


def reachable(room, seen=None):
    """Every room that `room` may include."""
    seen = seen if seen is not None else set()
    for below in ARROWS.get(room, []):
        if below not in seen:
            seen.add(below)
            reachable(below, seen)
    return seen


def tracked():
    """Files that git tracks or would track."""
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
                           check=True).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def check_arrows(files):
    for path in files:
        parts = path.relative_to(ROOT).parts
        if parts[0] != "src" or path.suffix not in {".cpp", ".h"}:
            continue
        room = parts[1]
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'#include [<"]soulvan/(\w+)/', line)
            if found and found[1] != room and found[1] not in reachable(room):
                yield f"{path.relative_to(ROOT)}:{number}: {room} may not include {found[1]}"


def check_text(files):
    home = re.compile(r"/(?:home|root|Users|work)/\w")
    for path in files:
        if path.suffix not in TEXT or path.stat().st_size > 1 << 20 or path == pathlib.Path(__file__).resolve():
            continue
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        name = path.relative_to(ROOT)
        for number, line in enumerate(lines, 1):
            if home.search(line):
                yield f"{name}:{number}: a path of one machine"
            if re.search(r"\b(?:FIXME|XXX)\b", line) and path.suffix in {".cpp", ".h", ".py"}:
                yield f"{name}:{number}: write a TODO that says what would end it"
            if path.suffix in {".cpp", ".h", ".py"} and re.search(r"\bTODO\b(?!: .{15,})", line):
                yield f"{name}:{number}: a TODO says what would end it: TODO: …"


def check_first_lines(files):
    for path in files:
        name = path.relative_to(ROOT)
        if name.parts[0] == "src" and path.suffix in {".cpp", ".h"} and not path.read_text().startswith("// "):
            yield f"{name}:1: the first line says which question the file answers"


def check_format(files):
    formatter = shutil.which("clang-format-14") or shutil.which("clang-format")
    if not formatter:
        yield "clang-format-14 is not installed: scripts/install-packages test"
        return
    sources = [str(path) for path in files if path.suffix in {".cpp", ".h"}]
    result = subprocess.run([formatter, "--dry-run", "-Werror", *sources], cwd=ROOT, capture_output=True, text=True)
    bad = sorted({line.split(":")[0] for line in result.stderr.splitlines() if "clang-format-violations" in line})
    for path in bad:
        yield f"{pathlib.Path(path).relative_to(ROOT)}: clang-format-14 -i would change it"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    files = tracked()
    findings = [finding for check in (check_arrows, check_text, check_first_lines, check_format)
                for finding in check(files)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
