"""Bad input: a sentence that says what, where and what to do; the documented exit code; nothing half-written."""
import os
import struct
import subprocess
import zipfile
import zlib

import pytest

from conftest import TINY_MAKE, TINY_STAGE

QUICK = ["--samples", "1", "--resolution", "16x9"]


def render(soulvan, stage, code, *extra):
    result = soulvan("render", stage, "-o", "picture.png", *QUICK, *extra, code=code, timeout=120)
    assert not (soulvan.home / "picture.png").exists()
    assert not list(soulvan.home.glob(".tmp-*"))
    return result.stderr


def write(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_missing_stage(soulvan):
    assert "nothing.usda" in render(soulvan, "nothing.usda", 5)


@pytest.mark.parametrize("cut", [5, 200, 900])
def test_truncated_text(soulvan, tmp_path, cut):
    message = render(soulvan, write(tmp_path, "cut.usda", TINY_STAGE[:cut]), 3)
    assert "cut.usda:" in message


def test_truncated_crate_and_package(soulvan, tmp_path, tiny_stage):
    soulvan("usd", "cat", tiny_stage, "-o", "whole.usdc")
    whole = (tmp_path / "whole.usdc").read_bytes()
    for keep in (20, 88, len(whole) // 2, len(whole) - 8):
        assert "cut.usdc" in render(soulvan, write(tmp_path, "cut.usdc", whole[:keep]), 3)
    with zipfile.ZipFile(tmp_path / "whole.usdz", "w", zipfile.ZIP_STORED) as archive:
        archive.write(tmp_path / "whole.usdc", "root.usdc")
    package = (tmp_path / "whole.usdz").read_bytes()
    assert "cut.usdz" in render(soulvan, write(tmp_path, "cut.usdz", package[:-30]), 3)


def test_zip_bomb(soulvan, tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.usdz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("root.usda", b"#usda 1.0\n" + b" " * (200 << 20))
    assert "bomb.usdz" in render(soulvan, tmp_path / "bomb.usdz", 3)


def test_not_a_stage(soulvan, tmp_path):
    assert "noise.usd" in render(soulvan, write(tmp_path, "noise.usd", os.urandom(4096)), 3)
    assert "empty.usda" in render(soulvan, write(tmp_path, "empty.usda", b""), 3)


def test_nan_and_indices_name_prim_and_attribute(soulvan, tmp_path):
    message = render(soulvan, write(tmp_path, "nan.usda", TINY_STAGE.replace("(-4, 0, 4)", "(nan, 0, 4)")), 3)
    assert "/World/Floor" in message and "points" in message
    message = render(soulvan, write(tmp_path, "index.usda", TINY_STAGE.replace("[0, 1, 2, 3]", "[0, 1, 2, 99]")), 3)
    assert "/World/Floor" in message and "faceVertexIndices" in message


def test_cyclic_reference_is_reported_and_ends(soulvan, tmp_path):
    stage = TINY_STAGE.replace('def Sphere "Ball" (', 'def Xform "Loop" (\n        references = @./cycle.usda@\n    )\n    {\n    }\n\n    def Sphere "Ball" (')
    path = write(tmp_path, "cycle.usda", stage)
    result = soulvan("usd", "info", path, code=3, timeout=60)
    assert "cycl" in (result.stdout + result.stderr).lower()


def test_missing_camera_lists_those_there_are(soulvan, tiny_stage):
    message = render(soulvan, tiny_stage, 5, "--camera", "Missing")
    assert "Missing" in message and "/World/Eye" in message


def textured(texture):
    return TINY_STAGE.replace("color3f inputs:diffuseColor = (0.7, 0.1, 0.05)",
                              "color3f inputs:diffuseColor.connect = </World/Red/Texture.outputs:rgb>").replace(
        '        def Shader "Surface"', f'''        def Shader "Texture"
        {{
            uniform token info:id = "UsdUVTexture"
            asset inputs:file = @./{texture}@
            float3 outputs:rgb
        }}

        def Shader "Surface"''')


def test_texture_that_is_no_image(soulvan, tmp_path):
    write(tmp_path, "wall.png", b"this is text, not a picture" * 10)
    result = soulvan("render", write(tmp_path, "textured.usda", textured("wall.png")), "-o", "picture.png", *QUICK,
                     code=3)
    assert "wall.png" in result.stderr
    assert not (tmp_path / "picture.png").exists()


def test_texture_with_a_huge_claim(soulvan, tmp_path):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", 100000, 100000, 16, 6, 0, 0, 0)
    write(tmp_path, "bomb.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))
    result = soulvan("render", write(tmp_path, "textured.usda", textured("bomb.png")), "-o", "picture.png", *QUICK,
                     code=3)
    assert "bomb.png" in result.stderr


def test_hostile_models(soulvan, tmp_path):
    for name, data in (("cut.glb", b"glTF\x02\0\0\0\xff\xff\xff\x7f"), ("cut.fbx", b"Kaydara FBX Binary  \0\x1a\0" + os.urandom(64)),
                       ("bad.gltf", b'{"asset": {"version": "2.0"}, "scenes": [{"nodes": [7]}], "scene": 0}'),
                       ("bad.obj", b"v 1 2 3\nf 1 2 999999999\n")):
        result = soulvan("convert", write(tmp_path, name, data), "target.usda", code=3, timeout=120)
        assert name in result.stderr
        assert not (tmp_path / "target.usda").exists()
    soulvan("convert", "missing.obj", "target.usda", code=5)


def test_gaps_in_frames(soulvan, tmp_path, tiny_stage):
    (tmp_path / "frames").mkdir()
    soulvan("render", tiny_stage, "-o", "frames/f.####.png", "--frames", "1:4", *QUICK)
    (tmp_path / "frames" / "f.0003.png").unlink()
    message = soulvan("compile", "frames", "video.mp4", "--fps", "24", code=3).stderr
    assert "3" in message and not (tmp_path / "video.mp4").exists()
    assert soulvan.json("compile", "frames", "video.mp4", "--missing", "hold")["frames"] == 4


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a small file system")
def test_read_only_and_full_disk(soulvan, tmp_path, tiny_stage):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=False,
                      capture_output=True).returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        result = soulvan("make", tiny_stage, "-o", disk / "out", *TINY_MAKE, code=6)
        assert "free some space" in result.stderr
        assert not list(disk.rglob(".tmp-*"))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        result = soulvan("make", tiny_stage, "-o", disk / "other", *TINY_MAKE, code=6)
        assert "another output folder" in result.stderr
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_two_runs_into_one_folder(soulvan, tiny_stage):
    first = soulvan.start("make", tiny_stage, "-o", "out", "--resolution", "320x180", "--samples", "64", "--frames", "20")
    try:
        folder = soulvan.home / "out" / ".soulvan" / "lock"
        for _ in range(200):
            if folder.exists():
                break
            import time
            time.sleep(0.02)
        message = soulvan("make", tiny_stage, "-o", "out", *TINY_MAKE, code=6).stderr
        assert "another run" in message
    finally:
        first.kill()
        first.wait()


def test_no_sentence_is_empty(soulvan, tmp_path):
    """A manifest that leaves its folder is refused with its path."""
    path = write(tmp_path, "manifest.json", '{"format": "soulvan-manifest/1"}')
    assert "manifest.json" in soulvan("verify", path, code=3).stderr
