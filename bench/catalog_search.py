#!/usr/bin/env python3
"""How long does a search among 100,000 assets take? In an open catalogue, and as a whole `soulvan catalog search`.

The assets are records of a pack that a seeded generator makes up (two names of three thousand, a category, up to four
tags) and that `soulvan catalog import` takes in; what ships is searched with them. 200 queries: a kind of thing, a name
with one or two adjectives, words that few or no assets hold, a typed-out half of a word.
Needs `ninja -C <build folder> bench_catalog_search` beside the binary.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile

from process import BINARY, ROOT, load, measure

ADJECTIVES = ["red", "blue", "yellow", "wooden", "steel", "large", "small", "old", "modern", "folding", "round", "low"]
SYLLABLES = ["ba", "cor", "den", "fil", "gra", "hol", "kin", "lum", "mar", "nor", "pel", "rus", "sil", "tor", "ven"]


def categories():
    rows = (ROOT / "src" / "catalog" / "data" / "categories.tsv").read_text().splitlines()
    rows = [row.split("\t") for row in rows if not row.startswith("#")][1:]
    return [row[0] for row in rows if row[3] == "floor" and row[-1] != "yes"]


def made_up_words(rng, count):
    words = set()
    while len(words) < count:
        words.add("".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))))
    return sorted(words)


def write_pack(folder, count, rng, words, kinds):
    records = []
    for number in range(count):
        kind = rng.choice(kinds)
        name = " ".join([rng.choice(ADJECTIVES), rng.choice(words), kind.replace("_", " ")])
        size = [rng.uniform(0.2, 2) for _ in range(3)]
        records.append({"id": f"bench/thing_{number:06d}", "name": name, "category": kind, "pack": "bench", "origin": "imported",
                        "mount": "floor", "bounds_m": {"min": [-size[0] / 2, 0, -size[2] / 2],
                                                       "max": [size[0] / 2, size[1], size[2] / 2]},
                        "attributes": [], "tags": rng.sample(words, rng.randint(0, 4)), "license": "CC0-1.0", "credit": "",
                        "uri": f"models/{number}.usd", "placeable": True})
    folder.mkdir()
    (folder / "records.json").write_text(json.dumps(records))
    index = [{"id": "bench/thing_000000", "metadata": "records.json"}]
    (folder / "master_index.json").write_text(json.dumps({"total_assets": count, "assets": index}))


def queries(rng, words, kinds):
    out = []
    for number in range(200):
        kind, word = rng.choice(kinds).replace("_", " "), rng.choice(words)
        out.append([kind, f"{rng.choice(ADJECTIVES)} {kind}", f"{rng.choice(ADJECTIVES)} {word} {kind}", word, word[:4],
                    f"{kind} zyzzyva", f"{word} {rng.choice(words)}"][number % 7])
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--assets", type=int, default=100_000)
    options = parser.parse_args()
    rng = random.Random(1)
    words, kinds = made_up_words(rng, 3000), categories()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        environment = {**os.environ, "XDG_DATA_HOME": str(folder / "data"), "XDG_CACHE_HOME": str(folder / "cache")}
        write_pack(folder / "pack", options.assets, rng, words, kinds)
        asked = queries(rng, words, kinds)
        (folder / "queries.txt").write_text("\n".join(asked) + "\n")
        took = measure([options.binary, "catalog", "import", folder / "pack", "--name", "bench"], env=environment)
        print(f"import {took.wall:.1f} s", flush=True)
        took = measure([options.binary, "catalog", "search", asked[0]], env=environment)
        print(f"first search, which makes the index, {took.wall:.1f} s", flush=True)
        whole = [measure([options.binary, "catalog", "search", query], env=environment).wall for query in asked[:5]]
        print(f"whole `soulvan catalog search`, median of five: {statistics.median(whole):.2f} s")
        program = [options.binary.parent / "bench_catalog_search", folder / "data" / "soulvan", folder / "cache" / "soulvan",
                   folder / "queries.txt"]
        runs = [json.loads(subprocess.run(program, capture_output=True, check=True, text=True).stdout) for _ in range(5)]
        median = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        print(f"{median['assets']:.0f} assets, {median['queries']:.0f} queries, {median['answered']:.0f} answered; medians of "
              f"five: p50 {median['p50_ms']:.1f} ms, p99 {median['p99_ms']:.1f} ms, most {median['most_ms']:.1f} ms; opening "
              f"{median['open_ms'] / 1000:.2f} s")
    print(load())


if __name__ == "__main__":
    main()
