#!/usr/bin/env python3
"""Writes random stages with collections and material bindings, and what OpenUSD computes for them.

Usage: usd_collections.py FOLDER [--seed N] [--count N]
Makes FOLDER/collections_random_K.usda and FOLDER/collections_random.json: per stage, for each collection, the paths
that ComputeIncludedPaths gives and those of all prims and properties for which the membership query says yes; for
each prim and purpose, the bound material; and how path expressions are spelled (null: they are refused). The same
seed gives the same files. The properties of schemas are those of the pinned version, 24.11.
"""
import argparse
import json
import pathlib
import random

from pxr import Kind, Sdf, Tf, Usd, UsdGeom, UsdShade  # noqa: F401 (Kind: its library must load first)

NAMES = ["A", "B", "C", "Ca", "Box", "Box1"]
TYPES = ["Xform", "Mesh", "Scope", "Sphere", "", "SphereLight"]
KINDS = ["component", "group", "assembly", "subcomponent", "model"]
PREDICATES = ["isa:Mesh", "isa:Gprim,Scope", "isa(Xformable, strict=true)", "isa:Nothing", "abstract", "abstract:false",
              "defined", "defined:false", "model", "group", "kind:component", "kind:model", "kind(model, strict=true)",
              "specifier:over,class", "specifier:def", "hasAPI:CollectionAPI", "hasAPI:SkelBindingAPI",
              "hasAPI(CollectionAPI, instanceName='one')", "variant(look=red)", "variant(look='r*')",
              "variant(look=red, size=big)", "not isa:Mesh", "isa:Mesh or kind:group",
              "not (model or group) defined", "isa:Sphere and not abstract", "model:false"]
PURPOSES = ["", "full", "preview", "mine"]


def random_path(rng, depth=3):
    return "/" + "/".join(rng.choice(NAMES) for _ in range(rng.randint(1, depth)))


def element(rng):
    name = rng.choice(NAMES + ["*", "?", "B*", "*x*", "Box[0-9]", "C[ab]*", "B?x"])
    return name + ("{" + rng.choice(PREDICATES) + "}" if rng.random() < 0.2 else "")


def pattern(rng):
    if rng.random() < 0.2:
        return rng.choice(["//", random_path(rng), random_path(rng) + "//", ".", "..", ".//", "B", "../*"])
    text = rng.choice(["/", "//"])
    for index in range(rng.randint(1, 3)):
        text += (rng.choice(["/", "/", "//"]) if index else "") + element(rng)
    if rng.random() < 0.2:
        return text + "." + rng.choice(["size", "s*", "material:*", "*", "ns:a", "*{defined}"])
    if rng.random() < 0.15:
        return text + rng.choice(["//", "//{" + rng.choice(PREDICATES) + "}"])
    return text


def expression(rng, depth=0):
    if depth < 3 and rng.random() < 0.5:
        left, right = expression(rng, depth + 1), expression(rng, depth + 1)
        text = left + rng.choice([" ", " + ", " - ", " & ", "-"]) + right
        return f"({text})" if rng.random() < 0.3 else text
    text = pattern(rng)
    if rng.random() < 0.2:
        text = rng.choice(["%_", "%:one", "%:two", f"%{random_path(rng, 2)}:one"])
    return ("~" if rng.random() < 0.15 else "") + text


def build(rng):
    stage = Usd.Stage.CreateInMemory()
    for _ in range(rng.randint(8, 20)):
        prim = stage.DefinePrim(random_path(rng), rng.choice(TYPES))
        if rng.random() < 0.1:
            prim.SetSpecifier(rng.choice([Sdf.SpecifierOver, Sdf.SpecifierClass]))
        if rng.random() < 0.4:
            prim.SetKind(rng.choice(KINDS))
        if rng.random() < 0.3:
            prim.CreateAttribute("size" if rng.random() < 0.7 else "ns:a", Sdf.ValueTypeNames.Double).Set(1.0)
        if rng.random() < 0.2:
            prim.GetVariantSets().AddVariantSet("look").AddVariant("red")
            prim.GetVariantSets().SetSelection("look", rng.choice(["red", "rust", "blue"]))
        if rng.random() < 0.1:
            prim.AddAppliedSchema("SkelBindingAPI")
    for index in range(3):
        UsdShade.Material.Define(stage, f"/Looks/M{index}")
    prims = [prim for prim in stage.TraverseAll() if not prim.GetPath().HasPrefix("/Looks")]
    for prim in rng.sample(prims, min(5, len(prims))):
        for name in rng.sample(["one", "two", "ns:three"], rng.randint(1, 2)):
            collect(rng, prim, name, prims)
    for prim in rng.sample(prims, min(8, len(prims))):
        bind(rng, prim, prims)
    return stage


