#!/usr/bin/env python3
"""Which pictures cover the sample stages' floor, walls, cartons and signs? This draws them all, from numbers.

Every file in samples/textures is made here and nowhere else, is ours and is CC0. Needs numpy and Pillow.
Running it twice gives the same pixels; JPEG bytes may differ between versions of Pillow.
"""

import argparse
import pathlib

import numpy as np
from PIL import Image, ImageDraw, ImageFont

RESAMPLE = Image.Resampling


def noise(shape, seed, power, low=0.0, high=0.5, stretch=(1.0, 1.0)):
    """Tileable noise of mean 0 and deviation 1 whose spectrum falls with frequency^-power between two frequencies.

    Frequencies are in cycles per pixel. `stretch` > 1 lengthens features along that axis (rows, columns).
    """
    rows, columns = shape
    white = np.fft.rfft2(np.random.default_rng(seed).standard_normal(shape))
    fy = np.fft.fftfreq(rows)[:, None] * stretch[0]
    fx = np.fft.rfftfreq(columns)[None, :] * stretch[1]
    f = np.hypot(fy, fx)
    gain = np.where((f > low) & (f <= high), np.maximum(f, 1e-9) ** -power, 0.0)
    gain[0, 0] = 0.0
    field = np.fft.irfft2(white * gain, s=shape)
    return field / field.std()


def smoothstep(a, b, x):
    t = np.clip((x - a) / (b - a), 0.0, 1.0)
    return t * t * (3 - 2 * t)


def srgb8(linear):
    linear = np.clip(linear, 0.0, 1.0)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (encoded * 255 + 0.5).astype(np.uint8)


def grey8(x):
    return (np.clip(x, 0.0, 1.0) * 255 + 0.5).astype(np.uint8)


def tint(value, colour):
    """A grey field times a linear colour."""
    return value[..., None] * np.asarray(colour, dtype=float)


def normal_map(height, texel, strength=1.0):
    """Tangent-space normals of a tileable height field; `height` and `texel` share one unit."""
    dx = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) / (2 * texel) * strength
    dy = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) / (2 * texel) * strength
    n = np.stack([-dx, dy, np.ones_like(height)], -1)  # rows run down, v runs up
    n /= np.linalg.norm(n, axis=-1, keepdims=True)
    return grey8(n * 0.5 + 0.5)


def strokes(shape, seed, count, length, wander, width, soft=1.2):
    """Random walks drawn as lines: cracks and scratches. 1 on the stroke, 0 elsewhere; wraps at the edges."""
    rng = np.random.default_rng(seed)
    rows, columns = shape
    canvas = Image.new("L", (columns * 3, rows * 3))
    draw = ImageDraw.Draw(canvas)
    for _ in range(count):
        x, y = rng.uniform(columns, 2 * columns), rng.uniform(rows, 2 * rows)
        angle = rng.uniform(0, 2 * np.pi)
        n = int(rng.uniform(0.4, 1.0) * length)
        points = []
        for _ in range(n):
            points.append((x, y))
            angle += rng.normal(0, wander)
            x, y = x + 6 * np.cos(angle), y + 6 * np.sin(angle)
        draw.line(points, fill=255, width=width)
    field = np.asarray(canvas, dtype=float).reshape(3, rows, 3, columns).max(axis=(0, 2)) / 255
    return blur(field, soft)


def blur(field, sigma):
    """A Gaussian that wraps; `sigma` in pixels."""
    fy = np.fft.fftfreq(field.shape[0])[:, None]
    fx = np.fft.rfftfreq(field.shape[1])[None, :]
    kernel = np.exp(-2 * (np.pi * sigma) ** 2 * (fy**2 + fx**2))
    return np.fft.irfft2(np.fft.rfft2(field) * kernel, s=field.shape)


def concrete(out):
    """A power-floated slab panel of 6 m with a sawn joint on its border; about 3 mm per texel."""
    n = 2048
    s = (n, n)
    clouds = noise(s, 1, 1.7, high=0.012)
    trowel = noise(s, 2, 1.2, low=0.004, high=0.05, stretch=(1.0, 3.0))
    fine = noise(s, 3, 0.5, low=0.05)
    dust = smoothstep(0.4, 2.2, noise(s, 4, 1.4, low=0.002, high=0.06))
    stains = smoothstep(1.7, 2.6, noise(s, 5, 1.9, low=0.003, high=0.2))
    pits = smoothstep(3.1, 3.6, noise(s, 6, 0.2, low=0.12, high=0.35))
    cracks = strokes(s, 7, 3, 220, 0.30, 1, soft=0.8)
    scratches = strokes(s, 8, 40, 26, 0.02, 1, soft=0.7)

    edge = np.minimum(np.minimum(*np.meshgrid(np.arange(n), np.arange(n))),
                      np.minimum(*np.meshgrid(n - 1 - np.arange(n), n - 1 - np.arange(n)))).astype(float)
    ragged = edge + 0.6 * noise(s, 9, 0.9, low=0.02)
    joint = 1 - smoothstep(0.8, 1.8, ragged)          # half of a 6 mm saw cut on each side
    arris = (1 - smoothstep(2.0, 9.0, ragged)) * (1 - joint)

    value = 0.34 * (1 + 0.075 * clouds + 0.030 * trowel + 0.030 * fine)
    value *= 1 + 0.10 * dust - 0.17 * stains - 0.25 * pits
    value *= 1 - 0.30 * cracks
    value *= 1 + 0.10 * scratches
    value *= 1 - 0.20 * arris
    colour = tint(value, (1.0, 0.985, 0.95))
    colour += tint(0.006 * clouds, (0.8, 0.1, -0.9))   # cement is never one hue
    colour = colour * (1 - joint[..., None]) + tint(joint, (0.055, 0.052, 0.050))
    Image.fromarray(srgb8(colour)).save(out / "concrete.jpg", quality=80, optimize=True)

    rough = 0.42 + 0.050 * clouds + 0.035 * trowel + 0.035 * fine + 0.16 * dust - 0.10 * stains
    rough += 0.25 * joint + 0.12 * arris + 0.10 * scratches + 0.2 * cracks
    rough = Image.fromarray(grey8(np.clip(rough, 0.22, 0.9)))
    rough.resize((1024, 1024), RESAMPLE.BOX).save(out / "concrete_roughness.jpg", quality=82, optimize=True)


