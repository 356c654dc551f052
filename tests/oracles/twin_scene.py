"""One scene, told to two renderers: a description in Python as a USD stage for us and as JSON for Cycles.

A scene is a dictionary of plain values; lengths are metres, +Y is up, matrices are rows of column transforms
(p_world = M p), radiance is linear Rec.709:
  camera     {matrix, focal_length_mm, aperture_mm}: looks along its own -Z
  meshes     name -> {points, faces, normals}: normals per point, or None for flat faces
  materials  name -> {kind: diffuse|metal|emission|plastic, color, roughness, radiance}
  objects    [{name, mesh, material, matrix}]
  lights     [{kind: rect|disk|sphere|distant, matrix, radiance, width, height, radius, angle_deg}]
  dome       [r, g, b]
"""
import json
import math

ASPECT = 16 / 9
IDENTITY = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]


def product(a, b):
    return [[sum(a[i][k] * b[k][j] for k in range(4)) for j in range(4)] for i in range(4)]


def place(x, y, z, scale=1, turn_deg=0):
    """Scaled, turned about +Y, moved."""
    c, s = math.cos(math.radians(turn_deg)) * scale, math.sin(math.radians(turn_deg)) * scale
    return [[c, 0, s, x], [0, scale, 0, y], [-s, 0, c, z], [0, 0, 0, 1]]


def look_at(eye, target):
    """An object at `eye` whose -Z points at `target`, with +Y as near to up as it goes."""
    def unit(v):
        length = math.sqrt(sum(c * c for c in v))
        return [c / length for c in v]

    def cross(a, b):
        return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]

    z = unit([e - t for e, t in zip(eye, target)])
    x = unit(cross([0, 0, 1] if abs(z[1]) > 0.999 else [0, 1, 0], z))
    y = cross(z, x)
    return [[x[i], y[i], z[i], eye[i]] for i in range(3)] + [[0, 0, 0, 1]]


def camera(eye, target, focal_length_mm=35):
    return {"matrix": look_at(eye, target), "focal_length_mm": focal_length_mm, "aperture_mm": 36}


def quad(half=0.5):
    """A square in the plane y = 0 that faces up."""
    return {"points": [[-half, 0, half], [half, 0, half], [half, 0, -half], [-half, 0, -half]],
            "faces": [[0, 1, 2, 3]], "normals": None}


def box():
    """A unit cube that stands on y = 0."""
    points = [[x, y, z] for x in (-0.5, 0.5) for y in (0, 1) for z in (-0.5, 0.5)]
    return {"points": points, "normals": None,
            "faces": [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]}


def sphere(rings=64):
    """Radius 1, so fine that facets do not matter; the normals are those of the sphere."""
    columns = 2 * rings
    points = [[0.0, 1.0, 0.0]]
    for i in range(1, rings):
        r, y = math.sin(math.pi * i / rings), math.cos(math.pi * i / rings)
        points += [[r * math.cos(2 * math.pi * j / columns), y, -r * math.sin(2 * math.pi * j / columns)]
                   for j in range(columns)]
    points.append([0.0, -1.0, 0.0])

    def at(i, j):
        return 1 + (i - 1) * columns + j % columns

    faces = [[0, at(1, j), at(1, j + 1)] for j in range(columns)]
    for i in range(1, rings - 1):
        faces += [[at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)] for j in range(columns)]
    faces += [[len(points) - 1, at(rings - 1, j + 1), at(rings - 1, j)] for j in range(columns)]
    return {"points": points, "faces": faces, "normals": points}


def write_json(scene, path):
    path.write_text(json.dumps(scene))


# --- USD --------------------------------------------------------------------------------------------------

def _tuple(values):
    return "(" + ", ".join(repr(float(v)) for v in values) + ")"


def _matrix(matrix, indent):
    rows = ", ".join(_tuple(matrix[k][j] for k in range(4)) for j in range(4))  # USD multiplies row vectors
    return (f"{indent}matrix4d xformOp:transform = ({rows})\n"
            f'{indent}uniform token[] xformOpOrder = ["xformOp:transform"]\n')


