"""Do the value clips of fresh random stages resolve as in OpenUSD? See src/usd/tests/oracles/usd_clips.py."""
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.mark.full
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_random_value_clips_resolve_as_in_openusd(tmp_path, seed):
    oracle = ROOT / "src" / "usd" / "tests" / "oracles" / "usd_clips.py"
    subprocess.run([sys.executable, oracle, tmp_path, f"--seed={seed}", "--count=100"], check=True, timeout=600)
    binary = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")).parent / "usd_test"
    subprocess.run([binary, "--gtest_filter=Clips.Random*"], env=dict(os.environ, SOULVAN_CLIPS=str(tmp_path)),
                   check=True, timeout=300)
