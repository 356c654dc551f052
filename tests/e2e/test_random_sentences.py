"""Sentences from a grammar of our own, by number: whatever they say, the answer is valid and the scene holds."""
import json
import pathlib
import random

import jsonschema
import pytest

from conftest import ROOT, Soulvan

FURNITURE = pathlib.Path("/usr/share/sweethome3d/furniture/Scopia.sh3f")
pytestmark = pytest.mark.skipif(not FURNITURE.exists(), reason="needs the Debian package sweethome3d-furniture")

PLACES = ["a warehouse", "an office", "a loading dock", "a meeting room", "a small workshop", "a large warehouse", "a yard",
          "a kitchen", "a living room", "a classroom", "a shop", "a room of {n} by {m} metres", "a {n} m wide hall"]
THINGS = ["forklift", "pallet", "pallet rack", "shelf", "desk", "chair", "office chair", "meeting table", "plant", "barrel",
          "cardboard box", "traffic cone", "bench", "sofa", "lamp", "truck", "car", "person", "worker", "table", "bookcase",
          "whiteboard", "fire extinguisher", "ladder", "crate", "conveyor", "workbench", "dragon", "gizmo"]
PLURALS = {"person": "people", "shelf": "shelves", "bench": "benches", "cardboard box": "cardboard boxes"}
NUMBERS = ["a", "one", "two", "3", "five", "a dozen", "some", "several", "7", "no"]
ADJECTIVES = ["", "", "", "red ", "yellow ", "wooden ", "large ", "modern ", "old ", "blue "]
RELATIONS = ["near the {0}", "along the wall", "in the corner", "in the middle", "next to the {0}", "facing the {0}",
             "behind the {0}", "in a row", "in two rows", "on the {0}", "against the north wall", "around the {0}"]
CAMERAS = ["", "", "Camera at eye level.", "Isometric view.", "Close-up.", "Seen from above.", "Camera in the corner.",
           "Camera slowly pans to the left, 4 seconds.", "Low angle, 35 mm.", "A dolly of two metres towards the {0}."]
LIGHTS = ["", "", "At night.", "At noon.", "Overcast.", "Golden hour.", "Lights off.", "Warm light.", "4000 K light."]
OPENERS = ["Create ", "Build ", "Make ", "", "I want ", "Show me ", "create "]


def plural(thing):
    return PLURALS.get(thing, thing + "s")


def sentence(number):
    """The sentence of that number; some with typing errors."""
    rng = random.Random(number)

    def some(thing):
        count = rng.choice(NUMBERS)
        noun = thing if count in ("a", "one") else plural(thing)
        return f"{count} {rng.choice(ADJECTIVES)}{noun}"

    things = rng.sample(THINGS, rng.randint(1, 4))
    place = rng.choice(PLACES).format(n=rng.randint(4, 30), m=rng.randint(4, 40))
    text = f"{rng.choice(OPENERS)}{place} with {', '.join(map(some, things[:-1]))}{' and ' if len(things) > 1 else ''}{some(things[-1])}"
    if rng.random() < 0.5:
        text += " " + rng.choice(RELATIONS).format(plural(things[0]))
    text += ". " + " ".join(part for part in (rng.choice(CAMERAS), rng.choice(LIGHTS)) if part).format(things[0])
    if rng.random() < 0.15:  # two letters change places
        at = rng.randrange(len(text) - 1)
        text = text[:at] + text[at + 1] + text[at] + text[at + 2:]
    return text.strip()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """One home and one cache for all of them."""
    import os
    binary = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan"))
    return Soulvan(binary, tmp_path_factory.mktemp("world"))


SCHEMA = json.loads((ROOT / "api/schemas/answer.schema.json").read_text())


@pytest.mark.parametrize("number", [pytest.param(n, marks=[pytest.mark.full] if n >= 60 else []) for n in range(300)])
def test_sentence(world, tmp_path, number):
    import subprocess
    text = sentence(number)
    result = subprocess.run([world.binary, "make", text, "--no-render", "--json", "-o", tmp_path / "scene"], timeout=60,
                            cwd=world.home, env=world.environment, capture_output=True, text=True)
    assert result.returncode in (0, 3), f"{text}\n{result.stderr}"
    if result.returncode == 3 and not result.stdout.strip():
        assert json.loads(result.stderr.splitlines()[-1])["error"]["message"], text  # refused with a sentence
        return
    answer = json.loads(result.stdout)
    jsonschema.validate(answer, SCHEMA)
    assert (answer["outcome"] == "scene") == (result.returncode == 0), text
    if answer["outcome"] == "scene":
        rates, findings = answer["check"]["rates"], answer["check"]["findings"]
        lawful = {"collision": 0, "out_of_bounds": 0, "supported": 1, "openings": 1}
        assert {name: rates[name] for name in lawful} == lawful, f"{text}\n{json.dumps(findings, indent=1)}"
