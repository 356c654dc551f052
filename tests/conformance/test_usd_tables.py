"""Are the tables and numbers that we committed still what the pinned OpenUSD gives?"""
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ORACLES = ROOT / "src/usd/tests/oracles"


def essence(text):
    """Without what clang-format decides: spaces, and where a comment breaks."""
    return "".join(text.replace("//", "").split())


@pytest.mark.full
def test_schema_table_is_the_registry_of_openusd(tmp_path):
    table = tmp_path / "schema_table.cpp"
    subprocess.run([sys.executable, ROOT / "scripts/make_schema_table.py", "-o", table], check=True, timeout=300)
    assert essence(table.read_text()) == essence((ROOT / "src/usd/schema_table.cpp").read_text())


@pytest.mark.full
@pytest.mark.parametrize("oracle, committed", [
    ("interpolation.py", "src/usd/tests/data/interpolation.json"),
    ("identifier_table.py", "src/usd/identifier_table.cpp"),
])
def test_what_an_oracle_printed_is_committed(oracle, committed):
    printed = subprocess.run([sys.executable, ORACLES / oracle], check=True, timeout=300, capture_output=True, text=True)
    assert essence(printed.stdout) == essence((ROOT / committed).read_text())
