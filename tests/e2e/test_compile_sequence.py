"""The seed's call, `compile_sequence.py <frames_dir> output.mp4 --fps 30`, ends in the same video as `soulvan compile`."""
import os
import pathlib
import subprocess
import sys

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "compile_sequence.py"


def test_the_script_makes_the_video_of_the_program(soulvan, tmp_path):
    from PIL import Image
    folder = tmp_path / "frames"
    folder.mkdir()
    for number in range(1, 6):
        Image.new("RGB", (64, 36), (200, 8 * number, 40)).save(folder / f"frame_{number:04d}.png")
    path = f"{pathlib.Path(soulvan.binary).parent}:{os.environ['PATH']}"
    subprocess.run([sys.executable, SCRIPT, folder, "script.mp4", "--fps", "30"], cwd=tmp_path, check=True, timeout=120,
                   env={**soulvan.environment, "PATH": path}, capture_output=True)
    soulvan("compile", folder, "program.mp4", "--fps", "30")
    assert (tmp_path / "script.mp4").read_bytes() == (tmp_path / "program.mp4").read_bytes()
