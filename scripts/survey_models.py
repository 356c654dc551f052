#!/usr/bin/env python3
"""Makes, fills and checks src/catalog/data/sweethome3d.tsv: what is known about each model of the furniture archives.

The table has columns that a person saw (front, category, pose, colours, fit for use) and columns that are measured on
the converted models (bounds, support surfaces). The way from one to the other:

    survey_models.py convert                 converts every model with the soulvan binary into --work
    survey_models.py sheets --list Office    renders contact sheets; look at each, write down what is there
    survey_models.py notes < notes.txt       puts what was seen into the table (see docs/furniture-survey.md)
    survey_models.py bounds                  measures all models again and rewrites the measured columns
    survey_models.py check                   the table is whole and sane

Needs usd-core, numpy and Pillow for all but `check`. Running a command twice gives the same table.
"""
import argparse
import collections
import math
import os
import pathlib
import re
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "src/catalog/data/sweethome3d.tsv"
CATEGORIES = ROOT / "src/catalog/data/categories.tsv"
PACKS = {"Scopia.sh3f": "scopia", "BlendSwap-CC-0.sh3f": "blendswap_cc0", "BlendSwap-CC-BY.sh3f": "blendswap_ccby",
         "KatorLegaz.sh3f": "katorlegaz", "Reallusion.sh3f": "reallusion"}
COMMENT = ("# One row a model of the furniture archives; seen and measured with scripts/survey_models.py, "
           "explained in docs/furniture-survey.md.\n")
COLUMNS = ["key", "archive", "id", "name", "category", "yaw_deg", "scale", "mount", "elevation", "bounds", "supports",
           "attributes", "tags", "quality", "place", "why_not"]
NOT_SEEN = "Nobody has looked at it yet."

Record = collections.namedtuple("Record", "number key archive id name category elevation")


def key_of(archive, record_id):
    """scopia/open_cardboard_box: the record id after '#', words split at humps, only [a-z0-9_]."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", record_id.split("#")[-1])
    return PACKS[archive] + "/" + re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def records(library):
    """All records in the archives' order, numbered from 1."""
    found, keys = [], set()
    for archive in PACKS:
        with zipfile.ZipFile(library / archive) as opened:
            text = opened.read("PluginFurnitureCatalog.properties").decode("latin-1")
        fields = collections.defaultdict(dict)
        for name, number, value in re.findall(r"^(\w+)#(\d+)=(.*)$", text, re.M):
            fields[int(number)][name] = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), value).strip()
        for number in sorted(fields):
            field = fields[number]
            key = base = key_of(archive, field["id"])
            copy = 2
            while key in keys:
                key, copy = f"{base}_{copy}", copy + 1
            keys.add(key)
            found.append(Record(len(found) + 1, key, archive, field["id"], field["name"], field["category"],
                                float(field.get("elevation", 0)) / 100))
    return found


def read_table(path=TABLE):
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    if not lines:
        return {}
    header = lines[0].split("\t")
    rows = [dict(zip(header, line.split("\t") + [""] * len(header))) for line in lines[1:]]
    return {row["key"]: row for row in rows}


def write_table(rows, order):
    with open(TABLE, "w") as file:
        file.write(COMMENT + "\t".join(COLUMNS) + "\n")
        for key in order:
            file.write("\t".join(rows[key].get(column, "") for column in COLUMNS) + "\n")


def read_categories():
    lines = [line for line in CATEGORIES.read_text().splitlines() if line and not line.startswith("#")]
    header = lines[0].split("\t")
    return {line.split("\t")[0]: dict(zip(header, line.split("\t") + [""] * len(header))) for line in lines[1:]}


def rows_for(found):
    """The table with a row for every record; new ones are not placed until somebody looked."""
    rows = read_table()
    for record in found:
        unseen = {"name": record.name, "yaw_deg": "0", "scale": "1", "mount": "floor", "quality": "2",
                  "elevation": number(record.elevation), "place": "no", "why_not": NOT_SEEN}
        rows.setdefault(record.key, unseen)
        rows[record.key].update(key=record.key, archive=record.archive, id=record.id)
    return rows


def number(value, digits=4):
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else str(round(value))
    return "0" if text in ("-0", "") else text


