#!/usr/bin/env python3
"""How long from a sentence to a checked stage of about 200 things, warm?

`soulvan make "<sentence>" --no-render`: planned, laid out, written with its assets and script, composed again and
checked. One unmeasured run fills the caches (generated forms, converted models). Phases are those that the answer tells;
the rest is starting the program and opening the catalogue.
"""
import argparse
import json
import pathlib
import statistics
import tempfile

from process import BINARY, load, measure

SENTENCE = ("Create a large warehouse with 10 forklifts, 60 pallet racks, 40 pallets, 30 boxes, 20 barrels, 15 carts, "
            "10 traffic cones and 10 workers")
PHASES = ["plan", "solve", "write", "check"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--sentence", default=SENTENCE)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(options.repeats + 1):
            folder = pathlib.Path(scratch) / str(number)
            cost = measure([options.binary, "make", options.sentence, "--no-render", "--json", "-o", folder])
            answer = json.loads(cost.output)
            rows.append([cost.wall, cost.cpu] + [answer["seconds"][phase] for phase in PHASES])
    rows = rows[1:]  # the first one warms
    check = answer["check"]
    print(f"{check['objects']} things, {'nothing' if check['passed'] else len(check['findings'])} found by the check")
    print("         " + "".join(f"{name:>8}" for name in ["wall", "CPU"] + PHASES))
    for name, row in [("median", [statistics.median(column) for column in zip(*rows)]), ("least", map(min, zip(*rows))),
                      ("most", map(max, zip(*rows)))]:
        print(f"{name:<9}" + "".join(f"{value:8.3f}" for value in row))
    print(load())


if __name__ == "__main__":
    main()
