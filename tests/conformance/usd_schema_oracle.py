#!/usr/bin/env python3
"""Do our views over schemas say what OpenUSD's say?

Usage: usd_schema_oracle.py DUMP PATH... [-v]
DUMP is the program usd_schema_dump; each PATH is a stage, or a folder in which all stages are taken. Needs the Python
package usd-core.
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys

from pxr import (Gf, Kind, Sdf, Tf, Usd, UsdGeom, UsdLux, UsdRender, UsdShade, UsdSkel,  # noqa: F401
                 UsdVol, Vt)

TIMES = (Usd.TimeCode.Default(), 1.0, 12.5, 40.0)
MOVED = Gf.Matrix4d(0.5, 1, 0, 0, -2, 1, 0.25, 0, 0, 0.5, 3, 0, 10, 20, 30, 1)
MOST = 32
PURPOSES = ("default", "render", "proxy", "guide")
LARGEST = 3.4028234663852886e38


def plain(value):
    """A value as the JSON of the other side has it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, int):
        return value
    if isinstance(value, (Gf.Matrix2d, Gf.Matrix3d, Gf.Matrix4d, Gf.Matrix4f)):
        return [plain(float(number)) for row in value for number in row]
    if type(value).__name__.startswith("Vec") and not type(value).__name__.endswith("Array"):
        return [plain(float(part)) for part in value]
    if hasattr(value, "__len__"):
        size = len(value)
        items = list(value) if size <= 2 * MOST else list(value[:MOST]) + list(value[-MOST:])
        return {"count": size, "items": [plain(item) for item in items]}
    return float(value)


def length(numbers):
    """The size of what numbers describe, for a relative tolerance."""
    flat = [abs(n) for n in numbers if isinstance(n, (int, float)) and not isinstance(n, bool)]
    return max([1.0] + flat)


