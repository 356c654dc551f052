"""From a sentence to a stage and its script: what is promised of every scene, and what happens to other words."""
import json
import pathlib
import shutil
import subprocess
import sys
import time

import jsonschema
import pytest

from conftest import ROOT, TINY_MAKE
from test_delivery import digests

sys.path.insert(0, str(ROOT / "tests" / "oracles"))

FURNITURE = pathlib.Path("/usr/share/sweethome3d/furniture/Scopia.sh3f")
pytestmark = pytest.mark.skipif(not FURNITURE.exists(), reason="needs the Debian package sweethome3d-furniture")
WAREHOUSE = "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level."
# Contract rows 160 to 177: what each sentence must hold, by category.
SENTENCES = {
    WAREHOUSE: {"forklift": 3},
    "Build an office scene with 5 desks, 5 chairs, and a meeting table. Modern style.": {"desk": 5, "meeting_table": 1},
    "Create a loading dock scene with 2 forklifts, a warehouse door, and 3 characters standing near the door.": {"forklift": 2},
    "Create a warehouse with forklifts": {},
    "Build an office with desks and chairs": {},
    "Make a loading dock scene": {},
    "Create a warehouse scene with 3 forklifts and industrial shelving": {"forklift": 3},
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Converted models, shared by the tests of this file."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def make(soulvan, cache):
    def run(sentence, *options, code=0):
        result = soulvan("make", sentence, "--no-render", "--json", *options, code=code, SOULVAN_CACHE=str(cache))
        answer = json.loads(result.stdout)
        jsonschema.validate(answer, json.loads((ROOT / "api/schemas/answer.schema.json").read_text()))
        return answer
    return run


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda text: text[:40])
def test_contract_sentences(make, tmp_path, sentence):
    answer = make(sentence, "-o", tmp_path / "scene")
    assert answer["outcome"] == "scene"
    for category, count in SENTENCES[sentence].items():
        assert sum(thing["category"] == category for thing in answer["objects"]) == count
        assert any(entry["category"] == category and entry["matches"] > 0 for entry in answer["found"])
    check = answer["check"]["rates"]
    assert (check["collision"], check["out_of_bounds"], check["supported"], check["openings"]) == (0, 0, 1, 1), check
    for name in ("plan", "layout"):
        schema = json.loads((ROOT / f"api/schemas/{name}.schema.json").read_text())
        jsonschema.validate(json.loads(pathlib.Path(answer[name]).read_text()), schema)


