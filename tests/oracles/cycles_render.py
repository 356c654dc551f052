"""Renders a scene of twin_scene.py in Cycles: blender -b --factory-startup -P cycles_render.py -- scene.json settings.json.

Settings: output (EXR of 32-bit floats), width, height, samples, bounces, seed, threads; and optionally `monkeys`, a
file to write Blender's test mesh to instead of rendering. Units, as Blender 3.4 has them: an area light's watts are
4 · area · radiance, a point light's 4 π² r² · radiance, a sun's strength is its irradiance.
"""
import json
import math
import pathlib
import sys
import time

import bpy
from mathutils import Matrix


def linear(node, color):
    node.default_value = (*color, 1)


def shader(name, description):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    kind = description["kind"]
    white = min(description.get("color", [0])) >= 1
    if kind == "diffuse":
        node = nodes.new("ShaderNodeBsdfDiffuse")
        linear(node.inputs["Color"], description["color"])
    elif kind == "emission":
        node = nodes.new("ShaderNodeEmission")
        linear(node.inputs["Color"], description["radiance"])
    elif kind == "metal" and white:  # no Fresnel: nothing but the distribution, and what it scatters more than once
        node = nodes.new("ShaderNodeBsdfGlossy")
        node.distribution = "MULTI_GGX"
        linear(node.inputs["Color"], [1, 1, 1])
        node.inputs["Roughness"].default_value = description["roughness"]
    else:
        node = nodes.new("ShaderNodeBsdfPrincipled")
        node.distribution = "MULTI_GGX" if kind == "metal" else "GGX"
        linear(node.inputs["Base Color"], description["color"])
        node.inputs["Metallic"].default_value = 1 if kind == "metal" else 0
        node.inputs["Roughness"].default_value = description["roughness"]
    links.new(node.outputs[0], nodes.new("ShaderNodeOutputMaterial").inputs["Surface"])
    return material


def mesh_of(name, description):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(description["points"], [], description["faces"])
    if description["normals"]:
        for polygon in mesh.polygons:
            polygon.use_smooth = True
        mesh.use_auto_smooth = True
        mesh.normals_split_custom_set_from_vertices(description["normals"])
    return mesh


def add(scene, name, data, matrix):
    thing = bpy.data.objects.new(name, data)
    thing.matrix_world = Matrix(matrix)
    scene.collection.objects.link(thing)
    return thing


def add_light(scene, index, description):
    kind, radiance = description["kind"], description["radiance"]
    types = {"rect": "AREA", "disk": "AREA", "sphere": "POINT", "distant": "SUN"}
    light = bpy.data.lights.new(f"light{index}", types[kind])
    light.color = radiance
    light.cycles.max_bounces = 1024
    light.cycles.use_multiple_importance_sampling = True
    if kind == "rect":
        light.shape, light.size, light.size_y = "RECTANGLE", description["width"], description["height"]
        light.energy = 4 * description["width"] * description["height"]
    elif kind == "disk":
        light.shape, light.size = "DISK", 2 * description["radius"]
        light.energy = 4 * math.pi * description["radius"] ** 2
    elif kind == "sphere":
        light.shadow_soft_size = description["radius"]
        light.energy = 4 * math.pi ** 2 * description["radius"] ** 2
    else:
        light.angle = math.radians(description["angle_deg"])
        light.energy = math.pi * math.sin(light.angle / 2) ** 2
    add(scene, light.name, light, description["matrix"]).visible_camera = False


def build(scene, description):
    materials = {name: shader(name, d) for name, d in description["materials"].items()}
    meshes = {name: mesh_of(name, d) for name, d in description["meshes"].items()}
    for mesh in meshes.values():
        mesh.materials.append(None)
    for thing in description["objects"]:
        made = add(scene, thing["name"], meshes[thing["mesh"]], thing["matrix"])
        made.material_slots[0].link = "OBJECT"  # the mesh is shared, its material is not
        made.material_slots[0].material = materials[thing["material"]]
    for i, light in enumerate(description["lights"]):
        add_light(scene, i, light)
    world = bpy.data.worlds.new("world")
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    linear(background.inputs["Color"], description["dome"])
    background.inputs["Strength"].default_value = 1
    scene.world = world
    eye = description["camera"]
    camera = bpy.data.cameras.new("eye")
    camera.sensor_fit, camera.sensor_width = "HORIZONTAL", eye["aperture_mm"]
    camera.lens = eye["focal_length_mm"]
    camera.clip_start, camera.clip_end = 0.01, 1e4
    scene.camera = add(scene, "eye", camera, eye["matrix"])


def configure(scene, settings):
    """No shortcut that would make the picture darker or softer than the equation says."""
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples, cycles.seed = settings["samples"], settings["seed"]
    cycles.use_adaptive_sampling = cycles.use_denoising = False
    cycles.light_sampling_threshold = 0
    cycles.sample_clamp_direct = cycles.sample_clamp_indirect = 0
    cycles.blur_glossy = 0
    cycles.caustics_reflective = cycles.caustics_refractive = True
    for name in ("max_bounces", "diffuse_bounces", "glossy_bounces", "transmission_bounces"):
        setattr(cycles, name, settings["bounces"])
    cycles.min_light_bounces = cycles.min_transparent_bounces = 0
    cycles.pixel_filter_type, cycles.filter_width = "BLACKMAN_HARRIS", 0.75  # the radius, as ours
    cycles.use_auto_tile = False
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = settings["width"], settings["height"], 100
    render.use_persistent_data = False
    if settings.get("threads"):
        render.threads_mode, render.threads = "FIXED", settings["threads"]
    render.image_settings.file_format = "OPEN_EXR"
    render.image_settings.color_mode, render.image_settings.color_depth = "RGBA", "32"
    render.filepath = settings["output"]


def write_monkeys(path):
    """Blender's test mesh, subdivided twice: 7,872 quads with smooth normals."""
    bpy.ops.mesh.primitive_monkey_add()
    thing = bpy.context.object
    thing.modifiers.new("subdivide", "SUBSURF").levels = 2
    mesh = thing.evaluated_get(bpy.context.evaluated_depsgraph_get()).to_mesh()
    pathlib.Path(path).write_text(json.dumps({
        "points": [list(v.co) for v in mesh.vertices], "normals": [list(v.normal) for v in mesh.vertices],
        "faces": [list(p.vertices) for p in mesh.polygons]}))


def main():
    scene_path, settings_path = sys.argv[sys.argv.index("--") + 1:]
    settings = json.loads(pathlib.Path(settings_path).read_text())
    if "monkeys" in settings:
        write_monkeys(settings["monkeys"])
        return
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    build(scene, json.loads(pathlib.Path(scene_path).read_text()))
    configure(scene, settings)
    wall, cpu = time.perf_counter(), time.process_time()
    bpy.ops.render.render(write_still=True)
    print("CYCLES", json.dumps({"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}))


main()
