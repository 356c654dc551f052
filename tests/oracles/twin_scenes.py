"""The three scenes on which we and Cycles must agree."""
from twin_scene import box, camera, look_at, place, quad, sphere

DOWN = look_at([0, 4, 0], [0, 0, 0])


def _room(objects, materials, lights, dome, eye):
    return {"camera": eye, "meshes": {"quad": quad(), "box": box(), "sphere": sphere()}, "materials": materials,
            "objects": objects, "lights": lights, "dome": dome}


def _thing(name, mesh, material, matrix):
    return {"name": name, "mesh": mesh, "material": material, "matrix": matrix}


def _stretched(matrix, x, y, z):
    return [[row[0] * x, row[1] * y, row[2] * z, row[3]] for row in matrix]


DIFFUSE = {name: {"kind": "diffuse", "color": color} for name, color in {
    "grey": [0.5, 0.5, 0.5], "red": [0.7, 0.12, 0.08], "green": [0.15, 0.5, 0.2], "blue": [0.1, 0.2, 0.65],
    "white": [0.9, 0.9, 0.9]}.items()}


def diffuse():
    """Lambertian boxes and spheres on a plane under a rectangle and an even sky."""
    objects = [_thing("Floor", "quad", "grey", place(0, 0, 0, 10)),
               _thing("Red", "box", "red", place(-1.6, 0, -0.4, 1.1, 25)),
               _thing("White", "box", "white", _stretched(place(0.2, 0, -1.6, 1, -15), 1.2, 2.0, 0.7)),
               _thing("Green", "sphere", "green", place(0.3, 0.6, 0.5, 0.6)),
               _thing("Blue", "sphere", "blue", place(1.7, 0.8, -0.5, 0.8))]
    lights = [{"kind": "rect", "matrix": DOWN, "width": 2, "height": 1.5, "radiance": [9, 8, 7]}]
    return _room(objects, DIFFUSE, lights, [0.25, 0.32, 0.45], camera([0.6, 2.2, 5.5], [0, 0.6, 0]))


def lights():
    """An emitting box, a small sphere, a disk and a sun in a corner of three Lambertian walls; no sky."""
    materials = {**DIFFUSE, "lamp": {"kind": "emission", "radiance": [5, 3.2, 1.8]}}
    wall = [[1, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, -3], [0, 0, 0, 1]]   # faces +Z
    side = [[0, 1, 0, -4], [-1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]   # faces +X
    objects = [_thing("Floor", "quad", "grey", place(0, 0, 0, 14)),
               _thing("Wall", "quad", "white", _stretched(wall, 14, 1, 14)),
               _thing("Side", "quad", "green", _stretched(side, 14, 1, 14)),
               _thing("Lamp", "box", "lamp", _stretched(place(1.5, 0.9, -1.4, 1, 20), 1.2, 0.5, 0.8)),
               _thing("Red", "box", "red", place(-1.5, 0, -1.0, 1.2, 30)),
               _thing("Blue", "sphere", "blue", place(0.2, 0.6, 0.3, 0.6))]
    lamps = [{"kind": "sphere", "matrix": place(-0.3, 2.4, 1.0), "radius": 0.06, "radiance": [130, 160, 200]},
             {"kind": "disk", "matrix": look_at([2.6, 3.2, 1.2], [0.8, 0, -0.5]), "radius": 0.6, "radiance": [7, 9, 6]},
             {"kind": "distant", "matrix": look_at([3, 4, 5], [0, 0, 0]), "angle_deg": 2, "radiance": [900, 800, 600]}]
    return _room(objects, materials, lamps, [0, 0, 0], camera([1.0, 2.0, 6.0], [-0.2, 0.9, 0]))


def ggx():
    """White metal of five roughnesses, where only the distribution counts, and two coloured metals.

    Cycles colours a metal's edge by the curve of glass, UsdPreviewSurface by Schlick's; the two differ by up to
    0.02 (1 - f0). Colours above one half keep that below the bound.
    """
    materials = {**DIFFUSE, "brass": {"kind": "metal", "color": [0.91, 0.78, 0.57], "roughness": 0.3},
                 "copper": {"kind": "metal", "color": [0.95, 0.64, 0.54], "roughness": 0.5}}
    objects = [_thing("Floor", "quad", "grey", place(0, 0, 0, 12)),
               _thing("Brass", "sphere", "brass", place(-0.9, 0.5, 1.3, 0.5)),
               _thing("Copper", "sphere", "copper", place(0.9, 0.5, 1.3, 0.5)),
               _thing("Block", "box", "red", _stretched(place(0, 0, -2.2, 1, 0), 6, 0.8, 0.5))]
    for i, roughness in enumerate([0.1, 0.25, 0.4, 0.6, 0.85]):
        materials[f"metal{i}"] = {"kind": "metal", "color": [1, 1, 1], "roughness": roughness}
        objects.append(_thing(f"Ball{i}", "sphere", f"metal{i}", place(1.3 * (i - 2), 0.6, 0, 0.6)))
    lamps = [{"kind": "rect", "matrix": look_at([-2.5, 3.5, 2.5], [0, 0.3, 0]), "width": 2, "height": 2,
              "radiance": [10, 9.5, 8.5]}]
    return _room(objects, materials, lamps, [0.35, 0.42, 0.55], camera([0, 2.0, 6.6], [0, 0.55, 0]))