def same(a, b, tolerance=1e-5, size=1.0):
    """Equal where exact, close where real; numbers of one list share one scale."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a == b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= tolerance * max(size, abs(a), abs(b))
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        scale = max(length(a), length(b), size)
        return len(a) == len(b) and all(same(x, y, tolerance, scale) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], tolerance, size) for key in a)
    return a == b


def box(bound):
    """The aligned range of a box, or nothing when it is empty.

    Skeletons without joints make OpenUSD join an empty range corner by corner, which gives all that floats reach.
    """
    aligned = bound.ComputeAlignedRange()
    return None if aligned.IsEmpty() or aligned.GetMax()[0] >= LARGEST else [plain(aligned.GetMin()), plain(aligned.GetMax())]


def extent(values):
    """Two corners; nothing when there are none, and the empty range for all that floats reach (see box)."""
    if values is None or len(values) != 2:
        return None
    if values[1][0] >= LARGEST:
        return [[LARGEST] * 3, [-LARGEST] * 3]
    return [plain(values[0]), plain(values[1])]


def edges_apart(geometry, subsets, time):
    """The edges of a mesh in no subset, as pairs: OpenUSD looks for them in a list that it does not sort."""
    counts = geometry.GetPrim().GetAttribute("faceVertexCounts").Get(time) or []
    indices = geometry.GetPrim().GetAttribute("faceVertexIndices").Get(time) or []
    edges, first = set(), 0
    for count in counts:
        face = list(indices[first:first + count])
        edges |= {tuple(sorted(pair)) for pair in zip(face, face[1:] + face[:1])}
        first += count
    for subset in subsets:
        used = list(subset.GetIndicesAttr().Get(time) or [])
        edges -= {tuple(sorted(pair)) for pair in zip(used[::2], used[1::2])}
    return [index for edge in sorted(edges) for index in edge]


class Comparison:
    """Collects what differs on one stage."""

    def __init__(self, name):
        self.name = name
        self.count = 0
        self.differences = []

    def check(self, where, what, ours, theirs, tolerance=1e-5):
        self.count += 1
        if not same(ours, theirs, tolerance):
            self.differences.append(f"{self.name}<{where}> {what}: ours {str(ours)[:300]}, theirs {str(theirs)[:300]}")

    def fields(self, where, ours, theirs):
        for key, value in theirs.items():
            self.check(where, key, ours.get(key), value)


class Geometry:
    """UsdGeom at one time."""

    def __init__(self, time):
        self.time = time
        self.later = time if isinstance(time, Usd.TimeCode) else time + 0.25
        self.xforms = UsdGeom.XformCache(time)
        self.bounds = UsdGeom.BBoxCache(time, ["default"])
        self.all_bounds = UsdGeom.BBoxCache(time, list(PURPOSES), True)
        self.invisible = UsdGeom.BBoxCache(time, ["default"], False, True)

    def compare(self, comparison, where, ours, prim):
        check = comparison.check
        check(where, "world", ours["world"], plain(self.xforms.GetLocalToWorldTransform(prim)))
        local, resets = self.xforms.GetLocalTransformation(prim)
        check(where, "local", ours["local"], [plain(local), resets])
        check(where, "bounds", ours["bounds"], box(self.bounds.ComputeWorldBound(prim)))
        check(where, "local bounds", ours["local_bounds"], box(self.bounds.ComputeLocalBound(prim)))
        check(where, "own bounds", ours["own_bounds"], box(self.bounds.ComputeUntransformedBound(prim)))
        check(where, "all bounds", ours["all_bounds"], box(self.all_bounds.ComputeWorldBound(prim)))
        check(where, "invisible", ours["bounds_of_invisible"], box(self.invisible.ComputeWorldBound(prim)))
        self.primvars(comparison, where, ours["primvars"] or {}, prim)
        if prim.IsA(UsdGeom.Imageable):
            self.imageable(comparison, where, ours["imageable"], UsdGeom.Imageable(prim))
        if prim.IsA(UsdGeom.Boundable):
            self.boundable(comparison, where, ours, UsdGeom.Boundable(prim))
        if prim.IsA(UsdGeom.Mesh) or prim.IsA(UsdGeom.TetMesh):
            self.subsets(comparison, where, ours["subsets"] or {}, UsdGeom.Imageable(prim))
        if prim.IsA(UsdGeom.Camera):
            self.camera(comparison, where, ours["camera"], UsdGeom.Camera(prim).GetCamera(self.time))
        if prim.IsA(UsdGeom.PointInstancer):
            self.instancer(comparison, where, ours["instances"], UsdGeom.PointInstancer(prim))
        if prim.IsA(UsdGeom.PointBased):
            points = UsdGeom.PointBased(prim).ComputePointsAtTime(self.later, self.time)
            check(where, "points", ours["points"] or {"count": 0, "items": []}, plain(points))

    def primvars(self, comparison, where, ours, prim):
        api = UsdGeom.PrimvarsAPI(prim)
        theirs = {p.GetPrimvarName(): p for p in api.GetPrimvars()}
        comparison.check(where, "primvars", sorted(ours.get("all", {})), sorted(theirs))
        for name, primvar in theirs.items():
            mine = ours.get("all", {}).get(name)
            if not mine:
                continue
            comparison.check(where, name + " interpolation", mine["interpolation"], primvar.GetInterpolation())
            comparison.check(where, name + " size", mine["element_size"], primvar.GetElementSize())
            comparison.check(where, name + " indexed", mine["indexed"], primvar.IsIndexed())
            comparison.check(where, name + " samples", mine["samples"], list(primvar.GetTimeSamples()))
            if mine["flattened"] != "other":
                try:
                    flat = primvar.ComputeFlattened(self.time)
                except Tf.ErrorException:  # indices without a value at this time
                    flat = None
                comparison.check(where, name + " flattened", mine["flattened"], plain(flat))
        found = {p.GetPrimvarName(): str(p.GetAttr().GetPrim().GetPath()) for p in api.FindPrimvarsWithInheritance()}
        comparison.check(where, "with inheritance", ours.get("with_inheritance", {}), found)
        found = {p.GetPrimvarName(): str(p.GetAttr().GetPrim().GetPath()) for p in api.FindInheritablePrimvars()}
        comparison.check(where, "inheritable", ours.get("inheritable", {}), found)
        one = api.FindPrimvarWithInheritance("displayColor")
        comparison.check(where, "displayColor", ours.get("displayColor"), str(one.GetAttr().GetPath()) if one else None)

    def imageable(self, comparison, where, ours, imageable):
        info = imageable.ComputePurposeInfo()
        proxy = imageable.ComputeProxyPrim()
        comparison.fields(where, ours, {
            "visibility": imageable.ComputeVisibility(self.time),
            "effective": {p: imageable.ComputeEffectiveVisibility(p, self.time) for p in PURPOSES},
            "purpose": [info.purpose, info.isInheritable],
            "proxy": [str(proxy[0].GetPath()), str(proxy[1].GetPath())] if proxy else None,
        })

    def boundable(self, comparison, where, ours, boundable):
        comparison.check(where, "extent", ours["extent"], extent(boundable.ComputeExtent(self.time)))
        theirs = extent(UsdGeom.Boundable.ComputeExtentFromPlugins(boundable, self.time))
        comparison.check(where, "computed extent", ours["computed_extent"], theirs)
        theirs = extent(UsdGeom.Boundable.ComputeExtentFromPlugins(boundable, self.time, MOVED))
        comparison.check(where, "moved extent", ours["moved_extent"], theirs)

    def subsets(self, comparison, where, ours, geometry):
        theirs = UsdGeom.Subset.GetAllGeomSubsetFamilyNames(geometry)
        comparison.check(where, "families", sorted(ours), sorted(theirs))
        for family in theirs:
            mine = ours.get(family, {})
            comparison.check(where, "type", mine.get("type"), UsdGeom.Subset.GetFamilyType(geometry, family))
            for element in ("face", "point", "edge", "tetrahedron"):
                subsets = UsdGeom.Subset.GetGeomSubsets(geometry, element, family)
                if not subsets:
                    comparison.check(where, "no " + element, element in mine, False)
                    continue
                shown = mine.get(element, {})
                names = [s.GetPrim().GetName() for s in subsets]
                comparison.check(where, element + " subsets", shown.get("subsets"), names)
                try:
                    valid = UsdGeom.Subset.ValidateFamily(geometry, element, family)[0]
                    unassigned = UsdGeom.Subset.GetUnassignedIndices(geometry, element, family, self.time)
                except Tf.ErrorException:  # an element type that this geometry does not have
                    valid, unassigned = False, []
                if element == "edge" and geometry.GetPrim().IsA(UsdGeom.Mesh):
                    unassigned = edges_apart(geometry, subsets, self.time)
                comparison.check(where, element + " valid", shown.get("valid"), valid)
                comparison.check(where, element + " unassigned", shown.get("unassigned"), plain(unassigned))

    def camera(self, comparison, where, ours, camera):
        frustum = camera.frustum
        fov = camera.GetFieldOfView
        comparison.fields(where, ours, {
            "world_from_camera": plain(camera.transform),
            "camera_from_world": plain(frustum.ComputeViewMatrix()),
            "clip_from_camera": plain(frustum.ComputeProjectionMatrix()),
            "orthographic": camera.projection == Gf.Camera.Orthographic,
            "fov": plain(fov(Gf.Camera.FOVHorizontal)),
            "vertical_fov": plain(fov(Gf.Camera.FOVVertical)),
            "aspect": plain(camera.aspectRatio),
            "range": [plain(camera.clippingRange.min), plain(camera.clippingRange.max)],
            "planes": len(camera.clippingPlanes),
            "f_stop": plain(camera.fStop),
            "focus": plain(camera.focusDistance),
            "corners": [plain(corner) for corner in frustum.ComputeCorners()],
        })

    def instancer(self, comparison, where, ours, instancer):
        cls = UsdGeom.PointInstancer
        nothing = {"count": 0, "items": []}

        def find(time, *options):
            """A single instance is not masked but left as zeros there: arrays of one count as constants."""
            found = instancer.ComputeInstanceTransformsAtTime(time, self.time, *options)
            return plain([matrix for matrix in found if matrix != Gf.Matrix4d(0)])

        comparison.check(where, "instances", ours["transforms"] or nothing, find(self.time))
        comparison.check(where, "instances later", ours["later"] or nothing, find(self.later))
        theirs = find(self.time, cls.ExcludeProtoXform, cls.IgnoreMask)
        comparison.check(where, "plain instances", ours["plain"] or nothing, theirs)
        comparison.check(where, "mask", ours["mask"], list(instancer.ComputeMaskAtTime(self.time)))


class Skeletons:
    """UsdSkel at one time."""

    def __init__(self, stage, time, ours):
        self.time = time
        self.all = ours
        self.cache = UsdSkel.Cache()
        self.xforms = UsdGeom.XformCache(time)
        for prim in stage.Traverse(Usd.TraverseInstanceProxies()):
            if prim.IsA(UsdSkel.Root):
                self.cache.Populate(UsdSkel.Root(prim), Usd.TraverseInstanceProxies())

    def compare(self, comparison, where, ours, prim):
        if prim.IsA(UsdSkel.Skeleton):
            query = self.cache.GetSkelQuery(UsdSkel.Skeleton(prim))
            self.skeleton(comparison, where, ours.get("skeleton"), query, prim)
        if prim.IsA(UsdSkel.Root):
            root = UsdSkel.Root(prim)
            theirs = self.cache.ComputeSkelBindings(root, Usd.TraverseInstanceProxies())
            paths = [str(b.GetSkeleton().GetPrim().GetPath()) for b in theirs]
            usable = [p for p, b in zip(paths, theirs) if self.cache.GetSkelQuery(b.GetSkeleton())]
            comparison.check(where, "skeletons", sorted(ours["bindings"]), sorted(usable))
            for path, binding in zip(paths, theirs):
                if path in ours["bindings"]:
                    self.binding(comparison, path, ours["bindings"][path], binding)

    def world(self, query, prim):
        """Of the prim itself: within an instance, OpenUSD's query knows the prim of the prototype alone."""
        joints = query.ComputeJointSkelTransforms(self.time)
        return joints and [joint * self.xforms.GetLocalToWorldTransform(prim) for joint in joints]

    def skeleton(self, comparison, where, ours, query, prim):
        if not query:
            comparison.check(where, "skeleton", ours, None)
            return
        animation = query.GetAnimQuery()
        nothing = {"count": 0, "items": []}
        theirs = {
            "parents": list(query.GetTopology().GetParentIndices()),
            "animation": animation.GetPrim().GetName() if animation else None,
            "local": plain(query.ComputeJointLocalTransforms(self.time)),
            "rest": plain(query.ComputeJointSkelTransforms(self.time, True)),
            "skeleton": plain(query.ComputeJointSkelTransforms(self.time)),
            "world": plain(self.world(query, prim)),
            "skinning": plain(self.skinning(query)),
            "rest_relative": plain(query.ComputeJointRestRelativeTransforms(self.time)),
        }
        for key, value in theirs.items():
            mine = (ours or {}).get(key)
            if key == "animation" and mine:
                mine = mine.rsplit("/", 1)[1]  # OpenUSD shows the path in the prototype
            if key not in ("animation", "parents"):
                mine, value = mine or nothing, value or nothing
            comparison.check(where, "joints " + key, mine, value)

    def skinning(self, query):
        """Nothing without a bind pose: Python would see the joints' transforms that were not multiplied with it."""
        return query.ComputeSkinningTransforms(self.time) if query.HasBindPose() else None

    def binding(self, comparison, where, ours, binding):
        skeleton = self.cache.GetSkelQuery(binding.GetSkeleton())
        targets = list(binding.GetSkinningTargets())
        paths = [str(t.GetPrim().GetPath()) for t in targets]
        comparison.check(where, "skinned prims", [o["prim"] for o in ours], paths)
        for mine, target in zip(ours, targets):
            path = mine["prim"]
            comparison.fields(path, mine, {"influences": target.HasJointInfluences(),
                                           "blend_shapes": target.HasBlendShapes(),
                                           "rigid": target.IsRigidlyDeformed(),
                                           "method": target.GetSkinningMethod()})
            joints = self.skinning(skeleton)
            self.deformed(comparison, path, target, skeleton, binding.GetSkeleton().GetPrim())
            if not target.HasJointInfluences() or not joints:
                continue
            influences = target.ComputeJointInfluences(self.time)
            if influences:
                comparison.check(path, "weights", mine.get("weights"), plain(influences[1]))
            order = target.GetJointOrder() or skeleton.GetJointOrder()
            in_range = bool(influences) and all(0 <= joint < len(order) for joint in influences[0])
            if target.IsRigidlyDeformed() and in_range:  # Python does not see that the function failed
                comparison.check(path, "transform", mine.get("transform"),
                                 plain(target.ComputeSkinnedTransform(joints, self.time)))
            self.points(comparison, path, mine, target, joints)

    def points(self, comparison, path, mine, target, joints):
        mesh = UsdGeom.PointBased(target.GetPrim())
        points = mesh.GetPointsAttr().Get(self.time) if mesh else None
        if points is None:
            return
        moved = Vt.Vec3fArray(points)
        theirs = plain(moved) if target.ComputeSkinnedPoints(joints, moved, self.time) else None
        comparison.check(path, "skinned points", mine.get("points"), theirs)
        normals = mesh.GetNormalsAttr().Get(self.time)
        if normals is not None and len(normals) == len(points):
            comparison.check(path, "skinned normals", mine.get("normals"),
                             plain(self.normals(target, joints, normals)))

    def normals(self, target, joints, normals):
        """As the C++ function of the skinning query, which has no Python twin."""
        mapper = target.GetJointMapper()
        if mapper:
            joints = mapper.RemapTransforms(Vt.Matrix4dArray(joints), Vt.Matrix4dArray())
        influences = target.ComputeVaryingJointInfluences(len(normals), self.time)
        if not influences:
            return None
        matrices = [j.ExtractRotationMatrix().GetInverse().GetTranspose() for j in joints]
        bind = target.GetGeomBindTransform(self.time).ExtractRotationMatrix().GetInverse().GetTranspose()
        moved = Vt.Vec3fArray(normals)
        done = UsdSkel.SkinNormals(target.GetSkinningMethod(), bind, Vt.Matrix3dArray(matrices), influences[0],
                                   influences[1], target.GetNumInfluencesPerComponent(), moved, True)
        return moved if done else None

    def deformed(self, comparison, where, target, skeleton, space):
        """Blend shapes, then skinning, then from the skeleton's space to the prim's."""
        prim = target.GetPrim()
        points = UsdGeom.PointBased(prim).GetPointsAttr().Get(self.time) if prim.IsA(UsdGeom.PointBased) else None
        joints = self.skinning(skeleton)
        if points is None or (target.HasJointInfluences() and not joints):
            return
        moved = Vt.Vec3fArray(points)
        animation = skeleton.GetAnimQuery()
        if target.HasBlendShapes() and animation:
            weights = animation.ComputeBlendShapeWeights(self.time)
            mapped = target.GetBlendShapeMapper().Remap(weights)
            query = UsdSkel.BlendShapeQuery(UsdSkel.BindingAPI(prim))
            parts = query.ComputeSubShapeWeights(mapped)
            if not parts or not query.ComputeDeformedPoints(*parts, query.ComputeBlendShapePointIndices(),
                                                            query.ComputeSubShapePointOffsets(), moved):
                return
        if target.HasJointInfluences():
            if not target.ComputeSkinnedPoints(joints, moved, self.time):
                return
            own = (self.xforms.GetLocalToWorldTransform(space) *
                   self.xforms.GetLocalToWorldTransform(prim).GetInverse())
            moved = [own.Transform(point) for point in moved]
        ours = self.all[where].get("deformed") or {}
        comparison.check(where, "deformed", ours.get("points"), plain(list(moved)))


