"""The commands of the README run as they stand, in a folder with the samples beside it."""
import re
import shlex
import shutil

from conftest import ROOT


def commands(text):
    """Every line of every fenced block marked `sh`."""
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines() if line]


def test_readme(soulvan):
    (soulvan.home / "samples").mkdir()
    for path in (ROOT / "samples").glob("first-*"):
        shutil.copy(path, soulvan.home / "samples")
    lines = commands((ROOT / "README.md").read_text())
    assert len(lines) > 8
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "soulvan", line
        soulvan(*arguments)


def test_links_lead_somewhere():
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)}: {target}"
