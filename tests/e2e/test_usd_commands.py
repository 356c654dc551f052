"""The tools of `soulvan usd`: what OpenUSD's baselines show, exit codes, options, JSON."""
import json
import re
import shutil

import pytest
from conftest import ROOT

CORPUS = ROOT.parent / "shared" / "data" / "usd" / "openusd" / "tools"
needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="needs ../shared/data/usd")

STAGE = """#usda 1.0
(
    defaultPrim = "World"
    metersPerUnit = 1
    upAxis = "Y"
)

def Xform "World" (
    prepend references = @./ball.usda@
)
{
}
"""
BALL = """#usda 1.0
(
    defaultPrim = "Ball"
    metersPerUnit = 1
    upAxis = "Y"
)

def Sphere "Ball" (
    kind = "component"
)
{
    double radius = 2
    double radius.timeSamples = {
        1: 1,
        2: 2,
    }
}
"""


@pytest.fixture
def stage(tmp_path):
    (tmp_path / "stage.usda").write_text(STAGE)
    (tmp_path / "ball.usda").write_text(BALL)
    return tmp_path / "stage.usda"


@pytest.mark.parametrize("tool", ["info", "cat", "tree", "check", "diff", "flatten", "stitch", "zip", "resolve"])
def test_help(soulvan, tool):
    assert f"soulvan usd {tool}" in soulvan("usd", tool, "--help").stdout
    assert tool in soulvan("usd", "--help").stdout


def test_documented_commands_run(soulvan, tmp_path, stage):
    """Every line of docs/usd-tools.md marked `sh`; those that end in `# 1` are to return 1."""
    shutil.copy(stage, tmp_path / "other.usda")
    (tmp_path / "other.usda").write_text(STAGE.replace('"World"', '"Earth"'))
    (tmp_path / "frame.1.usda").write_text(BALL)
    (tmp_path / "frame.2.usda").write_text(BALL.replace("1: 1", "3: 3"))
    text = (ROOT / "docs" / "usd-tools.md").read_text()
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines() if line]
    assert len(lines) > 8
    for line in lines:
        command, _, code = line.partition("#")
        program, *arguments = command.split()
        assert program == "soulvan", line
        soulvan(*arguments, cwd=tmp_path, code=int(code or 0))


@needs_corpus
def test_tree_is_that_of_usdtree(soulvan):
    folder = CORPUS / "usdtree" / "testUsdTree"
    for options, baseline in (([], "output.txt"), (["-a", "-m"], "output_attributes.txt")):
        shown = soulvan("usd", "tree", *options, folder / "input.usda").stdout
        assert shown.rstrip("\n") == (folder / "baseline" / baseline).read_text().rstrip("\n")


@needs_corpus
def test_cat_is_that_of_usdcat(soulvan, tmp_path):
    folder = CORPUS / "usdcat" / "testUsdCatMask"
    soulvan("usd", "cat", folder / "input.usda", "--flatten", "--mask", "/InsideMask", "--skipSourceFileComment",
            "-o", tmp_path / "out.usda")
    assert (tmp_path / "out.usda").read_text() == (folder / "baseline" / "output.usda").read_text()
    folder = CORPUS / "usdcat" / "testUsdCatFlattenLayerStack"
    shown = soulvan("usd", "cat", folder / "input.usda", "--flattenLayerStack").stdout
    expected = (folder / "baseline" / "output.usda").read_text()
    assert shown.replace(f"@{folder}/", "@") .strip() == expected.strip()
    assert soulvan("usd", "cat", "-l", CORPUS / "usdcat" / "testLoadOnly" / "input.usda").stdout.startswith("OK  ")


def test_cat_of_several_and_of_none(soulvan, tmp_path, stage):
    both = soulvan("usd", "cat", stage, tmp_path / "ball.usda").stdout
    assert both == STAGE + "\n" + BALL + "\n" or both.count("#usda 1.0") == 2
    result = soulvan("usd", "cat", "-l", stage, tmp_path / "none.usda", code=1)
    assert result.stdout.splitlines() == [f"OK  {stage}", f"ERR {tmp_path / 'none.usda'}"]
    soulvan("usd", "cat", stage, tmp_path / "ball.usda", "-o", tmp_path / "x.usda", code=3)
    assert not (tmp_path / "x.usda").exists()
    metadata = soulvan("usd", "cat", "--layerMetadata", stage).stdout
    assert "defaultPrim" in metadata and "Xform" not in metadata
    soulvan("usd", "cat", stage, "-o", tmp_path / "text.usd", "--usdFormat", "usda")
    assert (tmp_path / "text.usd").read_bytes().startswith(b"#usda")
    soulvan("usd", "cat", stage, "-o", tmp_path / "crate.usd")
    assert (tmp_path / "crate.usd").read_bytes().startswith(b"PXR-USDC")


