#!/usr/bin/env python3
"""Writes random stages with value clips, and what OpenUSD resolves in them.

Usage: usd_clips.py FOLDER [--seed N] [--count N] [--corpus FOLDER]
Makes FOLDER/clips_random_K/*.usda (the stage is root.usda) and FOLDER/clips_random.json: per stage and attribute the
times of the samples and the values at TIMES (of arrays the first 8); null where there is none. With --corpus the same for every layer below
that folder that opens as a stage, as FOLDER/clips_corpus.json. The same seed gives the same files.
"""
import argparse
import json
import pathlib
import random

from pxr import Gf, Sdf, Usd, Vt

TIMES = [-20, -3, -1, 0, 0.5, 1, 1.25, 2, 2.999, 3, 4, 4.5, 5, 6, 7, 7.5, 8, 9, 9.75, 10, 11, 12.5, 14, 15, 16, 18, 20,
         23.5, 25, 30, 31, 40, 55, 100, 101, 105, 110, 111, 120, 200]
MOST = 8
TYPES = {"d": Sdf.ValueTypeNames.Double, "i": Sdf.ValueTypeNames.Int, "t": Sdf.ValueTypeNames.TimeCode,
         "v": Sdf.ValueTypeNames.Float3Array, "s": Sdf.ValueTypeNames.String}


def plain(value):
    if isinstance(value, Sdf.ValueBlock):
        return None
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, (float, Sdf.TimeCode)):
        return float(value)
    if isinstance(value, Sdf.AssetPath):
        return value.path
    if hasattr(value, "__len__"):
        return [plain(part) for part in list(value)[:MOST]]
    return str(value)


def sample(rng, kind):
    if rng.random() < 0.08:
        return Sdf.ValueBlock()
    if kind == "v":
        return Vt.Vec3fArray([Gf.Vec3f(*(rng.randint(0, 80) / 8 for _ in range(3)))
                               for _ in range(rng.choice([2, 2, 2, 3]))])
    return {"d": rng.randint(-400, 400) / 8, "i": rng.randint(-50, 50), "t": Sdf.TimeCode(rng.randint(0, 40)),
            "s": rng.choice(["red", "green", "blue"])}[kind]


def prim(layer, path):
    return Sdf.CreatePrimInLayer(layer, path)


def write_clip(rng, folder, name, root, attributes):
    layer = Sdf.Layer.CreateNew(str(folder / name))
    for path, kind in attributes:
        if rng.random() < 0.25:
            continue
        owner = prim(layer, root + path)
        spec = Sdf.AttributeSpec(owner, kind, TYPES[kind])
        for time in rng.sample(range(0, 24), rng.choice([0, 1, 1, 2, 3, 5])):
            layer.SetTimeSample(spec.path, time if rng.random() < 0.7 else time + 0.5, sample(rng, kind))
    layer.Save()


def write_manifest(rng, folder, root, attributes):
    layer = Sdf.Layer.CreateNew(str(folder / "manifest.usda"))
    for path, kind in attributes:
        if rng.random() < 0.15:
            continue
        variability = Sdf.VariabilityUniform if rng.random() < 0.1 else Sdf.VariabilityVarying
        spec = Sdf.AttributeSpec(prim(layer, root + path), kind, TYPES[kind], variability)
        if rng.random() < 0.3:
            value = sample(rng, kind)
            spec.default = value
    layer.Save()


def pairs(rng, count):
    """Times that jump back, stand still and run backward. A jump stays among what was mapped so far: for clip times
    that no segment reaches OpenUSD reads a number that nobody has set."""
    times, at, seen = [], rng.randint(-4, 4), []
    for _ in range(count):
        seen.append(rng.randint(0, 20))
        times.append((at, seen[-1]))
        if rng.random() < 0.25:
            seen.append(rng.randint(min(seen), max(seen)))
            times.append((at, seen[-1]))
        at += rng.choice([1, 3, 5, 8])
    return times


def clip_set(rng, folder, index, attributes):
    root = rng.choice(["/Model", "/Clip"])
    info = {"primPath": root}
    with_manifest = rng.random() < 0.5
    if rng.random() < 0.35:
        first, stride = rng.randint(0, 3), rng.choice([1, 2, 5])
        last = first + stride * rng.randint(1, 4)
        for time in range(first, last + 1, stride):
            if rng.random() < 0.85:
                write_clip(rng, folder, f"clip{index}.{time:03d}.usda", root, attributes)
        info.update({"templateAssetPath": f"./clip{index}.###.usda", "templateStartTime": float(first),
                     "templateEndTime": float(last), "templateStride": float(stride)})
        if rng.random() < 0.3:
            info["templateActiveOffset"] = rng.choice([-0.5, 0.5, 1.0])
    else:
        count = rng.randint(1, 4)
        for clip in range(count):
            write_clip(rng, folder, f"clip{index}_{clip}.usda", root, attributes)
        info["assetPaths"] = Sdf.AssetPathArray([Sdf.AssetPath(f"./clip{index}_{clip}.usda") for clip in range(count)])
        starts = sorted(rng.sample(range(-4, 30), rng.randint(1, 5)))
        info["active"] = [Gf.Vec2d(start, rng.randrange(count)) for start in starts]
        if rng.random() < 0.7:
            info["times"] = [Gf.Vec2d(*pair) for pair in pairs(rng, rng.randint(1, 5))]
    if with_manifest:
        write_manifest(rng, folder, root, attributes)
        info["manifestAssetPath"] = Sdf.AssetPath("./manifest.usda")
    if rng.random() < 0.4:
        info["interpolateMissingClipValues"] = True
    return info


