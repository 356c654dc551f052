"""Do the corpora that C++ tests read pass, and how many files or scenarios is that? Leaves the counts for the report."""
import json
import os
import pathlib
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

import conformance_results

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DATA = ROOT.parent / "shared" / "data" / "usd"


def scenarios():
    return sum(map(len, json.loads((DATA / "openusd/pcp-museum/scenarios.json").read_text()).values()))


# (name of the result, tests that decide it, how many files or scenarios they read, what else is to be said)
CORPORA = (
    ("text", "TextSuite.RefusesWhat*:TextSuite.ReadsTheLayers*",
     lambda: len(json.loads((DATA / "openusd/sdf-parsing/expected.json").read_text())), ""),
    ("crate", "Crate.CountsOfEveryFile*:Crate.WhatIsWritten*:Crate.TextTwins*",
     lambda: len(list(DATA.rglob("*.usdc"))), ""),
    ("museum", "Museum.*", scenarios, "two runs that OpenUSD itself leaves out are compared with what its release 24.11 says"),
    ("aousd composition", "CompositionSuite.*", lambda: len(list((DATA / "aousd/composition").iterdir())),
     "65 composed; 3 entry layers refused at the line where the reference reader refuses them; 3 equal in text and crate"),
    ("splines", "Splines.AllBaselines*", lambda: len(list((DATA / "openusd/splines").rglob("*.txt"))), ""),
)


@pytest.mark.full
@pytest.mark.parametrize("name, tests, count, note", CORPORA, ids=[corpus[0] for corpus in CORPORA])
def test_corpus(name, tests, count, note, tmp_path):
    if not DATA.exists():
        pytest.skip("needs ../shared/data/usd")
    binary = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan")).parent / "usd_test"
    report = tmp_path / "report.xml"
    run = subprocess.run([binary, f"--gtest_filter={tests}", f"--gtest_output=xml:{report}"], capture_output=True, text=True,
                         timeout=900)
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    passed = cases and all(case.find("failure") is None and case.get("result") == "completed" for case in cases)
    asked = count()
    conformance_results.leave(name, {"asked": asked, "equal": asked if passed else 0, "note": note})
    assert passed and run.returncode == 0, run.stdout[-4000:]
    assert asked > 0
