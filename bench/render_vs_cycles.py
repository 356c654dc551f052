#!/usr/bin/env python3
"""How fast do we sample, beside Cycles, on the same scene? Debian's Blender 3.4.1 on the CPU, no denoising on either side.

Scene: a plane with 200 instances of 8 meshes (Blender's test mesh, 7,872 quads), a 6 x 6 m light, an even sky; 640x360,
4 bounces, one fixed number of samples per pixel. `diffuse`: Lambertian; `plastic`: a dielectric coat over colour,
Cycles' Principled against our UsdPreviewSurface. Runs alternate (ours, Cycles, ours, ...), since the machine's speed
drifts; medians are reported. Start-up, reading the scene and building its hierarchy are measured by rendering 16x9
pixels once, and taken off.
"""
import argparse
import json
import math
import pathlib
import random
import statistics
import sys
import tempfile

from process import BINARY, ROOT, load, measure

sys.path.insert(0, str(ROOT / "tests" / "oracles"))
import twin_scene  # noqa: E402

SCRIPT = ROOT / "tests" / "oracles" / "cycles_render.py"


def blender(folder, settings):
    (folder / "settings.json").write_text(json.dumps(settings))
    return measure(["blender", "-b", "--factory-startup", "-noaudio", "--python-exit-code", "1", "-P", SCRIPT, "--",
                    folder / "scene.json", folder / "settings.json"])


def turned(mesh, angle):
    c, s = math.cos(angle), math.sin(angle)

    def turn(v):
        return [c * v[0] + s * v[2], v[1], c * v[2] - s * v[0]]

    return {**mesh, "points": [turn(p) for p in mesh["points"]], "normals": [turn(n) for n in mesh["normals"]]}


def crowd(folder, kind):
    """200 instances of eight meshes on a plane, coloured by eight materials."""
    blender(folder, {"monkeys": str(folder / "monkey.json")})
    monkey = json.loads((folder / "monkey.json").read_text())
    chance = random.Random(1)
    scene = {"meshes": {"floor": twin_scene.quad()}, "materials": {"floor": {"kind": "diffuse", "color": [0.5, 0.5, 0.5]}},
             "objects": [{"name": "Floor", "mesh": "floor", "material": "floor", "matrix": twin_scene.place(0, 0, 0, 60)}],
             "lights": [{"kind": "rect", "matrix": twin_scene.look_at([0, 10, 0], [0, 0, 0]), "width": 6, "height": 6,
                         "radiance": [8, 8, 8]}],
             "dome": [0.2, 0.25, 0.4], "camera": twin_scene.camera([0, 7, 22], [0, 0, 0])}
    for i in range(8):
        scene["meshes"][f"monkey{i}"] = turned(monkey, i * math.pi / 4)
        scene["materials"][f"colour{i}"] = {"kind": kind, "color": [chance.uniform(0.1, 0.8) for _ in range(3)],
                                            "roughness": 0.2 + 0.08 * i}
    for i in range(200):
        x, z = (i % 20 - 9.5) * 1.6 + chance.uniform(-0.4, 0.4), (i // 20 - 4.5) * 2 + chance.uniform(-0.5, 0.5)
        scene["objects"].append({"name": f"Monkey{i}", "mesh": f"monkey{i % 8}", "material": f"colour{i % 7}",
                                 "matrix": twin_scene.place(x, 0.6, z, chance.uniform(0.5, 0.8), chance.uniform(-60, 60))})
    return scene


def compare(binary, folder, kind, samples, repeats):
    scene = crowd(folder, kind)
    twin_scene.write_usd(scene, folder / "scene.usda")
    twin_scene.write_json(scene, folder / "scene.json")

    def ours(width, height, count):
        return measure([binary, "render", folder / "scene.usda", "-o", folder / "ours.exr", "--filter", "none", "--bounces",
                        4, "--resolution", f"{width}x{height}", "--samples", count])

    def cycles(width, height, count):
        return blender(folder, {"output": str(folder / "cycles.exr"), "width": width, "height": height, "bounces": 4,
                                "samples": count, "seed": 1})

    costs = {run: [] for run in (ours, cycles)}
    for _ in range(repeats):
        for run, list_ in costs.items():
            fixed = run(16, 9, 1)
            whole = run(640, 360, samples)
            list_.append((whole.cpu - fixed.cpu, whole.wall - fixed.wall, fixed.cpu))
    total = 640 * 360 * samples / 1e6
    cpu = {}
    for run, list_ in costs.items():
        cpu[run] = statistics.median(cost[0] for cost in list_)
        print(f"{kind:8} {run.__name__:7} {cpu[run]:6.1f} CPU-s ({total / cpu[run]:.2f} Msamples per CPU-s), "
              f"{statistics.median(cost[1] for cost in list_):5.1f} s wall; fixed "
              f"{statistics.median(cost[2] for cost in list_):.2f} CPU-s", flush=True)
    print(f"{kind:8} Cycles over ours: {cpu[cycles] / cpu[ours]:.2f} in CPU-seconds ({load()})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--scene", choices=["diffuse", "plastic"], action="append")
    options = parser.parse_args()
    for kind in options.scene or ["diffuse", "plastic"]:
        with tempfile.TemporaryDirectory() as scratch:
            compare(options.binary, pathlib.Path(scratch), kind, options.samples, options.repeats)


if __name__ == "__main__":
    main()