def tyre_marks(out):
    """Rubber left by forklift tyres: opacity only. One decal of straight runs, one of a tight turn."""
    h, w = 1024, 512
    rng = np.random.default_rng(20)
    v, u = np.mgrid[0:h, 0:w] / np.array([h, w]).reshape(2, 1, 1)
    grain = noise((h, w), 21, 0.8, low=0.02)
    patches = noise((h, w), 22, 1.6, low=0.002, high=0.03, stretch=(4.0, 1.0))
    worn = smoothstep(-1.8, 2.2, patches + 0.35 * grain)
    runs = np.zeros((h, w))
    for _ in range(9):
        centre = rng.uniform(0.22, 0.78) + 0.05 * np.sin(v * rng.uniform(2, 5) + rng.uniform(0, 6)) * rng.uniform(0, 1)
        for side in (-0.14, 0.14):
            d = np.abs(u - centre - side)
            band = 1 - smoothstep(0.022, 0.034, d)
            gone = smoothstep(0.0, 0.25, v - rng.uniform(-0.3, 0.5)) * smoothstep(0.0, 0.3, rng.uniform(0.6, 1.4) - v)
            runs = np.maximum(runs, band * gone * rng.uniform(0.25, 0.85))
    fade = smoothstep(0, 0.12, v) * smoothstep(0, 0.12, 1 - v) * smoothstep(0, 0.05, u) * smoothstep(0, 0.05, 1 - u)
    Image.fromarray(grey8(blur(runs * worn * fade, 2.0) * 0.34)).save(out / "tyre_runs.jpg", quality=80, optimize=True)

    n = 1024
    y, x = np.mgrid[0:n, 0:n] / n
    radius = np.hypot(x, y)
    angle = np.arctan2(y, x)
    worn = smoothstep(-1.8, 2.2, noise((n, n), 23, 1.5, low=0.003, high=0.05) + 0.4 * noise((n, n), 24, 0.8, low=0.02))
    turn = np.zeros((n, n))
    for r in (0.40, 0.44, 0.61, 0.66, 0.80):
        d = np.abs(radius - r - 0.02 * np.sin(3 * angle + 9 * r))
        band = 1 - smoothstep(0.016, 0.026, d)
        span = smoothstep(0.0, 0.5, angle - rng.uniform(-0.2, 0.2)) * smoothstep(0.0, 0.5, np.pi / 2 - angle)
        turn = np.maximum(turn, band * span * rng.uniform(0.4, 0.9))
    border = smoothstep(0, 0.06, x) * smoothstep(0, 0.06, y) * smoothstep(0, 0.06, 1 - x) * smoothstep(0, 0.06, 1 - y)
    Image.fromarray(grey8(blur(turn * worn * border, 2.0) * 0.34)).save(out / "tyre_turn.jpg", quality=80, optimize=True)


def floor_paint(out):
    """How much is left of a painted line, along 4 m of it: opacity."""
    h, w = 128, 2048
    worn = noise((h, w), 30, 1.1, low=0.004, high=0.3) + 0.6 * noise((h, w), 31, 1.8, high=0.02)
    v = np.mgrid[0:h, 0:w][0] / h
    edge = np.minimum(v, 1 - v) * h + 1.2 * noise((h, w), 32, 0.8, low=0.02)
    left = smoothstep(-2.1, -1.3, worn) * smoothstep(0.5, 3.0, edge)
    Image.fromarray(grey8(left * 0.96)).save(out / "line_wear.jpg", quality=82, optimize=True)


def hazard(out):
    """Black and yellow at 45 degrees, chipped at the edges of the bands; tiles along u."""
    h, w = 256, 1024
    y, x = np.mgrid[0:h, 0:w]
    phase = ((x + y) / 128.0) % 2.0
    band = smoothstep(-0.015, 0.015, np.minimum(phase - 0.0, 1.0 - phase))
    chips = smoothstep(2.0, 2.5, noise((h, w), 40, 1.0, low=0.02, high=0.3))
    dirt = noise((h, w), 41, 1.5, low=0.002, high=0.1)
    colour = band[..., None] * np.array([0.80, 0.50, 0.012]) + (1 - band[..., None]) * np.array([0.016, 0.016, 0.017])
    colour *= (1 + 0.08 * dirt)[..., None]
    colour = colour * (1 - chips[..., None]) + chips[..., None] * np.array([0.22, 0.21, 0.20])
    Image.fromarray(srgb8(colour)).save(out / "hazard.jpg", quality=84, optimize=True)


def cardboard_sheet(shape, seed):
    """Kraft liner: linear colour with flutes showing faintly along the columns."""
    h, w = shape
    x = np.mgrid[0:h, 0:w][1]
    flutes = np.sin(2 * np.pi * x * 96 / w)
    value = 1 + 0.012 * flutes + 0.045 * noise(shape, seed, 1.4, high=0.03)
    value += 0.035 * noise(shape, seed + 1, 0.5, low=0.05, stretch=(1.0, 2.5))
    value -= 0.10 * smoothstep(2.2, 3.0, noise(shape, seed + 2, 1.2, low=0.004, high=0.15))
    return tint(value, (0.41, 0.255, 0.135))


def arrow_up(draw, x, y, s, ink):
    draw.polygon([(x, y + s * .45), (x + s * .3, y), (x + s * .6, y + s * .45), (x + s * .4, y + s * .45),
                  (x + s * .4, y + s), (x + s * .2, y + s), (x + s * .2, y + s * .45)], fill=ink)


