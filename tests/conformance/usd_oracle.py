#!/usr/bin/env python3
"""Do our stages resolve to what OpenUSD's do?

Usage: usd_oracle.py FOLDER [-v]
FOLDER is what `SOULVAN_KEEP=FOLDER usd_test --gtest_filter='StageCorpus.*'` left: one NAME.stage.json per stage, with
every prim, its metadata, attribute values at the default, the earliest and three other times, samples, connections,
targets, world transforms, visibility, purpose and bound materials. `usd_stage_dump` writes the same of any stage, with
the errors of composition by kind. Needs the Python package usd-core.
"""
import argparse
import collections
import json
import math
import os
import pathlib
import sys

from pxr import Ar, Gf, Kind, Sdf, Tf, Usd, UsdGeom, UsdShade, Vt  # noqa: F401 (Kind: its library must load first)

MOST = 24
EVERYTHING = Usd.TraverseInstanceProxies(Usd.PrimAllPrimsPredicate)
SPECIFIERS = {Sdf.SpecifierDef: "def", Sdf.SpecifierOver: "over", Sdf.SpecifierClass: "class"}
PRIM_FIELDS = ("documentation", "customData", "assetInfo", "hidden", "displayName", "comment", "instanceable")
ATTRIBUTE_FIELDS = ("documentation", "customData", "hidden", "displayGroup", "displayName", "colorSpace", "interpolation",
                    "elementSize")
STAGE_FIELDS = ("documentation", "comment", "customLayerData")
# How usd_stage_dump names Pcp's kinds of errors.
PROBLEMS = {
    "ArcCycle": "cycle", "InvalidAssetPath": "unresolved_layer", "UnresolvedPrimPath": "unresolved_prim",
    "InvalidPrimPath": "invalid_prim_path", "InvalidReferenceOffset": "invalid_offset",
    "InvalidSublayerOffset": "invalid_offset", "InvalidSublayerPath": "invalid_sublayer", "SublayerCycle": "sublayer_cycle",
    "InvalidSublayerOwnership": "invalid_sublayer_owner", "InvalidAuthoredRelocation": "invalid_relocate",
    "InvalidConflictingRelocation": "conflicting_relocate", "InvalidSameTargetRelocations": "conflicting_relocate",
    "OpinionAtRelocationSource": "opinion_at_relocate_source", "ArcToProhibitedChild": "prohibited_child",
    "VariableExpressionError": "invalid_expression", "CapacityExceeded": "limit",
}


def closed(expression):
    """With nothing in the place of a weaker expression where there is none: 24.11 leaves "%_" standing there."""
    return expression.ComposeOver(Sdf.PathExpression()) if expression.ContainsWeakerExpressionReference() else expression


def like(ours, theirs):
    """Our value of an attribute; a path expression in the spelling of theirs."""
    return Sdf.PathExpression(ours).GetText() if isinstance(theirs, Sdf.PathExpression) and ours else ours


def composed_value(attribute, time):
    """The value at a time and whether it can be compared: 24.11 composes path expressions at the default time alone, so
    that "%_" stands in those of other times, where later releases compose them, too (stage_test.cpp has their answers)."""
    value = attribute.Get(time)
    if not isinstance(value, Sdf.PathExpression) or not value.ContainsWeakerExpressionReference():
        return value, True
    sampled = any(spec.layer.ListTimeSamplesForPath(spec.path) for spec in attribute.GetPropertyStack())
    return (value, False) if sampled else (attribute.Get(), True)


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
        return closed(value).GetText()
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
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same(x, y, tolerance) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], tolerance) for key in a)
    return a == b


LAYER_PROBLEMS = ("InvalidSublayerPath", "InvalidSublayerOffset", "SublayerCycle", "InvalidSublayerOwnership",
                  "InvalidAuthoredRelocation", "InvalidConflictingRelocation", "InvalidSameTargetRelocations")


