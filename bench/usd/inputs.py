"""The stages that bench/usd/compare.py opens, written once into a folder. Equal on every machine."""
import pathlib
import random

PRIMS_IN_A_GROUP = 1000


def flat_crate(path, prims, unique_names):
    """A stage without arcs: groups of 1,000 prims, each with two attributes."""
    from pxr import Usd, Gf, Sdf, Vt  # noqa: F401 (Usd: its libraries must load before plug-ins)
    layer = Sdf.Layer.CreateAnonymous("flat.usdc")
    order = Vt.TokenArray(["xformOp:translate"])
    with Sdf.ChangeBlock():
        world = Sdf.CreatePrimInLayer(layer, "/World")
        world.specifier, world.typeName = Sdf.SpecifierDef, "Xform"
        layer.defaultPrim = "World"
        for number in range(prims):
            if number % PRIMS_IN_A_GROUP == 0:
                group = Sdf.PrimSpec(world, f"Group_{number // PRIMS_IN_A_GROUP}", Sdf.SpecifierDef, "Xform")
            name = f"Prim_{number if unique_names else number % PRIMS_IN_A_GROUP}"
            prim = Sdf.PrimSpec(group, name, Sdf.SpecifierDef, "Cube")
            Sdf.AttributeSpec(prim, "xformOp:translate", Sdf.ValueTypeNames.Double3).default = Gf.Vec3d(
                number % 97, number % 89 * 0.5, number % 83 * 0.25)
            Sdf.AttributeSpec(prim, "xformOpOrder", Sdf.ValueTypeNames.TokenArray,
                              Sdf.VariabilityUniform).default = order
    layer.Export(str(path))


def referenced(folder, references=20_000, assets=200):
    """A set of references, each with a choice of its own among the asset's three variants."""
    from pxr import Usd, Gf, Sdf, UsdGeom
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    looks = ("red", "green", "blue")
    for number in range(assets):
        layer = Sdf.Layer.CreateAnonymous("asset.usda")
        stage = Usd.Stage.Open(layer)
        root = UsdGeom.Xform.Define(stage, "/Asset").GetPrim()
        stage.SetDefaultPrim(root)
        UsdGeom.Xform.Define(stage, "/Asset/Geom")
        for part in range(8):
            mesh = UsdGeom.Mesh.Define(stage, f"/Asset/Geom/Part_{part}")
            mesh.CreatePointsAttr([(0, 0, part), (1, 0, part), (1, 1, part)])
            mesh.CreateFaceVertexCountsAttr([3])
            mesh.CreateFaceVertexIndicesAttr([0, 1, 2])
        variants = root.GetVariantSets().AddVariantSet("look")
        for look in looks:
            variants.AddVariant(look)
            variants.SetVariantSelection(look)
            with variants.GetVariantEditContext():
                UsdGeom.Cube.Define(stage, "/Asset/Geom/Body").CreateSizeAttr(1.0 + number % 7)
                UsdGeom.Sphere.Define(stage, f"/Asset/Geom/Extra_{look}")
        variants.SetVariantSelection("red")
        layer.Export(str(folder / "assets" / f"asset_{number}.usdc"))
    layer = Sdf.Layer.CreateAnonymous("set.usdc")
    with Sdf.ChangeBlock():
        world = Sdf.CreatePrimInLayer(layer, "/World")
        world.specifier, world.typeName = Sdf.SpecifierDef, "Xform"
        for number in range(references):
            prim = Sdf.PrimSpec(world, f"Ref_{number}", Sdf.SpecifierDef, "Xform")
            prim.referenceList.prependedItems = [Sdf.Reference(f"./assets/asset_{number % assets}.usdc")]
            prim.variantSelections["look"] = looks[number % 3]
            Sdf.AttributeSpec(prim, "xformOp:translate", Sdf.ValueTypeNames.Double3).default = Gf.Vec3d(
                number % 100, 0, number // 100)
    layer.Export(str(folder / "set.usdc"))


def text(path, megabytes, arrays):
    """A text layer of that size: prims with a few small values each, or meshes that are all numbers."""
    rng = random.Random(4)
    left = megabytes * 1_000_000
    with open(path, "w") as out:
        def put(words):
            nonlocal left
            out.write(words)
            left -= len(words)
        put('#usda 1.0\n(\n    defaultPrim = "World"\n    upAxis = "Y"\n)\n\ndef Xform "World"\n{\n')
        group = 0
        while left > 0:
            put(f'    def Xform "Group_{group}"\n    {{\n')
            for number in range(500):
                if left <= 0:
                    break
                put(mesh(number, rng) if arrays else cube(number, group, rng))
            put("    }\n\n")
            group += 1
        put("}\n")


def cube(number, group, rng):
    return (f'        def Cube "Prim_{number}" (\n            kind = "component"\n        )\n        {{\n'
            f"            double size = {rng.uniform(0, 2):.6g}\n"
            f"            double3 xformOp:translate = ({number}, {group * 0.5}, {number * 0.25})\n"
            '            uniform token[] xformOpOrder = ["xformOp:translate"]\n'
            f"            rel material:binding = </World/Looks/M_{number % 7}>\n        }}\n\n")


def mesh(number, rng, points=2000):
    numbers = ", ".join(f"({rng.uniform(-9, 9):.6g}, {rng.uniform(-9, 9):.6g}, {rng.uniform(-9, 9):.6g})"
                        for _ in range(points))
    corners = ", ".join(str(rng.randrange(points)) for _ in range(2 * points))
    counts = ", ".join(["4"] * (points // 2))
    return (f'        def Mesh "Mesh_{number}"\n        {{\n            int[] faceVertexCounts = [{counts}]\n'
            f"            int[] faceVertexIndices = [{corners}]\n            point3f[] points = [{numbers}]\n        }}\n\n")


def write(folder: pathlib.Path, shared: pathlib.Path):
    """The inputs by name, made where they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    empty = folder / "empty.usda"
    empty.write_text('#usda 1.0\n\ndef Cube "World"\n{\n}\n')
    inputs = {}
    for prims in (10_000, 100_000, 1_000_000):
        path = folder / f"flat_{prims}.usdc"
        if not path.exists():
            flat_crate(path, prims, unique_names=False)
        inputs[f"flat crate, {prims:,} prims, {2 * prims:,} attributes"] = path
    path = folder / "flat_unique.usdc"
    if not path.exists():
        flat_crate(path, 1_000_000, unique_names=True)
    inputs["the same with 1,000,000 different names"] = path
    if not (folder / "set.usdc").exists():
        referenced(folder)
    inputs["20,000 references to 200 assets with variants"] = folder / "set.usdc"
    found = [path for path in (shared / "data/usd/usd-wg").rglob("*.usd*") if path.suffix != ".usdz"]
    if found:
        largest = max(found, key=lambda path: (path.stat().st_size, path))
        inputs[f"largest layer of usd-wg, {largest.name}"] = largest
    for name, arrays in (("prims", False), ("arrays", True)):
        path = folder / f"text_{name}.usda"
        if not path.exists():
            text(path, 300, arrays)
        inputs[f"300 MB of text, {name}"] = path
    return empty, inputs
