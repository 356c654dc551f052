"""Where the conformance tests leave their counts, for write_report.py."""
import json
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def folder():
    return pathlib.Path(os.environ.get("SOULVAN_CONFORMANCE", ROOT / "build" / "dev" / "results" / "conformance"))


def leave(name, counts):
    """Keeps what a test counted under its name."""
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / f"{name.replace(' ', '_')}.json").write_text(json.dumps({"name": name, **counts}, indent=1) + "\n")


def found():
    """Every count that a test left, by name."""
    results = [json.loads(path.read_text()) for path in sorted(folder().glob("*.json"))]
    return {result["name"]: result for result in results}
