"""`soulvan make` on a small stage: what is delivered, that it verifies, that it is the same every time."""
import hashlib
import json
import pathlib
import shutil
import subprocess

import eth_account
import jsonschema
import pytest
from eth_account.messages import encode_defunct

from conftest import ROOT, TINY_MAKE


def digests(folder):
    """Hashes of everything that is promised to be equal: all but dates and the work folder."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and ".soulvan" not in path.parts and not path.name.endswith((".json",))}


@pytest.fixture
def delivery(soulvan, tiny_stage):
    result = soulvan.json("make", tiny_stage, "-o", "out", *TINY_MAKE)
    return soulvan.home / "out", result


def test_everything_is_there(delivery):
    folder, result = delivery
    names = set(digests(folder))
    assert {"scene.usda", "hero.exr", "hero.png", "video.mp4"} <= names
    assert {f"frames/frame_000{i}.exr" for i in range(1, 5)} <= names
    assert result["frames_rendered"] == 5 and result["audit"] == "not available"
    assert not list(folder.rglob(".tmp-*")) and not (folder / ".soulvan" / "passes").exists()


def test_the_manifest_verifies_and_names_a_flipped_byte(soulvan, delivery):
    folder, _ = delivery
    assert soulvan.json("verify", folder)["holds"]
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["files"]:
        path = folder / entry["path"]
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        original = path.read_bytes()
        path.unlink()  # it may be a hard link into the cache
        path.write_bytes(data)
        result = soulvan("verify", folder, "--json", code=3)
        assert [finding["path"] for finding in json.loads(result.stdout)["findings"]] == [entry["path"]]
        path.write_bytes(original)
    assert soulvan.json("verify", folder)["holds"]
    changed = dict(manifest, name="another")
    (folder / "manifest.json").write_text(json.dumps(changed))
    soulvan("verify", folder, code=3)


def test_eth_account_agrees_with_the_signature(delivery):
    folder, _ = delivery
    manifest = json.loads((folder / "manifest.json").read_text())
    signature = manifest.pop("signature")
    manifest.pop("created_at")
    # For these values RFC 8785 and Python's compact form are the same text.
    part = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    text = "Soulvan manifest v1\nsha256:" + hashlib.sha256(part.encode()).hexdigest()
    assert eth_account.Account.recover_message(encode_defunct(text=text), signature=signature["value"]) == signature["address"]
    assert manifest["key"] == "local-unattended"


def test_documents_fit_their_schemas(delivery):
    folder, _ = delivery
    for name, path in (("manifest", folder / "manifest.json"), ("meta", folder / "tiny.meta.json")):
        schema = json.loads((ROOT / "api" / "schemas" / f"{name}.schema.json").read_text())
        jsonschema.validate(json.loads(path.read_text()), schema)


def test_the_same_again_on_one_thread(soulvan, tiny_stage, delivery):
    folder, _ = delivery
    soulvan("make", tiny_stage, "-o", "again", "--threads", "1", *TINY_MAKE)
    assert digests(soulvan.home / "again") == digests(folder)


def test_a_second_run_does_nothing_and_a_lost_frame_comes_back(soulvan, tiny_stage, delivery):
    folder, _ = delivery
    before = digests(folder)
    manifest = (folder / "manifest.json").read_bytes()
    assert soulvan.json("make", tiny_stage, "-o", "out", *TINY_MAKE)["frames_rendered"] == 0
    assert (folder / "manifest.json").read_bytes() == manifest
    (folder / "frames" / "frame_0002.exr").unlink()
    assert soulvan.json("make", tiny_stage, "-o", "out", *TINY_MAKE)["frames_rendered"] == 1
    assert digests(folder) == before


def test_the_video_is_what_editors_expect(delivery):
    folder, _ = delivery
    probe = json.loads(subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", str(folder / "video.mp4")],
        check=True, capture_output=True, text=True).stdout)["streams"][0]
    assert (probe["codec_name"], probe["pix_fmt"], probe["nb_read_frames"]) == ("h264", "yuv420p", "4")
    assert probe["avg_frame_rate"] == "24/1" and probe["color_range"] == "tv"
    assert {probe["color_space"], probe["color_primaries"], probe["color_transfer"]} == {"bt709"}


def test_no_path_of_this_machine_in_any_output(delivery):
    folder, _ = delivery
    here = str(folder.parent).encode()
    for path in folder.rglob("*"):
        if path.is_file() and ".soulvan" not in path.parts:
            assert here not in path.read_bytes(), path


def test_the_delivered_stage_renders_the_same_frames(soulvan, delivery):
    """The stage is the waist: what was delivered can be delivered again."""
    folder, _ = delivery
    moved = soulvan.home / "moved"
    shutil.copytree(folder, moved, ignore=shutil.ignore_patterns(".soulvan"))
    soulvan("make", moved / "scene.usda", "-o", "second", *TINY_MAKE)
    assert digests(soulvan.home / "second")["frames/frame_0003.exr"] == digests(folder)["frames/frame_0003.exr"]


def test_formats_of_contract_b(soulvan, tmp_path, tiny_stage):
    common = {"scene": "tiny.usda", "resolution": "32x18", "samples": 1, "frames": 2}
    for name, extra, expected in (
            ("usd", {"format": "USD", "output": "Exports/USD/tiny.usd"},
             ["Exports/USD/tiny.usd", "Exports/USD/tiny.meta.json"]),
            ("exr", {"format": "EXR", "output": "Exports/EXR"},
             ["Exports/EXR/frame_0001.exr", "Exports/EXR/frame_0002.exr", "Exports/EXR/tiny.meta.json"]),
            ("png", {"format": "PNG", "output": "Exports/PNG", "clip_embed": True},
             ["Exports/PNG/frame_0002.png", "Exports/PNG/tiny.preview.png"]),
            ("mp4", {"format": "MP4", "output": "Exports/tiny.mp4"}, ["Exports/tiny.mp4", "Exports/tiny.meta.json"])):
        job = tmp_path / f"{name}.json"
        job.write_text(json.dumps({**common, **extra}))
        soulvan("job", "run", job)
        for path in expected:
            assert (tmp_path / path).is_file(), path
    assert pathlib.Path(tmp_path / "Exports/USD/tiny.usd").read_bytes().startswith(b"PXR-USDC")
    for manifest in (tmp_path / "Exports").rglob("*manifest.json"):
        soulvan("verify", manifest)
