"""Do fresh random splines evaluate as OpenUSD's Ts evaluates them? See src/usd/tests/oracles/splines.py."""
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.mark.full
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_random_splines_evaluate_as_in_openusd(tmp_path, seed):
    oracle = ROOT / "src" / "usd" / "tests" / "oracles" / "splines.py"
    subprocess.run([sys.executable, oracle, tmp_path, f"--seed={seed}", "--count=400"], check=True, timeout=300)
    binary = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")).parent / "usd_test"
    subprocess.run([binary, "--gtest_filter=Splines.Random*"], env=dict(os.environ, SOULVAN_SPLINES=str(tmp_path)),
                   check=True, timeout=300)
