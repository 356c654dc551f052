#!/usr/bin/env python3
"""Writes what usd-core 26.11 and newer know beyond 24.11: splines with rules of tangents, and blocks of animation.

Usage: tangent_rules.py FOLDER
Makes FOLDER/tangent_rules.usda and the same as crate 0.13, FOLDER/tangent_rules-0.13.0.usdc. The same files each time.
"""
import argparse
import pathlib
import random

from pxr import Sdf, Ts, Usd

RULES = [Ts.TangentAlgorithmNone, Ts.TangentAlgorithmCustom, Ts.TangentAlgorithmAutoEase, Ts.TangentAlgorithmAutoEase]
INTERPOLATIONS = [Ts.InterpCurve] * 5 + [Ts.InterpHeld, Ts.InterpValueBlock, Ts.InterpLinear]


def spline(rng, type_name):
    made = Ts.Spline(type_name)
    made.SetCurveType(rng.choice([Ts.CurveTypeBezier, Ts.CurveTypeBezier, Ts.CurveTypeHermite]))
    for time in sorted(rng.sample(range(40), rng.choice([1, 2, 3, 5, 8]))):
        knot = Ts.Knot(type_name)
        knot.SetTime(time / 2)
        knot.SetValue(rng.randint(-64, 64) / 8)
        if rng.random() < 0.15:
            knot.SetPreValue(rng.randint(-64, 64) / 8)
        knot.SetNextInterpolation(rng.choice(INTERPOLATIONS))
        knot.SetPreTanSlope(rng.randint(-8, 8) / 4)
        knot.SetPostTanSlope(rng.randint(-8, 8) / 4)
        if made.GetCurveType() == Ts.CurveTypeBezier:
            knot.SetPreTanWidth(rng.choice([0, 0.25, 0.5]))
            knot.SetPostTanWidth(rng.choice([0, 0.25, 0.5]))
        knot.SetPreTanAlgorithm(rng.choice(RULES))
        knot.SetPostTanAlgorithm(rng.choice(RULES))
        made.SetKnot(knot)
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    rng = random.Random(3)
    stage = Usd.Stage.CreateInMemory()
    prim = stage.DefinePrim("/A")
    types = {"double": Sdf.ValueTypeNames.Double, "float": Sdf.ValueTypeNames.Float}
    for index in range(24):
        name = rng.choice(list(types))
        prim.CreateAttribute(f"s{index}", types[name]).SetSpline(spline(rng, name))
    prim.CreateAttribute("blocked", Sdf.ValueTypeNames.Double).Set(Sdf.AnimationBlock())
    # Tangents that no curve uses are in crate files only: both come from the text.
    stage.GetRootLayer().Export(str(folder / "tangent_rules.usda"))
    Sdf.Layer.FindOrOpen(str(folder / "tangent_rules.usda")).Export(str(folder / "tangent_rules-0.13.0.usdc"))


if __name__ == "__main__":
    main()
