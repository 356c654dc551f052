#!/usr/bin/env python3
"""Copies of scenarios in which prims, layers and variants have other names and siblings stand in another order.

Usage: shuffled_copies.py FROM TO SEED
What a stage composes to may depend on nothing but what its layers say: a reader that knows a corpus by its names gives
itself away here. Text layers only. The order of siblings is shuffled among root prims, which are told apart by name.
"""
import argparse
import pathlib
import re

from random_stacks import Dice

SUFFIXES = {".usda", ".usd", ".sdf"}
PRIM = re.compile(r'^(\s*(?:def|over|class)\b[^"\n]*)"([A-Za-z_]\w*)"', re.MULTILINE)
VARIANT_SET = re.compile(r'\bvariantSet "(\w+)"')


def is_text(path):
    return path.suffix in SUFFIXES and path.read_bytes().startswith((b"#usda", b"#sdf"))


def blocks(text):
    """The text before the first root prim, then each root prim; None when lines do not tell where they begin."""
    starts = [match.start() for match in re.finditer(r'^(?:def|over|class)\b', text, re.MULTILINE)]
    if not starts or '"""' in text:
        return None
    parts = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)])]
    return [text[:starts[0]], *(part if part.endswith("\n") else part + "\n" for part in parts)]


class Copy:
    """One folder under new names; the same seed gives the same names."""

    def __init__(self, source, seed):
        self.source = pathlib.Path(source)
        self.dice = Dice(seed)
        self.layers = sorted(path for path in self.source.rglob("*") if path.is_file() and is_text(path))
        texts = [path.read_text() for path in self.layers]
        prims = {match[2] for text in texts for match in PRIM.finditer(text)}
        sets = {match[1] for text in texts for match in VARIANT_SET.finditer(text)}
        # A name with a second meaning (a property, a type, a variant) would change with it.
        others = [PRIM.sub(r"\1", re.sub(r"<[^>]*>", "", text)) for text in texts]
        spoken = {word for text in others for word in re.findall(r"[A-Za-z_]\w*", text)}
        self.names = {name: f"{self.dice.pick('KLMN')}{number}_{name[::-1].strip('_')}"
                      for number, name in enumerate(sorted(prims - spoken - sets))}

    def text(self, path):
        longest_first = sorted(self.names, key=len, reverse=True)
        word = re.compile(r"(?<![\w:.])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w:])")

        def renamed(text):
            return word.sub(lambda match: self.names[match[0]], text) if self.names else text

        text = PRIM.sub(lambda match: f'{match[1]}"{self.names.get(match[2], match[2])}"', path.read_text())
        text = re.sub(r"<[^>\n]*>", lambda match: renamed(match[0]), text)
        parts = blocks(text)
        if parts is None or "reorder rootPrims" in text:
            return text
        rest = parts[1:]
        return parts[0] + "".join(rest.pop(self.dice.below(len(rest))) for _ in range(len(rest)))

    def path(self, path):
        """The path of the copy's prim; selections of variants keep their names."""
        return re.sub(r"(?<=[/}])\w+", lambda match: self.names.get(match[0], match[0]), path)

    def write(self, target):
        """Writes the copy; returns the paths of its layers by those of the original's."""
        written = {}
        for path in self.layers:
            copy = pathlib.Path(target) / path.relative_to(self.source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(self.text(path))
            written[path] = copy
        return written


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("target", type=pathlib.Path)
    parser.add_argument("seed", type=int)
    options = parser.parse_args()
    for path in Copy(options.source, options.seed).write(options.target).values():
        print(path)


if __name__ == "__main__":
    main()