def glass(draw, x, y, s, ink):
    draw.polygon([(x, y), (x + s * .6, y), (x + s * .5, y + s * .45), (x + s * .36, y + s * .55), (x + s * .36, y + s * .9),
                  (x + s * .5, y + s), (x + s * .1, y + s), (x + s * .24, y + s * .9), (x + s * .24, y + s * .55),
                  (x + s * .1, y + s * .45)], fill=ink)


def barcode(draw, box, seed, ink):
    rng = np.random.default_rng(seed)
    x, y0, x1, y1 = box
    while x < x1:
        w = int(rng.integers(1, 5)) * 2
        draw.rectangle([x, y0, min(x + w, x1), y1], fill=ink)
        x += w + int(rng.integers(1, 4)) * 2


def label(draw, x, y, w, h, seed, accent):
    """A white shipping label: a coloured head, lines of writing too small to read, a barcode."""
    rng = np.random.default_rng(seed)
    draw.rectangle([x, y, x + w, y + h], fill=(233, 232, 226))
    draw.rectangle([x + 6, y + 6, x + w - 6, y + h * 0.2], fill=accent)
    row = y + h * 0.27
    while row < y + h * 0.56:
        draw.rectangle([x + 10, row, x + 10 + (w - 20) * rng.uniform(0.4, 0.95), row + 5], fill=(64, 64, 66))
        row += 13
    barcode(draw, (x + 12, y + h * 0.62, x + w - 12, y + h * 0.92), seed, (22, 22, 22))


def cartons(out):
    """The atlas of one carton: long side (0..1, .5..1), short side (0...5, 0...5), top with tape (.5..1, 0...5)."""
    n = 1024
    base = cardboard_sheet((n, n), 50)
    base[:512] *= 1 - 0.10 * smoothstep(60, 0, np.abs(np.arange(512) - 511.0))[:, None, None]
    image = Image.fromarray(srgb8(base))
    draw = ImageDraw.Draw(image)
    ink = (74, 48, 30)
    tape = (176, 132, 84)
    for x in (70, 150):
        arrow_up(draw, x, 60, 92, ink)
    glass(draw, 236, 60, 92, ink)
    draw.rectangle([56, 46, 316, 166], outline=ink, width=4)
    label(draw, 640, 200, 300, 220, 51, (196, 62, 30))
    draw.rectangle([472, 0, 552, 150], fill=tape)       # the tape comes down from the top
    for x in (60, 120):
        arrow_up(draw, x, 570, 70, ink)
    label(draw, 230, 700, 220, 170, 52, (30, 84, 150))
    draw.rectangle([215, 512, 297, 640], fill=tape)
    draw.rectangle([512, 727, 1023, 809], fill=tape)    # along the slit of the top
    draw.line([512, 768, 1023, 768], fill=(92, 64, 40), width=3)
    pixels = np.asarray(image, dtype=float) * (1 + 0.02 * noise((n, n), 53, 0.6, low=0.03))[..., None]
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(out / "carton.jpg", quality=82, optimize=True)


def cartons_printed(out):
    """The same atlas for another sender: a printed band and a round mark, no label."""
    n = 1024
    image = Image.fromarray(srgb8(cardboard_sheet((n, n), 56)))
    draw = ImageDraw.Draw(image)
    ink = (52, 62, 58)
    tape = (188, 158, 112)
    draw.rectangle([0, 372, 1023, 430], fill=ink)
    draw.ellipse([690, 120, 850, 280], outline=ink, width=18)
    draw.polygon([(770, 150), (822, 240), (718, 240)], fill=ink)
    for x in (70, 150):
        arrow_up(draw, x, 130, 92, ink)
    draw.rectangle([482, 0, 542, 110], fill=tape)
    draw.rectangle([0, 884, 511, 942], fill=ink)
    glass(draw, 80, 600, 90, ink)
    draw.rectangle([225, 512, 287, 600], fill=tape)
    draw.rectangle([512, 738, 1023, 798], fill=tape)
    draw.line([512, 768, 1023, 768], fill=(92, 64, 40), width=3)
    pixels = np.asarray(image, dtype=float) * (1 + 0.025 * noise((n, n), 57, 0.6, low=0.03))[..., None]
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).resize((512, 512), RESAMPLE.BOX)
    image.save(out / "carton_printed.jpg", quality=84, optimize=True)


def wood(out):
    """Rough-sawn spruce for pallets: grain along u."""
    h, w = 512, 1024
    s = (h, w)
    warp = noise(s, 60, 2.0, high=0.01, stretch=(1.0, 3.0))
    y = np.mgrid[0:h, 0:w][0]
    # Whole periods over the height keep the grain tileable.
    rings = np.sin(2 * np.pi * y * 9 / h + 3.0 * warp) * 0.5 + np.sin(2 * np.pi * y * 21 / h + 4.0 * warp) * 0.3
    fibre = noise(s, 61, 0.7, low=0.01, stretch=(1.0, 14.0))
    stain = noise(s, 62, 1.8, high=0.02)
    knots = smoothstep(2.5, 3.2, noise(s, 63, 1.4, low=0.006, high=0.05, stretch=(1.0, 1.6)))
    value = 0.40 * (1 + 0.10 * rings + 0.09 * fibre + 0.12 * stain) * (1 - 0.55 * knots)
    colour = tint(value, (1.0, 0.74, 0.47))
    colour = colour * 0.72 + tint(value, (0.95, 0.88, 0.78)) * 0.28  # greyed by weather
    Image.fromarray(srgb8(colour)).save(out / "pallet_wood.jpg", quality=80, optimize=True)


