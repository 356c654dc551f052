"""Does a stage compose to the same under other names and in another order? See shuffled_copies.py."""
import os
import pathlib

import pytest

import conformance_results
import newest
import random_compare
import shuffled_copies
import usd_oracle

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DATA = ROOT.parent / "shared" / "data" / "usd"
SEED = 20


def essence(stage, copy=None):
    """Prims with the places of their opinions, under the names of the copy."""
    name = copy.path if copy else str
    return {name(path): [[layer, name(place)] for layer, place in prim["stack"]]
            for path, prim in stage["prims"].items()}


def compare(dump, folder, target):
    """(stages compared, those as only newer releases have them, prims renamed, differences) of one scenario."""
    from pxr import Tf, Usd
    copy, compared, newer, differences = shuffled_copies.Copy(folder, SEED), 0, 0, []
    for original, renamed in copy.write(target).items():
        before, after = random_compare.our_stage(dump, original), random_compare.our_stage(dump, renamed)
        try:
            stage = Usd.Stage.Open(str(renamed))
        except Tf.ErrorException:
            continue  # OpenUSD does not open the copy, nor the original
        if "failed" in before or "failed" in after:
            differences.append(f"{original}: {before.get('failed')}, its copy: {after.get('failed')}")
            continue
        compared += 1
        if essence(before, copy) != essence(after):
            differences.append(f"{original} and {renamed} compose differently")
        comparison = usd_oracle.Comparison()
        comparison.stage(after, stage)
        if comparison.differences and newest.agrees(after, target / f"newest{compared}"):
            newer += 1
            continue
        differences += [f"{renamed}: {difference}" for difference in comparison.differences]
    return compared, newer, len(copy.names), differences


@pytest.mark.full
def test_shuffled_copies_compose_as_their_originals_and_as_in_openusd(tmp_path):
    if not DATA.exists():
        pytest.skip("needs ../shared/data/usd")
    dump = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")).parent / "usd_stage_dump"
    folders = [*sorted((DATA / "aousd" / "composition").glob("*/usda")), DATA / "usd-wg" / "test_assets"]
    compared, newer, renamed, differences = 0, 0, 0, []
    for number, folder in enumerate(folders):
        stages, later, names, found = compare(dump, folder, tmp_path / str(number))
        compared, newer, renamed, differences = compared + stages, newer + later, renamed + names, differences + found
    differing = {difference.split(":")[0] for difference in differences}
    conformance_results.leave("shuffled copies", {"asked": compared, "equal": compared - newer - len(differing),
                                                  "newer": newer, "renamed": renamed})
    assert compared >= 150 and renamed >= 400 and newer <= 3
    assert not differences, "\n".join(differences[:40])