def test_flatten_and_diff(soulvan, tmp_path, stage):
    soulvan("usd", "flatten", stage, tmp_path / "flat.usdc")
    assert soulvan("usd", "diff", "-f", stage, tmp_path / "flat.usdc", code=1).stdout  # the source is named
    soulvan("usd", "flatten", "--skipSourceFileComment", stage, tmp_path / "flat.usdc")
    assert soulvan("usd", "diff", "-f", stage, tmp_path / "flat.usdc").stdout == ""
    assert "differ" in soulvan("usd", "diff", "-q", stage, tmp_path / "ball.usda", code=1).stdout
    assert soulvan("usd", "diff", stage, tmp_path / "none.usda", code=2).stdout == ""
    found = json.loads(soulvan("usd", "diff", "--json", stage, tmp_path / "flat.usdc", code=1).stdout)
    changes = {(entry["path"], entry["change"]) for entry in found["files"][0]["differences"]}
    assert ("/World.radius", "added") in changes and ("/World", "changed") in changes


@needs_corpus
def test_diff_is_that_of_usddiff(soulvan):
    folder = CORPUS / "usddiff" / "testDiffToolIterateUsdz"
    shown = soulvan("usd", "diff", "a.usdz", "b.usdz", cwd=folder, code=1).stdout
    assert shown == (folder / "baseline" / "iterate_usd.txt").read_text()
    folder = CORPUS / "usddiff" / "testDiffToolVariousUsdFormats"
    assert soulvan("usd", "diff", folder / "a.usda", folder / "a.usdc").stdout == ""


def test_check(soulvan, tmp_path, stage):
    assert soulvan("usd", "check", stage).stdout == "Success!\n"
    (tmp_path / "bad.usda").write_text(STAGE.replace("ball", "gone").replace('upAxis = "Y"', ""))
    report = json.loads(soulvan("usd", "check", "--json", tmp_path / "bad.usda", code=1).stdout)
    assert not report["passed"]
    rules = [finding["rule"] for finding in report["findings"]]
    assert rules[0] == "Composition" and "MissingReferenceChecker" in rules and "StageMetadataChecker" in rules
    assert "ARKitShaderChecker" in soulvan("usd", "check", "--arkit", "--dumpRules").stdout


def test_zip(soulvan, tmp_path, stage):
    soulvan("usd", "zip", tmp_path / "p.usdz", "--asset", stage)
    assert soulvan("usd", "zip", "-l", tmp_path / "p.usdz").stdout == "stage.usda\nball.usda\n"
    dump = soulvan("usd", "zip", tmp_path / "p.usdz", "-d").stdout
    assert dump.splitlines()[-1] == "2 files total"
    soulvan("usd", "zip", tmp_path / "files.usdz", "stage.usda", "ball.usda", cwd=tmp_path)
    entries = soulvan.json("usd", "zip", tmp_path / "files.usdz")["entries"]
    assert [entry["name"] for entry in entries] == ["stage.usda", "ball.usda"]
    assert all(entry["offset"] % 64 == 0 for entry in entries)
    assert soulvan.json("usd", "info", tmp_path / "p.usdz")["types"] == {"Xform": 1}
    (tmp_path / "bad.usda").write_text(STAGE.replace("ball", "gone"))
    soulvan("usd", "zip", tmp_path / "bad.usdz", "--asset", tmp_path / "bad.usda", "-c", code=3)
    assert not (tmp_path / "bad.usdz").exists()


def test_stitch(soulvan, tmp_path, stage):
    (tmp_path / "more.usda").write_text(BALL.replace("1: 1", "3: 3"))
    soulvan("usd", "stitch", tmp_path / "ball.usda", tmp_path / "more.usda", "-o", tmp_path / "all.usda")
    text = (tmp_path / "all.usda").read_text()
    assert all(sample in text for sample in ("1: 1", "2: 2", "3: 3"))
    soulvan("usd", "stitch", tmp_path / "ball.usda", tmp_path / "none.usda", "-o", tmp_path / "no.usda", code=5)
    assert not (tmp_path / "no.usda").exists()


def test_info(soulvan, tmp_path, stage):
    facts = soulvan.json("usd", "info", stage)
    assert facts["prims"] == 1 and facts["arcs"] == {"references": 1} and facts["animated_attributes"] == 1
    assert {layer["layer"] for layer in facts["layer_facts"]} >= {str(stage)}
    (tmp_path / "bad.usda").write_text(STAGE.replace("ball", "gone"))
    shown = soulvan("usd", "info", tmp_path / "bad.usda", code=3).stdout
    assert "gone.usda" in shown and shown.count("errors") == 1


def test_resolve(soulvan, tmp_path, stage):
    assert soulvan("usd", "resolve", "./ball.usda", "--anchorPath", stage).stdout == f"{tmp_path / 'ball.usda'}\n"
    soulvan("usd", "resolve", "./none.usda", "--anchorPath", stage, code=5)
