"""Do our views over schemas say what OpenUSD's say, on the corpus and on random stages? See usd_schema_oracle.py."""
import os
import pathlib

import pytest

import usd_schema_oracle
import usd_schema_stages

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DUMP = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")).parent / "usd_schema_dump"
DATA = ROOT.parent / "shared" / "data" / "usd"


def agrees(paths, at_least):
    """Compares every stage; at least so many numbers must have been asked for."""
    _, compared, differences = usd_schema_oracle.compare(DUMP, paths)
    assert not differences, "\n".join(differences[:40])
    assert compared >= at_least


@pytest.mark.parametrize("folder, at_least", [
    ("openusd/geom", 30_000), ("openusd/shade", 9_000), ("openusd/skel", 7_000), ("openusd/lux", 2_000)])
def test_schema_layers_of_openusd(folder, at_least):
    if not DATA.exists():
        pytest.skip("needs ../shared/data/usd")
    agrees(usd_schema_oracle.stages_in(DATA / folder), at_least)


@pytest.mark.full
def test_assets_of_the_working_group():
    if not DATA.exists():
        pytest.skip("needs ../shared/data/usd")
    agrees(usd_schema_oracle.stages_in(DATA / "usd-wg"), 140_000)


def random_stages(folder, seeds):
    paths = []
    for seed in seeds:
        paths.append(folder / f"{seed}.usda")
        usd_schema_stages.make(seed, paths[-1])
    return paths


def test_random_stages(tmp_path):
    agrees(random_stages(tmp_path, range(40)), 10_000)


@pytest.mark.full
def test_many_random_stages(tmp_path):
    agrees(random_stages(tmp_path, range(1000, 1300)), 250_000)
