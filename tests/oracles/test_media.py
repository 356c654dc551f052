"""Other programs' opinion of our pictures: scikit-image, the authors' FLIP, Pillow, FFmpeg, Blender.

Needs scikit-image and flip-evaluator (tests/oracles/requirements.txt) and the Debian packages of --full.
"""
import json
import math
import pathlib
import subprocess

import pytest

pytestmark = pytest.mark.full
DATA = pathlib.Path(__file__).resolve().parents[2] / "src/media/tests/data"
LUMA = [0.2126, 0.7152, 0.0722]


def synthetic(seed, height, width):
    """A pair of 8-bit pictures: gradients, edges, text-like stripes; the second blurred, noisy, tinted."""
    import numpy
    from PIL import Image, ImageFilter
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width] / max(height, width)
    first = numpy.stack([0.5 + 0.45 * numpy.sin(7 * x + seed * y + c * 1.3) for c in range(3)], 2)
    first[height // 4:height // 2, width // 4:width // 2] = random.random(3)
    first[:, ::9] *= 0.4
    second = first * (1, 0.97, 1.02) + random.normal(0, 0.02 * seed, first.shape)
    images = [Image.fromarray((numpy.clip(a, 0, 1) * 255 + 0.5).astype(numpy.uint8)) for a in (second, first)]
    return images[0].filter(ImageFilter.GaussianBlur(0.3 * seed)), images[1]


def measured(test, reference):
    """What the oracles say: PSNR, SSIM, FLIP and FLIP's map."""
    import flip_evaluator
    import numpy
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity
    a, b = (numpy.asarray(image.convert("RGB"), dtype=numpy.float64) / 255 for image in (test, reference))
    psnr = peak_signal_noise_ratio(b, a, data_range=1)
    ssim = structural_similarity(b @ LUMA, a @ LUMA, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
                                 data_range=1)
    error_map, flip, _ = flip_evaluator.evaluate(b.astype(numpy.float32), a.astype(numpy.float32), "LDR", True, False,
                                                 parameters={"ppd": 67.0206})
    return psnr, ssim, flip, error_map[..., 0]


@pytest.mark.parametrize("seed, height, width", [(1, 64, 64), (2, 101, 67), (3, 270, 480), (4, 17, 300)])
def test_image_diff_agrees(soulvan, tmp_path, seed, height, width):
    import numpy
    from PIL import Image
    test, reference = synthetic(seed, height, width)
    test.save(tmp_path / "test.png")
    reference.save(tmp_path / "reference.png")
    ours = soulvan.json("image", "diff", "test.png", "reference.png", "--map", "map.png")
    psnr, ssim, flip, error_map = measured(test, reference)
    assert ours["psnr"] == pytest.approx(psnr, abs=1e-4)
    assert ours["ssim"] == pytest.approx(ssim, abs=1e-5)
    assert ours["flip"] == pytest.approx(flip, abs=5e-5)
    seen = numpy.asarray(Image.open(tmp_path / "map.png"), dtype=numpy.float64) / 255
    assert abs(seen - error_map).max() < 0.5 / 255 + 2e-3


def test_committed_pair_has_the_numbers_of_the_unit_test(soulvan):
    from PIL import Image
    names = DATA / "compare_test.png", DATA / "compare_reference.png"
    psnr, ssim, flip, _ = measured(*map(Image.open, names))
    assert (psnr, ssim, flip) == pytest.approx((27.5127999, 0.8870652, 0.1347922), abs=1e-5)


def patches(folder, count, size=(96, 54)):
    """Frames of flat saturated patches that change every frame; returns their colours."""
    from PIL import Image
    colours = [(200, 30, 40), (20, 160, 60), (40, 60, 210), (230, 210, 60), (128, 128, 128), (250, 250, 245)]
    for i in range(count):
        frame = Image.new("RGB", size)
        for j in range(6):
            box = (j % 3 * size[0] // 3, j // 3 * size[1] // 2)
            frame.paste(colours[(i + j) % 6], (*box, box[0] + size[0] // 3, box[1] + size[1] // 2))
        frame.save(folder / f"frame_{i + 1:04d}.png")
    return colours


def probe(path):
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", path]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_ffmpeg_sees_the_video_we_promise(soulvan, tmp_path):
    import numpy
    frames = tmp_path / "frames"
    frames.mkdir()
    colours = patches(frames, 30)
    report = soulvan.json("compile", frames, "a.mp4", "--fps", "24000/1001")
    stream = probe(tmp_path / "a.mp4")["streams"][0]
    assert (stream["codec_name"], stream["profile"], stream["pix_fmt"]) == ("h264", "High", "yuv420p")
    assert [stream[k] for k in ("color_space", "color_transfer", "color_primaries", "color_range")] == \
        ["bt709", "bt709", "bt709", "tv"]
    assert (stream["chroma_location"], stream["r_frame_rate"]) == ("left", "24000/1001")
    assert int(stream["nb_frames"]) == int(stream["nb_read_frames"]) == report["frames"] == 30
    assert float(stream["duration"]) == pytest.approx(30 * 1001 / 24000, abs=1e-4)
    assert float(stream["start_time"]) == 0
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")

    # FFmpeg's own conversion back to RGB, by the tags: the middle of every patch keeps its colour.
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", tmp_path / "a.mp4", "-f", "rawvideo", "-pix_fmt", "rgb24",
                          "-sws_flags", "accurate_rnd+full_chroma_int", "-"], check=True, capture_output=True).stdout
    video = numpy.frombuffer(raw, numpy.uint8).reshape(30, 54, 96, 3).astype(int)
    for i in range(30):
        for j in range(6):
            middle = video[i, j // 3 * 27 + 13, j % 3 * 32 + 16]
            assert abs(middle - colours[(i + j) % 6]).max() <= 4, (i, j)


def test_ffmpegs_own_psnr_filter_agrees(soulvan, tmp_path):
    frames = tmp_path / "frames"
    frames.mkdir()
    for i in range(3):
        synthetic(1 + i % 3, 180, 320)[1].save(frames / f"{i}.png")
    report = soulvan.json("compile", frames, "a.mp4", "--fps", "25")
    graph = "[1:v]scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_inp,format=yuv420p[b];" \
        "[0:v][b]psnr=stats_file=stats.txt"
    subprocess.run(["ffmpeg", "-v", "error", "-i", "a.mp4", "-framerate", "25", "-i", frames / "%d.png", "-lavfi", graph,
                    "-f", "null", "-"], check=True, cwd=tmp_path)
    lines = (tmp_path / "stats.txt").read_text().splitlines()
    luma = min(float(line.split("psnr_y:")[1].split()[0]) for line in lines)
    assert luma > 35
    # Chroma is sited differently by FFmpeg's scaler, so only luma is compared closely.
    assert math.isclose(luma, report["worst_psnr"], abs_tol=3)


def test_blender_reads_our_layers(soulvan, tiny_stage, tmp_path):
    """Blender's compositor offers every layer of a rendered frame."""
    frame = tmp_path / "frame.exr"
    soulvan("render", tiny_stage, "-o", frame, "--resolution", "64x36", "--samples", "2")
    script = tmp_path / "read.py"
    script.write_text("import bpy\n"
                      "scene = bpy.context.scene\n"
                      "scene.use_nodes = True\n"
                      "node = scene.node_tree.nodes.new('CompositorNodeImage')\n"
                      f"node.image = bpy.data.images.load({str(frame)!r})\n"
                      "print('READ', node.image.type, *[output.name for output in node.outputs])\n")
    output = subprocess.run(["blender", "-b", "--factory-startup", "-P", script], check=True, capture_output=True,
                            text=True).stdout
    line = next(line for line in output.splitlines() if line.startswith("READ"))
    assert {"MULTILAYER", "Combined", "Depth", "albedo", "normal", "position", "id"} <= set(line.split())