def port_paths(ports):
    return [str((p if isinstance(p, Usd.Attribute) else p.GetAttr()).GetPath()) for p in ports]


def shader_source(found):
    """What Compute...Source returns, as the dump shows it."""
    shader, name, kind = found
    if not shader:
        return None
    return [str(shader.GetPath()), name, "input" if kind == UsdShade.AttributeType.Input else "output"]


class Shading:
    """UsdShade."""

    def compare(self, comparison, where, ours, prim):
        api = UsdShade.ConnectableAPI(prim)
        comparison.check(where, "connectable", ours["connectable"],
                         [bool(api), api.IsContainer(), api.RequiresEncapsulation()] if api else [False, False, True])
        if api:
            theirs = {p.GetFullName(): p for p in list(api.GetInputs(False)) + list(api.GetOutputs(False))}
            comparison.check(where, "ports", sorted(ours["ports"]), sorted(theirs))
            for name, port in theirs.items():
                self.port(comparison, f"{where}.{name}", ours["ports"].get(name, {}), port)
        if prim.IsA(UsdShade.Material):
            self.material(comparison, where, ours["material"], UsdShade.Material(prim))
        if prim.IsA(UsdShade.NodeGraph):
            self.node_graph(comparison, where, ours["node_graph"], UsdShade.NodeGraph(prim))
        if prim.IsA(UsdShade.Shader):
            self.shader(comparison, where, ours["shader"], UsdShade.Shader(prim))
        systems = {b.name: str(b.coordSysPrimPath)
                   for b in UsdShade.CoordSysAPI.FindBindingsWithInheritanceForPrim(prim)}
        comparison.check(where, "coordinate systems", ours["coordinate_systems"], systems)

    def port(self, comparison, where, ours, port):
        sources, invalid = UsdShade.ConnectableAPI.GetConnectedSources(port.GetAttr())
        attributes = [s.source.GetPrim().GetAttribute(UsdShade.Utils.GetFullName(s.sourceName, s.sourceType))
                      for s in sources]
        comparison.fields(where, ours, {
            "sources": port_paths(attributes),
            "invalid": [str(path) for path in invalid],
            "allowed": [bool(port.CanConnect(a)) for a in attributes],
            "producing": port_paths(UsdShade.Utils.GetValueProducingAttributes(port)),
            "shader_outputs": port_paths(UsdShade.Utils.GetValueProducingAttributes(port, True)),
        })

    def material(self, comparison, where, ours, material):
        for terminal, name in (("surface", "Surface"), ("displacement", "Displacement"), ("volume", "Volume")):
            compute = getattr(material, f"Compute{name}Source")
            theirs = {
                "sources": [shader_source(compute(context)) for context in ("", "ri", "mdl")],
                "outputs": port_paths(getattr(material, f"Get{name}Outputs")()),
            }
            comparison.fields(f"{where} {terminal}", ours[terminal], theirs)
        base = str(material.GetBaseMaterialPath())
        if base.startswith("/__Prototype"):  # OpenUSD shows the path in the prototype
            base = ours["base"].rsplit("/", 1)[0] + "/" + base.rsplit("/", 1)[1]
        comparison.check(where, "base", ours["base"], base)

    def node_graph(self, comparison, where, ours, graph):
        outputs = {o.GetBaseName(): shader_source(graph.ComputeOutputSource(o.GetBaseName()))
                   for o in graph.GetOutputs(False)}
        comparison.check(where, "graph outputs", ours["outputs"], outputs)
        for key, transitive in (("consumers", False), ("transitive", True)):
            found = graph.ComputeInterfaceInputConsumersMap(transitive)
            theirs = {i.GetBaseName(): sorted(port_paths(consumers)) for i, consumers in found.items()}
            comparison.check(where, key, {k: sorted(v) for k, v in ours[key].items()}, theirs)

    def shader(self, comparison, where, ours, shader):
        asset, code = shader.GetSourceAsset("OSL"), shader.GetSourceCode("OSL")
        comparison.fields(where, ours, {
            "source": shader.GetImplementationSource(),
            "types": shader.GetSourceTypes(),
            "id": shader.GetShaderId(),
            "asset": asset.path if asset else None,
            "code": code,
        })