STAGE = """#usda 1.0
(
    metersPerUnit = 1
    upAxis = "Y"
    customLayerData = {
        dictionary "soulvan:library" = {
%s        }
    }
)
def Camera "Cam"
{
    token projection = "orthographic"
}
def Sphere "S"
{
}
"""
ENTRY = """            dictionary %s = {
                string archive = "%s"
                string id = "%s"
                double yaw_deg = %s
                double scale = %s
            }
"""

Model = collections.namedtuple("Model", "record yaw_deg scale")  # a record as the table, or nobody yet, corrects it


def model_of(record, row):
    return Model(record, float(row["yaw_deg"]), float(row["scale"]))


def asset_name(model):
    suffix = f"__yaw{model.yaw_deg:g}_scale{model.scale:g}" if (model.yaw_deg, model.scale) != (0, 1) else ""
    return re.sub(r"[^A-Za-z0-9_]", "_", model.record.key.replace("/", "__") + suffix)


def layer_of(work, model):
    return work / "library.files/assets/sweethome3d" / (asset_name(model) + ".usdc")


def soulvan(arguments, options):
    environment = dict(os.environ, XDG_CACHE_HOME=str(options.work / "cache"))
    return subprocess.run([options.soulvan, *map(str, arguments)], env=environment, capture_output=True, text=True)


def convert_models(options, models):
    """Lets the binary gather those models that are not converted yet; the ones that fail are named and left out."""
    options.work.mkdir(parents=True, exist_ok=True)
    missing = [model for model in models if not layer_of(options.work, model).exists()]
    for start in range(0, len(missing), 40):
        batch = missing[start:start + 40]
        while batch:
            stage = options.work / "convert.usda"
            stage.write_text(STAGE % "".join(ENTRY % (asset_name(m), m.record.archive, m.record.id, m.yaw_deg, m.scale)
                                             for m in batch))
            answer = soulvan(["-q", "render", stage, "-o", options.work / "library.png", "--resolution", "16x16",
                              "--samples", 1, "--filter", "none"], options)
            if answer.returncode == 0:
                break
            bad = [m for m in batch if m.record.id in answer.stderr or asset_name(m) in answer.stderr]
            if not bad:
                sys.exit(answer.stderr)
            bad = max(bad, key=lambda m: len(m.record.id))
            print(f"{bad.record.key}: {answer.stderr.strip()}")
            batch = [m for m in batch if m is not bad]
        print(f"converted {min(start + 40, len(missing))} of {len(missing)}", flush=True)


def convert(options):
    """Every model, as the archives state it and as the table corrects it."""
    found = records(options.library)
    rows = rows_for(found)
    convert_models(options, [Model(r, 0.0, 1.0) for r in found] + [model_of(r, rows[r.key]) for r in found])


def triangles_of(layer):
    """All triangles of a converted model as an (n, 3, 3) array, metres."""
    import numpy
    from pxr import Usd, UsdGeom
    stage = Usd.Stage.Open(str(layer))
    cache = UsdGeom.XformCache()
    found = []
    for prim in stage.Traverse():
        if not prim.IsA(UsdGeom.Mesh):
            continue
        mesh = UsdGeom.Mesh(prim)
        points = numpy.array(mesh.GetPointsAttr().Get(), dtype=float).reshape(-1, 3)
        counts = numpy.array(mesh.GetFaceVertexCountsAttr().Get())
        corners = numpy.array(mesh.GetFaceVertexIndicesAttr().Get())
        matrix = numpy.array(cache.GetLocalToWorldTransform(prim))
        points = points @ matrix[:3, :3] + matrix[3, :3]
        first = numpy.concatenate([[0], numpy.cumsum(counts)[:-1]])
        for fan in range(1, int(counts.max()) - 1 if len(counts) else 0):
            has = counts > fan + 1
            index = numpy.stack([corners[first[has]], corners[first[has] + fan], corners[first[has] + fan + 1]], 1)
            found.append(points[index])
    return numpy.concatenate(found) if found else numpy.zeros((0, 3, 3))