def _material(name, material):
    kind = material["kind"]
    color, emissive, metallic = material.get("color", [0, 0, 0]), [0, 0, 0], 0
    if kind == "emission":
        emissive = material["radiance"]
    # An index of refraction of 1 reflects nothing: what is left is Lambertian.
    ior = 1.5 if kind in ("metal", "plastic") else 1
    if kind == "metal":
        metallic = 1
    return f"""
    def Material "{name}"
    {{
        token outputs:surface.connect = </World/{name}/Surface.outputs:surface>

        def Shader "Surface"
        {{
            uniform token info:id = "UsdPreviewSurface"
            color3f inputs:diffuseColor = {_tuple(color)}
            color3f inputs:emissiveColor = {_tuple(emissive)}
            float inputs:metallic = {metallic}
            float inputs:ior = {ior}
            float inputs:roughness = {material.get("roughness", 0.5)}
            token outputs:surface
        }}
    }}
"""


def _mesh_attributes(mesh, indent):
    faces = mesh["faces"]
    text = (f"{indent}int[] faceVertexCounts = [{', '.join(str(len(f)) for f in faces)}]\n"
            f"{indent}int[] faceVertexIndices = [{', '.join(str(i) for f in faces for i in f)}]\n"
            f"{indent}point3f[] points = [{', '.join(map(_tuple, mesh['points']))}]\n"
            f'{indent}uniform token subdivisionScheme = "none"\n')
    if mesh["normals"]:
        text += (f"{indent}normal3f[] normals = [{', '.join(map(_tuple, mesh['normals']))}] (\n"
                 f'{indent}    interpolation = "vertex"\n{indent})\n')
    return text


def _light(index, light):
    kind = {"rect": "RectLight", "disk": "DiskLight", "sphere": "SphereLight", "distant": "DistantLight"}[light["kind"]]
    text = f'\n    def {kind} "Light{index}"\n    {{\n        color3f inputs:color = {_tuple(light["radiance"])}\n'
    text += "        float inputs:intensity = 1\n"
    for name, attribute in (("width", "width"), ("height", "height"), ("radius", "radius"), ("angle_deg", "angle")):
        if name in light:
            text += f"        float inputs:{attribute} = {light[name]}\n"
    return text + _matrix(light["matrix"], "        ") + "    }\n"


def write_usd(scene, path):
    """Meshes are classes that instances inherit, so that 200 copies of one are one."""
    text = '#usda 1.0\n(\n    defaultPrim = "World"\n    metersPerUnit = 1\n    upAxis = "Y"\n)\n'
    for name, mesh in scene["meshes"].items():
        text += (f'\nclass Xform "Mesh_{name}"\n{{\n    def Mesh "Shape"\n    {{\n'
                 + _mesh_attributes(mesh, "        ") + "    }\n}\n")
    text += '\ndef Xform "World"\n{\n'
    for name, material in scene["materials"].items():
        text += _material(name, material)
    for thing in scene["objects"]:
        text += (f'\n    def Xform "{thing["name"]}" (\n        prepend apiSchemas = ["MaterialBindingAPI"]\n'
                 f'        instanceable = true\n        prepend inherits = </Mesh_{thing["mesh"]}>\n    )\n    {{\n'
                 f'        rel material:binding = </World/{thing["material"]}>\n'
                 + _matrix(thing["matrix"], "        ") + "    }\n")
    for i, light in enumerate(scene["lights"]):
        text += _light(i, light)
    if any(scene["dome"]):
        text += f'\n    def DomeLight "Dome"\n    {{\n        color3f inputs:color = {_tuple(scene["dome"])}\n    }}\n'
    eye = scene["camera"]
    text += (f'\n    def Camera "Eye"\n    {{\n        float focalLength = {eye["focal_length_mm"]}\n'
             f'        float horizontalAperture = {eye["aperture_mm"]}\n'
             f'        float verticalAperture = {eye["aperture_mm"] / ASPECT}\n'
             + _matrix(eye["matrix"], "        ") + "    }\n}\n")
    path.write_text(text)
