"""Random stages for the views over schemas: every gprim, xform op, primvar, subset, instancer, light, network and skeleton
may occur, well formed or not. One seed gives one stage."""
import random

from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux, UsdShade, UsdSkel, Vt

TIMES = (0.0, 1.0, 10.0, 20.0, 48.0)
GPRIMS = ("Cube", "Sphere", "Cylinder", "Cylinder_1", "Capsule", "Capsule_1", "Cone", "Plane", "Mesh", "Points",
          "BasisCurves", "NurbsCurves", "NurbsPatch", "HermiteCurves", "TetMesh")
LIGHTS = ("RectLight", "DiskLight", "SphereLight", "CylinderLight", "DistantLight", "DomeLight", "DomeLight_1",
          "PortalLight", "GeometryLight")
OPS = ("Translate", "Scale", "RotateX", "RotateY", "RotateZ", "RotateXYZ", "RotateXZY", "RotateYXZ", "RotateYZX",
       "RotateZXY", "RotateZYX", "Orient", "Transform")


class Maker:
    """Writes one stage."""

    def __init__(self, seed, path):
        self.random = random.Random(seed)
        self.stage = Usd.Stage.CreateNew(str(path))
        self.seed = seed
        UsdGeom.SetStageUpAxis(self.stage, self.random.choice(("Y", "Z")))
        self.stage.SetTimeCodesPerSecond(self.random.choice((24, 30, 1)))
        self.count = 0

    def chance(self, probability):
        return self.random.random() < probability

    def number(self, low=-3.0, high=3.0):
        return self.random.uniform(low, high)

    def vector(self, size=3.0):
        return Gf.Vec3f(*(self.number(-size, size) for _ in range(3)))

    def vectors(self, count, size=3.0):
        return Vt.Vec3fArray([self.vector(size) for _ in range(count)])

    def set(self, attribute, make, animated=0.3):
        """A default, samples, or both."""
        if self.chance(animated):
            for time in self.random.sample(TIMES, self.random.randint(1, 4)):
                attribute.Set(make(), time)
            if self.chance(0.5):
                return
        attribute.Set(make())

    def name(self, kind):
        self.count += 1
        return f"{kind}{self.count}"

    def xform(self, prim):
        xformable = UsdGeom.Xformable(prim)
        for _ in range(self.random.choice((0, 1, 1, 2, 4))):
            kind = self.random.choice(OPS)
            precision = self.random.choice((UsdGeom.XformOp.PrecisionDouble, UsdGeom.XformOp.PrecisionFloat,
                                            UsdGeom.XformOp.PrecisionHalf))
            if kind == "Transform":
                precision = UsdGeom.XformOp.PrecisionDouble
            suffix = self.random.choice(("", "pivot", "a:b", f"s{self.count}"))
            inverse = self.chance(0.2)
            kind_enum = getattr(UsdGeom.XformOp, "Type" + kind)
            try:
                op = xformable.AddXformOp(kind_enum, precision, suffix, inverse)
            except Exception:  # the op is there already
                continue
            if inverse and self.chance(0.5):
                continue  # the inverse of an op without a value
            attribute = op.GetAttr()
            # Halves are interpolated in halves; how they are rounded is no question of xforms.
            animated = 0 if precision == UsdGeom.XformOp.PrecisionHalf else 0.3
            self.set(attribute, lambda: self.op_value(kind, attribute.GetTypeName()), animated)
        if self.chance(0.1):
            xformable.SetResetXformStack(True)

    def op_value(self, kind, type_name):
        if kind == "Transform":
            rotation = Gf.Matrix4d().SetRotate(Gf.Rotation(Gf.Vec3d(*self.vector()), self.number(-180, 180)))
            return rotation * Gf.Matrix4d().SetTranslate(Gf.Vec3d(*self.vector(10)))
        if kind == "Orient":
            value = Gf.Quatd(self.number(-1, 1), Gf.Vec3d(*self.vector(1)))
            return type_name.type.pythonClass(value if self.chance(0.2) else value.GetNormalized())
        size = 180.0 if kind.startswith("Rotate") else 3.0
        if kind in ("RotateX", "RotateY", "RotateZ"):
            return self.number(-size, size)
        value = self.vector(size)
        if kind == "Scale":
            value = Gf.Vec3f(*(abs(part) + 0.1 for part in value))
        return type_name.type.pythonClass(*value)

    def imageable(self, prim):
        imageable = UsdGeom.Imageable(prim)
        if self.chance(0.15):
            self.set(imageable.GetVisibilityAttr(), lambda: self.random.choice(("inherited", "invisible")))
        if self.chance(0.25):
            imageable.GetPurposeAttr().Set(self.random.choice(("default", "render", "proxy", "guide")))
        if self.chance(0.1):
            visibility = UsdGeom.VisibilityAPI.Apply(prim)
            visibility.CreateGuideVisibilityAttr(self.random.choice(("visible", "invisible", "inherited")))
        if self.chance(0.2):
            Usd.ModelAPI(prim).SetKind(self.random.choice(("group", "assembly", "component", "subcomponent")))
        if self.chance(0.1):
            UsdGeom.ModelAPI(prim).SetExtentsHint(self.vectors(self.random.choice((2, 4, 8))))

    def primvars(self, prim):
        api = UsdGeom.PrimvarsAPI(prim)
        for _ in range(self.random.choice((0, 0, 1, 2))):
            name = self.random.choice(("displayColor", "st", "a:b", "weight"))
            kind = self.random.choice((Sdf.ValueTypeNames.FloatArray, Sdf.ValueTypeNames.Color3fArray))
            if name == "displayColor":
                kind = Sdf.ValueTypeNames.Color3fArray
            interpolation = self.random.choice(("constant", "constant", "uniform", "vertex", "faceVarying", "varying"))
            primvar = api.CreatePrimvar(name, kind, interpolation, self.random.choice((0, 0, 1, 2)))
            count = self.random.randint(1, 8)
            if primvar.GetTypeName() == Sdf.ValueTypeNames.FloatArray:
                self.set(primvar.GetAttr(), lambda: Vt.FloatArray([self.number() for _ in range(count)]))
            else:
                self.set(primvar.GetAttr(), lambda: self.vectors(count))
            if self.chance(0.5):
                last = count if self.chance(0.15) else max(count // primvar.GetElementSize() - 1, 0)
                indices = prim.CreateAttribute(primvar.GetName() + ":indices", Sdf.ValueTypeNames.IntArray, False)
                self.set(indices, lambda: Vt.IntArray([self.random.randint(0, last) for _ in range(count)]))

    def gprim(self, parent):
        kind = self.random.choice(GPRIMS)
        prim = self.stage.DefinePrim(parent.GetPath().AppendChild(self.name(kind)), kind)
        for name in ("size", "radius", "height", "radiusTop", "radiusBottom", "width", "length"):
            attribute = prim.GetAttribute(name)
            if attribute and attribute.GetTypeName() == Sdf.ValueTypeNames.Double and self.chance(0.5):
                self.set(attribute, lambda: self.number(0, 4))
        if prim.GetAttribute("axis") and self.chance(0.5):
            prim.GetAttribute("axis").Set(self.random.choice("XYZ"))
        if prim.IsA(UsdGeom.PointBased):
            self.points(prim)
        if self.chance(0.2):
            self.set(UsdGeom.Boundable(prim).GetExtentAttr(), lambda: self.vectors(self.random.choice((2, 2, 2, 3))))
        self.primvars(prim)
        return prim

    def points(self, prim):
        count = self.random.choice((0, 4, 8, 12))
        points = UsdGeom.PointBased(prim).GetPointsAttr()
        if self.chance(0.1):
            return
        self.set(points, lambda: self.vectors(count))
        if self.chance(0.3):
            self.rates(prim, points, count, ("velocities", "accelerations"))
        widths = prim.GetAttribute("widths")
        if widths and self.chance(0.6):
            short = max(count - 1, 0) if self.chance(0.2) else count
            self.set(widths, lambda: Vt.FloatArray([self.number(0, 1) for _ in range(short)]))
        if prim.IsA(UsdGeom.Mesh) and count:
            faces = count // 4
            prim.GetAttribute("faceVertexCounts").Set(Vt.IntArray([4] * faces))
            prim.GetAttribute("faceVertexIndices").Set(Vt.IntArray(list(range(4 * faces))))
            self.subsets(prim, faces)
        if prim.IsA(UsdGeom.TetMesh) and count:
            tets = [Gf.Vec4i(i, i + 1, i + 2, i + 3) for i in range(count - 3)]
            prim.GetAttribute("tetVertexIndices").Set(Vt.Vec4iArray(tets))

    def rates(self, prim, moved, count, names):
        """Sampled with what they move, or not."""
        for name in names:
            attribute = prim.GetAttribute(name)
            times = moved.GetTimeSamples() if self.chance(0.8) else self.random.sample(TIMES, 2)
            for time in times:
                attribute.Set(self.vectors(count if self.chance(0.95) else count + 1), time)

    def subsets(self, prim, faces):
        for _ in range(self.random.choice((0, 1, 2))):
            family = self.random.choice(("materialBind", "other"))
            indices = Vt.IntArray([self.random.randint(0 if self.chance(0.9) else -1, faces) for _ in range(2)])
            if self.chance(0.7):
                indices = Vt.IntArray([self.random.randrange(faces)])
            UsdGeom.Subset.CreateGeomSubset(UsdGeom.Imageable(prim), self.name("subset"), "face", indices, family,
                                            self.random.choice(("", "partition", "nonOverlapping", "unrestricted")))

    def instancer(self, parent, prototypes):
        instancer = UsdGeom.PointInstancer.Define(self.stage, parent.GetPath().AppendChild(self.name("instancer")))
        prim, count = instancer.GetPrim(), self.random.choice((0, 1, 5))
        chosen = [p.GetPath() for p in self.random.sample(prototypes, min(len(prototypes), self.random.randint(0, 3)))]
        instancer.GetPrototypesRel().SetTargets(chosen)
        last = max(len(chosen) - 1, 0) + (1 if self.chance(0.1) else 0)
        self.set(instancer.GetProtoIndicesAttr(),
                 lambda: Vt.IntArray([self.random.randint(0, last) for _ in range(count)]), 0.1)
        self.set(instancer.GetPositionsAttr(), lambda: self.vectors(count, 20))
        if self.chance(0.5):
            self.set(instancer.GetScalesAttr(), lambda: self.vectors(count))
        fine = self.chance(0.5)
        turns = instancer.GetOrientationsfAttr() if fine else instancer.GetOrientationsAttr()
        kind, array = (Gf.Quatf, Vt.QuatfArray) if fine else (Gf.Quath, Vt.QuathArray)
        if self.chance(0.6):
            self.set(turns, lambda: array([kind(Gf.Quatf(self.number(), self.vector()).GetNormalized())
                                           for _ in range(count)]), 0.3 if fine else 0)
        if self.chance(0.4):
            self.rates(prim, instancer.GetPositionsAttr(), count, ("velocities", "accelerations"))
        if self.chance(0.4):
            self.rates(prim, turns, count, ("angularVelocities",))
        if self.chance(0.3):
            instancer.GetIdsAttr().Set(Vt.Int64Array([self.random.randint(0, 9) for _ in range(count)]))
        if self.chance(0.3):
            self.set(instancer.GetInvisibleIdsAttr(), lambda: Vt.Int64Array([self.random.randint(0, 5)]))
        if self.chance(0.3):
            instancer.DeactivateId(self.random.randint(0, 5))
        return prim

    def camera(self, parent):
        camera = UsdGeom.Camera.Define(self.stage, parent.GetPath().AppendChild(self.name("camera")))
        for name in ("focalLength", "horizontalAperture", "verticalAperture", "fStop", "focusDistance"):
            if self.chance(0.5):
                self.set(camera.GetPrim().GetAttribute(name), lambda: self.number(1, 50))
        for name in ("horizontalApertureOffset", "verticalApertureOffset"):
            if self.chance(0.4):
                self.set(camera.GetPrim().GetAttribute(name), self.number)
        if self.chance(0.3):
            camera.GetProjectionAttr().Set("orthographic")
        if self.chance(0.3):
            camera.GetClippingRangeAttr().Set(Gf.Vec2f(0.1, 500))
        return camera.GetPrim()

    def light(self, parent):
        kind = self.random.choice(LIGHTS)
        prim = self.stage.DefinePrim(parent.GetPath().AppendChild(self.name(kind)), kind)
        light = UsdLux.LightAPI(prim)
        for attribute in (light.GetIntensityAttr(), light.GetExposureAttr(), light.GetDiffuseAttr()):
            if self.chance(0.4):
                self.set(attribute, self.number)
        if self.chance(0.5):
            light.GetEnableColorTemperatureAttr().Set(True)
            light.GetColorTemperatureAttr().Set(self.number(500, 12000))
        for name in ("radius", "length", "width", "height"):
            attribute = prim.GetAttribute("inputs:" + name)
            if attribute and self.chance(0.5):
                self.set(attribute, lambda: self.number(0.1, 3))
        if self.chance(0.3):
            UsdLux.ShapingAPI.Apply(prim).GetShapingConeAngleAttr().Set(self.number(10, 90))
        if prim.GetAttribute("poleAxis") and self.chance(0.6):
            prim.GetAttribute("poleAxis").Set(self.random.choice(("scene", "Y", "Z")))
        return prim

    def network(self, parent):
        """A material with node graphs in node graphs, whose ports are connected at random, circles too."""
        material = UsdShade.Material.Define(self.stage, parent.GetPath().AppendChild(self.name("material")))
        containers, shaders = [material.GetPrim()], []
        for _ in range(self.random.randint(0, 4)):
            holder = self.random.choice(containers).GetPath()
            containers.append(UsdShade.NodeGraph.Define(self.stage, holder.AppendChild(self.name("graph"))).GetPrim())
        for _ in range(self.random.randint(1, 4)):
            holder = self.random.choice(containers).GetPath()
            shader = UsdShade.Shader.Define(self.stage, holder.AppendChild(self.name("shader")))
            if self.chance(0.7):
                shader.CreateIdAttr("UsdPreviewSurface")
            elif self.chance(0.5):
                shader.SetSourceAsset(Sdf.AssetPath("a.osl"), self.random.choice(("OSL", "")))
            else:
                shader.SetSourceCode("code", self.random.choice(("OSL", "glslfx")))
            shaders.append(shader.GetPrim())
        ports = []
        for prim in containers + shaders:
            api = UsdShade.ConnectableAPI(prim)
            for name in self.random.sample(("a", "b"), self.random.randint(1, 2)):
                ports += [api.CreateInput(name, Sdf.ValueTypeNames.Float), api.CreateOutput(name, Sdf.ValueTypeNames.Float)]
                if self.chance(0.4):
                    api.GetInput(name).Set(self.number())
                if self.chance(0.1):
                    api.GetInput(name).SetConnectability("interfaceOnly")
        for context in self.random.sample(("", "ri", "mdl"), self.random.randint(1, 3)):
            ports.append(material.CreateSurfaceOutput(context))
        for port in ports:
            if self.chance(0.6):
                targets = [p.GetAttr().GetPath() for p in self.random.sample(ports, self.random.choice((1, 1, 1, 2)))]
                if self.chance(0.05):
                    targets.append(Sdf.Path("/Nowhere.outputs:a"))
                port.GetAttr().SetConnections(targets)
        if self.chance(0.3):
            base = UsdShade.Material.Define(self.stage, parent.GetPath().AppendChild(self.name("base")))
            material.SetBaseMaterial(base)
        return material.GetPrim()

    def skeleton(self, parent):
        """A SkelRoot with a skeleton, an animation in another order, and meshes bound in several ways."""
        root = UsdSkel.Root.Define(self.stage, parent.GetPath().AppendChild(self.name("root")))
        path = root.GetPath()
        skeleton = UsdSkel.Skeleton.Define(self.stage, path.AppendChild("Skel"))
        names = ["A", "A/B", "A/B/C", "A/D", "E"][:self.random.randint(1, 5)]
        skeleton.GetJointsAttr().Set(names)
        pose = [self.joint() for _ in names]
        skeleton.GetRestTransformsAttr().Set(Vt.Matrix4dArray(pose))  # bounds raise an error without it
        if self.chance(0.9):
            skeleton.GetBindTransformsAttr().Set(Vt.Matrix4dArray([self.joint() for _ in names]))
        self.xform(skeleton.GetPrim())
        shapes = ["smile", "frown"]
        animation = UsdSkel.Animation.Define(self.stage, path.AppendChild("Anim"))
        moved = self.random.sample(names, self.random.randint(0, len(names)))
        animation.GetJointsAttr().Set(moved)
        self.set(animation.GetTranslationsAttr(), lambda: self.vectors(len(moved)), 0.7)
        self.set(animation.GetRotationsAttr(), lambda: Vt.QuatfArray(
            [Gf.Quatf(self.number(), self.vector()).GetNormalized() for _ in moved]), 0.7)
        self.set(animation.GetScalesAttr(), lambda: Vt.Vec3hArray([Gf.Vec3h(1, 1.5, 0.5)] * len(moved)), 0.2)
        animation.GetBlendShapesAttr().Set(self.random.sample(shapes, 2))
        self.set(animation.GetBlendShapeWeightsAttr(), lambda: Vt.FloatArray([self.number(-0.5, 1.5) for _ in shapes]), 0.7)
        binding = UsdSkel.BindingAPI.Apply(root.GetPrim())
        binding.CreateSkeletonRel().SetTargets([skeleton.GetPath()])
        if self.chance(0.8):
            UsdSkel.BindingAPI.Apply(skeleton.GetPrim()).CreateAnimationSourceRel().SetTargets([animation.GetPath()])
        for _ in range(self.random.randint(1, 3)):
            self.skinned(path, names, shapes)
        return root.GetPrim()

    def joint(self):
        rotation = Gf.Matrix4d().SetRotate(Gf.Rotation(Gf.Vec3d(*self.vector()), self.number(-90, 90)))
        scale = Gf.Matrix4d().SetScale(Gf.Vec3d(*(self.number(0.5, 1.5) for _ in range(3))) if self.chance(0.3)
                                       else Gf.Vec3d(1))
        return scale * rotation * Gf.Matrix4d().SetTranslate(Gf.Vec3d(*self.vector()))

    def skinned(self, path, names, shapes):
        mesh = UsdGeom.Mesh.Define(self.stage, path.AppendChild(self.name("skin")))
        count = self.random.choice((3, 6))
        mesh.GetPointsAttr().Set(self.vectors(count))
        mesh.GetFaceVertexCountsAttr().Set([count])
        mesh.GetFaceVertexIndicesAttr().Set(list(range(count)))
        if self.chance(0.5):
            mesh.GetNormalsAttr().Set(Vt.Vec3fArray([v.GetNormalized() for v in self.vectors(count)]))
        if self.chance(0.5):
            mesh.GetExtentAttr().Set(UsdGeom.PointBased.ComputeExtent(mesh.GetPointsAttr().Get()))
        self.xform(mesh.GetPrim())
        api = UsdSkel.BindingAPI.Apply(mesh.GetPrim())
        order = names
        if self.chance(0.4):
            order = self.random.sample(names, self.random.randint(1, len(names)))
            api.CreateJointsAttr().Set(order)
        rigid, size = self.chance(0.3), self.random.choice((1, 2, 3))
        total = size if rigid else size * count
        last = len(order) - (0 if self.chance(0.05) else 1)
        api.CreateJointIndicesPrimvar(rigid, size).Set(Vt.IntArray([self.random.randint(0, last) for _ in range(total)]))
        weights = [self.number(0, 1) for _ in range(total)]
        api.CreateJointWeightsPrimvar(rigid, size).Set(Vt.FloatArray(weights))
        if self.chance(0.5):
            api.CreateGeomBindTransformAttr().Set(self.joint())
        if self.chance(0.4):
            mesh.GetPrim().CreateAttribute("primvars:skel:skinningMethod", Sdf.ValueTypeNames.Token).Set("dualQuaternion")
        if self.chance(0.5):
            self.blend_shapes(mesh, api, shapes, count)

    def blend_shapes(self, mesh, api, shapes, count):
        order = self.random.sample(shapes, self.random.randint(1, 2))
        api.CreateBlendShapesAttr().Set(order)
        targets = []
        for name in order:
            shape = UsdSkel.BlendShape.Define(self.stage, mesh.GetPath().AppendChild(name))
            sparse = self.chance(0.4)
            size = 2 if sparse else count
            shape.GetOffsetsAttr().Set(self.vectors(size, 1))
            if sparse:
                shape.GetPointIndicesAttr().Set(Vt.IntArray(self.random.sample(range(count), size)))
            for weight in self.random.sample((-0.5, 0.25, 0.5, 1.25), self.random.choice((0, 1, 2))):
                between = shape.CreateInbetween(self.name("between"))
                between.SetWeight(weight)
                between.SetOffsets(self.vectors(size, 1))
            targets.append(shape.GetPath())
        api.CreateBlendShapeTargetsRel().SetTargets(targets)

    def grow(self, parent, depth):
        """A subtree; what may serve as a prototype is kept."""
        made = []
        for _ in range(self.random.randint(1, 4)):
            kind = self.random.random()
            if kind < 0.45:
                made.append(self.gprim(parent))
            elif kind < 0.55:
                made.append(self.camera(parent))
            elif kind < 0.65:
                made.append(self.light(parent))
            elif kind < 0.72:
                self.network(parent)
            elif kind < 0.8:
                made.append(self.skeleton(parent))
            elif depth > 0:
                child = self.stage.DefinePrim(parent.GetPath().AppendChild(self.name("group")),
                                              self.random.choice(("Xform", "Xform", "Scope", "")))
                made.append(child)
                made += self.grow(child, depth - 1)
        for prim in made:
            if prim.IsA(UsdGeom.Xformable):
                self.xform(prim)
            if prim.IsA(UsdGeom.Imageable):
                self.imageable(prim)
                self.primvars(prim)
        return made

    def make(self):
        root = self.stage.DefinePrim("/Root", "Xform")
        self.imageable(root)
        made = self.grow(root, 3)
        boundable = [p for p in made if p.IsA(UsdGeom.Imageable)]
        has_instancer = bool(boundable) and self.chance(0.6)
        if has_instancer:
            instancer = self.instancer(root, boundable)
            if self.chance(0.4):
                self.instancer(root, boundable + [instancer])
        for _ in range(self.random.choice((0, 1, 2))):  # instances of what is there
            source = self.random.choice(made or [root])
            copy = self.stage.DefinePrim(f"/{self.name('Instance')}", "Xform")
            copy.GetReferences().AddInternalReference(source.GetPath())
            copy.SetInstanceable(self.chance(0.7))
            self.xform(copy)
            self.imageable(copy)
        if self.chance(0.4) and made and not has_instancer:  # bounds of prototypes that are not there raise errors
            self.random.choice(made).SetActive(False)
        self.stage.GetRootLayer().Save()


def make(seed, path):
    """Writes the stage of `seed` to `path`."""
    Maker(seed, path).make()