def rotation(pitch_deg, yaw_deg):
    """Row-vector matrix: turn about +Y, then tilt towards the viewer, who looks along -Z."""
    import numpy
    y, p = math.radians(yaw_deg), math.radians(pitch_deg)
    turn = numpy.array([[math.cos(y), 0, -math.sin(y)], [0, 1, 0], [math.sin(y), 0, math.cos(y)]])
    tilt = numpy.array([[1, 0, 0], [0, math.cos(p), math.sin(p)], [0, -math.sin(p), math.cos(p)]])
    return turn @ tilt


VIEWS = {"quarter": (28, -35), "front": (8, 0), "right": (8, -90), "back": (8, 180), "top": (90, 0),
         "rear": (28, 145)}


def prim_text(name, layer, matrix, arrow, floor):
    """One model in its cell, on a tile with an arrow along +Z."""
    rows = ", ".join("(" + ", ".join(f"{v:.6f}" for v in row) + ")" for row in matrix)
    x, z, tip = arrow
    w, y = floor
    return f"""
def Xform "{name}"
{{
    matrix4d xformOp:transform = ( {rows} )
    uniform token[] xformOpOrder = ["xformOp:transform"]
    def Xform "Model" (
        prepend references = @{layer}@
    )
    {{
    }}
    def Mesh "Tile"
    {{
        uniform bool doubleSided = 1
        point3f[] points = [({-x}, {-y}, {-z}), ({-x}, {-y}, {z}), ({x}, {-y}, {z}), ({x}, {-y}, {-z})]
        int[] faceVertexCounts = [4]
        int[] faceVertexIndices = [0, 1, 2, 3]
        color3f[] primvars:displayColor = [(0.32, 0.34, 0.36)]
    }}
    def Mesh "Arrow"
    {{
        uniform bool doubleSided = 1
        point3f[] points = [({-w}, 0, {z}), ({w}, 0, {z}), (0, 0, {tip})]
        int[] faceVertexCounts = [3]
        int[] faceVertexIndices = [0, 1, 2]
        color3f[] primvars:displayColor = [(0.8, 0.02, 0.02)]
    }}
}}
"""


def cell_matrix(triangles, view, column, row):
    """Centres the model in its unit cell; returns the matrix and the arrow's and tile's measures."""
    import numpy
    half = numpy.abs(triangles).max((0, 1))
    x, z = half[0] * 1.04 + 0.005, half[2] * 1.04 + 0.005
    tip = z + 0.18 * max(x, z)
    turn = rotation(*VIEWS[view])
    tile = numpy.array([[-x, 0, -z], [x, 0, -z], [-x, 0, z], [x, 0, z], [0, 0, tip]])
    seen = numpy.concatenate([triangles.reshape(-1, 3), tile]) @ turn
    low, high = seen.min(0), seen.max(0)
    scale = min(0.94 / (high[0] - low[0]), 0.86 / (high[1] - low[1]))
    matrix = numpy.eye(4)
    matrix[:3, :3] = turn * scale
    matrix[3, :3] = numpy.array([column + 0.5, -row - 0.54, -8]) - (low + high) / 2 * scale
    return matrix, (x, z, tip), (0.1 * max(x, z), 0.002 * max(x, z))


