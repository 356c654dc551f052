#!/usr/bin/env python3
"""Writes random splines and what OpenUSD evaluates them to.

Usage: splines.py FOLDER [--seed N] [--count N]
Makes FOLDER/splines_random.usda, one attribute per spline, and FOLDER/splines_random.json: per attribute rows of
time, value, value from the left, slope, slope from the left; null where there is none, "?" where OpenUSD fails; and
how the tangents of random segments are shortened per mode. The same seed gives the same files. Values are those of
the version of usd-core that runs this: 26.11 for the committed ones. 24.11 knows no Hermite curves, has values at
blocked knots, and repeats both ends in the way of the first; before 25 such splines are left out.
"""
import argparse
import json
import math
import pathlib
import random

from pxr import Sdf, Tf, Ts, Usd

TYPES = {"double": Sdf.ValueTypeNames.Double, "float": Sdf.ValueTypeNames.Float, "half": Sdf.ValueTypeNames.Half}
EXTRAPOLATIONS = [Ts.ExtrapValueBlock, Ts.ExtrapHeld, Ts.ExtrapLinear, Ts.ExtrapSloped, Ts.ExtrapLoopRepeat,
                  Ts.ExtrapLoopReset, Ts.ExtrapLoopOscillate]
IS_OLD = Usd.GetVersion() < (0, 25, 0)
INTERPOLATIONS = [Ts.InterpValueBlock, Ts.InterpHeld, Ts.InterpLinear] + [Ts.InterpCurve] * 4


def extrapolation(rng, modes):
    made = Ts.Extrapolation(rng.choice(modes))
    if made.mode == Ts.ExtrapSloped:
        made.slope = rng.randint(-20, 20) / 8
    return made


def spline(rng, type_name):
    """Times are quarters and loops start at knots, so that echoes fall on exact times. With inner loops OpenUSD asks
    authored knots whether an echo is blocked, and what lies before a mirrored one, so these stay apart."""
    is_looped = rng.random() < 0.4
    ends, interpolations = EXTRAPOLATIONS, INTERPOLATIONS
    if is_looped or IS_OLD:
        ends, interpolations = (EXTRAPOLATIONS[1:4] if IS_OLD else EXTRAPOLATIONS[1:-1]), INTERPOLATIONS[1:]
    made = Ts.Spline(type_name)
    curve = rng.choice([Ts.CurveTypeBezier] * 3 + [Ts.CurveTypeHermite] * (not IS_OLD))
    made.SetCurveType(curve)
    made.SetPreExtrapolation(extrapolation(rng, ends))
    made.SetPostExtrapolation(extrapolation(rng, ends))
    times = sorted(rng.sample(range(-40, 80), rng.choice([1, 2, 3, 4, 6, 9])))
    for time in times:
        knot = Ts.Knot(type_name, curve)
        knot.SetTime(time / 4)
        knot.SetValue(rng.randint(-64, 64) / 8)
        if rng.random() < 0.15:
            knot.SetPreValue(rng.randint(-64, 64) / 8)
        knot.SetNextInterpolation(rng.choice(interpolations))
        knot.SetPreTanSlope(rng.randint(-32, 32) / 8)
        knot.SetPostTanSlope(rng.randint(-32, 32) / 8)
        if curve == Ts.CurveTypeBezier:
            knot.SetPreTanWidth(rng.choice([0, 0.25, 0.5, 1, 2, 3, 7.5]))
            knot.SetPostTanWidth(rng.choice([0, 0.25, 0.5, 1, 2, 3, 7.5]))
        made.SetKnot(knot)
    if is_looped:
        loop = Ts.LoopParams()
        first = rng.choice(times) if rng.random() < 0.9 else 0
        loop.protoStart, loop.protoEnd = first / 4, (first + rng.choice([0, 3, 8, 20, 40])) / 4
        loop.numPreLoops, loop.numPostLoops = rng.choice([0, 1, 2, 5]), rng.choice([0, 1, 2, 5])
        loop.valueOffset = rng.choice([0, 0, 1.5, -2])
        made.SetInnerLoopParams(loop)
    return made, times


