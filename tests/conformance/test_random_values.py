"""Do splines, value clips, collections and bindings of fresh random inputs agree with OpenUSD?

The programs of src/usd/tests/oracles write inputs with what OpenUSD says of them; usd_test compares."""
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")).parent / "usd_test"

CASES = {  # the oracle, how many inputs it writes, the tests that read them from the folder named by a variable
    "splines": ("splines.py", 400, "Splines.Random*", "SOULVAN_SPLINES"),
    "clips": ("usd_clips.py", 100, "Clips.Random*", "SOULVAN_CLIPS"),
    "collections": ("usd_collections.py", 100, "Collections.*:Bindings.*:PathExpressions.*", "SOULVAN_COLLECTIONS"),
}


@pytest.mark.full
@pytest.mark.parametrize("seed", [11, 12, 13])
@pytest.mark.parametrize("case", CASES)
def test_random_inputs_agree_with_openusd(tmp_path, case, seed):
    oracle, count, tests, variable = CASES[case]
    subprocess.run([sys.executable, ROOT / "src/usd/tests/oracles" / oracle, tmp_path, f"--seed={seed}", f"--count={count}"],
                   check=True, timeout=600)
    subprocess.run([BINARY, f"--gtest_filter={tests}"], env=dict(os.environ, **{variable: str(tmp_path)}), check=True, timeout=300)
