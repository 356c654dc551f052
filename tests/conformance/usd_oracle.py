#!/usr/bin/env python3
"""Do our stages resolve to what OpenUSD's do?

Usage: usd_oracle.py FOLDER [-v]
FOLDER is what `SOULVAN_KEEP=FOLDER usd_test --gtest_filter='StageCorpus.*'` left: one NAME.stage.json per stage, with
every prim, its metadata, attribute values at the default and three other times, samples, connections, targets, world
transforms, visibility, purpose and bound materials. Needs the Python package usd-core.
"""
import argparse
import collections
import json
import math
import pathlib
import sys

from pxr import Gf, Kind, Sdf, Tf, Usd, UsdGeom, UsdShade, Vt  # noqa: F401 (Kind: its library must load first)

# What OpenUSD needs a plug-in for, or what this version leaves to the issue on full composition.
UNSUPPORTED = ("testUsdValueClips", "clips")
MOST = 24


def plain(value):
    """A value as the JSON of the other side has it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, int):
        return value
    if isinstance(value, Sdf.AssetPath):
        return value.path
    if isinstance(value, Sdf.TimeCode):
        return plain(float(value))
    if isinstance(value, Sdf.PathExpression):
        return value.GetText()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (Gf.Matrix2d, Gf.Matrix3d, Gf.Matrix4d)):
        return [plain(float(number)) for row in value for number in row]
    if isinstance(value, (Gf.Quath, Gf.Quatf, Gf.Quatd)):
        return [plain(float(value.real))] + [plain(float(part)) for part in value.imaginary]
    if type(value).__name__.startswith("Vec") and not type(value).__name__.endswith("Array"):
        return [plain(part) for part in value]
    if hasattr(value, "__len__"):
        items = list(value) if len(value) <= 2 * MOST else list(value[:MOST]) + list(value[-MOST:])
        return {"count": len(value), "items": [plain(item) for item in items]}
    return None


def same(a, b, tolerance=2e-6):
    if isinstance(a, bool) or isinstance(b, bool):
        return bool(a) == bool(b) if isinstance(a, (bool, int)) and isinstance(b, (bool, int)) else a == b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= tolerance * max(1, abs(a), abs(b))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y, tolerance) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], tolerance) for key in a)
    return a == b


class Comparison:
    def __init__(self, verbose):
        self.verbose = verbose
        self.counts = collections.Counter()
        self.differences = []

    def check(self, where, what, ours, theirs, tolerance=2e-6):
        self.counts[what] += 1
        if not same(ours, theirs, tolerance):
            self.differences.append(f"{where} {what}: ours {str(ours)[:200]}, theirs {str(theirs)[:200]}")

    def attribute(self, where, ours, attribute, times):
        self.check(where, "type", True, Sdf.ValueTypeNames.Find(ours["type"]) == attribute.GetTypeName())  # old names
        self.check(where, "uniform", ours["uniform"], attribute.GetVariability() == Sdf.VariabilityUniform)
        samples = attribute.GetTimeSamples()
        default = attribute.Get()
        if default is None and samples:  # our default time takes the earliest sample when nothing else is there
            default = attribute.Get(samples[0])
        self.check(where, "default", ours["default"], plain(default))
        for time, value in zip(times, ours["at"]):
            self.check(where, f"value", value, plain(attribute.Get(time)))
        self.check(where, "samples", ours["samples"], list(samples))
        self.check(where, "connections", ours["connections"], [str(path) for path in attribute.GetConnections()])
        if "resolved" in ours and isinstance(default, Sdf.AssetPath):
            theirs = default.resolvedPath
            if "<UDIM>" not in default.path:
                self.check(where, "resolved", ours["resolved"], theirs)

    def prim(self, name, path, ours, prim, times):
        if any(p.HasAuthoredMetadata("clips") for p in (prim, prim.GetParent())):
            return  # value clips are left to full composition
        where = f"{name}<{path}>"
        specifiers = {Sdf.SpecifierDef: "def", Sdf.SpecifierOver: "over", Sdf.SpecifierClass: "class"}
        self.check(where, "prim type", ours["type"], str(prim.GetTypeName()))
        self.check(where, "specifier", ours["specifier"], specifiers[prim.GetSpecifier()])
        self.check(where, "active", ours["active"], prim.IsActive())
        self.check(where, "defined", ours["defined"], prim.IsDefined())
        self.check(where, "abstract", ours["abstract"], prim.IsAbstract())
        self.check(where, "instance", ours["instance"], prim.IsInstance())
        self.check(where, "kind", ours["kind"], Usd.ModelAPI(prim).GetKind())
        registry = Usd.SchemaRegistry()  # schemas of plug-ins that are not here do not count there
        known = [a for a in ours["apis"] if registry.FindAppliedAPIPrimDefinition(a.split(":")[0])]
        self.check(where, "apis", sorted(known), sorted(prim.GetAppliedSchemas()))
        everything = Usd.TraverseInstanceProxies(Usd.PrimAllPrimsPredicate)
        self.check(where, "children", ours["children"], [c.GetName() for c in prim.GetFilteredChildren(everything)])
        self.check(where, "properties", ours["properties"], prim.GetAuthoredPropertyNames())
        metadata = {field: plain(prim.GetMetadata(field)) for field in ("documentation", "customData", "assetInfo", "hidden")
                    if prim.HasAuthoredMetadata(field)}
        self.check(where, "metadata", ours["metadata"], metadata)
        attributes = {a.GetName(): a for a in prim.GetAttributes() if a.IsAuthored()}
        self.check(where, "attributes", sorted(ours["attributes"]), sorted(attributes))
        for attribute_name, shown in ours["attributes"].items():
            if attribute_name in attributes:
                self.attribute(f"{where}.{attribute_name}", shown, attributes[attribute_name], times)
        relationships = {r.GetName(): r for r in prim.GetRelationships() if r.IsAuthored()}
        self.check(where, "relationships", sorted(ours["relationships"]), sorted(relationships))
        for relationship_name, targets in ours["relationships"].items():
            if relationship_name in relationships:
                self.check(f"{where}.{relationship_name}", "targets", targets,
                           [str(target) for target in relationships[relationship_name].GetTargets()])
        for time, world in zip(times, ours["world"]):
            theirs = UsdGeom.XformCache(time).GetLocalToWorldTransform(prim)
            self.check(where, "world", world, plain(theirs), 1e-5)
        imageable = UsdGeom.Imageable(prim)
        if imageable:
            visible = imageable.ComputeVisibility(times[0]) != UsdGeom.Tokens.invisible
            self.check(where, "visible", ours["visible"], visible)
            self.check(where, "purpose", ours["purpose"], str(imageable.ComputePurpose()))
        for purpose, material in ours["material"].items():
            bound, _ = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial(purpose)
            self.check(where, "material", material, str(bound.GetPath()) if bound else "")

    def stage(self, ours):
        path = pathlib.Path(ours["stage"])
        stage = Usd.Stage.Open(str(path))
        name = path.name
        self.check(name, "default prim", ours["default_prim"],
                   str(stage.GetDefaultPrim().GetPath()) if stage.GetDefaultPrim() else "")
        if ours["start"] is not None:
            self.check(name, "start", ours["start"], stage.GetStartTimeCode())
            self.check(name, "end", ours["end"], stage.GetEndTimeCode() if ours["end"] is not None else None)
        self.check(name, "tcps", ours["tcps"], stage.GetTimeCodesPerSecond())
        self.check(name, "fps", ours["fps"], stage.GetFramesPerSecond())
        self.check(name, "meters", ours["meters"], UsdGeom.GetStageMetersPerUnit(stage))
        if UsdGeom.GetStageUpAxis(stage) in ("Y", "Z"):  # others are not allowed; ours falls back
            self.check(name, "up", ours["up"], str(UsdGeom.GetStageUpAxis(stage)))
        everything = Usd.TraverseInstanceProxies(Usd.PrimAllPrimsPredicate)
        theirs = {str(prim.GetPath()): prim for prim in Usd.PrimRange(stage.GetPseudoRoot(), everything)
                  if not prim.IsPseudoRoot()}
        self.check(name, "prims", sorted(ours["prims"]), sorted(theirs))
        for prim_path, shown in ours["prims"].items():
            if prim_path in theirs:
                self.prim(name, prim_path, shown, theirs[prim_path], ours["times"])


def compare(folder, verbose=False):
    """(stages compared, stages that differ, Counter of comparisons, differences)"""
    totals, differing, compared, all_differences = collections.Counter(), [], 0, []
    for file in sorted(folder.glob("*.stage.json")):
        ours = json.loads(file.read_text())
        if any(word in ours["stage"] for word in UNSUPPORTED):
            continue
        comparison = Comparison(verbose)
        try:
            comparison.stage(ours)
        except Tf.ErrorException:
            continue  # OpenUSD does not open it
        compared += 1
        totals += comparison.counts
        if comparison.differences:
            differing.append(ours["stage"])
            all_differences += [f"{ours['stage']}: {d}" for d in comparison.differences]
    return compared, differing, totals, all_differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="print every difference")
    options = parser.parse_args()
    compared, differing, totals, differences = compare(options.folder)
    for difference in differences if options.verbose else differences[:40]:
        print(difference)
    print(f"{compared} stages, {compared - len(differing)} equal; {sum(totals.values())} comparisons, "
          f"{len(differences)} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
