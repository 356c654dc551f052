#!/usr/bin/env python3
"""Encodes a folder of numbered frames as MP4: compile_sequence.py <frames_dir> output.mp4 --fps 30

A thin front of `soulvan compile`, whose options it passes on (see `soulvan compile --help`).
"""
import os
import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def find_soulvan():
    """The program of this checkout's newest build, else the one on PATH."""
    built = [path for path in (ROOT / "build").glob("*/bin/soulvan") if os.access(path, os.X_OK)]
    if built:
        return str(max(built, key=lambda path: path.stat().st_mtime))
    return shutil.which("soulvan")


def main():
    if sys.argv[1:] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    program = find_soulvan()
    if not program:
        print("compile_sequence.py: soulvan is neither built nor on PATH: run ./run once", file=sys.stderr)
        return 5
    os.execv(program, [program, "compile", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
