"""Does a stage that we flatten say, to OpenUSD, what the stage itself says to OpenUSD?"""
import os
import pathlib
import subprocess

import pytest

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


@pytest.mark.full
@pytest.mark.parametrize("folder, least", [("usd-wg", 140), ("openusd/stage", 180)])
def test_flattened_stages_say_the_same(folder, least, tmp_path):
    if not CORPUS.exists():
        pytest.skip("needs ../shared/data/usd")
    soulvan = os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")
    compared, differences = compare(soulvan, CORPUS / folder, tmp_path)
    assert compared >= least
    assert not differences, "\n".join(differences[:40])
