#!/usr/bin/env python3
"""Writes what OpenUSD says about the stages in src/usd/tests/data/differences, which once were composed otherwise.

Usage: differences.py
Writes NAME.json beside NAME.usda, in the form of usd_stage_dump. Needs the Python package usd-core: release 24.11, or the
newest for the stages in the folder `newest`, which 24.11 composes otherwise.
"""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "conformance"))

import random_stacks  # noqa: E402
import usd_oracle  # noqa: E402
from pxr import Usd  # noqa: E402

TIMES = (1, 12.5, 40)


def shown_attribute(attribute):
    return {"default": usd_oracle.plain(attribute.Get()), "at": [usd_oracle.plain(attribute.Get(time)) for time in TIMES],
            "samples": attribute.GetTimeSamples(), "connections": [str(path) for path in attribute.GetConnections()],
            "custom": attribute.IsCustom()}


def shown_prim(prim, folder):
    sets = prim.GetVariantSets()
    return {
        "type": str(prim.GetTypeName()), "specifier": usd_oracle.SPECIFIERS[prim.GetSpecifier()],
        "instance": prim.IsInstance(), "active": prim.IsActive(),
        "children": [child.GetName() for child in prim.GetFilteredChildren(usd_oracle.EVERYTHING)],
        "properties": prim.GetAuthoredPropertyNames(), "metadata": usd_oracle.authored(prim, usd_oracle.PRIM_FIELDS),
        "stack": [[str(pathlib.Path(usd_oracle.place_of(spec.layer)).relative_to(folder)), str(spec.path)]
                  for spec in prim.GetPrimStack()],
        "variants": {name: {"selected": sets.GetVariantSelection(name),
                            "variants": sorted(sets.GetVariantSet(name).GetVariantNames())} for name in sets.GetNames()},
        "attributes": {attribute.GetName(): shown_attribute(attribute) for attribute in prim.GetAuthoredAttributes()},
        "relationships": {relationship.GetName(): [str(target) for target in relationship.GetTargets()]
                          for relationship in prim.GetAuthoredRelationships()}}


def main():
    Usd.Stage.SetGlobalVariantFallbacks(random_stacks.FALLBACKS)
    folder = ROOT / "src/usd/tests/data/differences" / ("newest" if Usd.GetVersion() > (0, 25, 0) else ".")
    for path in sorted(folder.glob("*.usda")):
        stage = Usd.Stage.Open(str(path))
        prims = {str(prim.GetPath()): shown_prim(prim, folder)
                 for prim in Usd.PrimRange(stage.GetPseudoRoot(), usd_oracle.EVERYTHING) if not prim.IsPseudoRoot()}
        problems = {(usd_oracle.PROBLEMS[type(error).__name__.removeprefix("Error")], str(prim.GetPath()))
                    for prim in Usd.PrimRange(stage.GetPseudoRoot(), Usd.PrimAllPrimsPredicate)
                    for error in prim.GetPrimIndex().localErrors}
        shown = {"metadata": usd_oracle.authored(stage, usd_oracle.STAGE_FIELDS), "prims": prims,
                 "problems": sorted(map(list, problems))}
        path.with_suffix(".json").write_text(json.dumps(shown, indent=1) + "\n")


if __name__ == "__main__":
    main()
