"""Are two layers the same, spec by spec, as OpenUSD reads them?"""
from pxr import Sdf, Usd  # noqa: F401 Usd loads the plugins of Sdf's formats

# Where the same thing is written by other words: OpenUSD leaves defaults out of a layer.
IGNORED = {"comment", "documentation"}


def fields_of(spec):
    return {key: spec.GetInfo(key) for key in spec.ListInfoKeys() if key not in IGNORED}


def same(a, b):
    """Equal, numbers to six digits of single precision."""
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 1e-6 * max(1.0, abs(a))
    if type(a).__name__.startswith("Vec") and type(a) is type(b):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return a == b


def differences(one, other):
    """Sentences about what differs between the layers at two paths; empty when nothing does."""
    a, b = Sdf.Layer.FindOrOpen(str(one)), Sdf.Layer.FindOrOpen(str(other))
    paths = [set(), set()]
    for layer, found in ((a, paths[0]), (b, paths[1])):
        layer.Traverse(Sdf.Path.absoluteRootPath, lambda path, found=found: found.add(str(path)))
    said = [f"only in {name}: {path}" for name, here, there in
            (("the first", *paths), ("the second", *paths[::-1])) for path in sorted(here - there)]
    for path in sorted(paths[0] & paths[1]):
        x, y = a.GetObjectAtPath(path), b.GetObjectAtPath(path)
        if x is None or y is None:
            continue
        fx, fy = fields_of(x), fields_of(y)
        for key in sorted(fx.keys() | fy.keys()):
            if key not in fx or key not in fy or not same(fx[key], fy[key]):
                said.append(f"{path} {key}: {fx.get(key)!r} and {fy.get(key)!r}")
    return said