def planks(out):
    """Oiled oak, eight boards of 150 mm across 1.2 m, 2.4 m along u; colour and roughness."""
    h, w = 1024, 2048
    s = (h, w)
    rng = np.random.default_rng(100)
    y, x = np.mgrid[0:h, 0:w]
    board = y // 128
    butt = rng.integers(0, w, 8)[board]                     # where the end joint of each board lies
    piece = board * 2 + ((x - butt) % w < w * 0.55)
    shift = rng.integers(0, h, 16)[piece]
    grain = noise(s, 101, 0.9, low=0.004, stretch=(1.0, 18.0))
    warp = noise(s, 102, 2.0, high=0.008, stretch=(1.0, 5.0))
    rings = np.sin(2 * np.pi * (y / h * 40) + 6.0 * warp)
    pores = smoothstep(1.5, 2.6, noise(s, 103, 0.4, low=0.08, stretch=(1.0, 22.0)))
    row = (y + shift) % h
    grain, rings, pores = grain[row, x], rings[row, x], pores[row, x]
    tone = rng.uniform(0.80, 1.16, 16)[piece]
    within = y % 128
    gap = np.minimum(within, 127 - within).astype(float)
    end = np.abs((x - butt + w // 2) % w - w // 2).astype(float)
    other = np.abs((x - butt - w * 0.55 + w / 2) % w - w / 2)
    joint = 1 - smoothstep(0.6, 2.2, np.minimum(gap, np.minimum(end, other)))
    value = 0.30 * tone * (1 + 0.10 * grain + 0.07 * rings - 0.25 * pores)
    colour = tint(value, (1.0, 0.66, 0.38)) + tint(0.012 * grain, (0.2, 0.4, 0.6))
    colour *= (1 - 0.75 * joint)[..., None]
    picture = Image.fromarray(srgb8(colour))
    picture.save(out / "planks.jpg", quality=80, optimize=True)
    rough = grey8(0.36 + 0.05 * grain + 0.18 * pores + 0.25 * joint)
    Image.fromarray(rough).resize((1024, 512), RESAMPLE.BOX).save(out / "planks_roughness.jpg", quality=80, optimize=True)


def cladding(out):
    """Coated steel sheet after ten years: faint streaks that run down, dust at the foot. 2 m wide, 6.6 m high."""
    h, w = 1024, 512
    s = (h, w)
    v = 1 - np.mgrid[0:h, 0:w][0] / h
    streaks = noise(s, 70, 0.9, low=0.002, high=0.25, stretch=(9.0, 1.0))
    value = 1 + 0.018 * streaks + 0.02 * noise(s, 71, 1.8, high=0.02)
    value -= 0.10 * smoothstep(0.12, 0.0, v + 0.02 * noise(s, 72, 1.4, high=0.05))
    Image.fromarray(srgb8(tint(0.60 * value, (0.985, 0.995, 1.0)))).save(out / "cladding.jpg", quality=80, optimize=True)


def stretch_film(out):
    """Cartons seen through stretch film, 1.2 m square, and the film's folds as a normal map.

    The film goes round the load in slanting turns, so its haze lies in bands; folds run along them.
    """
    n = 768
    s = (n, n)
    y, x = np.mgrid[0:n, 0:n] / n
    folds = noise(s, 80, 1.5, low=0.004, high=0.25, stretch=(0.35, 2.2))
    pulls = noise(s, 81, 1.2, low=0.01, high=0.3, stretch=(0.25, 3.5))
    turns = 0.5 + 0.5 * np.sin(2 * np.pi * (4 * y + 1 * x) + 0.5 * noise(s, 82, 2.0, high=0.02))
    haze = np.clip(0.42 + 0.20 * turns + 0.09 * np.abs(pulls) + 0.05 * folds, 0, 0.96)

    within_x, within_y = (x * 3) % 1.0, (y * 4) % 1.0
    gap = np.minimum(np.minimum(within_x, 1 - within_x) * 0.4, np.minimum(within_y, 1 - within_y) * 0.3)
    seam = 1 - smoothstep(0.002, 0.010, gap)
    sheet = cardboard_sheet(s, 83) * (1 - 0.75 * seam)[..., None]
    labelled = (np.floor(x * 3) + 2 * np.floor(y * 4)) % 3 == 0
    label_here = labelled & (np.abs(within_x - 0.66) < 0.16) & (np.abs(within_y - 0.60) < 0.20)
    sheet = np.where(label_here[..., None], 0.62, sheet)
    sheet = np.stack([blur(sheet[..., k], 2.2) for k in range(3)], -1)
    colour = sheet * (1 - haze[..., None]) + haze[..., None] * np.array([0.56, 0.58, 0.60])
    Image.fromarray(srgb8(colour)).save(out / "film.jpg", quality=82, optimize=True)

    height = np.abs(folds) * 2.0 + 1.1 * np.abs(pulls)
    Image.fromarray(normal_map(-height, 1.0, 0.7)).save(out / "film_normal.jpg", quality=84, optimize=True)


def steel_wear(out):
    """Roughness of powder-coated steel: rubbed shiny here, dusty there."""
    s = (512, 512)
    rough = 0.42 + 0.07 * noise(s, 90, 1.6, high=0.05) + 0.03 * noise(s, 91, 0.6, low=0.05)
    Image.fromarray(grey8(rough)).save(out / "steel_roughness.jpg", quality=80, optimize=True)


def rack_slots(out):
    """One 50 mm pitch of a rack upright's face, 100 mm wide: two rows of slots that taper downwards."""
    image = Image.new("RGB", (256, 128))
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 0, 256, 128], fill=(20, 64, 113))
    for x in (58, 198):
        draw.polygon([(x - 17, 34), (x + 17, 34), (x + 11, 92), (x - 11, 92)], fill=(5, 8, 14))
        draw.line([(x - 17, 34), (x - 11, 92)], fill=(72, 116, 160), width=2)  # the cut edge catches light
    draw.rectangle([122, 0, 134, 128], fill=(14, 50, 92))
    image.save(out / "rack_slots.png", optimize=True)


