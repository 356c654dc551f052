"""soulvan scene check: exit codes, the schema of its answer, and what a person reads."""
import json

import jsonschema
import pytest

from conftest import ROOT

STAGES = ROOT / "src" / "scene" / "tests" / "data" / "broken"
SCHEMA = json.loads((ROOT / "api" / "schemas" / "check.schema.json").read_text())


@pytest.mark.parametrize("path", sorted(STAGES.glob("*.usda")), ids=lambda path: path.stem)
def test_answers_fit_the_schema(soulvan, path):
    sound = path.stem == "sound"
    answer = json.loads(soulvan("scene", "check", path, "--json", code=0 if sound else 3).stdout)
    jsonschema.validate(answer, SCHEMA)
    assert answer["passed"] == sound == (not answer["findings"])


def test_a_person_reads_what_is_wrong_and_where(soulvan):
    text = soulvan("scene", "check", STAGES / "floating.usda", code=3).stdout
    assert "does not hold: 1 finding in 16 things" in text
    assert "chair_3 floats 5.0 mm above what it stands on" in text
    assert "/World/Props/chairs/chair_3" in text
    assert all(len(line) <= 160 for line in text.splitlines() if "test" not in line)


def test_what_is_no_stage_is_a_sentence(soulvan, tmp_path):
    assert "no such file" in soulvan("scene", "check", tmp_path / "gone.usda", code=5).stderr
    empty = tmp_path / "empty.usda"
    empty.write_text("#usda 1.0\n")
    assert "no geometry" in soulvan("scene", "check", empty, code=3).stderr
    plan = tmp_path / "plan.json"
    plan.write_text("[]")
    soulvan("scene", "check", STAGES / "sound.usda", "--plan", plan, code=3)
