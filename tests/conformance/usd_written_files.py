#!/usr/bin/env python3
"""Does OpenUSD open every crate file and package that we wrote, and find in it what the original holds?

Usage: usd_written_files.py FOLDER
FOLDER is what `SOULVAN_KEEP=FOLDER usd_test --gtest_filter='Crate.*:Package.*'` left:
  NAME.usdc + NAME.source   a crate file of ours, and the path of the layer it was made from
  NAME.text + NAME.source   our text of a crate file of somebody else, and the path of that file
  NAME.usdz                 a package of ours: it must pass OpenUSD's own checks
Two layers are equal when OpenUSD prints the same text for both. Needs the Python package usd-core.
"""
import pathlib
import sys
import tempfile

from pxr import Sdf, Tf, Usd, UsdUtils


def opened(path):
    """The layer, or None where OpenUSD itself cannot read it."""
    try:
        return Sdf.Layer.OpenAsAnonymous(str(path))
    except Tf.ErrorException:
        return None


def through_their_crate(layer):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "theirs.usdc"
        try:
            layer.Export(str(path))
        except Tf.ErrorException:
            return None
        return opened(path).ExportToString()


def first_difference(ours, theirs):
    for number, (a, b) in enumerate(zip(ours.split("\n"), theirs.split("\n")), 1):
        if a != b:
            return f"line {number}: ours {a!r}, theirs {b!r}"
    return "one is a prefix of the other"


def compare(folder):
    failures, compared, unreadable = [], 0, []
    for source_file in sorted(folder.glob("*.source")):
        source = pathlib.Path(source_file.read_text())
        original = opened(source)
        if original is None:
            unreadable.append(source_file)
            continue
        expected = original.ExportToString()
        for suffix in (".usdc", ".text"):
            ours = source_file.with_suffix(suffix)
            if not ours.exists():
                continue
            if suffix == ".usdc":
                layer = opened(ours)
                if layer is None:
                    failures.append(f"{ours}: OpenUSD cannot open it (made from {source})")
                    continue
            else:
                layer = Sdf.Layer.CreateAnonymous(".usda")
                try:
                    layer.ImportFromString(ours.read_text())
                except Tf.ErrorException as error:
                    failures.append(f"{ours}: OpenUSD cannot read our text of {source}: {error}")
                    continue
            compared += 1
            text = layer.ExportToString()
            # OpenUSD 24.11 loses looping extrapolation in its own crate files; what it loses counts as equal.
            if text != expected and text != through_their_crate(original):
                failures.append(f"{ours}: {first_difference(text, expected)} ({source})")
    return failures, compared, unreadable


def check_packages(folder):
    failures, checked = [], 0
    for package in sorted(folder.glob("*.usdz")):
        checked += 1
        entries = list(Usd.ZipFile.Open(str(package)).GetFileNames())
        for entry in entries:
            info = Usd.ZipFile.Open(str(package)).GetFileInfo(entry)
            if info.dataOffset % 64 or info.compressionMethod or info.encrypted:
                failures.append(f"{package}[{entry}]: not stored at a multiple of 64")
        checker = UsdUtils.ComplianceChecker()
        checker.CheckCompliance(str(package))
        failures += [f"{package}: {error}" for error in checker.GetErrors()]
        if Usd.Stage.Open(str(package)) is None:
            failures.append(f"{package}: OpenUSD cannot open it")
    return failures, checked


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[1])
    failures, compared, unreadable = compare(folder)
    package_failures, packages = check_packages(folder)
    failures += package_failures
    for failure in failures:
        print(failure)
    for source in unreadable:
        print(f"not compared, OpenUSD cannot read the original: {source.read_text()}")
    print(f"{compared} layers and {packages} packages compared, {len(failures)} failures, "
          f"{len(unreadable)} originals that OpenUSD cannot read")
    return 1 if failures or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
