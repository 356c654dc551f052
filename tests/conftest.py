"""What every end-to-end test is given: the real binary in a world of its own, and a small stage."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent

TINY_STAGE = (ROOT / "samples" / "first-stage.usda").read_text()


class Soulvan:
    """Runs the program with its own configuration and cache."""

    def __init__(self, binary, home):
        self.binary = str(binary)
        self.home = home
        self.environment = {key: value for key, value in os.environ.items()
                            if not key.startswith(("SOULVAN", "UNITY", "XDG_"))}
        self.environment.update(SOULVAN_CONFIG=str(home / "config"), SOULVAN_CACHE=str(home / "cache"))

    def __call__(self, *arguments, cwd=None, code=0, timeout=600, **environment):
        result = subprocess.run([self.binary, *map(str, arguments)], cwd=cwd or self.home, capture_output=True,
                                text=True, stdin=subprocess.DEVNULL, timeout=timeout,
                                env={**self.environment, **environment})
        assert result.returncode == code, f"{arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        return result

    def json(self, *arguments, **options):
        return json.loads(self(*arguments, "--json", **options).stdout)

    def start(self, *arguments, cwd=None, **environment):
        return subprocess.Popen([self.binary, *map(str, arguments)], cwd=cwd or self.home,
                                env={**self.environment, **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def soulvan(tmp_path):
    binary = pathlib.Path(os.environ.get("SOULVAN", ROOT / "build" / "dev" / "bin" / "soulvan"))
    assert binary.exists(), f"{binary} is not built: run scripts/build dev"
    return Soulvan(binary, tmp_path)


@pytest.fixture
def tiny_stage(tmp_path):
    path = tmp_path / "tiny.usda"
    path.write_text(TINY_STAGE)
    return path


# A delivery of the tiny stage that takes about a second.
TINY_MAKE = ["--resolution", "64x36", "--samples", "2", "--frames", "4", "--hero", "96x54", "--hero-samples", "4"]
