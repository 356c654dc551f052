"""OpenUSD's opinion of what interchange writes: every layer opens, complies, and says what it must."""
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FURNITURE = pathlib.Path("/usr/share/sweethome3d/furniture/Scopia.sh3f")
# The package usd-core lacks shaderDefs.usda, so it knows no shader at all.
KNOWN = "has invalid shader node"


def complaints(path):
    from pxr import Sdr, Tf, UsdUtils
    try:
        Sdr.Registry().GetNodeIdentifiers()
    except Tf.ErrorException:
        pass  # the first use complains about the missing file
    checker = UsdUtils.ComplianceChecker(arkit=False, skipARKitRootLayerCheck=True, rootPackageOnly=False,
                                         skipVariants=False, verbose=False)
    checker.CheckCompliance(str(path))
    found = checker.GetErrors() + checker.GetFailedChecks() + checker.GetWarnings()
    return [line for line in found if KNOWN not in line]


def bounds(stage):
    from pxr import UsdGeom
    cache = UsdGeom.BBoxCache(0, [UsdGeom.Tokens.default_])
    return cache.ComputeWorldBound(stage.GetPseudoRoot()).ComputeAlignedRange()


def binary():
    path = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan"))
    return path.parent / "interchange_test"


@pytest.mark.skipif(not FURNITURE.exists(), reason="needs the Debian package sweethome3d-furniture")
def test_library_models_open_and_comply(tmp_path):
    from pxr import Usd, UsdGeom
    subprocess.run([binary(), "--gtest_filter=Library.RecordsOfTheDebianPackageConvert"], check=True,
                   stdout=subprocess.DEVNULL, env={**os.environ, "SOULVAN_KEEP": str(tmp_path)})
    layers = sorted(tmp_path.glob("*/*.usdc"))
    assert len(layers) >= 60
    for layer in layers:
        assert complaints(layer) == [], layer
        stage = Usd.Stage.Open(str(layer))
        root = stage.GetDefaultPrim()
        assert root.GetMetadata("kind") == "component"
        assert UsdGeom.GetStageMetersPerUnit(stage) == 1 and UsdGeom.GetStageUpAxis(stage) == "Y"
        for key in ("license", "credit", "source", "name"):
            assert root.GetCustomDataByKey(f"soulvan:{key}"), (layer, key)
        box = bounds(stage)
        assert abs(box.GetMin()[1]) < 1e-4
        for prim in stage.Traverse():
            if prim.IsA(UsdGeom.Mesh):
                mesh = UsdGeom.Mesh(prim)
                points, extent = mesh.GetPointsAttr().Get(), mesh.GetExtentAttr().Get()
                computed = UsdGeom.PointBased.ComputeExtent(points)
                assert all(abs(a - b) < 1e-6 for p, q in zip(extent, computed) for a, b in zip(p, q)), prim
                assert mesh.ValidateTopology(mesh.GetFaceVertexIndicesAttr().Get(),
                                             mesh.GetFaceVertexCountsAttr().Get(), len(points)), prim


@pytest.mark.parametrize("name", ["bricks.fbx", "bricks_z_up_metres.fbx"])
def test_instances_compose(soulvan, tmp_path, name):
    from pxr import Gf, Usd, UsdGeom, UsdShade
    target = tmp_path / "bricks.usdc"
    soulvan("convert", ROOT / "src/interchange/tests/data" / name, target)
    assert complaints(target) == []
    # Seen through a reference, as a stage uses it.
    stage = Usd.Stage.CreateInMemory()
    stage.DefinePrim("/World/brick").GetReferences().AddReference(str(target))
    box = bounds(stage)
    assert Gf.IsClose(box.GetMin(), Gf.Vec3d(-0.2, 0, -2.1), 1e-5)
    assert Gf.IsClose(box.GetMax(), Gf.Vec3d(1.2, 0.6, 0.1), 1e-5)
    assert len(stage.GetPrototypes()) == 1
    meshes = [prim for prim in stage.Traverse(Usd.TraverseInstanceProxies()) if prim.IsA(UsdGeom.Mesh)]
    assert len(meshes) == 3
    for mesh in meshes:
        material, _ = UsdShade.MaterialBindingAPI(mesh).ComputeBoundMaterial()
        assert material.GetPath() == "/World/brick/mtl/red_plastic"
