"""Do we and Cycles get the same light from the same scene? (Debian's Blender 3.4.1; pictures in build/pictures)

Both render every scene twice with other seeds. What the two runs differ by is the noise, so that a block of the
picture is held to the bound plus four standard deviations of its own mean, and the bound of the whole picture is
known to be far above the noise.
"""
import json
import pathlib
import subprocess

import pytest

import twin_scene
import twin_scenes
from exr import read_exr

pytestmark = pytest.mark.full
HERE = pathlib.Path(__file__).resolve().parent
PICTURES = HERE.parents[1] / "build" / "pictures"
WIDTH, HEIGHT, BOUNCES = 256, 144, 4


def render_ours(soulvan, scene, samples, seed):
    twin_scene.write_usd(scene, soulvan.home / "scene.usda")
    soulvan("render", "scene.usda", "-o", "ours.exr", "--filter", "none", "--resolution", f"{WIDTH}x{HEIGHT}",
            "--samples", samples, "--bounces", BOUNCES, "--seed", seed)
    return read_exr(soulvan.home / "ours.exr", WIDTH, HEIGHT)


def render_cycles(folder, scene, samples, seed):
    twin_scene.write_json(scene, folder / "scene.json")
    (folder / "settings.json").write_text(json.dumps({
        "output": str(folder / "cycles.exr"), "width": WIDTH, "height": HEIGHT, "samples": samples, "bounces": BOUNCES,
        "seed": seed}))
    subprocess.run(["blender", "-b", "--factory-startup", "-noaudio", "--python-exit-code", "1", "-P",
                    HERE / "cycles_render.py", "--", folder / "scene.json", folder / "settings.json"], check=True,
                   capture_output=True, timeout=1200)
    return read_exr(folder / "cycles.exr", WIDTH, HEIGHT)


def block_sums(image, blocks):
    return image.reshape(blocks, HEIGHT // blocks, blocks, WIDTH // blocks, -1).sum((1, 3))


def relative_error(ours, theirs, blocks):
    """(error, standard deviation of it) of each block's mean, per channel; `ours` and `theirs` are two runs each."""
    import numpy
    a, b = (block_sums((runs[0] + runs[1]) / 2, blocks) for runs in (ours, theirs))
    variance = sum(block_sums((runs[0] - runs[1]) ** 2 / 4, blocks) for runs in (ours, theirs))
    return a / b - 1, numpy.sqrt(variance) / b


def contact_picture(path, ours, theirs):
    """Ours, theirs, and eight times the difference around grey."""
    import numpy
    from PIL import Image

    def display(linear):
        return (numpy.clip(linear, 0, 1) ** (1 / 2.2) * 255 + 0.5).astype(numpy.uint8)

    difference = numpy.clip(0.5 + 8 * (ours - theirs), 0, 1)
    row = [display(ours), display(theirs), (difference * 255 + 0.5).astype(numpy.uint8)]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(numpy.concatenate(row, 1)).resize((3 * 2 * WIDTH, 2 * HEIGHT), Image.NEAREST).save(path)


@pytest.mark.parametrize("name, bound, samples", [("diffuse", 0.005, 128), ("lights", 0.005, 256), ("ggx", 0.02, 256)])
def test_light_agrees_with_cycles(soulvan, record_property, name, bound, samples):
    import numpy
    scene = getattr(twin_scenes, name)()
    ours = [render_ours(soulvan, scene, samples, seed) for seed in (1, 2)]
    theirs = [render_cycles(soulvan.home, scene, samples, seed) for seed in (1, 2)]
    contact_picture(PICTURES / f"cycles_{name}.png", sum(ours) / 2, sum(theirs) / 2)

    whole, whole_noise = (values.reshape(3) for values in relative_error(ours, theirs, 1))
    parts, parts_noise = (values.reshape(16, 3) for values in relative_error(ours, theirs, 4))
    worst = numpy.unravel_index((abs(parts) - 4 * parts_noise).argmax(), parts.shape)
    record_property("measured", "ours over Cycles, whole picture "
                    + ", ".join(f"{c} {100 * error:+.3f} %" for c, error in zip("RGB", whole))
                    + f" (noise {100 * whole_noise.max():.3f} %), worst of 16 blocks {100 * parts[worst]:+.2f} % "
                    f"(noise {100 * parts_noise[worst]:.2f} %)")
    assert 4 * whole_noise.max() < bound / 2, "too noisy to say: more samples"
    assert abs(whole).max() < bound
    assert (abs(parts) < bound + 4 * parts_noise).all()