def collect(rng, prim, name, prims):
    collection = Usd.CollectionAPI.Apply(prim, name)
    if rng.random() < 0.6:
        collection.CreateExpansionRuleAttr(rng.choice(["expandPrims", "explicitOnly", "expandPrimsAndProperties"]))
    if rng.random() < 0.15:
        collection.CreateIncludeRootAttr(True)

    def target():
        path = rng.choice(prims).GetPath()
        kind = rng.random()
        if kind < 0.15:
            return path.AppendProperty(rng.choice(["size", "visibility"]))
        return path.AppendProperty("collection:" + rng.choice(["one", "two"])) if kind < 0.35 else path

    if rng.random() < 0.55:
        collection.CreateIncludesRel().SetTargets(list(dict.fromkeys(target() for _ in range(rng.randint(0, 3)))))
        collection.CreateExcludesRel().SetTargets(
            list(dict.fromkeys(rng.choice(prims).GetPath() for _ in range(rng.randint(0, 2)))))
    # With expandPrimsAndProperties OpenUSD leaves out the properties of prims that match while others below may not.
    if rng.random() < 0.55 and collection.GetExpansionRuleAttr().Get() != "expandPrimsAndProperties":
        text = spelled(expression(rng))
        if text:
            collection.CreateMembershipExpressionAttr(Sdf.PathExpression(text).MakeAbsolute(prim.GetPath()))


def bind(rng, prim, prims):
    UsdShade.MaterialBindingAPI.Apply(prim)
    for _ in range(rng.randint(1, 4)):
        purpose = rng.choice(PURPOSES)
        parts = ["material:binding", "collection" if rng.random() < 0.6 else "", purpose]
        if parts[1]:
            parts.append(rng.choice(["x", "y", "z"]))
        relationship = prim.CreateRelationship(":".join(part for part in parts if part), False)
        material = f"/Looks/M{rng.randint(0, 3)}" if rng.random() < 0.9 else "/A"
        targets = [material]
        if parts[1]:
            owner = rng.choice([other for other in prims if other.HasAPI("CollectionAPI")] or prims)
            targets.append(owner.GetPath().AppendProperty("collection:" + rng.choice(["one", "two", "ns:three"])))
            rng.shuffle(targets)
        relationship.SetTargets(targets[:2 if rng.random() < 0.95 else 1])
        if rng.random() < 0.25:
            relationship.SetMetadata("bindMaterialAs", "strongerThanDescendants")


def included_paths(query, stage):
    """What ComputeIncludedPaths gives; of an expression, what the query itself says path by path.

    The search of 24.11 skips patterns that cannot change an answer and then takes their states for those of others, so
    that it contradicts the query; later releases do not (Sdf_PathExpressionEval, IncrementalSearcher::Next).
    """
    paths = set(map(str, Usd.CollectionAPI.ComputeIncludedPaths(query, stage)))
    if paths and not query.GetAsPathExpansionRuleMap():
        paths |= {str(prim.GetPath()) for prim in stage.Traverse()}
        paths = {path for path in paths if query.IsPathIncluded(path)}
    return sorted(paths)


def answers(stage):
    objects = [str(path) for prim in stage.TraverseAll()
               for path in [prim.GetPath(), *(prop.GetPath() for prop in prim.GetProperties())]]
    collections, bindings = {}, {}
    for prim in stage.TraverseAll():
        for collection in Usd.CollectionAPI.GetAll(prim):
            query = collection.ComputeMembershipQuery()
            collections[str(collection.GetCollectionPath())] = {
                "paths": included_paths(query, stage),
                "includes": [path for path in objects if query.IsPathIncluded(path)]}
        found = {purpose: UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial(purpose)[0] for purpose in PURPOSES}
        bindings[str(prim.GetPath())] = {purpose: str(bound.GetPath()) for purpose, bound in found.items() if bound}
    return {"objects": objects, "collections": collections, "bindings": bindings}


def spelled(text):
    try:
        return Sdf.PathExpression(text).GetText()
    except Tf.ErrorException:
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=12)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    stages = []
    for number in range(options.count):
        name = options.folder / f"collections_random_{number}.usda"
        made = build(rng)
        made.GetRootLayer().Export(str(name))
        stages.append(answers(Usd.Stage.Open(str(name))))
    texts = [expression(rng) for _ in range(20 * options.count)]
    cut = [text[:rng.randint(1, len(text))] for text in texts[::3]]
    spellings = {text: spelled(text) for text in texts + cut}
    rows = ",\n".join(f"  {json.dumps(stage)}" for stage in stages)
    version = ".".join(map(str, Usd.GetVersion()[1:]))
    (options.folder / "collections_random.json").write_text(
        f'{{\n "openusd": "{version}",\n "stages": [\n{rows}\n ],\n "spellings": {json.dumps(spellings, indent=1)}\n}}\n')


if __name__ == "__main__":
    main()
