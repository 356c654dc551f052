"""Do collections and bindings of fresh random stages agree with OpenUSD? See src/usd/tests/oracles/usd_collections.py."""
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.mark.full
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_random_collections_and_bindings_agree_with_openusd(tmp_path, seed):
    oracle = ROOT / "src" / "usd" / "tests" / "oracles" / "usd_collections.py"
    subprocess.run([sys.executable, oracle, tmp_path, f"--seed={seed}", "--count=100"], check=True, timeout=600)
    binary = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")).parent / "usd_test"
    tests = "Collections.*:Bindings.*:PathExpressions.*"
    subprocess.run([binary, f"--gtest_filter={tests}"], env=dict(os.environ, SOULVAN_COLLECTIONS=str(tmp_path)),
                   check=True, timeout=300)
