#!/usr/bin/env python3
"""How much calmer is a clip filtered over time than the same clip filtered frame by frame?

A camera moves past Lambertian walls and boxes, whose light does not depend on where one looks from. Points of the walls
that every frame sees are followed through the clip. Printed for both filters and for no filter, relative to a point's
mean, root mean square over points and frames: how far its brightness deviates from that mean (slow drift counts), and
how far it jumps from one frame to the next (what the eye calls flicker).
"""
import argparse
import pathlib
import sys
import tempfile

import numpy

from process import BINARY, ROOT, load, measure

sys.path.insert(0, str(ROOT / "tests" / "oracles"))
from exr import read_exr  # noqa: E402
from twin_scene import box, camera, look_at, place, quad, write_usd  # noqa: E402

TRAVEL = 0.8  # metres


def eye_of(frame, frames):
    return [TRAVEL * (frame / (frames - 1) - 0.5), 1.4, 4.6]


def scene():
    wall = [[12, 0, 0, 0], [0, 0, -1, 0], [0, 12, 0, -2], [0, 0, 0, 1]]
    colours = {"grey": [0.5, 0.5, 0.5], "ochre": [0.6, 0.45, 0.2], "blue": [0.2, 0.3, 0.6]}
    objects = [("Floor", "quad", "grey", place(0, 0, 0, 16)), ("Wall", "quad", "ochre", wall),
               ("Left", "box", "blue", place(-1.5, 0, -0.6, 1, 20)), ("Right", "box", "grey", place(1.4, 0, -0.9, 1.2, -30))]
    return {"camera": camera(eye_of(0, 2), [0, 1.4, 0], 30), "meshes": {"quad": quad(), "box": box()},
            "materials": {name: {"kind": "diffuse", "color": color} for name, color in colours.items()},
            "objects": [dict(zip(("name", "mesh", "material", "matrix"), thing)) for thing in objects],
            "lights": [{"kind": "rect", "matrix": look_at([1.5, 4, 2], [0, 0, -1]), "width": 1.5, "height": 1.5,
                        "radiance": [9, 9, 9]}], "dome": [0.25, 0.3, 0.4]}


def write_clip(path, frames):
    """The scene with its camera moved by time samples; it looks straight along -Z all the while."""
    write_usd(scene(), path)
    text = path.read_text().replace("    metersPerUnit = 1\n", f"    endTimeCode = {frames}\n    metersPerUnit = 1\n"
                                    "    startTimeCode = 1\n    timeCodesPerSecond = 24\n")
    head, tail = text.split('def Camera "Eye"')
    samples = ", ".join(f"{i + 1}: ({', '.join(str(c) for c in eye_of(i, frames))})" for i in range(frames))
    begin, end = tail.index("        matrix4d"), tail.index("    }\n}")
    tail = (tail[:begin] + f"        double3 xformOp:translate.timeSamples = {{{samples}}}\n"
            '        uniform token[] xformOpOrder = ["xformOp:translate"]\n' + tail[end:])
    path.write_text(head + 'def Camera "Eye"' + tail)


def patch_points():
    """On the wall and on the floor between the boxes: seen by every frame, hidden by nothing."""
    wall = [(x, y, -2) for x in numpy.linspace(-0.5, 0.3, 24) for y in numpy.linspace(1.5, 2.3, 24)]
    floor = [(x, 0, z) for x in numpy.linspace(-0.5, 0.3, 24) for z in numpy.linspace(-1.2, -0.2, 24)]
    return numpy.array(wall + floor)


def follow(picture, points, eye, width, height):
    """Brightness of each point, by linear interpolation between pixels."""
    local = points - numpy.array(eye)
    scale = width * 30 / 36
    x = width / 2 + scale * local[:, 0] / -local[:, 2] - 0.5
    y = height / 2 - scale * local[:, 1] / -local[:, 2] - 0.5
    column, row = numpy.floor(x).astype(int), numpy.floor(y).astype(int)
    assert column.min() >= 0 and row.min() >= 0 and column.max() < width - 1 and row.max() < height - 1
    u, v = x - column, y - row
    light = picture.mean(2)
    return ((1 - v) * ((1 - u) * light[row, column] + u * light[row, column + 1])
            + v * ((1 - u) * light[row + 1, column] + u * light[row + 1, column + 1]))


def flicker(binary, stage, filter_, options):
    folder = stage.parent / filter_
    folder.mkdir()
    width, height = map(int, options.resolution.split("x"))
    cost = measure([binary, "render", stage, "-o", folder / "f.####.exr", "--frames", f"1:{options.frames}", "--filter",
                    filter_, "--samples", options.samples, "--resolution", options.resolution])
    points = patch_points()
    series = numpy.array([follow(read_exr(folder / f"f.{i + 1:04d}.exr", width, height), points,
                                 eye_of(i, options.frames), width, height) for i in range(options.frames)])
    series /= series.mean(0)
    deviation = float(numpy.sqrt(((series - 1) ** 2).mean()))
    step = float(numpy.sqrt((numpy.diff(series, axis=0) ** 2).mean()))
    print(f"{filter_:6} deviation {100 * deviation:.3f} %, step {100 * step:.3f} %, {cost.cpu:.1f} CPU-s", flush=True)
    return numpy.array([deviation, step])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--resolution", default="640x360")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        stage = pathlib.Path(scratch) / "clip.usda"
        write_clip(stage, options.frames)
        none, still, clip = (flicker(options.binary, stage, name, options) for name in ("none", "still", "clip"))
    for i, name in enumerate(("deviation", "step")):
        print(f"{name}: frame by frame over clip {still[i] / clip[i]:.2f}, unfiltered over clip {none[i] / clip[i]:.2f}")
    print(load())


if __name__ == "__main__":
    main()
