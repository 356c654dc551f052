"""Do the stages of the corpus resolve as OpenUSD resolves them? See usd_oracle.py."""
import os
import pathlib
import subprocess

import pytest

import conformance_results
import usd_oracle

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.mark.full
def test_stages_resolve_as_in_openusd(tmp_path):
    if not (ROOT.parent / "shared" / "data" / "usd").exists():
        pytest.skip("needs ../shared/data/usd")
    binary = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")).parent / "usd_test"
    subprocess.run([binary, "--gtest_filter=StageCorpus.*"], env=dict(os.environ, SOULVAN_KEEP=str(tmp_path)),
                   check=True, capture_output=True, timeout=600)
    compared, differing, totals, differences = usd_oracle.compare(tmp_path)
    conformance_results.leave("stages", {"asked": compared, "equal": compared - len(differing),
                                         "comparisons": sum(totals.values())})
    assert compared >= 300
    assert not differences, "\n".join(differences[:40])
