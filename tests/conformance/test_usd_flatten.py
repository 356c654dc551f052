"""Does a stage that we flatten say, to OpenUSD, what the stage itself says to OpenUSD?

And does a layer stack that we flatten hold, spec by spec, what UsdUtils.FlattenLayerStack holds?
"""
import os
import pathlib
import subprocess

import pytest

import conformance_results

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT.parent / "shared" / "data" / "usd"
# What a flattening uses up or adds, and what names the source.
UNSEEN = {"variantSelection", "references", "documentation", "clips", "clipSets"}
DECLARED = {"typeName", "custom", "variability", "documentation"}  # compared through the handles


def seen(value):
    """A value without the difference between "./a.png" and its absolute path."""
    from pxr import Sdf
    if isinstance(value, Sdf.AssetPath):
        return value.resolvedPath or os.path.basename(value.path)
    if isinstance(value, Sdf.AssetPathArray):
        return [seen(item) for item in value]
    if isinstance(value, dict):
        return {key: seen(item) for key, item in value.items()}
    return value


def metadata(thing, without):
    return {key: str(seen(value)) for key, value in thing.GetAllAuthoredMetadata().items() if key not in without}


def prims_of(stage):
    """Active prims with specs, also those in instances, without the prototypes that flattening makes."""
    from pxr import Usd
    everything = Usd.TraverseInstanceProxies(Usd.PrimAllPrimsPredicate)
    return {str(prim.GetPath()): prim for prim in Usd.PrimRange(stage.GetPseudoRoot(), everything)
            if prim.IsActive() and not str(prim.GetPath()).startswith("/Flattened_Prototype")}