def sheet(options, cells, columns, path, side):
    """Renders cells of (model, view, label) as one picture and writes the labels."""
    from PIL import Image, ImageDraw
    rows = -(-len(cells) // columns)
    text = ["""#usda 1.0
(
    metersPerUnit = 1
    upAxis = "Y"
)
def Camera "Cam"
{
    token projection = "orthographic"
    float horizontalAperture = %g
    float verticalAperture = %g
    float2 clippingRange = (0.01, 100)
    double3 xformOp:translate = (%g, %g, 0)
    uniform token[] xformOpOrder = ["xformOp:translate"]
}
def DomeLight "Sky"
{
    float inputs:intensity = 0.8
}
def DistantLight "Sun"
{
    float inputs:intensity = 1.7
    float inputs:angle = 12
    float3 xformOp:rotateXYZ = (-48, -38, 0)
    uniform token[] xformOpOrder = ["xformOp:rotateXYZ"]
}
""" % (columns * 10, rows * 10, columns / 2, -rows / 2)]
    for index, (model, view, label) in enumerate(cells):
        layer = layer_of(options.work, model)
        triangles = triangles_of(layer) if layer.exists() else []
        if len(triangles):
            matrix, arrow, floor = cell_matrix(triangles, view, index % columns, index // columns)
            text.append(prim_text(f"M{index}", layer, matrix, arrow, floor))
            size = triangles.max((0, 1)) - triangles.min((0, 1))
            cells[index] = (model, view, label + "\n" + " x ".join(f"{v:.2f}" for v in size))
    stage = path.with_suffix(".usda")
    stage.write_text("".join(text))
    answer = soulvan(["-q", "render", stage, "-o", path, "--resolution", f"{columns * side}x{rows * side}",
                      "--samples", options.samples, "--camera", "/Cam", "--bounces", 5, "--view", "Standard"], options)
    if answer.returncode:
        sys.exit(answer.stderr)
    picture = Image.open(path).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for index, cell in enumerate(cells):
        draw.text((index % columns * side + 3, index // columns * side + 2), cell[2], fill=(0, 0, 160))
        draw.rectangle((index % columns * side, index // columns * side, (index % columns + 1) * side,
                        (index // columns + 1) * side), outline=(120, 120, 120))
    picture.save(path)
    print(path, flush=True)


def chosen(options, found):
    """The records that --list names: a category of the archives, numbers and ranges, or keys."""
    wanted = []
    for item in options.list:
        span = re.fullmatch(r"(\d+)(?:-(\d+))?", item)
        if span:
            wanted += [r for r in found if int(span[1]) <= r.number <= int(span[2] or span[1])]
        else:
            wanted += [r for r in found if item in (r.category, r.key) or (item == "all")]
    return wanted


def sheets(options):
    found = records(options.library)
    rows = rows_for(found)
    wanted = chosen(options, found)
    name = re.sub(r"\W+", "_", "_".join(options.list))[:60]
    views = options.views.split(",")
    cells = []
    for record in wanted:
        model = Model(record, 0.0, 1.0) if options.raw else model_of(record, rows[record.key])
        label = f"{record.number} {record.name}\n{record.id.split('#')[-1]}"
        label += f"\nyaw {model.yaw_deg:g} scale {model.scale:g}" if (model.yaw_deg, model.scale) != (0, 1) else ""
        cells += [(model, view, label) for view in views]
    convert_models(options, [cell[0] for cell in cells])
    per_sheet = options.columns * options.rows
    folder = options.work / "sheets"
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(cells), per_sheet):
        part = cells[start:start + per_sheet]
        path = folder / f"{name}_{'_'.join(views)}_{start // per_sheet + 1}.png"
        sheet(options, part, options.columns, path, options.side)


CARRIERS = {"desk", "table", "cafe_table", "bar_table", "folding_table", "wall_unit", "meeting_table",
            "coffee_table", "dining_table", "side_table", "workbench", "bookcase", "cabinet", "filing_cabinet",
            "drawer_unit", "nightstand", "dresser", "kitchen_cabinet", "wall_shelf", "shelving", "shelf_unit",
            "pallet_rack", "safe", "locker", "reception_desk", "shop_counter", "packing_station", "pallet", "crate",
            "carton", "box", "chest", "barrel", "washing_machine", "freezer", "fireplace"}
SLATTED = {"pallet"}
LOWEST = {"fireplace": 0.6}  # metres: a hearth carries nothing
LEVEL = 0.004      # metres that one surface may be uneven
HEADROOM = 0.12    # less than this above it, and nothing stands there
TALL = 0.5         # enough headroom for what usually stands on a desk
OPEN = 1e9


def hits_below(triangles, xs, zs):
    """What vertical lines through the grid meet: (column index, y, is horizontal), sorted by column, then y."""
    import numpy
    normals = numpy.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = numpy.linalg.norm(normals, axis=1)
    flat = numpy.abs(normals[:, 1]) > 0.985 * length
    low, high = triangles.min(1), triangles.max(1)
    i0, i1 = numpy.searchsorted(xs, low[:, 0]), numpy.searchsorted(xs, high[:, 0], "right")
    k0, k1 = numpy.searchsorted(zs, low[:, 2]), numpy.searchsorted(zs, high[:, 2], "right")
    columns, heights, flats = [], [], []
    steep = numpy.abs(normals[:, 1]) < 1e-3 * length
    for t in numpy.nonzero((i1 > i0) & (k1 > k0) & (length > 0) & ~steep)[0]:
        a, n = triangles[t, 0], normals[t]
        x, z = numpy.meshgrid(xs[i0[t]:i1[t]], zs[k0[t]:k1[t]], indexing="ij")
        inside = numpy.ones(x.shape, bool)
        for corner in range(3):
            p, q = triangles[t, corner], triangles[t, (corner + 1) % 3]
            side = (q[0] - p[0]) * (z - p[2]) - (q[2] - p[2]) * (x - p[0])
            inside &= side * n[1] <= 1e-12
        if not inside.any():
            continue
        y = a[1] - (n[0] * (x - a[0]) + n[2] * (z - a[2])) / n[1]
        i, k = numpy.meshgrid(range(i0[t], i1[t]), range(k0[t], k1[t]), indexing="ij")
        columns.append((i * len(zs) + k)[inside])
        heights.append(y[inside])
        flats.append(numpy.full(inside.sum(), flat[t]))
    if not columns:
        return numpy.zeros(0, int), numpy.zeros(0), numpy.zeros(0, bool)
    columns, heights, flats = map(numpy.concatenate, (columns, heights, flats))
    order = numpy.lexsort((heights, columns))
    return columns[order], heights[order], flats[order]


def largest_rectangle(mask, step_x, step_z, least=0.1):
    """(i0, i1, k0, k1), inclusive, of the largest all-true rectangle whose sides reach `least`; or None."""
    best, found = 0.0, None
    run = [0] * mask.shape[1]
    for i in range(mask.shape[0]):
        run = [run[k] + 1 if mask[i, k] else 0 for k in range(mask.shape[1])]
        stack = []
        for k in range(mask.shape[1] + 1):
            height = run[k] if k < mask.shape[1] else 0
            start = k
            while stack and stack[-1][1] >= height:
                start, tall = stack.pop()
                dx, dz = (tall - 1) * step_x, (k - start - 1) * step_z
                if dx >= least and dz >= least and dx * dz > best:
                    best, found = dx * dz, (i - tall + 1, i, start, k - 1)
            stack.append((start, height))
    return found


def open_to_front(triangles, rectangle, y, headroom):
    """Whether a hand reaches in from the front: most level lines from its middle leave the model freely."""
    import numpy
    x0, x1, z1 = rectangle[0], rectangle[1], (rectangle[2] + rectangle[3]) / 2
    free = 0
    low, high = triangles.min(1), triangles.max(1)
    tests = [(x0 + (x1 - x0) * (i + 0.5) / 7, y + min(headroom, 0.3) * f) for i in range(7) for f in (0.4, 0.8)]
    for x, height in tests:
        near = triangles[(low[:, 0] <= x) & (high[:, 0] >= x) & (low[:, 1] <= height) & (high[:, 1] >= height) &
                         (high[:, 2] > z1 + 0.002)]
        blocked = False
        for a, b, c in near:
            n = numpy.cross(b - a, c - a)
            if abs(n[2]) < 1e-12:
                continue
            z = a[2] - (n[0] * (x - a[0]) + n[1] * (height - a[1])) / n[2]
            point = numpy.array([x, height, z])
            signs = [numpy.dot(numpy.cross(q - p, point - p), n) for p, q in ((a, b), (b, c), (c, a))]
            if z > z1 + 0.002 and (min(signs) >= 0 or max(signs) <= 0):
                blocked = True
                break
        free += not blocked
    return free >= 0.7 * len(tests)


def supports_of(triangles, category):
    """Rectangles (y, x0, x1, z0, z1, headroom) that things can stand on, largest first, at most six."""
    import numpy
    low, high = triangles.min((0, 1)), triangles.max((0, 1))
    size = high - low
    step = min(max(max(size[0], size[2]) / 110, 0.005), 0.025)
    xs = numpy.arange(low[0] + step / 2, high[0], step)
    zs = numpy.arange(low[2] + step / 2, high[2], step)
    columns, heights, flats = hits_below(triangles, xs, zs)
    if not len(columns):
        return []
    above = numpy.full(len(columns), OPEN)
    same = columns[1:] == columns[:-1]
    above[:-1][same] = heights[1:][same]
    # Hits of one surface that lie within the unevenness count once.
    for _ in range(3):
        near = (above - heights < LEVEL) & (above < OPEN)
        index = numpy.nonzero(near)[0]
        above[index] = above[index + 1]
    usable = flats & (above - heights >= HEADROOM) & (heights > LOWEST.get(category, 0.05))
    found = []
    pool = numpy.sort(heights[usable])
    while len(pool) and len(found) < 24:
        counts = numpy.searchsorted(pool, pool + LEVEL, "right") - numpy.arange(len(pool))
        level = pool[counts.argmax()]
        pick = usable & (heights >= level - 1e-6) & (heights <= level + LEVEL)
        pool = pool[(pool < level - 1e-6) | (pool > level + LEVEL)]
        if pick.sum() * step * step < 0.01:
            break
        free = numpy.zeros(len(xs) * len(zs))
        free[columns[pick]] = above[pick] - heights[pick]
        free = free.reshape(len(xs), len(zs))
        top = float(heights[pick].max())
        if category in SLATTED:
            i, k = numpy.nonzero(free > 0)
            if len(i) > 0.5 * (numpy.ptp(i) + 1) * (numpy.ptp(k) + 1):
                free[i.min():i.max() + 1, k.min():k.max() + 1] = free.max()
        first_area = 0.0
        for least in (TALL, TALL, 0, 0):  # what stands free first, then what has a board above it
            rectangle = largest_rectangle(free > least, step, step)
            if not rectangle:
                continue
            i0, i1, k0, k1 = rectangle
            box = (xs[i0], xs[i1], zs[k0], zs[k1])
            area = (box[1] - box[0]) * (box[3] - box[2])
            if area < max(0.02, 0.25 * first_area):
                continue
            first_area = max(first_area, area)
            headroom = float(free[i0:i1 + 1, k0:k1 + 1].min())
            free[i0:i1 + 1, k0:k1 + 1] = 0
            if headroom > OPEN / 2:
                headroom = OPEN
            elif not open_to_front(triangles, box, top, headroom):
                continue
            found.append((area, top, *box, headroom))
    found.sort(key=lambda f: (-round(f[0], 4), f[1], f[2]))
    return [f[1:] for f in found[:6]]


def supports_text(supports):
    return ";".join(":".join("1e9" if v >= OPEN else number(v, 3) for v in support) for support in supports)


def bounds(options):
    """Measures every model again and rewrites the measured columns."""
    from pxr import Usd
    found = records(options.library)
    rows = rows_for(found)
    convert_models(options, [model_of(record, rows[record.key]) for record in found])
    for record in found:
        row = rows[record.key]
        layer = layer_of(options.work, model_of(record, row))
        triangles = triangles_of(layer) if layer.exists() else []
        if not len(triangles):
            row.update(place="no", why_not="It cannot be converted.", bounds="0,0,0,0,0,0", supports="")
            continue
        low, high = triangles.min((0, 1)), triangles.max((0, 1))
        row["bounds"] = ",".join(number(v) for v in (*low, *high))
        carries = row.get("category") in CARRIERS
        row["supports"] = supports_text(supports_of(triangles, row["category"])) if carries else ""
        stage = Usd.Stage.Open(str(layer))
        if not stage.GetDefaultPrim().GetCustomDataByKey("soulvan:license"):
            row.update(place="no", why_not="No licence is stated for it.")
    write_table(rows, [record.key for record in found])


def notes(options):
    """Reads lines "number category [yaw= scale= mount= elev= q= no] : attributes : tags : name : why not"."""
    found = {record.number: record for record in records(options.library)}
    rows = rows_for(found.values())
    categories = read_categories()
    for line in sys.stdin:
        if not line.strip() or line.startswith("#"):
            continue
        head, attributes, tags, name, *why = [part.strip() for part in line.split(" : ")]
        first, category, *flags = head.split()
        settings = dict(flag.split("=") for flag in flags if "=" in flag)
        record = found[int(first)]
        mount = settings.get("mount", categories[category]["mount"])
        stated = record.elevation if mount == "wall" else 0
        rows[record.key].update(
            name=name, category=category, yaw_deg=settings.get("yaw", "0"), scale=settings.get("scale", "1"),
            mount=mount, elevation=settings.get("elev", number(stated)), attributes=attributes, tags=tags,
            quality=settings.get("q", "2"), place="no" if "no" in flags else "yes", why_not=why[0] if why else "")
    write_table(rows, [record.key for record in found.values()])


def faults_of(row, categories):
    if row["category"] not in categories:
        yield f"category {row['category']} is not in categories.tsv"
    if row["mount"] not in ("floor", "wall", "ceiling", "surface"):
        yield f"mount {row['mount']}"
    if not -180 < float(row["yaw_deg"]) <= 180:
        yield f"yaw {row['yaw_deg']}"
    if not 0.1 <= float(row["scale"]) <= 10:
        yield f"scale {row['scale']}"
    if row["quality"] not in ("1", "2", "3"):
        yield f"quality {row['quality']}"
    if (row["place"], bool(row["why_not"])) not in (("yes", False), ("no", True)):
        yield "place is yes, or no with a reason"
    if not row["name"] or re.search(r"[^\x20-\x7e]", row["name"]):
        yield "name"
    for column in ("attributes", "tags"):
        words = row[column].split(",")
        if row[column] != row[column].lower() or "" in words or len(set(words)) != len(words):
            yield f"{column}: {row[column]}"
    low_x, low_y, low_z, high_x, high_y, high_z = map(float, row["bounds"].split(","))
    if not (high_x > low_x and high_y > low_y == 0 and high_z > low_z) and row["place"] == "yes":
        yield f"bounds {row['bounds']}"
    if abs(low_x + high_x) > 0.001 or abs(low_z + high_z) > 0.001:
        yield "is not centred"
    if row["mount"] == "wall" and row["place"] == "yes" and not 0 <= float(row["elevation"]) <= 4:
        yield f"elevation {row['elevation']}"
    for support in filter(None, row["supports"].split(";")):
        y, x0, x1, z0, z1, headroom = map(float, support.split(":"))
        if not (low_x <= x0 < x1 <= high_x and low_z <= z0 < z1 <= high_z and 0 < y <= high_y + 0.001 < 20 and
                headroom > 0):
            yield f"support {support}"
    if "standing" in row["attributes"].split(",") and row["place"] == "yes" and not 1.5 < high_y < 2:
        yield "a standing person of another height"


def check(options):
    """Every record has a row, every row is sane; exits with 1 otherwise."""
    rows, categories, faults = read_table(), read_categories(), []
    lines = [line.split("\t")[0] for line in TABLE.read_text().splitlines() if line and not line.startswith("#")][1:]
    faults += [f"{key}: twice" for key, count in collections.Counter(lines).items() if count > 1]
    if options.library.exists():
        known = {record.key: record for record in records(options.library)}
        faults += [f"{key}: has no row" for key in known.keys() - rows.keys()]
        faults += [f"{key}: is in no archive" for key in rows.keys() - known.keys()]
    for key, row in rows.items():
        if not re.fullmatch(r"[a-z0-9_]+/[a-z0-9_]+", key):
            faults.append(f"{key}: key")
        faults += [f"{key}: {fault}" for fault in faults_of(row, categories)]
    counts = collections.Counter(row["category"] for row in rows.values() if row["place"] == "yes")
    print(*sorted(faults), sep="\n")
    print(f"{len(rows)} models, {sum(counts.values())} to be placed:",
          ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    return 1 if faults else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["convert", "sheets", "notes", "bounds", "check"])
    parser.add_argument("--library", type=pathlib.Path, default=pathlib.Path("/usr/share/sweethome3d/furniture"))
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/survey"),
                        help="where converted models and sheets go")
    parser.add_argument("--soulvan", default="soulvan", help="the binary that converts and renders")
    parser.add_argument("--list", nargs="+", default=["all"], help="for sheets: categories of the archives, numbers")
    parser.add_argument("--views", default="quarter", help=f"for sheets: some of {', '.join(VIEWS)}")
    parser.add_argument("--raw", action="store_true", help="for sheets: without the table's yaw and scale")
    parser.add_argument("--columns", type=int, default=6)
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--side", type=int, default=260, help="pixels of a cell")
    parser.add_argument("--samples", type=int, default=12)
    options = parser.parse_args()
    options.work = options.work.resolve()
    return globals()[options.command](options)


if __name__ == "__main__":
    sys.exit(main())