def light_lists(prim):
    api = UsdLux.LightListAPI(prim)
    return [[str(path) for path in sorted(api.ComputeLightList(mode))] for mode in
            (api.ComputeModeConsultModelHierarchyCache, api.ComputeModeIgnoreCache)]


class Lights:
    """UsdLux."""

    def compare(self, comparison, where, ours, prim, stage):
        if prim.GetPath().pathElementCount <= 2:
            comparison.check(where, "light list", ours["light_list"], light_lists(prim))
        if prim.GetTypeName() == "DomeLight_1":
            axis = prim.GetAttribute("poleAxis").Get()
            comparison.check(where, "pole", ours["pole"], UsdGeom.GetStageUpAxis(stage) if axis == "scene" else axis)
        comparison.check(where, "is light", "light" in ours, prim.HasAPI(UsdLux.LightAPI))
        if prim.HasAPI(UsdLux.LightAPI) and "light" in ours:
            self.light(comparison, where, ours["light"], UsdLux.LightAPI(prim), stage)

    def light(self, comparison, where, ours, light, stage):
        prim = light.GetPrim()
        scale = light.GetIntensityAttr().Get(1.0) * 2 ** light.GetExposureAttr().Get(1.0)
        color = light.GetColorAttr().Get(1.0) * scale
        if light.GetEnableColorTemperatureAttr().Get(1.0):
            tint = UsdLux.BlackbodyTemperatureAsRgb(light.GetColorTemperatureAttr().Get(1.0))
            color = Gf.CompMult(color, tint)
        theirs = {
            "emission": plain(color),
            "normalize": light.GetNormalizeAttr().Get(1.0),
            "diffuse": light.GetDiffuseAttr().Get(1.0),
            "specular": light.GetSpecularAttr().Get(1.0),
            "sync": light.GetMaterialSyncModeAttr().Get(),
            "shader": light.GetShaderId([]),
            "ri_shader": light.GetShaderId(["ri"]),
            "filters": [str(path) for path in light.GetFiltersRel().GetForwardedTargets()],
        }
        if prim.HasAPI(UsdLux.ShapingAPI):
            theirs["cone"] = UsdLux.ShapingAPI(prim).GetShapingConeAngleAttr().Get(1.0)
        if prim.HasAPI(UsdLux.ShadowAPI):
            theirs["shadow"] = UsdLux.ShadowAPI(prim).GetShadowEnableAttr().Get(1.0)
        shapes = [p for p in stage.Traverse(Usd.TraverseInstanceProxies()) if p.IsA(UsdGeom.Gprim)]
        if len(shapes) <= 100:
            for key, collection in (("lit", light.GetLightLinkCollectionAPI()),
                                    ("shadowed", light.GetShadowLinkCollectionAPI())):
                query = collection.ComputeMembershipQuery()
                theirs[key] = [str(p.GetPath()) for p in shapes if query.IsPathIncluded(p.GetPath())]
        comparison.fields(where, ours, theirs)