def answer(call, time):
    try:
        value = call(time)
    except Tf.ErrorException:
        return "?"
    return "?" if value is not None and not math.isfinite(value) else value


def rows(made, times, rng):
    asked = {time / 4 for time in times}
    asked |= {rng.uniform(-60, 90) for _ in range(20)} | {rng.randint(-240, 360) / 4 for _ in range(20)}
    # Inside inner loops OpenUSD takes slopes and limits from the left from knots that the echoes hide.
    calls = [made.EvalPreValue, made.EvalDerivative, made.EvalPreDerivative]
    unknown = ["?"] * len(calls)
    return [[time, answer(made.Eval, time), *(unknown if made.HasInnerLoops() else [answer(call, time) for call in calls])]
            for time in sorted(asked)]


def two_knots(length, widths):
    made = Ts.Spline("double")
    for time, before, after in ((0, 0, widths[0]), (length, widths[1], 0)):
        knot = Ts.Knot("double")
        knot.SetTime(time)
        knot.SetNextInterpolation(Ts.InterpCurve)
        knot.SetPreTanWidth(before)
        knot.SetPostTanWidth(after)
        made.SetKnot(knot)
    return made


def shortened(rng):
    """One row: mode, length of the segment, which knot is edited, its widths before and after."""
    modes = {"Contain": Ts.AntiRegressionContain, "KeepRatio": Ts.AntiRegressionKeepRatio,
             "KeepStart": Ts.AntiRegressionKeepStart, "LimitActive": Ts.RegressionPreventer.ModeLimitActive,
             "LimitOpposite": Ts.RegressionPreventer.ModeLimitOpposite}
    mode, length, active = rng.choice(list(modes)), rng.choice([1, 2, 3.5]), rng.choice(["start", "end"])
    widths = [length * rng.choice([0, rng.uniform(0, 2), rng.uniform(0, 5)]) for _ in range(2)]
    if not mode.startswith("Limit"):
        made = two_knots(length, widths)
        with Ts.AntiRegressionAuthoringSelector(modes[mode]):
            made.AdjustRegressiveTangents()
    else:  # what is there before the edit must be in order, or it is mended first
        edited = 0 if active == "start" else 1
        widths[1 - edited] = min(widths[1 - edited], length)
        made = two_knots(length, [0 if side == edited else width for side, width in enumerate(widths)])
        proposed = made.GetKnot(0 if edited == 0 else length)
        (proposed.SetPostTanWidth if edited == 0 else proposed.SetPreTanWidth)(widths[edited])
        Ts.RegressionPreventer(made, proposed.GetTime(), modes[mode]).Set(proposed)
    after = [made.GetKnot(0).GetPostTanWidth(), made.GetKnot(length).GetPreTanWidth()]
    return [mode, length, active, widths, after]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=120)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    stage = Usd.Stage.CreateInMemory()
    prim = stage.DefinePrim("/Splines")
    times = {}
    with Ts.AntiRegressionAuthoringSelector(Ts.AntiRegressionNone):
        for number in range(options.count):
            name, type_name = f"s{number}", rng.choice(list(TYPES))
            made, times[name] = spline(rng, type_name)
            prim.CreateAttribute(name, TYPES[type_name]).SetSpline(made)
    stage.GetRootLayer().Export(str(options.folder / "splines_random.usda"))
    # Tangents that no curve uses are not in the file: what it holds is asked.
    stage = Usd.Stage.Open(str(options.folder / "splines_random.usda"))
    prim = stage.GetPrimAtPath("/Splines")
    answers = {name: rows(prim.GetAttribute(name).GetSpline(), knots, rng) for name, knots in times.items()}
    with Ts.AntiRegressionAuthoringSelector(Ts.AntiRegressionNone):
        mended = ",\n".join(f"  {json.dumps(shortened(rng))}" for _ in range(options.count))
    text = ",\n".join(f'  "{name}": {json.dumps(row)}' for name, row in answers.items())
    version = ".".join(map(str, Usd.GetVersion()[1:]))
    (options.folder / "splines_random.json").write_text(
        f'{{\n "openusd": "{version}",\n "splines": {{\n{text}\n }},\n "regression": [\n{mended}\n ]\n}}\n')


if __name__ == "__main__":
    main()