def caption(draw, centre, text, size, ink):
    draw.text(centre, text, fill=ink, font=ImageFont.load_default(size), anchor="mm", stroke_width=size // 28,
              stroke_fill=ink)


def signs(out):
    """An atlas of four columns, two rows: aisle signs A1 to A3 and a rack's load plate; door numbers 1 to 3."""
    image = Image.new("RGB", (1024, 768), (238, 238, 232))
    draw = ImageDraw.Draw(image)
    white, blue, yellow, black = (238, 240, 242), (15, 60, 122), (238, 190, 30), (22, 22, 24)
    for k, text in enumerate(("A1", "A2", "A3")):
        x = 256 * k
        draw.rectangle([x, 0, x + 255, 511], fill=blue)
        draw.rectangle([x + 10, 10, x + 245, 501], outline=(232, 236, 240), width=6)
        caption(draw, (x + 128, 190), text, 146, white)
        draw.polygon([(x + 110, 330), (x + 146, 330), (x + 146, 400), (x + 180, 400), (x + 128, 462), (x + 76, 400),
                      (x + 110, 400)], fill=yellow)
        draw.rectangle([x, 512, x + 255, 767], fill=yellow)
        draw.rectangle([x + 10, 522, x + 245, 757], outline=black, width=7)
        caption(draw, (x + 128, 640), str(k + 1), 200, black)
    draw.rectangle([768, 0, 1023, 511], fill=(240, 198, 28))
    draw.rectangle([780, 12, 1011, 499], outline=black, width=6)
    rng = np.random.default_rng(95)
    caption(draw, (896, 62), "MAX", 62, black)
    for row in range(120, 470, 46):
        draw.rectangle([806, row, 806 + int(rng.uniform(80, 180)), row + 16], fill=black)
    image.save(out / "signs.jpg", quality=85, optimize=True)


def decals(out):
    """An atlas of stickers and plates, four columns of 256: lettering of trucks; plates; round and square signs; labels.

    Row 0: the maker's band, below it the capacities and LPG. Row 1: a truck's capacity plate, its display, the
    warning of trucks, no pedestrians. Row 2: extinguisher, first aid, helmet, no smoking. Row 3: an extinguisher's
    label, a flammable-goods label, a container's plate, three location labels.
    """
    dark, white, yellow, red = (20, 21, 23), (232, 233, 230), (244, 196, 20), (190, 24, 22)
    image = Image.new("RGB", (1024, 1024), dark)
    draw = ImageDraw.Draw(image)
    rng = np.random.default_rng(120)

    caption(draw, (470, 64), "SOULVAN", 104, white)
    draw.polygon([(790, 28), (990, 28), (950, 100), (750, 100)], fill=yellow)
    for k, text in enumerate(("16", "25", "35", "LPG")):
        caption(draw, (256 * k + 128, 192), text, 96, white)

    def lines(x0, x1, y0, y1, step, ink, thick):
        for y in range(y0, y1, step):
            draw.rectangle([x0, y, x0 + int((x1 - x0) * rng.uniform(0.5, 1.0)), y + thick], fill=ink)

    draw.rectangle([0, 256, 255, 511], fill=(190, 192, 194))                       # capacity plate
    draw.rectangle([8, 264, 247, 503], outline=dark, width=3)
    lines(20, 120, 282, 340, 16, dark, 4)
    draw.line([(30, 480), (30, 372), (230, 480)], fill=dark, width=3)
    draw.line([(30, 390), (90, 396), (150, 430), (215, 470)], fill=red, width=5)
    draw.polygon([(150, 285), (238, 285), (238, 350), (196, 350), (196, 320), (150, 320)], outline=dark, width=3)
    draw.rectangle([256, 256, 511, 511], fill=(14, 15, 16))                        # display and keys
    draw.rectangle([276, 276, 491, 400], fill=(70, 96, 84))
    caption(draw, (350, 330), "8.4", 70, (14, 22, 18))
    for k in range(5):
        draw.rectangle([420, 384 - 20 * k, 476, 396 - 20 * k], fill=(14, 22, 18) if k < 4 else (90, 116, 102))
    for k, ink in enumerate(((210, 40, 30), (220, 160, 20), (40, 160, 60), (90, 90, 94))):
        draw.ellipse([282 + 54 * k, 432, 318 + 54 * k, 468], fill=ink)
    draw.rectangle([512, 256, 767, 511], fill=white)                               # trucks
    draw.polygon([(640, 268), (760, 488), (520, 488)], fill=dark)
    draw.polygon([(640, 296), (738, 476), (542, 476)], fill=yellow)
    draw.polygon([(596, 452), (596, 404), (640, 404), (640, 372), (664, 372), (664, 452)], fill=dark)
    draw.rectangle([676, 360, 684, 460], fill=dark)
    draw.rectangle([684, 452, 724, 460], fill=dark)
    for x in (606, 648):
        draw.ellipse([x - 12, 442, x + 12, 466], fill=dark)
    draw.rectangle([768, 256, 1023, 511], fill=white)                              # no pedestrians
    draw.ellipse([782, 270, 1009, 497], fill=red)
    draw.ellipse([806, 294, 985, 473], fill=white)
    draw.ellipse([884, 306, 912, 334], fill=dark)
    draw.line([(898, 338), (896, 394)], fill=dark, width=18)
    draw.line([(872, 456), (896, 394), (924, 452)], fill=dark, width=14)
    draw.line([(868, 388), (894, 348), (926, 380)], fill=dark, width=10)
    draw.line([(826, 314), (966, 454)], fill=red, width=22)

    draw.rectangle([0, 512, 255, 767], fill=red)                                   # extinguisher
    draw.rounded_rectangle([96, 580, 160, 736], 20, fill=white)
    draw.rectangle([116, 552, 140, 584], fill=white)
    draw.polygon([(104, 548), (176, 532), (176, 546), (104, 562)], fill=white)
    draw.arc([58, 556, 128, 700], 170, 290, fill=white, width=9)
    draw.polygon([(214, 736), (188, 736), (200, 660), (214, 690), (226, 640), (238, 700), (232, 736)], fill=white)
    draw.rectangle([256, 512, 511, 767], fill=(16, 112, 64))                       # first aid
    draw.rectangle([356, 548, 412, 732], fill=white)
    draw.rectangle([292, 612, 476, 668], fill=white)
    draw.rectangle([512, 512, 767, 767], fill=white)                               # helmets
    draw.ellipse([524, 524, 755, 755], fill=(18, 72, 150))
    draw.pieslice([572, 580, 708, 716], 180, 360, fill=white)
    draw.rounded_rectangle([556, 648, 724, 668], 8, fill=white)
    draw.ellipse([604, 662, 676, 734], fill=white)
    draw.rectangle([768, 512, 1023, 767], fill=white)                              # no smoking
    draw.ellipse([782, 526, 1009, 753], fill=red)
    draw.ellipse([806, 550, 985, 729], fill=white)
    draw.rectangle([824, 628, 934, 650], fill=dark)
    draw.rectangle([938, 628, 962, 650], fill=(160, 160, 160))
    draw.arc([930, 580, 972, 632], 100, 280, fill=dark, width=7)
    draw.line([(826, 570), (966, 710)], fill=red, width=22)

    draw.rectangle([0, 768, 255, 1023], fill=(226, 222, 210))                      # on the extinguisher
    draw.rectangle([0, 768, 255, 822], fill=(16, 40, 96))
    caption(draw, (128, 795), "ABC 6 kg", 40, white)
    for k in range(3):
        draw.rectangle([14 + 80 * k, 836, 82 + 80 * k, 904], outline=dark, width=3)
        draw.polygon([(30 + 80 * k, 892), (48 + 80 * k, 848), (68 + 80 * k, 892)], fill=red)
    lines(14, 240, 918, 1012, 13, (70, 70, 72), 4)
    draw.rectangle([256, 768, 511, 1023], fill=(236, 236, 232))                    # flammable
    draw.polygon([(384, 778), (502, 896), (384, 1014), (266, 896)], fill=red)
    draw.polygon([(384, 794), (486, 896), (384, 998), (282, 896)], outline=white, width=3)
    draw.polygon([(352, 930), (346, 892), (366, 862), (374, 886), (392, 830), (410, 884), (420, 868), (424, 900), (414, 930)],
                 fill=dark)
    draw.rectangle([344, 938, 424, 946], fill=dark)
    draw.rectangle([512, 768, 767, 1023], fill=(196, 198, 200))                    # a container's plate
    draw.rectangle([520, 776, 759, 1015], outline=dark, width=3)
    caption(draw, (640, 808), "1000 L", 44, dark)
    lines(536, 740, 846, 930, 18, dark, 5)
    barcode(draw, (540, 944, 740, 1000), 121, dark)
    for k, text in enumerate(("A-01", "A-02", "B-07")):                            # locations
        y = 768 + 85 * k
        draw.rectangle([768, y, 1023, y + 85], fill=(238, 238, 234) if k != 1 else yellow)
        caption(draw, (830, y + 42), text, 40, dark)
        barcode(draw, (900, y + 14, 1008, y + 70), 122 + k, dark)
    image.save(out / "decals.jpg", quality=85, optimize=True)


