"""What the newest release of OpenUSD says where the pinned one does not: it lives in a Python of its own."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PYTHON = pathlib.Path(os.environ.get("SOULVAN_NEWEST_USD", ROOT / "build" / "venv-newest" / "bin" / "python"))


def python():
    """The Python that has the newest release; skips the test where there is none."""
    if not PYTHON.exists():
        pytest.skip("needs build/venv-newest")
    return PYTHON


def run(script, *arguments):
    """The process that ran a script of this folder with the newest release."""
    return subprocess.run([python(), pathlib.Path(__file__).parent / script, *arguments], capture_output=True, text=True,
                          timeout=600)


def agrees(stage, folder):
    """Whether our stage, as stage_json() shows it, is the newest release's."""
    folder.mkdir()
    (folder / "one.stage.json").write_text(json.dumps(stage))
    return run("usd_oracle.py", folder).returncode == 0
