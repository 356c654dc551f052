#!/usr/bin/env python3
"""What does the main job cost, warm, from ./run's sentence to the signed video? CPU-seconds of the whole process tree, wall
time, time to the first preview.

The first, unmeasured run is of one tiny frame: it fills the caches (generated forms, converted models, textures) that a
second delivery of the same sentence finds. The measured run goes into a fresh folder.
"""
import argparse
import pathlib
import tempfile

from process import BINARY, load, measure

SENTENCE = "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--what", default=SENTENCE, help="a sentence, or a stage's file")
    parser.add_argument("options", nargs="*", help="more for `soulvan make`, after --")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        measure([options.binary, "make", options.what, "-o", folder / "warm", "--frames", "1", "--resolution", "32x18",
                 "--samples", "1", "--hero", "none"])
        first_preview = []

        def watch(seconds):
            if not first_preview and any(folder.glob("delivery/**/preview.png")):
                first_preview.append(seconds)

        cost = measure([options.binary, "make", options.what, "-o", folder / "delivery", *options.options], watch)
    print(load())
    print(f"user {cost.user:.1f} CPU-s, system {cost.system:.1f} CPU-s, wall {cost.wall:.1f} s")
    print(f"first preview on disk after {first_preview[0]:.1f} s" if first_preview else "no preview was seen")


if __name__ == "__main__":
    main()
