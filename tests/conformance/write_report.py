#!/usr/bin/env python3
"""Writes docs/usd-conformance.md from the counts that the conformance tests left.

Usage: write_report.py [-o FILE]
Run `./test --full` first: its tests leave their counts in build/dev/results/conformance. The page says nothing about
when it was made, so that equal results give an equal page.
"""
import argparse
import pathlib

import conformance_results

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "usd-conformance.md"

# What each corpus is and what is asked of it, in the order of the page: (heading, sentence, names of results).
CORPORA = (
    ("Text", "Layers of OpenUSD's own parser tests are accepted or refused as their names say, and written back byte for "
     "byte as its baselines; layers of the AOUSD core specification are read to its fields.", ("text",)),
    ("Crate", "Every crate file at hand gives the counts of an independent reader; the damaged ones are refused. What we "
     "write reads back equal, here and in OpenUSD.", ("crate",)),
    ("Composition", "OpenUSD's museum of scenarios, dump by dump and error by error; the composition suite of the AOUSD "
     "core specification, in text and in crate.", ("museum", "aousd composition")),
    ("Splines", "OpenUSD's baselines of spline evaluation, to 1e-5. One row in fifty, beside a vertical tangent, is left out: OpenUSD misses those, too.", ("splines",)),
    ("Stages", "Whole stages compared with OpenUSD's prim by prim and property by property at the default time, the earliest "
     "and three others: names, types, opinions and where they stand, values, samples, targets, transforms, visibility, "
     "materials.", ("stages",)),
    ("Flattening", "Stages that we flatten resolve, in OpenUSD, as the stages themselves do; layer stacks that we flatten hold "
     "what OpenUSD's own flattening holds, spec by spec, but that paths in dictionaries keep leading somewhere.",
     ("flattened stages of usd-wg", "flattened stages of openusd stage", "flattened layer stacks")),
    ("Random stacks", "Layers that `tests/conformance/random_stacks.py` writes from fixed seeds: every arc, list edit and kind "
     "of value in wild combination. Compared as stages are, with the errors of composition by kind and prim, with the "
     "releases 24.11 and 26.11: everything must be as in one of them.",
     ("random stacks", "more random stacks")),
    ("Shuffled copies", "Scenarios in which prims have other names and stand in another order compose as their originals, and "
     "as in OpenUSD.", ("shuffled copies",)),
)


def row(result):
    asked, equal = result["asked"], result.get("equal", result["asked"])
    known = [f"{count} {what}" for what, count in sorted(result.items())
             if what not in ("name", "asked", "equal", "compared", "prims", "comparisons", "note") and count]
    if result.get("note"):
        known.append(result["note"])
    return f"| {result['name']} | {asked:,} | {equal:,} | {'; '.join(known) or '—'} | {result.get('comparisons', 0) or '—'} |"


def page(results):
    lines = ["# How the USD core compares with OpenUSD", "",
             "Written by `tests/conformance/write_report.py` after `./test --full`; do not edit. The oracle is the Python package "
             "usd-core, release 24.11 unless another is named, in tests only.", ""]
    for heading, sentence, names in CORPORA:
        found = [results[name] for name in names if name in results]
        if not found:
            continue
        lines += [f"## {heading}", "", sentence, "", "| Corpus | Asked | Agree | Beside that | Single comparisons |",
                  "| --- | ---: | ---: | --- | ---: |", *map(row, found), ""]
    lines += ["## Where we differ on purpose", "",
              "- `newer`: stacks and copies in which something is as in release 26.11 and not as in 24.11, and everything as in "
              "one of them: composition follows the newest release ([decision](decisions/0005-composition-follows-the-newest-release.md)).",
              "- `undefined`: stacks in `tests/conformance/random_undefined.txt`. Circles make instances of one kind unlike each "
              "other; OpenUSD shows the one it meets first, which may change from run to run, we the first by path.",
              "- `too slow`: stacks whose arcs lead to each other in so many ways that one side takes more than some seconds.",
              "- `crashes of OpenUSD`: release 24.11 ends, or its own verification of the prim index fails, while it composes the "
              "stack; there is no answer to compare with.", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=pathlib.Path, default=PAGE)
    options = parser.parse_args()
    options.output.write_text(page(conformance_results.found()))


if __name__ == "__main__":
    main()