def compare_stage(ours):
    """What differs between one line of the dump and OpenUSD, or nothing when OpenUSD does not open it either."""
    path = ours["stage"]
    comparison = Comparison(pathlib.Path(path).name)
    try:
        stage = Usd.Stage.Open(path)
    except Tf.ErrorException:
        return None
    if "failed" in ours:
        comparison.check("", "opens", ours["failed"], True)
        return comparison
    theirs = {str(p.GetPath()): p for p in Usd.PrimRange.Stage(stage, Usd.TraverseInstanceProxies())}
    comparison.check("", "prims", sorted(ours["prims"]), sorted(theirs))
    both = [(p, theirs[p]) for p in ours["prims"] if p in theirs]
    for time, at in zip(TIMES, ours["at"]):
        geometry, skeletons = Geometry(time), Skeletons(stage, time, at)
        for where, prim in both:
            geometry.compare(comparison, where, at[where], prim)
            skeletons.compare(comparison, where, at[where], prim)
    shading, lights = Shading(), Lights()
    comparison.check("", "light list", ours["whole"]["light_list"], light_lists(stage.GetPseudoRoot()))
    for where, prim in both:
        mine = ours["prims"][where]
        shading.compare(comparison, where, mine, prim)
        lights.compare(comparison, where, mine, prim, stage)
        comparison.check(where, "model", mine["model"], [prim.IsModel(), prim.IsGroup(), prim.IsComponent()])
        if prim.IsA(UsdGeom.Xformable):
            xformable = UsdGeom.Xformable(prim)
            comparison.check(where, "varying", mine["varying"], xformable.TransformMightBeTimeVarying())
            comparison.check(where, "samples", mine["transform_samples"], list(xformable.GetTimeSamples()))
    return comparison


def dumped(dump, paths):
    """The lines of the dump, as they come."""
    times = ["default" if isinstance(t, Usd.TimeCode) else str(t) for t in TIMES]
    with subprocess.Popen([dump, *times], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        for path in paths:
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"{dump} ended at {path}")
            yield json.loads(line)
        process.stdin.close()


def compare(dump, paths):
    """(stages compared, comparisons, differences)"""
    stages, count, differences = 0, 0, []
    for line in dumped(dump, paths):
        comparison = compare_stage(line)
        if comparison is None:
            continue
        stages += 1
        count += comparison.count
        differences += comparison.differences
    return stages, count, differences


def stages_in(path):
    """A stage, or all that lie in a folder."""
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.suffix in (".usd", ".usda", ".usdc", ".usdz"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dump", type=pathlib.Path)
    parser.add_argument("paths", type=pathlib.Path, nargs="+")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every difference")
    options = parser.parse_args()
    paths = [stage for path in options.paths for stage in stages_in(path.resolve())]
    stages, count, differences = compare(options.dump, paths)
    for difference in differences if options.verbose else differences[:40]:
        print(difference)
    print(f"{stages} stages, {count} comparisons, {len(differences)} differ")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