def test_script_authors_the_same_prims(make, tmp_path):
    from compare_stages import differences
    folder = tmp_path / "scene"
    make(WAREHOUSE, "-o", folder)
    text = (folder / "scene.py").read_text()
    assert "scene.usda" not in text.replace("scene_from_script.usda", "")  # it opens no stage of ours
    stage, script = folder / "scene.usda", folder / "scene.py"
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    shutil.copy(script, alone)
    shutil.copytree(folder / "assets", alone / "assets")
    done = subprocess.run([sys.executable, alone / "scene.py"], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["missing"] == []
    assert differences(stage, said["stage"]) == []


def test_script_finds_assets_by_its_root_and_names_what_is_missing(make, tmp_path):
    import os
    folder = tmp_path / "scene"
    make(WAREHOUSE, "-o", folder)
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(folder / "scene.py", alone)
    run = lambda **extra: json.loads(subprocess.run(  # noqa: E731
        [sys.executable, alone / "scene.py"], capture_output=True, text=True, check=True,
        env={**os.environ, **extra}).stdout.splitlines()[-1])
    assert run()["missing"]
    assert run(ASSET_ROOT=str(folder))["missing"] == []


def test_same_sentence_same_bytes(make, tmp_path):
    for name in ("one", "two"):
        make(WAREHOUSE, "-o", tmp_path / name, "--seed", "7")
    for name in ("plan.json", "layout.json", "scene.usda", "scene.py"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name
    make(WAREHOUSE, "-o", tmp_path / "three", "--seed", "8")
    assert (tmp_path / "one" / "layout.json").read_bytes() != (tmp_path / "three" / "layout.json").read_bytes()


def essence(folder):
    """What a manifest says beside when it was written and the signature over that."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return {key: value for key, value in manifest.items() if key not in ("created_at", "signature")}


def test_two_whole_runs_are_equal(soulvan, cache, tmp_path):
    """Stage, script, every EXR, the video and what the manifest signs: equal, on one thread and on two."""
    folders = [tmp_path / "one" / "out", tmp_path / "two" / "out"]
    for folder, threads in zip(folders, "12"):
        soulvan("make", WAREHOUSE, "-o", folder, "--seed", "7", "--threads", threads, *TINY_MAKE, SOULVAN_CACHE=str(cache))
    one, two = map(digests, folders)
    assert {"scene.usda", "scene.py", "video.mp4", "hero.exr", "frames/frame_0004.exr"} <= set(one)
    assert one == two
    assert essence(folders[0]) == essence(folders[1])


def test_a_killed_sentence_continues(soulvan, cache, tmp_path):
    """kill -9 between words and video: the next run ends with the bytes of one that was let be."""
    sentence = "A meeting room with a table and six chairs."
    options = [*TINY_MAKE, "--seed", "3"]
    begun = time.perf_counter()
    soulvan("make", sentence, "-o", tmp_path / "whole", *options, SOULVAN_CACHE=str(cache))
    duration = time.perf_counter() - begun
    for share in (0.05, 0.15, 0.3, 0.5, 0.7, 0.9):
        process = soulvan.start("make", sentence, "-o", tmp_path / "killed", *options, SOULVAN_CACHE=str(cache))
        time.sleep(duration * share)
        process.kill()
        process.wait()
    soulvan("make", sentence, "-o", tmp_path / "killed", *options, SOULVAN_CACHE=str(cache))
    assert digests(tmp_path / "killed") == digests(tmp_path / "whole")
    assert not list((tmp_path / "killed").rglob(".tmp-*"))
    soulvan("verify", tmp_path / "killed")


def test_an_edit_moves_nothing_else(make, tmp_path):
    folder = tmp_path / "scene"
    before = make("Office with three desks.", "-o", folder)
    first = json.loads((folder / "layout.json").read_text())
    after = make("Add a chair to each desk.", "--from", folder, "-o", folder)
    second = json.loads((folder / "layout.json").read_text())
    assert sum(t["category"].endswith("chair") for t in after["objects"]) == 3
    poses = {t["id"]: t for t in second["objects"]}
    for thing in first["objects"]:
        assert poses[thing["id"]]["position"] == thing["position"], thing["id"]
    assert first["camera"] == second["camera"]
    assert len(before["objects"]) + 3 == len(after["objects"])


@pytest.mark.parametrize("sentence", ["", "   ", "hello", "Sing me a song about pallets.", "What is the capital of France?",
                                      "1234567890", "\u0000\u0001", "a" * 5000, "🦄🦄🦄"], ids=lambda text: ascii(text)[:24])
def test_other_words_get_a_clear_answer(soulvan, cache, tmp_path, sentence):
    if "\0" in sentence:
        sentence = sentence.replace("\0", "")
    result = soulvan("make", sentence, "--no-render", "-o", tmp_path / "scene", code=3, SOULVAN_CACHE=str(cache))
    assert (result.stdout + result.stderr).strip()
    assert not (tmp_path / "scene").exists()


def test_stage_under_a_name_of_its_own(make, tmp_path):
    from pxr import Usd
    answer = make(WAREHOUSE, "-o", tmp_path / "scenes" / "warehouse_test_01.usd")
    stage = Usd.Stage.Open(answer["stage"])
    assert stage.GetPrimAtPath("/World/Props/forklifts").GetChildren()
    files = tmp_path / "scenes" / "warehouse_test_01.files"
    assert {"assets", "plan.json", "layout.json", "scene.py"} <= {path.name for path in files.iterdir()}
    assert not [line for line in Usd.Stage.Open(answer["stage"]).GetRootLayer().ExportToString().splitlines()
                if "@/" in line], "an absolute path"


def test_delivery_names_licences_and_the_sentence(soulvan, cache, tmp_path):
    sentence = "An empty room with one chair in the middle."
    soulvan("make", sentence, "-o", tmp_path / "out", "--resolution", "64x36", "--frames", "2", "--samples", "1",
            "--hero", "none", SOULVAN_CACHE=str(cache))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    models = [entry for entry in manifest["inputs"] if entry["role"] == "model"]
    assert models and all(entry["licence"] and entry["credit"] for entry in models), models
    assert any(entry["role"] == "sentence" for entry in manifest["inputs"])
    assert {"plan", "layout", "script", "stage", "video"} <= {entry["role"] for entry in manifest["files"]}
    soulvan("verify", tmp_path / "out")