def sky(out):
    """A clear morning sky as a latlong Radiance picture: brighter and warmer towards the sun, ground below."""
    h, w = 128, 256
    y, x = np.mgrid[0:h, 0:w]
    elevation = np.pi / 2 - (y + 0.5) / h * np.pi
    azimuth = (x + 0.5) / w * 2 * np.pi
    up = np.clip(np.sin(elevation), 0, 1)
    horizon = (1 - up) ** 3
    # The sun stands in the middle of the picture, 14 degrees up; its disk is the stage's distant light.
    gamma = np.arccos(np.clip(np.sin(elevation) * np.sin(0.244)
                              + np.cos(elevation) * np.cos(0.244) * np.cos(azimuth - np.pi), -1, 1))
    glow = np.exp(-gamma * 3.2)
    blue = tint(0.55 + 0.25 * horizon, (0.55, 0.76, 1.12)) + tint(horizon * 0.55, (1.0, 0.94, 0.84))
    colour = blue + tint(glow * 2.2, (1.0, 0.86, 0.66))
    ground = tint(np.full((h, w), 0.32), (1.0, 0.94, 0.86))
    below = smoothstep(0.0, -0.02, elevation)[..., None]
    colour = colour * (1 - below) + ground * below
    write_radiance(out / "morning_sky.hdr", colour)


def write_radiance(path, rgb):
    """RGBE without run lengths: the plainest of high dynamic range files."""
    peak = np.maximum(rgb.max(-1), 1e-32)
    mantissa, exponent = np.frexp(peak)
    scaled = rgb * (mantissa * 256.0 / peak)[..., None]
    rgbe = np.concatenate([scaled, (exponent + 128)[..., None]], -1).astype(np.uint8)
    head = f"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y {rgb.shape[0]} +X {rgb.shape[1]}\n"
    path.write_bytes(head.encode() + rgbe.tobytes())


