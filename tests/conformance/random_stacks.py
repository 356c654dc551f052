#!/usr/bin/env python3
"""Random stacks of layers: every arc, list edit and kind of value in wild combination, the same for the same seed.

Usage: random_stacks.py FOLDER SEED [SEED …]
Writes FOLDER/SEED/root.usda and the layers that it names. Most stacks are valid; some name layers or prims that are not
there, some lead back to themselves: composition must say so as OpenUSD does.

What is left out, because OpenUSD 24.11 gives no answer that could be compared:
- what its text reader refuses, as nothing would be composed: `variantSets = None`, and in variants a relative target,
  as it is joined to the path of the variant, which targets may not hold (in path expressions it then stays there);
- variables that nobody sets within strings of expressions: releases differ in what then stands there;
- opinions of another type about a path expression, blocks among them: its Get() composes them unchecked and crashes;
- more than some dozens of arcs: as each may meet each, both sides would compose for minutes.
"""
import argparse
import pathlib
import random

ROOTS = ("A", "B", "C", "D", "_k", "_m")
CHILDREN = ("a", "b", "c", "_i")
SETS = {"v": ("x", "y", "z"), "w": ("x", "y"), "u": ("p", "q")}
# What a set selects when nobody does; given to both sides.
FALLBACKS = {"v": ["z", "x"], "u": ["none", "q"]}
TYPES = ("", "", "Xform", "Scope", "Sphere", "Mesh", "Camera", "NoSuchType")
APIS = ("GeomModelAPI", "MaterialBindingAPI", "CollectionAPI:one", "CollectionAPI:two", "SkelBindingAPI")
ATTRIBUTES = {"x": "double", "y": "float", "p": "float3", "s": "string", "t": "token", "f": "asset", "fs": "asset[]",
              "code": "timecode", "codes": "timecode[]", "n": "int[]", "q": "quatf", "m": "matrix2d", "b": "bool",
              "where": "pathExpression", "ns:color": "color3f", "ns:h": "half[]", "radius": "double"}
RELATIONSHIPS = ("r", "ns:r")
ARCS = ("references", "payload", "inherits", "specializes")


class Dice:
    """Only Random.random(), which Python keeps the same from version to version."""

    def __init__(self, seed):
        self._next = random.Random(seed).random

    def chance(self, probability):
        return self._next() < probability

    def below(self, count):
        return int(self._next() * count)

    def between(self, least, most):
        return least + self.below(most - least + 1)

    def pick(self, items):
        return items[self.below(len(items))]

    def some(self, items, least, most):
        left, chosen = list(items), []
        for _ in range(min(self.between(least, most), len(left))):
            chosen.append(left.pop(self.below(len(left))))
        return chosen


class Stack:
    """The layers of one seed."""

    def __init__(self, seed):
        self.dice = Dice(seed)
        dice = self.dice
        self.names = ["root.usda"]
        for number in range(1, dice.between(2, 6)):
            self.names.append(("sub/" if dice.chance(0.3) else "") + f"l{number}.usda")
        # What there is to meet: layers pick from the same names, so that their opinions fall on each other.
        self.skeleton = []
        for root in dice.some(ROOTS, 3, 5):
            self._grow("/" + root, 0)
        # Few kinds of arcs in one stack let each happen often enough to meet its like.
        self.wild = {arc: dice.pick((0.0, 0.05, 0.12, 0.25)) for arc in ARCS}
        self.variants = dice.pick((0.0, 0.1, 0.25))
        self.instances = dice.pick((0.0, 0.0, 0.15, 0.5))
        self.relocations = dice.pick((0.0, 0.0, 0.2, 0.5))
        self.errors = dice.pick((0.0, 0.0, 0.02, 0.08))
        self.retimed = dice.chance(0.5)
        self.variables = dice.chance(0.5)
        self.arcs_left = dice.pick((4, 8, 12, 16, 24, 32))

    def _grow(self, path, depth):
        self.skeleton.append(path)
        if depth == 3:
            return
        for name in CHILDREN:
            if self.dice.chance((0.5, 0.4, 0.25)[depth]):
                self._grow(f"{path}/{name}", depth + 1)

    def files(self):
        return {name: LayerText(self, number).text() for number, name in enumerate(self.names)}