def authored(thing, fields):
    found = {field: plain(thing.GetMetadata(field)) for field in fields if thing.HasAuthoredMetadata(field)}
    custom = found.get("customData", {})
    if custom.pop("userDocBrief", None) and not custom:  # of a schema: the newest release shows it with what is authored
        del found["customData"]
    return found


def place_of(layer):
    """Where the bytes of a layer lie, whatever asset path led there. Of a package they are those of its first entry."""
    place = layer.realPath
    while place.rstrip("]").endswith(".usdz"):
        place = Ar.JoinPackageRelativePath([place, Usd.ZipFile.Open(place).GetFileNames()[0]])
    return place


def is_repeated_expression(attribute):
    """Whether a layer that stands twice in a layer stack has opinions about a path expression: release 26.11 lists the
    times of both by the offset of the first."""
    if attribute.GetTypeName() != Sdf.ValueTypeNames.PathExpression:
        return False
    stack = attribute.GetPropertyStack(Usd.TimeCode.Default())
    return len({(spec.layer, spec.path) for spec in stack}) < len(stack)


class Comparison:
    """Differences between one stage of ours and OpenUSD's."""

    def __init__(self):
        self.counts = collections.Counter()
        self.by_key = {}  # sentences by what they are about

    @property
    def differences(self):
        return list(self.by_key.values())

    def differ(self, key, ours, theirs):
        self.by_key[key] = f"{key}: ours {str(ours)[:400]}, theirs {str(theirs)[:400]}"

    def check(self, where, what, ours, theirs, tolerance=2e-6):
        self.counts[what] += 1
        if not same(ours, theirs, tolerance):
            self.differ(f"{where} {what}", ours, theirs)

    def check_items(self, where, what, ours, theirs):
        """Of things without order, each that only one side has is a difference of its own."""
        self.counts[what] += 1
        mine = {str(item) for item in ours}
        for item in sorted(mine ^ {str(item) for item in theirs}):
            self.differ(f"{where} {what} {item}", item in mine, item not in mine)

    def attribute(self, where, ours, attribute, times):
        self.check(where, "type", True, Sdf.ValueTypeNames.Find(ours["type"]) == attribute.GetTypeName())  # old names
        self.check(where, "uniform", ours["uniform"], attribute.GetVariability() == Sdf.VariabilityUniform)
        samples = attribute.GetTimeSamples()
        default = attribute.Get()
        self.check(where, "default", like(ours["default"], default), plain(default))
        earliest = attribute.Get(Usd.TimeCode.EarliestTime())
        if not isinstance(earliest, Sdf.PathExpression):  # as at other times
            self.check(where, "earliest", ours["earliest"], plain(earliest))
        for time, value in zip(times, ours["at"]):
            resolved, is_known = composed_value(attribute, time)
            if is_known:
                self.check(where, "value", like(value, resolved), plain(resolved))
        if not is_repeated_expression(attribute):
            self.check(where, "samples", ours["samples"], list(samples))
        self.check(where, "connections", ours["connections"], [str(path) for path in attribute.GetConnections()])
        metadata = dict(ours["metadata"])
        self.check(where, "custom", metadata.pop("custom", False), attribute.IsCustom())
        self.check(where, "metadata", metadata, authored(attribute, ATTRIBUTE_FIELDS))
        if "resolved" in ours:
            self.resolved(where, ours["resolved"], default)

    def resolved(self, where, ours, default):
        """Of values of the attribute's own type, one asset or many."""
        if isinstance(ours, str) and isinstance(default, Sdf.AssetPath) and "<UDIM>" not in default.path:
            self.check(where, "resolved", ours, default.resolvedPath)
        if isinstance(ours, list) and isinstance(default, Sdf.AssetPathArray):
            self.check(where, "resolved", ours, [asset.resolvedPath for asset in default])

    def variants(self, where, ours, prim):
        sets = prim.GetVariantSets()
        theirs = {name: {"selected": sets.GetVariantSelection(name),
                         "variants": sorted(sets.GetVariantSet(name).GetVariantNames())} for name in sets.GetNames()}
        self.check(where, "variants", ours, theirs)

    def prim(self, where, ours, prim, times, folder):
        self.check(where, "prim type", ours["type"], str(prim.GetTypeName()))
        self.check(where, "specifier", ours["specifier"], SPECIFIERS[prim.GetSpecifier()])
        self.check(where, "active", ours["active"], prim.IsActive())
        self.check(where, "defined", ours["defined"], prim.IsDefined())
        self.check(where, "abstract", ours["abstract"], prim.IsAbstract())
        self.check(where, "instance", ours["instance"], prim.IsInstance())
        self.check(where, "kind", ours["kind"], Usd.ModelAPI(prim).GetKind())
        registry = Usd.SchemaRegistry()  # schemas of plug-ins that are not here do not count there
        known = [a for a in ours["apis"] if registry.FindAppliedAPIPrimDefinition(a.split(":")[0])]
        self.check(where, "apis", sorted(known), sorted(prim.GetAppliedSchemas()))
        self.check(where, "children", ours["children"], [c.GetName() for c in prim.GetFilteredChildren(EVERYTHING)])
        self.check(where, "properties", ours["properties"], prim.GetAuthoredPropertyNames())
        self.check(where, "metadata", ours["metadata"], authored(prim, PRIM_FIELDS))
        self.check(where, "stack", ours["stack"],
                   [[os.path.relpath(place_of(spec.layer), folder), str(spec.path)] for spec in prim.GetPrimStack()])
        self.variants(where, ours["variants"], prim)
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
        if "world" in ours:
            self.schemas(where, ours, prim, times)

    def schemas(self, where, ours, prim, times):
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

    def problems(self, name, ours, stage, theirs):
        instances = [Sdf.Path(path) for path, prim in theirs.items() if prim.IsInstance()]

        def is_inside(path):  # within instances it is chance which one reports
            return any(path.HasPrefix(instance) and path != instance for instance in instances)

        def name_of(error):
            return type(error).__name__.removeprefix("Error")

        # Of a prim's errors only the index that has them says where: their own sites are those of inner computations.
        expected = {(PROBLEMS[name_of(error)], path) for path, prim in theirs.items() if not is_inside(prim.GetPath())
                    for error in prim.GetPrimIndex().localErrors}
        expected |= {(PROBLEMS[name_of(error)], "/") for error in stage.GetCompositionErrors()
                     if name_of(error) in LAYER_PROBLEMS or " for sublayer in " in str(error)}
        self.check_items(name, "problems", [(kind, path) for kind, path in ours if not is_inside(Sdf.Path(path))], expected)

    def stage(self, ours, stage):
        path = pathlib.Path(ours["stage"])
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
        self.check(name, "metadata", ours["metadata"], authored(stage, STAGE_FIELDS))
        theirs = {str(prim.GetPath()): prim for prim in Usd.PrimRange(stage.GetPseudoRoot(), EVERYTHING)
                  if not prim.IsPseudoRoot()}
        self.check_items(name, "prims", ours["prims"], theirs)
        groups = collections.defaultdict(list)
        for prim_path, prim in theirs.items():
            if prim.IsInstance():
                groups[prim.GetPrototype().GetPath()].append(prim_path)
        self.check_items(name, "instances", map(sorted, ours["instances"]), map(sorted, groups.values()))
        if "problems" in ours:
            self.problems(name, ours["problems"], stage, theirs)
        for prim_path, shown in ours["prims"].items():
            if prim_path in theirs:
                self.prim(f"{name}<{prim_path}>", shown, theirs[prim_path], ours["times"], path.parent)


def compare(folder):
    """(stages compared, stages that differ, Counter of comparisons, differences)"""
    totals, differing, compared, all_differences = collections.Counter(), [], 0, []
    for file in sorted(folder.glob("*.stage.json")):
        ours = json.loads(file.read_text())
        comparison = Comparison()
        try:
            comparison.stage(ours, Usd.Stage.Open(ours["stage"]))
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
    return 1 if differing or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