def attribute_differences(where, ours, theirs):
    from pxr import Usd
    for question in ("GetTypeName", "GetVariability", "IsCustom", "GetTimeSamples", "GetConnections"):
        if getattr(ours, question)() != getattr(theirs, question)():
            yield f"{where}: {question}"
    times = theirs.GetTimeSamples()
    for time in [Usd.TimeCode.Default(), 0.5, *times[:: max(1, len(times) // 10)]]:
        a, b = seen(ours.Get(time)), seen(theirs.Get(time))
        if a != b and str(a) != str(b):  # NaN equals NaN
            yield f"{where} at {time}: ours {str(a)[:80]}, theirs {str(b)[:80]}"


def prim_differences(path, ours, theirs):
    from pxr import Usd
    for question in ("GetTypeName", "GetSpecifier", "IsInstance", "GetAuthoredPropertyNames"):
        if getattr(ours, question)() != getattr(theirs, question)():
            yield f"<{path}>: {question}"
    # OpenUSD names no specifier for prims that only exist as the place of something relocated.
    implied = {"specifier"} if not theirs.HasAuthoredMetadata("specifier") else set()
    if metadata(ours, UNSEEN | implied) != metadata(theirs, UNSEEN | implied):
        yield f"<{path}>: metadata"
    for name in set(ours.GetAuthoredPropertyNames()) & set(theirs.GetAuthoredPropertyNames()):
        where, a, b = f"<{path}.{name}>", ours.GetProperty(name), theirs.GetProperty(name)
        if metadata(a, DECLARED) != metadata(b, DECLARED):
            yield f"{where}: metadata"
        if isinstance(b, Usd.Attribute) and isinstance(a, Usd.Attribute):
            yield from attribute_differences(where, a, b)
        elif isinstance(b, Usd.Attribute) or isinstance(a, Usd.Attribute) or a.GetTargets() != b.GetTargets():
            yield f"{where}: kind or targets"


def stage_differences(flattened, path):
    from pxr import Usd
    ours, theirs = Usd.Stage.Open(str(flattened)), Usd.Stage.Open(str(path))
    a, b = prims_of(ours), prims_of(theirs)
    if a.keys() != b.keys():
        yield f"prims: {sorted(a.keys() ^ b.keys())[:5]}"
    for name in sorted(a.keys() & b.keys()):
        yield from prim_differences(name, a[name], b[name])


def compare(soulvan, folder, tmp_path):
    from pxr import Tf, Usd
    compared, differences = 0, []
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".usda", ".usdc", ".usd", ".usdz") or path.stat().st_size > 3_000_000:
            continue
        if path.name.startswith("flat_"):
            continue  # flattened already: its prototypes are prims
        try:
            Usd.Stage.Open(str(path))
        except Tf.ErrorException:
            continue  # OpenUSD does not open it
        flattened = tmp_path / "flat.usdc"
        flattened.unlink(missing_ok=True)
        result = subprocess.run([soulvan, "usd", "flatten", "-q", path, flattened], capture_output=True, text=True)
        assert result.returncode == 0, f"{path}: {result.stderr}"
        differences += [f"{path}: {difference}" for difference in stage_differences(flattened, path)]
        compared += 1
    return compared, differences


def leave(name, compared, differences):
    differing = {difference.split(": ")[0] for difference in differences}
    conformance_results.leave(name, {"asked": compared, "equal": compared - len(differing)})


@pytest.mark.full
@pytest.mark.parametrize("folder, least", [("usd-wg", 140), ("openusd/stage", 180)])
def test_flattened_stages_say_the_same(folder, least, tmp_path):
    if not CORPUS.exists():
        pytest.skip("needs ../shared/data/usd")
    soulvan = os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")
    compared, differences = compare(soulvan, CORPUS / folder, tmp_path)
    leave("flattened stages of " + folder.replace("/", " "), compared, differences)
    assert compared >= least
    assert not differences, "\n".join(differences[:40])


def names_only(value):
    """A field's value with its asset paths cut to file names: OpenUSD anchors those in dictionaries nowhere."""
    from pxr import Sdf
    if isinstance(value, Sdf.AssetPath):
        return os.path.basename(value.path)
    if isinstance(value, Sdf.AssetPathArray):
        return [names_only(item) for item in value]
    if isinstance(value, dict):
        return {key: names_only(item) for key, item in value.items() if key != "templateAssetPath"} | {
            key: os.path.basename(item) for key, item in value.items() if key == "templateAssetPath"}
    return value


def specs_of(layer, stack):
    """The fields of every spec as text. `custom` holds where any layer of the stack says so: so it resolves."""
    from pxr import Sdf
    specs = {}

    def visit(path):
        spec = None if path.IsTargetPath() else layer.GetObjectAtPath(path)
        if spec is None:
            return
        fields = {key: str(names_only(spec.GetInfo(key))) for key in spec.ListInfoKeys() if key != "timeSamples"}
        if isinstance(spec, Sdf.PropertySpec):
            fields["custom"] = any(held.custom for held in map(lambda one: one.GetPropertyAtPath(path), stack) if held)
        if isinstance(spec, Sdf.AttributeSpec):
            fields["connections"] = str(spec.connectionPathList)
            fields["samples"] = {time: str(names_only(layer.QueryTimeSample(path, time)))
                                 for time in layer.ListTimeSamplesForPath(path)}
        if isinstance(spec, Sdf.RelationshipSpec):
            fields["targets"] = str(spec.targetPathList)
        if isinstance(spec, Sdf.PrimSpec):
            fields["children"] = [child.name for child in spec.nameChildren]
        specs[str(path)] = {key: value for key, value in fields.items() if value != "SdfStringListOp()"}  # says nothing

    layer.Traverse(Sdf.Path.absoluteRootPath, visit)
    return specs


def layer_stack_differences(ours, stage):
    from pxr import UsdUtils
    stack = stage.GetLayerStack(includeSessionLayers=False)
    a, b = specs_of(ours, [ours]), specs_of(UsdUtils.FlattenLayerStack(stage), stack)
    for path in sorted(a.keys() | b.keys()):
        for field in sorted(a.get(path, {}).keys() | b.get(path, {}).keys()):
            one, other = a.get(path, {}).get(field), b.get(path, {}).get(field)
            if one != other:
                yield f"<{path}> {field}: ours {str(one)[:200]}, theirs {str(other)[:200]}"


def stages_with_sublayers():
    from pxr import Sdf, Tf, Usd
    for path in sorted(CORPUS.rglob("*")):
        if path.suffix not in (".usda", ".usdc", ".usd") or path.stat().st_size > 3_000_000:
            continue
        try:
            layer = Sdf.Layer.FindOrOpen(str(path))
            stage = Usd.Stage.Open(layer) if layer and layer.subLayerPaths else None
        except Tf.ErrorException:
            continue  # OpenUSD does not open it
        if stage:
            yield path, stage


@pytest.mark.full
def test_flattened_layer_stacks_hold_the_same(tmp_path):
    if not CORPUS.exists():
        pytest.skip("needs ../shared/data/usd")
    from pxr import Sdf
    soulvan = os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")
    compared, differences = 0, []
    for path, stage in stages_with_sublayers():
        flattened = tmp_path / f"{compared}.usdc"
        result = subprocess.run([soulvan, "usd", "flatten", "-q", "--layerStack", path, flattened], capture_output=True,
                                text=True)
        assert result.returncode == 0, f"{path}: {result.stderr}"
        found = layer_stack_differences(Sdf.Layer.FindOrOpen(str(flattened)), stage)
        differences += [f"{path}: {difference}" for difference in found]
        compared += 1
    leave("flattened layer stacks", compared, differences)
    assert compared >= 80
    assert not differences, "\n".join(differences[:40])
