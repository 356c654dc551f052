"""Prints data/interpolation.json: what OpenUSD resolves between and around the time samples of
interpolation.usda, and at the default time.

Usage: interpolation.py > ../data/interpolation.json
"""

import argparse
import json
import pathlib

from pxr import Gf, Sdf, Usd

TIMES = [-1, 1, 1.5, 2, 2.999, 3, 4.25, 5, 6, 7.5, 10, 11, 13.5, 20, 40]


def plain(value):
    """The numbers of a value in a row, or its text; None for no value."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return [float(value)]
    if isinstance(value, Sdf.TimeCode):
        return [float(value)]
    if isinstance(value, (Gf.Quath, Gf.Quatf, Gf.Quatd)):
        return [float(value.real), *map(float, value.imaginary)]
    return [number for item in value for number in plain(item)]


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    folder = pathlib.Path(__file__).resolve().parent.parent / "data"
    stage = Usd.Stage.Open(str(folder / "interpolation.usda"))
    values = {}
    for prim in stage.Traverse():
        for attribute in prim.GetAuthoredAttributes():
            values[str(attribute.GetPath())] = {
                "samples": attribute.GetTimeSamples(),
                "default": plain(attribute.Get()),
                "at": [plain(attribute.Get(time)) for time in TIMES],
            }
    version = ".".join(map(str, Usd.GetVersion()[1:]))
    rows = ",\n".join(f"  {json.dumps(path)}: {json.dumps(row)}" for path, row in sorted(values.items()))
    print(f'{{\n "openusd": "{version}",\n "times": {json.dumps(TIMES)},\n "values": {{\n{rows}\n }}\n}}')


if __name__ == "__main__":
    main()