def floor_letters(out):
    """A to Z and 0 to 9 as stencilled floor paint, six by six: opacity."""
    cell = 128
    image = Image.new("L", (6 * cell, 6 * cell), 0)
    draw = ImageDraw.Draw(image)
    for k, text in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"):
        draw.text((cell * (k % 6 + 0.5), cell * (k // 6 + 0.5)), text, fill=255, font=ImageFont.load_default(118),
                  anchor="mm", stroke_width=5, stroke_fill=255)
    worn = noise((6 * cell, 6 * cell), 130, 1.1, low=0.004, high=0.3)
    left = np.asarray(image) / 255.0 * smoothstep(-2.2, -1.2, worn)
    Image.fromarray(grey8(left * 0.96)).save(out / "floor_letters.jpg", quality=82, optimize=True)


def asphalt(out):
    """A rolled yard of 4 m: grit, oil, patches and sealed cracks."""
    n = 896
    s = (n, n)
    grit = noise(s, 140, 0.15, low=0.08)
    broad = noise(s, 141, 1.7, high=0.012)
    oil = smoothstep(1.5, 2.6, noise(s, 142, 1.9, low=0.003, high=0.15))
    dust = smoothstep(0.2, 2.0, noise(s, 143, 1.5, low=0.002, high=0.08))
    sealed = blur(strokes(s, 144, 3, 260, 0.25, 2, soft=1.0), 1.2)
    value = 0.135 * (1 + 0.20 * grit + 0.10 * broad + 0.22 * dust - 0.35 * oil) * (1 - 0.55 * np.clip(sealed, 0, 1))
    Image.fromarray(srgb8(tint(value, (1.0, 0.985, 0.96)))).save(out / "asphalt.jpg", quality=72, optimize=True)


def grass(out):
    """A mown lawn of 3 m."""
    s = (512, 512)
    blades = noise(s, 150, 0.4, low=0.06, stretch=(1.0, 2.2))
    broad = noise(s, 151, 1.6, high=0.03)
    value = np.clip(1 + 0.30 * blades + 0.14 * broad, 0.2, 2)
    hue = 0.5 + 0.22 * broad + 0.12 * noise(s, 152, 1.0, low=0.02)
    colour = tint(0.115 * value, (0.62, 1.0, 0.20)) + tint(0.045 * np.clip(hue, 0, 1.2), (1.0, 0.72, 0.22))
    Image.fromarray(srgb8(colour)).save(out / "grass.jpg", quality=72, optimize=True)


def facade(out):
    """A plain street front of 16 m by 12 m: four floors of five windows, blinds half down here and there."""
    h, w = 768, 1024
    rng = np.random.default_rng(160)
    s = (h, w)
    stain = noise(s, 161, 1.2, low=0.002, high=0.1, stretch=(5.0, 1.0))
    value = 0.58 * (1 + 0.02 * stain + 0.015 * noise(s, 162, 0.4, low=0.05))
    colour = tint(value, (1.0, 0.975, 0.93))
    sky = np.linspace(1, 0, 120)[:, None, None]
    for floor in range(4):
        top = 192 * floor
        colour[top + 184:top + 190] *= 0.80                       # a string course
        for k in range(5):
            x, y, ww, hh = 205 * k + 58, top + 44, 90, 120
            colour[y + hh:y + hh + 7, x - 6:x + ww + 6] = (0.40, 0.395, 0.38)   # sill
            colour[y + hh + 7:y + hh + 26, x - 2:x + ww + 2] *= 0.90
            colour[y:y + hh, x:x + ww] = 0.045                    # frame
            glass = (0.10 + 0.16 * sky * rng.uniform(0.6, 1.3)) * np.array([0.70, 0.88, 1.0])
            glass = np.broadcast_to(glass, (120, 90, 3)).copy()
            glass += 0.05 * np.sin(np.linspace(0, 6, 90) + rng.uniform(0, 6))[None, :, None] * sky
            down = rng.choice([0, 0, 0, 20, 45, 80])
            if down:
                rows = np.arange(down)[:, None, None]
                glass[:down] = 0.42 * (1 - 0.18 * ((rows // 2) % 2)) * np.array([1.0, 0.98, 0.94])
            pane = glass[5:-5]
            colour[y + 5:y + hh - 5, x + 5:x + 43] = np.clip(pane[:, 5:43], 0.01, 1)
            colour[y + 5:y + hh - 5, x + 47:x + ww - 5] = np.clip(pane[:, 47:85], 0.01, 1)
            colour[y:y + 9, x:x + ww] *= 0.55                     # the reveal's shadow
    Image.fromarray(srgb8(colour)).save(out / "facade.jpg", quality=80, optimize=True)


def trees(out):
    """Four broad-leaved trees in a row of 28 m by 9 m, seen from afar: colour, and where they are."""
    h, w = 512, 1536
    rng = np.random.default_rng(170)
    y, x = np.mgrid[0:h, 0:w].astype(float)
    shade = np.zeros((h, w))
    mask = np.zeros((h, w))
    trunk = np.zeros((h, w))
    for k in range(4):
        cx, top, foot = 200 + 380 * k + rng.uniform(-25, 25), rng.uniform(20, 90), 508
        trunk = np.maximum(trunk, ((np.abs(x - cx - (y - foot) * 0.02) < 5 + (y - 300) * 0.02) & (y > 250)).astype(float))
        for _ in range(1500):
            a, r = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 1))
            u, v = np.cos(a) * r, np.sin(a) * r
            px, py = cx + u * 165 * (1 - 0.25 * max(0, -v)), (top + 370) / 2 + v * (370 - top) / 2
            size = rng.uniform(5, 12)
            x0, x1, y0, y1 = int(px - size), int(px + size), int(py - size * 0.7), int(py + size * 0.7)
            if x0 < 0 or y0 < 0 or x1 >= w or y1 >= h:
                continue
            lit = 0.42 - 0.38 * v + 0.22 * u + rng.uniform(-0.22, 0.22)
            part = np.hypot((x[y0:y1, x0:x1] - px) / size, (y[y0:y1, x0:x1] - py) / (size * 0.7)) < 0.9
            shade[y0:y1, x0:x1] = np.where(part, lit, shade[y0:y1, x0:x1])
            mask[y0:y1, x0:x1] = np.maximum(mask[y0:y1, x0:x1], part)
    ragged = noise((h, w), 171, 0.4, low=0.04)
    shade = np.clip(shade + 0.10 * ragged, 0.02, 1)
    crown = mask * (ragged > -1.3)
    leaves = tint(0.035 + 0.13 * shade, (0.60, 1.0, 0.22)) + tint(0.02 * shade, (1, 0.8, 0.3))
    bark = np.array([0.055, 0.042, 0.032])
    colour = np.where(crown[..., None] > 0, leaves, bark)
    Image.fromarray(srgb8(colour)).save(out / "trees.jpg", quality=74, optimize=True)
    Image.fromarray(grey8(np.maximum(crown, trunk) > 0.5)).save(out / "trees_mask.png", optimize=True)


def carpet(out):
    """Loop-pile carpet tiles, two by two of 500 mm, each turned a quarter against its neighbours."""
    n = 768
    half = n // 2
    tiles = []
    for k in range(4):
        rows = noise((half, half), 180 + k, 0.5, low=0.02, stretch=(1.0, 9.0))
        loops = noise((half, half), 184 + k, 0.1, low=0.16)
        bands = noise((half, half), 188 + k, 1.2, low=0.004, high=0.06, stretch=(0.6, 6.0))
        tile = 1 + 0.11 * rows + 0.15 * loops + 0.06 * bands + (0.02 if k % 2 else -0.02)
        edge = np.minimum(*np.meshgrid(np.arange(half), np.arange(half)))
        edge = np.minimum(edge, np.minimum(*np.meshgrid(half - 1 - np.arange(half), half - 1 - np.arange(half))))
        tile *= 1 - 0.16 * (1 - smoothstep(0.0, 2.5, edge.astype(float)))
        tiles.append(tile if k in (0, 3) else tile.T)
    field = np.block([[tiles[0], tiles[1]], [tiles[2], tiles[3]]])
    colour = tint(0.098 * np.clip(field, 0.2, 2), (0.93, 0.99, 1.09))
    Image.fromarray(srgb8(colour)).save(out / "carpet.jpg", quality=76, optimize=True)


def ceiling_tile(out):
    """A mineral-fibre tile of 600 mm: fine holes and short fissures."""
    s = (512, 512)
    fissures = smoothstep(1.9, 2.7, noise(s, 190, 0.8, low=0.015, high=0.2, stretch=(1.0, 1.6)))
    holes = smoothstep(2.7, 3.3, noise(s, 191, 0.1, low=0.12))
    value = 0.76 * (1 + 0.010 * noise(s, 192, 1.0, low=0.01)) * (1 - 0.42 * fissures - 0.5 * holes)
    Image.fromarray(srgb8(tint(value, (1.0, 0.995, 0.98)))).save(out / "ceiling_tile.jpg", quality=78, optimize=True)


def plaster(out):
    """Roller-painted plaster, 2 m: faint clouds, and the roller's stipple as a normal map."""
    s = (512, 512)
    value = 0.96 + 0.010 * noise(s, 200, 1.6, high=0.03) + 0.006 * noise(s, 201, 0.6, low=0.03)
    Image.fromarray(srgb8(tint(np.clip(value, 0, 1), (1, 1, 1)))).save(out / "plaster.jpg", quality=78, optimize=True)
    height = noise(s, 202, 0.9, low=0.04, high=0.25) + 0.5 * noise(s, 203, 1.4, low=0.005, high=0.04)
    Image.fromarray(normal_map(height, 1.0, 0.055)).save(out / "plaster_normal.jpg", quality=80, optimize=True)


def brick(out):
    """Running bond, 2 m by 1 m: eight bricks of 250 mm by 75 mm courses with their joints; colour and normals."""
    h, w = 512, 1024
    rng = np.random.default_rng(210)
    s = (h, w)
    y, x = np.mgrid[0:h, 0:w].astype(float)
    rows = 12
    course = (y / h * rows).astype(int)
    along = x / w * 8 + 0.5 * (course % 2)
    number = course * 8 + along.astype(int) % 8
    fine, rough_edge = noise(s, 211, 0.6, low=0.03), noise(s, 212, 0.8, low=0.02, high=0.2)
    fx = np.minimum(along % 1, 1 - along % 1) * 250
    fy = np.minimum((y / h * rows) % 1, 1 - (y / h * rows) % 1) * 83
    gap = np.minimum(fx, fy) + 1.1 * rough_edge
    joint = 1 - smoothstep(4.0, 6.5, gap)
    tone = rng.uniform(0.68, 1.25, rows * 8)[number]
    burnt = (rng.uniform(0, 1, rows * 8) > 0.86)[number]
    colour = tint(0.235 * tone * (1 + 0.13 * fine), (1.0, 0.42, 0.27))
    colour = np.where(burnt[..., None], colour * np.array([0.55, 0.72, 0.85]), colour)
    mortar = tint(0.36 * (1 + 0.10 * fine), (1.0, 0.96, 0.90))
    colour = colour * (1 - joint[..., None]) + mortar * joint[..., None]
    Image.fromarray(srgb8(colour)).save(out / "brick.jpg", quality=74, optimize=True)
    height = -3.0 * blur(joint, 1.2) + 0.22 * fine + 0.25 * rough_edge
    Image.fromarray(normal_map(height, 1.0, 0.9)).resize((512, 256), RESAMPLE.BOX).save(
        out / "brick_normal.jpg", quality=80, optimize=True)


MAKERS = (concrete, tyre_marks, floor_paint, hazard, cartons, cartons_printed, wood, planks, cladding,
          stretch_film, steel_wear, rack_slots, signs, decals, sky, floor_letters, asphalt, grass, facade, trees,
          carpet, ceiling_tile, plaster, brick)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--out", type=pathlib.Path, default=here / "samples" / "textures")
    parser.add_argument("--only", help="the name of one maker, such as concrete")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for maker in MAKERS:
        if arguments.only in (None, maker.__name__):
            maker(arguments.out)


if __name__ == "__main__":
    main()
