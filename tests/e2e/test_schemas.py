"""The schemas: each worked example fits, and what does not fit is refused by schema and program alike."""
import json

import jsonschema
import pytest

from conftest import ROOT

SCHEMAS = ROOT / "api" / "schemas"


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.example.json")), ids=lambda path: path.name)
def test_examples_fit(path):
    schema = json.loads((SCHEMAS / path.name.replace(".example.", ".schema.")).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(json.loads(path.read_text()), schema)


@pytest.mark.parametrize("path", sorted((ROOT / "samples").glob("*-job*.json")), ids=lambda path: path.name)
def test_sample_jobs_fit(path):
    jsonschema.validate(json.loads(path.read_text()), json.loads((SCHEMAS / "job.schema.json").read_text()))


@pytest.mark.parametrize("change", [
    {"frames": 0}, {"frames": "many"}, {"format": "AVI"}, {"resolution": "big"}, {"samples": 1.5}, {"sign": 1},
    {"seed": -1}, {"name": "a/b"}, {"filter": "strong"}, {"hero": 3}, {"engine": "other"}, {"colour": "red"},
    {"output": ""}, {"camera": 7}], ids=str)
def test_schema_and_program_refuse_the_same(soulvan, tmp_path, tiny_stage, change):
    job = {"scene": "tiny.usda", "output": "out", **change}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(job, json.loads((SCHEMAS / "job.schema.json").read_text()))
    path = tmp_path / "job.json"
    path.write_text(json.dumps(job))
    result = soulvan("job", "run", path, code=3)
    assert f'"{next(iter(change))}"' in result.stderr
    assert not (tmp_path / "out").exists()
