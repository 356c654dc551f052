#!/usr/bin/env python3
"""Makes the pictures of docs/gallery.md from the sentences of docs/gallery.tsv.

    gallery.py [--soulvan build/release/bin/soulvan] [--work FOLDER] [--only NAME ...] [--draft]

Each sentence becomes a delivery below --work, which is kept: a second run renders only what is missing. Heroes get a
still of 1280x720 and a clip of 48 frames, the others a still of 640x360 for the contact sheet. Needs Pillow
(tests/requirements.txt). `--draft` renders small and few samples, to look at before the long run.
"""
import argparse
import pathlib
import subprocess
import sys

from PIL import Image, ImageDraw, ImageFont

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
COLUMNS, WIDTH, HEIGHT, GAP, CAPTION = 3, 640, 360, 12, 30


def sentences():
    for line in (ROOT / "docs" / "gallery.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def make(soulvan, folder, name, sentence, draft):
    """The still of one sentence; None when the program could not make it."""
    hero = name.startswith("hero_")
    options = ["--resolution", "320x180", "--frames", "1", "--samples", "4", "--hero", "480x270", "--hero-samples", "12"] if draft \
        else ["--resolution", "640x360", "--samples", "8", "--hero", "1280x720", "--hero-samples", "64"] if hero \
        else ["--resolution", "320x180", "--frames", "1", "--samples", "4", "--hero", "640x360", "--hero-samples", "48"]
    done = subprocess.run([soulvan, "make", sentence, "-o", folder, *options], stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        print(f"{name}: exit {done.returncode}", file=sys.stderr)
        return None
    return folder / "hero.png"


def contact_sheet(pictures):
    """Three across, each with its sentence below."""
    font = ImageFont.load_default(13)
    rows = (len(pictures) + COLUMNS - 1) // COLUMNS
    sheet = Image.new("RGB", (COLUMNS * (WIDTH + GAP) + GAP, rows * (HEIGHT + CAPTION + GAP) + GAP), (24, 25, 27))
    draw = ImageDraw.Draw(sheet)
    for i, (still, sentence) in enumerate(pictures):
        x, y = GAP + i % COLUMNS * (WIDTH + GAP), GAP + i // COLUMNS * (HEIGHT + CAPTION + GAP)
        sheet.paste(Image.open(still).convert("RGB").resize((WIDTH, HEIGHT), Image.LANCZOS), (x, y))
        while draw.textlength(sentence, font) > WIDTH - 4:
            sentence = sentence.rstrip("…")[:-2].rstrip(" ,.") + "…"
        draw.text((x + 2, y + HEIGHT + 7), sentence, (205, 207, 210), font)
    return sheet


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--soulvan", default=ROOT / "build/release/bin/soulvan", type=pathlib.Path)
    parser.add_argument("--work", default=ROOT / "out/gallery", type=pathlib.Path)
    parser.add_argument("--only", nargs="*", help="names of docs/gallery.tsv")
    parser.add_argument("--draft", action="store_true")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    pictures, failed = [], 0
    for name, _place, sentence in sentences():
        if arguments.only and name not in arguments.only:
            continue
        still = make(arguments.soulvan, arguments.work / name, name, sentence, arguments.draft)
        if not still:
            failed += 1
        elif name.startswith("hero_") and not arguments.draft:
            Image.open(still).convert("RGB").save(IMAGES / f"{name}.jpg", quality=88, optimize=True)
            (IMAGES / f"{name}.mp4").write_bytes((still.parent / "video.mp4").read_bytes())
        else:
            pictures.append((still, sentence))
    if pictures:
        target = arguments.work / "draft.png" if arguments.draft or arguments.only else IMAGES / "contact_sheet.jpg"
        contact_sheet(pictures).save(target, quality=85, optimize=True)
        print(target)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