class LayerText:
    """The text of one layer."""

    def __init__(self, stack, number):
        self.stack = stack
        self.dice = stack.dice
        self.number = number
        self.lines = []
        self.in_variant = 0
        self.paths = [path for path in stack.skeleton if self.dice.chance(0.55)]

    def text(self):
        self.lines = ["#usda 1.0", "("]
        self._layer_metadata()
        self.lines.append(")")
        tree = {}
        for path in self.paths:
            below = tree
            for name in path[1:].split("/"):
                below = below.setdefault(name, {})
        if self.dice.chance(0.1):
            self.lines.append(f"reorder rootPrims = {quoted(self.dice.some(ROOTS, 1, 3))}")
        for name, children in tree.items():
            self._prim(f"/{name}", children)
        return "\n".join(self.lines) + "\n"

    # Layer metadata

    def _layer_metadata(self):
        dice = self.dice
        if dice.chance(0.7):
            self.lines.append(f'defaultPrim = "{self._default_prim()}"')
        if dice.chance(0.3):
            self.lines.append(f'customLayerData = {self._dictionary()}')
        if self.stack.retimed:
            for field in ("timeCodesPerSecond", "framesPerSecond"):
                if dice.chance(0.3):
                    self.lines.append(f"{field} = {dice.pick((24, 48, 30, 12))}")
        if dice.chance(0.3):
            self.lines.append(f"startTimeCode = {dice.between(-5, 5)}")
            self.lines.append(f"endTimeCode = {dice.between(10, 50)}")
        if dice.chance(0.3) or (self.number == 0 and self.stack.variables):
            variables = [f'string SEL = "{dice.pick(("x", "y", "z"))}"'] if dice.chance(0.7) else []
            if self.stack.variables:
                variables.append(f'string LAYER = "{pathlib.PurePath(dice.pick(self.stack.names)).stem}"')
            self.lines.append("expressionVariables = {\n" + "\n".join(variables) + "\n}")
        weaker = [self._asset(number) + self._offset("(", ")") for number in self._weaker_layers()]
        if weaker:
            self.lines.append("subLayers = [" + ", ".join(weaker) + "]")
        if dice.chance(self.stack.relocations):
            self._relocates()

    def _default_prim(self):
        roots = [path for path in self.paths if path.count("/") == 1]
        if self.dice.chance(0.1):
            return self.dice.pick(self.stack.skeleton)
        return (self.dice.pick(roots) if roots else self.dice.pick(self.stack.skeleton))[1:].split("/")[0]

    def _weaker_layers(self):
        later = range(self.number + 1, len(self.stack.names))
        numbers = [number for number in later if self.dice.chance(0.35)]
        if self.dice.chance(self.stack.errors):
            numbers.append(self.dice.below(len(self.stack.names)))
        return numbers

    def _relocates(self):
        dice, pairs = self.dice, {}
        deep = [path for path in self.stack.skeleton if path.count("/") > 1]
        for source in dice.some(deep, 1, 3):
            kind = dice.below(10)
            if kind < 5:
                target = source.rsplit("/", 1)[0] + "/" + dice.pick(("moved", "other"))
            elif kind < 8:
                target = dice.pick(self.stack.skeleton) + "/" + dice.pick(("moved", "a"))
            else:
                target = dice.pick(deep) if kind == 8 else ""
            pairs[source] = target
        self.lines.append("relocates = {" + ", ".join(f"<{a}>: <{b}>" for a, b in pairs.items()) + "}")

    # Prims

    def _prim(self, path, children):
        dice = self.dice
        name = path.rsplit("/", 1)[1]
        class_like = 0.6 if name.startswith("_") else 0.04
        specifier = "class" if dice.chance(class_like) else "over" if dice.chance(0.3) else "def"
        type_name = dice.pick(TYPES)
        self.lines.append(f'{specifier} {type_name} "{name}" (')
        sets = self._prim_metadata(path, self.stack.variants)
        self.lines.append(") {")
        self._body(path, children, sets, 0)
        self.lines.append("}")

    def _body(self, path, children, sets, depth):
        """The inside of a prim or of a variant."""
        dice = self.dice
        if dice.chance(0.08):
            self.lines.append(f"reorder nameChildren = {quoted(dice.some(CHILDREN, 1, 3))}")
        if dice.chance(0.08):
            self.lines.append(f"reorder properties = {quoted(dice.some(ATTRIBUTES, 1, 4))}")
        for name in dice.some(ATTRIBUTES, 0, 3):
            self._attribute(path, name)
        if dice.chance(0.3):
            self._relationship(path)
        for name, below in children.items():
            self._prim(f"{path}/{name}", below)
        for name in sets:
            self._variant_set(path, name, depth)

    def _prim_metadata(self, path, variants):
        """Writes the metadata; returns the variant sets to write."""
        dice = self.dice
        for field, value in (("kind", quoted_one(dice.pick(("component", "group", "assembly", "x")))),
                             ("hidden", dice.pick(("true", "false"))), ("doc", f'"{path}"'),
                             ("displayName", '"a name"'), ("comment", '"a comment"'), ("customData", None),
                             ("assetInfo", None)):
            if dice.chance(0.06):
                if field == "comment":
                    self.lines.append(value)
                else:
                    self.lines.append(f"{field} = {value or self._dictionary()}")
        if dice.chance(0.03):
            self.lines.append(f"active = {dice.pick(('false', 'false', 'true'))}")
        if dice.chance(self.stack.instances):
            self.lines.append(f"instanceable = {dice.pick(('true', 'true', 'true', 'false'))}")
        if dice.chance(0.1):
            self._list("apiSchemas", lambda: f'"{dice.pick(APIS)}"')
        for arc in ARCS:
            if self.stack.arcs_left > 0 and dice.chance(self.stack.wild[arc]):
                self.stack.arcs_left -= 1
                self._list(arc, lambda arc=arc: self._target(arc, path))
        return self._variant_metadata(variants)

    def _variant_metadata(self, probability):
        dice = self.dice
        if dice.chance(probability * 1.5):
            chosen = []
            for name in dice.some(SETS, 1, 2):
                value = "`${SEL}`" if dice.chance(0.15) else dice.pick(SETS[name])
                if dice.chance(0.05):
                    value = dice.pick(("", "none"))
                chosen.append(f'string {name} = "{value}"')
            self.lines.append("variants = {" + "; ".join(chosen) + "}")
        if not dice.chance(probability):
            return []
        sets = dice.some(SETS, 1, 2)
        if dice.chance(0.9):
            self._list("variantSets", lambda: f'"{dice.pick(sets)}"')
        return sets

    def _variant_set(self, path, name, depth):
        dice = self.dice
        self.lines.append(f'variantSet "{name}" = {{')
        for variant in dice.some(SETS[name], 1, 3):
            self.lines.append(f'"{variant}" (')
            sets = self._prim_metadata(path, self.stack.variants if depth == 0 else 0)
            self.lines.append(") {")
            below = {child: {} for child in CHILDREN if dice.chance(0.2)}
            self.in_variant += 1
            self._body(path, below, [other for other in sets if other != name], depth + 1)
            self.in_variant -= 1
            self.lines.append("}")
        self.lines.append("}")

    def _list(self, field, item):
        """One or two edits of a list."""
        dice = self.dice
        edits = dice.some(("", "prepend ", "prepend ", "append ", "delete ", "add ", "reorder "), 1, 2)
        if "" in edits:
            edits = [""]
        for edit in dict.fromkeys(edits):
            items = list(dict.fromkeys(item() for _ in range(dice.pick((1, 1, 1, 2, 2, 3)))))
            if edit == "" and field != "variantSets" and dice.chance(0.05):
                self.lines.append(f"{field} = None")
            else:
                self.lines.append(f"{edit}{field} = [" + ", ".join(items) + "]")

    # What arcs name

    def _asset(self, number):
        """A layer by its number, as this layer would name it; an asset path with its @."""
        dice = self.dice
        if dice.chance(self.stack.errors):
            return "@./missing.usda@"
        if dice.chance(0.04):
            chosen = dice.pick((self._layer_expression(), "${UNKNOWN}", 'if(defined("LAYER"), "./l1.usda", "")'))
            return f"@`{chosen}`@"
        name, here = self.stack.names[number], self.stack.names[self.number]
        if here.startswith("sub/"):
            name = name[len("sub/"):] if name.startswith("sub/") else "../" + name
        return f"@{dice.pick(('./', './', './', '')) if not name.startswith('..') else ''}{name}@"

    def _layer_expression(self):
        return '"./${LAYER}.usda"' if self.stack.variables else '"./l1.usda"'

    def _offset(self, opening, closing):
        dice = self.dice
        if not self.stack.retimed or not dice.chance(0.4):
            return ""
        parts = []
        if dice.chance(0.7):
            parts.append(f"offset = {dice.pick((10, -5, 2.5, 100))}")
        if dice.chance(0.5):
            parts.append(f"scale = {dice.pick((2, 0.5, 1, 3, 0 if dice.chance(self.stack.errors) else 2))}")
        return f" {opening}{'; '.join(parts)}{closing}" if parts else ""

    def _target(self, arc, path):
        dice = self.dice
        if arc in ("inherits", "specializes"):
            return f"<{self._prim_below(path)}>"
        later = range(self.number + 1, len(self.stack.names))
        if later and dice.chance(0.75):
            asset = self._asset(dice.pick(later))
            return asset + dice.pick(("", f"<{self._any_prim()}>", f"<{self._any_prim()}>")) + self._offset("(", ")")
        if dice.chance(self.stack.errors):
            return self._asset(dice.below(len(self.stack.names))) + f"<{self._any_prim()}>"
        return f"<{self._prim_below(path)}>" + self._offset("(", ")")

    def _any_prim(self):
        dice = self.dice
        if dice.chance(self.stack.errors):
            return "/missing"
        shallow = [path for path in self.stack.skeleton if path.count("/") == 1]
        return dice.pick(shallow if dice.chance(0.6) else self.stack.skeleton)

    def _prim_below(self, path):
        """A prim that an arc within one stack may name: later in order, so that most do not lead in circles."""
        dice = self.dice
        if dice.chance(self.stack.errors):
            return self._any_prim()
        order = self.stack.skeleton
        first = max((i for i, other in enumerate(order) if path.startswith(other)), default=0)
        later = [other for other in order[first + 1:] if not other.startswith(path + "/")]
        classes = [other for other in later if "_" in other]
        if classes and dice.chance(0.6):
            return dice.pick(classes)
        return dice.pick(later) if later else "/_k"

    # Properties

    def _attribute(self, path, name):
        dice = self.dice
        kind = ATTRIBUTES[name]
        if dice.chance(0.03) and kind != "pathExpression":
            kind = dice.pick(sorted(set(ATTRIBUTES.values()) - {"pathExpression"}))
        declared = ("custom " if dice.chance(0.2) else "") + ("uniform " if dice.chance(0.1) else "") + kind
        whole = dice.below(10)
        if whole < 7:
            value = "None" if dice.chance(0.07) and kind != "pathExpression" else self._value(kind)
            self.lines.append(f"{declared} {name} = {value} (")
            self._attribute_metadata(name)
            self.lines.append(")")
        elif whole == 7:
            self.lines.append(f"{declared} {name}")
        if whole > 4:
            times = sorted({dice.pick((-10, 0, 1, 2.5, 10, 12, 20, 40, 50)) for _ in range(dice.between(1, 4))})
            samples = ", ".join(f"{time}: {'None' if dice.chance(0.1) else self._value(kind)}" for time in times)
            self.lines.append(f"{declared} {name}.timeSamples = {{{samples}}}")
        if dice.chance(0.15):
            edit = dice.pick(("", "", "prepend ", "append ", "delete ", "add ", "reorder "))
            targets = ", ".join(self._paths(path, True))
            self.lines.append(f"{edit}{declared} {name}.connect = [{targets}]")

    def _attribute_metadata(self, name):
        dice = self.dice
        for field, value in (("doc", f'"{name}"'), ("hidden", "true"), ("displayGroup", '"group"'),
                             ("customData", None), ("colorSpace", '"raw"'), ("interpolation", '"vertex"')):
            if dice.chance(0.05):
                self.lines.append(f"{field} = {value or self._dictionary()}")

    def _relationship(self, path):
        dice = self.dice
        name = dice.pick(RELATIONSHIPS)
        custom = "custom " if dice.chance(0.2) else ""
        for edit in dict.fromkeys(dice.some(("", "prepend ", "append ", "delete ", "add ", "reorder "), 1, 2)):
            targets = ", ".join(self._paths(path, False))
            self.lines.append(f"{edit}{custom}rel {name} = [{targets}]")
            if edit == "":
                return

    def _paths(self, path, properties):
        dice, result = self.dice, {}
        for _ in range(dice.pick((1, 1, 2, 3))):
            target = dice.pick((path, path, *self.stack.skeleton))
            if dice.chance(0.5):
                target += "/" + dice.pick(CHILDREN)
            elif dice.chance(0.2) and not self.in_variant:
                target = "../" * dice.between(0, path.count("/") - 1) + dice.pick(CHILDREN)
            if properties or dice.chance(0.2):
                target += "." + dice.pick(tuple(ATTRIBUTES))
            result[f"<{target}>"] = True
        return list(result)

    def _value(self, kind):
        dice = self.dice
        if kind.endswith("[]"):
            return "[" + ", ".join(self._value(kind[:-2]) for _ in range(dice.pick((0, 2, 2, 2, 3)))) + "]"
        if kind == "string" or kind == "token":
            return f'"{dice.pick(("red", "green", "blue"))}"'
        if kind == "asset":
            return dice.pick(("@./l1.usda@", "@l1.usda@", "@missing.png@", "@../root.usda@",
                              f"@`{self._layer_expression()}`@", "@`${UNKNOWN}`@", "@@"))
        if kind == "bool":
            return dice.pick(("true", "false"))
        if kind == "int":
            return str(dice.between(-9, 9))
        if kind == "pathExpression":
            path = dice.pick(self.stack.skeleton)
            choices = [path, path + "//", f"{path}/* - {path}/a", f"%{path}:one", "//a ~//b", f"%_ {path}", "//a & %_"]
            return quoted_one(dice.pick(choices if self.in_variant else [*choices, "a//", "%_ a"]))
        number = dice.pick((0, 1, -1, 2.5, 10, 100, 0.25))
        sizes = {"float3": 3, "color3f": 3, "quatf": 4}
        if kind in sizes:
            return "(" + ", ".join(str(dice.pick((0, 1, -1, 0.5, 2))) for _ in range(sizes[kind] - 1)) + f", {number})"
        if kind == "matrix2d":
            return f"((1, {number}), (0, {dice.between(1, 4)}))"
        return str(number)

    def _dictionary(self, depth=0):
        dice = self.dice
        items = []
        for key in dice.some(("k", "l", "m", "n"), 1, 3):
            kind = dice.pick(("int", "string", "double[]", "timecode", "asset", "dictionary"))
            if kind == "dictionary":
                if depth < 2:
                    items.append(f"dictionary {key} = {self._dictionary(depth + 1)}")
            else:
                items.append(f"{kind} {key} = {self._value(kind)}")
        return "{\n" + "\n".join(items) + "\n}"


def quoted_one(text):
    return f'"{text}"'


def quoted(names):
    return "[" + ", ".join(map(quoted_one, names)) + "]"


def write(folder, seed):
    """Writes the layers of a seed below `folder`; returns the path of the root layer."""
    place = pathlib.Path(folder) / str(seed)
    for name, text in Stack(seed).files().items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return place / "root.usda"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("seed", type=int, nargs="+")
    options = parser.parse_args()
    for seed in options.seed:
        print(write(options.folder, seed))


if __name__ == "__main__":
    main()
