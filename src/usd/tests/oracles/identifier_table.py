"""Prints identifier_table.cpp: which characters OpenUSD's Python package takes in identifiers.

Usage: identifier_table.py > ../../identifier_table.cpp
"""

import argparse

from pxr import Sdf


def ranges(accepts):
    """The maximal ranges of code points beyond ASCII that `accepts` says yes to."""
    found, first = [], None
    for code in range(0x80, 0x110000):
        inside = not 0xD800 <= code <= 0xDFFF and accepts(chr(code))
        if inside and first is None:
            first = code
        if not inside and first is not None:
            found.append((first, code - 1))
            first = None
    return found


def table(name, found):
    cells = ["{0x%x, 0x%x}" % pair for pair in found]
    rows = ["    " + ", ".join(cells[i : i + 5]) + "," for i in range(0, len(cells), 5)]
    return "constexpr CodeRange %s[] = {\n%s\n};\n" % (name, "\n".join(rows))


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    print("// Which characters beyond ASCII stand in identifiers: Unicode's XID_Start and XID_Continue.")
    print("// Printed by tests/oracles/identifier_table.py; OpenUSD's own tables are the reference.")
    print('#include "identifier.h"\n')
    print("#include <algorithm>\n\nnamespace soulvan::usd {\n\nnamespace {\n")
    print("struct CodeRange {\n    char32_t first, last;\n};\n")
    print(table("starts", ranges(Sdf.Path.IsValidIdentifier)))
    print(table("continues", ranges(lambda c: Sdf.Path.IsValidIdentifier("a" + c))))
    print("template <std::size_t N>")
    print("bool contains(CodeRange const (&ranges)[N], char32_t code)\n{")
    print("    auto const* const range = std::lower_bound(")
    print("        ranges, ranges + N, code, [](CodeRange r, char32_t c) { return r.last < c; });")
    print("    return range != ranges + N && range->first <= code;\n}\n\n} // namespace\n")
    print("bool is_wide_identifier_start(char32_t code)\n{\n    return contains(starts, code);\n}\n")
    print("bool is_wide_identifier_continue(char32_t code)\n{\n    return contains(continues, code);\n}\n")
    print("} // namespace soulvan::usd")


if __name__ == "__main__":
    main()