def vec2_arrays(info):
    return {key: Vt.Vec2dArray(value) if key in ("active", "times") else value for key, value in info.items()}


def build(rng, folder):
    folder.mkdir(parents=True, exist_ok=True)
    attributes = [(path, kind) for path in ("", "/A", "/A/B") for kind in rng.sample(list(TYPES), 3)]
    model = Sdf.Layer.CreateNew(str(folder / "model.usda"))
    for path, kind in attributes:
        owner = prim(model, "/Model" + path)
        owner.specifier = Sdf.SpecifierDef
        spec = Sdf.AttributeSpec(owner, kind, TYPES[kind])
        if rng.random() < 0.5:
            spec.default = sample(rng, kind)
        if rng.random() < 0.15:
            model.SetTimeSample(spec.path, rng.randint(0, 9), sample(rng, kind))
    model.GetPrimAtPath("/Model").specifier = Sdf.SpecifierDef
    model.defaultPrim = "Model"
    root = Sdf.Layer.CreateNew(str(folder / "root.usda"))
    sub = Sdf.Layer.CreateNew(str(folder / "sub.usda"))
    root.subLayerPaths.append("./sub.usda")
    if rng.random() < 0.4:
        root.subLayerOffsets[0] = Sdf.LayerOffset(rng.randint(-5, 5), rng.choice([1, 1, 2, 0.5]))
    where = rng.choice([root, sub])
    owner = prim(where, "/World/Model")
    for path in ("/World", "/World/Model"):
        where.GetPrimAtPath(path).specifier = Sdf.SpecifierDef
    offset = Sdf.LayerOffset(rng.randint(-5, 5), rng.choice([1, 2])) if rng.random() < 0.4 else Sdf.LayerOffset()
    owner.referenceList.prependedItems = [Sdf.Reference("./model.usda", layerOffset=offset)]
    names = rng.sample(["one", "two"], rng.choice([1, 1, 2]))
    holder = rng.choice([(root, "/World/Model"), (sub, "/World/Model"), (model, "/Model"), (sub, "/World/Model/A")])
    spec = prim(*holder)
    clips = {name: vec2_arrays(clip_set(rng, folder, index, attributes)) for index, name in enumerate(names)}
    spec.SetInfo("clips", clips)
    if len(names) == 2 and rng.random() < 0.5:
        order = Sdf.StringListOp()
        order.prependedItems = [rng.choice(names)]
        spec.SetInfo("clipSets", order)
    if rng.random() < 0.4:  # a local opinion
        path, kind = rng.choice(attributes)
        local = Sdf.AttributeSpec(prim(rng.choice([root, sub]), "/World/Model" + path), kind, TYPES[kind])
        if rng.random() < 0.5:
            local.default = sample(rng, kind)
        else:
            local.layer.SetTimeSample(local.path, 2, sample(rng, kind))
    for layer in (model, root, sub):
        layer.Save()


def resolved(stage):
    rows = {}
    for found in stage.TraverseAll():
        for attribute in found.GetAuthoredAttributes():
            rows[str(attribute.GetPath())] = {"samples": attribute.GetTimeSamples(),
                                              "values": [plain(attribute.Get(time)) for time in TIMES]}
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--corpus", type=pathlib.Path)
    options = parser.parse_args()
    if options.corpus:
        files = sorted(path for path in options.corpus.rglob("*.usd*"))
        stages = {}
        for path in files:
            rows = resolved(Usd.Stage.Open(str(path)))
            if rows:
                stages[str(path.relative_to(options.corpus))] = rows
        name = "clips_corpus.json"
    else:
        rng = random.Random(options.seed)
        stages = {}
        for index in range(options.count):
            folder = options.folder / f"clips_random_{index}"
            build(rng, folder)
            stages[f"{folder.name}/root.usda"] = resolved(Usd.Stage.Open(str(folder / "root.usda")))
        name = "clips_random.json"
    rows = ",\n".join(f"  {json.dumps(stage)}: {json.dumps(row)}" for stage, row in stages.items())
    version = ".".join(map(str, Usd.GetVersion()[1:]))
    (options.folder / name).write_text(
        f'{{\n "openusd": "{version}",\n "times": {json.dumps(TIMES)},\n "stages": {{\n{rows}\n }}\n}}\n')


if __name__ == "__main__":
    main()
