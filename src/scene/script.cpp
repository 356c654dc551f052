// Which Python makes the same stage? One call a prim, through the pxr API alone.
#include "soulvan/scene/build.h"

#include <algorithm>

namespace soulvan::scene {

namespace {

using usd::Path;
using usd::SpecView;
using usd::Token;
using usd::Value;

/// What every script begins with. It runs in Kit's script editor, by `kit --exec` and in plain Python.
constexpr char prologue[] = R"PY(
import json
import os
import sys

from pxr import Gf, Sdf, Usd, UsdGeom, Vt

try:
    import omni.usd as kit  # inside Omniverse Kit
except ImportError:
    kit = None

# Where the folder `assets` lies: a local folder, a mounted drive (r"Z:\renders\hall") or the folder under which a
# bucket is mounted ("s3://bucket/hall", if your resolver reads it). The environment's ASSET_ROOT wins.
ASSET_ROOT = ""

try:
    HERE = os.path.dirname(os.path.abspath(__file__))
except NameError:  # the script editor runs text, not a file
    HERE = os.getcwd()
ROOT = (os.environ.get("ASSET_ROOT") or ASSET_ROOT or HERE).replace("\\", "/").rstrip("/")
arguments = [word for word in sys.argv[1:] if word.endswith((".usd", ".usda", ".usdc"))]
OUTPUT = os.path.abspath(arguments[0] if arguments else os.path.join(HERE, "scene_from_script.usda"))

if kit:
    kit.get_context().new_stage()
    stage = kit.get_context().get_stage()
else:
    stage = Usd.Stage.CreateNew(OUTPUT)
layer = stage.GetRootLayer()
missing = set()


def asset_path(key):
    """Where an asset lies: beside a stage that is written beside its assets, else below ROOT."""
    path = f"{ROOT}/{key}"
    if "://" not in path and not os.path.exists(path):
        missing.add(path)
    beside = not kit and os.path.normcase(os.path.dirname(OUTPUT)) == os.path.normcase(os.path.abspath(ROOT))
    return f"./{key}" if beside else path


def define(path, type_name, kind=""):
    prim = stage.DefinePrim(path, type_name)
    if kind:
        Usd.ModelAPI(prim).SetKind(kind)
    return prim


def attribute(prim, name, type_name, value=None, custom=False, uniform=False, samples=None):
    variability = Sdf.VariabilityUniform if uniform else Sdf.VariabilityVarying
    made = prim.CreateAttribute(name, Sdf.ValueTypeNames.Find(type_name), custom, variability)
    if value is not None:
        made.Set(value)
    for time, sample in (samples or {}).items():
        made.Set(sample, time)


def place(prim, translate, rotate, scale=(1, 1, 1)):
    """Metres and degrees; the ops that every thing has."""
    thing = UsdGeom.Xformable(prim)
    thing.AddTranslateOp().Set(Gf.Vec3d(*translate))
    thing.AddRotateXYZOp().Set(Gf.Vec3f(*rotate))
    thing.AddScaleOp().Set(Gf.Vec3f(*scale))


def refer(path, key, matrix=None):
    """The asset on a prim of its own, brought to metres and +Y up if it is neither."""
    prim = define(path, "Xform")
    target = asset_path(key)
    prim.GetReferences().AddReference(target)
    prim.SetInstanceable(True)
    if matrix is None:
        opened = None if f"{ROOT}/{key}" in missing else Sdf.Layer.FindOrOpen(f"{ROOT}/{key}")
        model = Usd.Stage.Open(opened, Usd.Stage.LoadNone) if opened else None
        if model:
            factor = UsdGeom.GetStageMetersPerUnit(model) / UsdGeom.GetStageMetersPerUnit(stage)
            upright = UsdGeom.GetStageUpAxis(model) == UsdGeom.GetStageUpAxis(stage)
            if abs(factor - 1) > 1e-6 or not upright:
                matrix = Gf.Matrix4d().SetScale(factor)
                if not upright:
                    matrix *= Gf.Matrix4d().SetRotate(Gf.Rotation(Gf.Vec3d(1, 0, 0), -90))
    if matrix is not None:
        UsdGeom.Xformable(prim).AddTransformOp(opSuffix="units").Set(matrix)


def relate(prim, name, targets):
    prim.CreateRelationship(name, False).SetTargets([Sdf.Path(target) for target in targets])

)PY";

constexpr char epilogue[] = R"PY(
if kit:
    layer.Export(OUTPUT)
else:
    layer.Save()
if missing:
    print(f"{len(missing)} assets are missing below {ROOT}; set ASSET_ROOT to the folder that holds assets/:")
    for path in sorted(missing):
        print(f"  {path}")
print(json.dumps({"stage": OUTPUT, "prims": sum(1 for _ in stage.TraverseAll()), "missing": sorted(missing)}))
)PY";

/// A Python string literal; the text is data, whatever stands in it.
std::string python_string(std::string_view text)
{
    std::string out = "\"";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += fmt::format("\\{}", c);
        else if (byte < 32 || byte == 127)
            out += fmt::format("\\x{:02x}", byte);
        else
            out += c;
    }
    return out + "\"";
}

template <class T>
std::string number(T value)
{
    return fmt::format("{}", value);
}

template <class V>
std::string tuple(V const& v)
{
    std::string out = "(";
    for (unsigned i = 0; i < V::dimensions(); ++i) out += (i ? ", " : "") + number(v[static_cast<int>(i)]);
    return out + ")";
}

std::string matrix(Matrix4d const& m)
{
    std::string out = "Gf.Matrix4d(";
    for (int i = 0; i < 16; ++i) out += (i ? ", " : "") + number(m[i / 4][i % 4]);
    return out + ")";
}

/// The value as a Python literal; "" for a type that the builder does not write.
std::string literal(Value const& value)
{
    if (auto const* v = value.get<float>()) return number(*v);
    if (auto const* v = value.get<double>()) return number(*v);
    if (auto const* v = value.get<std::int32_t>()) return number(*v);
    if (auto const* v = value.get<usd::Bool>()) return v->value ? "True" : "False";
    if (auto const* v = value.get<std::string>()) return python_string(*v);
    if (auto const* v = value.get<Token>()) return python_string(v->str());
    if (auto const* v = value.get<Vec2f>()) return "Gf.Vec2f" + tuple(*v);
    if (auto const* v = value.get<Vec2i>()) return "Gf.Vec2i" + tuple(*v);
    if (auto const* v = value.get<Vec3f>()) return "Gf.Vec3f" + tuple(*v);
    if (auto const* v = value.get<Vec3d>()) return "Gf.Vec3d" + tuple(*v);
    if (auto const* v = value.get<Matrix4d>()) return matrix(*v);
    auto const list = [](auto const& elements, auto const& print) {
        std::string out = "[";
        for (auto const& element : elements) out += (out.size() > 1 ? ", " : "") + print(element);
        return out + "]";
    };
    if (auto const* v = value.get<usd::Array<Token>>())
        return "Vt.TokenArray(" + list(*v, [](Token t) { return python_string(t.str()); }) + ")";
    if (auto const* v = value.get<usd::Array<Vec3f>>())
        return "Vt.Vec3fArray(" + list(*v, [](Vec3f const& t) { return tuple(t); }) + ")";
    return "";
}

class Writer {
public:
    explicit Writer(usd::Layer const& layer) : layer_(layer) {}

    Result<std::string> write(std::string const& title)
    {
        std::string heading = title;
        std::ranges::replace_if(
            heading, [](char c) { return static_cast<unsigned char>(c) < 32; }, ' ');
        out_ = fmt::format(
            "# {}\n# Written by soulvan. Run it in Kit's script editor (Window > Script Editor), with\n"
            "#   kit <app>.kit --no-window --exec \"scene.py\"\n# or with plain Python and the "
            "package usd-core: python3 scene.py [stage.usda]\n",
            heading);
        out_ += prologue;
        TRY(write_stage_metadata());
        for (auto const& name : layer_.pseudo_root().prim_children())
            TRY(write_prim(Path::root().child(name)));
        out_ += epilogue;
        return std::move(out_);
    }

private:
    template <class T>
    T root(Token name, T fallback) const
    {
        return layer_.pseudo_root().get_or(name, fallback);
    }

    Result<> write_stage_metadata()
    {
        out_ += fmt::format("\nUsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.{})\n",
                            root(usd::field::up_axis, Token("Y")).str() == "Z" ? "z" : "y");
        out_ += fmt::format("UsdGeom.SetStageMetersPerUnit(stage, {})\n",
                            root(usd::field::meters_per_unit, 0.01));
        for (auto const& [name, call] :
             {std::pair{usd::field::time_codes_per_second, "SetTimeCodesPerSecond"},
              {usd::field::frames_per_second, "SetFramesPerSecond"},
              {usd::field::start_time_code, "SetStartTimeCode"},
              {usd::field::end_time_code, "SetEndTimeCode"}})
            if (layer_.pseudo_root().has(name)) out_ += fmt::format("stage.{}({})\n", call, root(name, 0.0));
        if (auto const data = layer_.pseudo_root().find(usd::field::custom_layer_data); !data.empty()) {
            std::string entries;
            for (auto const& [key, value] : data.get_or(usd::Dictionary())) {
                auto const text = literal(value);
                if (text.empty())
                    return fail(Errc::unsupported, "script: customLayerData {}: a value of this type", key);
                entries += fmt::format("{}{}: {}", entries.empty() ? "" : ", ", python_string(key), text);
            }
            out_ += fmt::format("layer.customLayerData = {{{}}}\n", entries);
        }
        auto const settings = root(Token("renderSettingsPrimPath"), std::string());
        if (!settings.empty())
            out_ +=
                fmt::format("stage.SetMetadata(\"renderSettingsPrimPath\", {})\n", python_string(settings));
        return {};
    }

    Result<> write_prim(Path const& path)
    {
        auto const spec = layer_.find(path);
        if (auto const references = spec.find(usd::field::references); !references.empty()) {
            TRY(write_reference(path, spec, references));
        } else {
            auto const type = spec.get_or(usd::field::type_name, Token());
            auto const kind = spec.get<Token>(usd::field::kind);
            out_ += fmt::format("\nprim = define({}, {}{})\n", python_string(path.str()),
                                python_string(type.str()), kind ? ", " + python_string(kind->str()) : "");
            TRY(write_properties(path, spec));
        }
        for (auto const& name : spec.prim_children()) TRY(write_prim(path.child(name)));
        if (layer_.default_prim() == path.name() && path.depth() == 1)
            out_ += "\nstage.SetDefaultPrim(stage.GetPrimAtPath(" + python_string(path.str()) + "))\n";
        return {};
    }

    Result<> write_reference(Path const& path, SpecView spec, Value const& value)
    {
        auto const* list = value.get<usd::ReferenceListOp>();
        if (!list || list->prepended.size() != 1 || !list->prepended.front().prim.empty() ||
            list->prepended.front().asset.find("assets/") == std::string::npos)
            return fail(Errc::unsupported, "script: {}: an arc of this form", path.str());
        std::string correction;
        for (auto const& name : spec.properties()) {
            auto const held = layer_.find(path.property(name)).find(usd::field::default_value);
            if (name == "xformOp:transform:units" && !held.empty())
                correction = ", " + literal(held);
            else if (name != "xformOpOrder")
                return fail(Errc::unsupported, "script: {}.{}: a property on an asset", path.str(),
                            name.str());
        }
        out_ += fmt::format("refer({}, {}{})\n", python_string(path.str()),
                            python_string(key_of(list->prepended.front().asset)), correction);
        return {};
    }

    /// "./hall.files/assets/scopia/chair.usdc" is found at ROOT/assets/scopia/chair.usdc.
    static std::string key_of(std::string const& asset) { return asset.substr(asset.find("assets/")); }

    /// Of an attribute without samples.
    Value default_of(Path const& prim, char const* name) const
    {
        auto const spec = layer_.find(prim.property(name));
        return spec && !spec.has(usd::field::time_samples) ? spec.find(usd::field::default_value) : Value();
    }

    Result<> write_properties(Path const& path, SpecView spec)
    {
        // The three ops that build_stage gives to everything have a call of their own.
        auto const translate = default_of(path, "xformOp:translate");
        auto const rotate = default_of(path, "xformOp:rotateXYZ");
        auto const scale = default_of(path, "xformOp:scale");
        bool const placed = !translate.empty() && !rotate.empty() && !scale.empty();
        for (auto const& name : spec.properties()) {
            if (placed && name.view().starts_with("xformOp")) continue;
            auto const property = layer_.find(path.property(name));
            if (property.kind() == usd::SpecKind::relationship)
                TRY(write_relationship(name, property));
            else
                TRY(write_attribute(path, name, property));
        }
        if (!placed) return {};
        auto const factor = scale.get_or(Vec3f(1, 1, 1));
        out_ += fmt::format("place(prim, {}, {}{})\n", tuple(translate.get_or(Vec3d(0, 0, 0))),
                            tuple(rotate.get_or(Vec3f(0, 0, 0))),
                            factor == Vec3f(1, 1, 1) ? "" : ", " + tuple(factor));
        return {};
    }

    Result<> write_relationship(Token name, SpecView property)
    {
        std::string targets;
        for (auto const& target : property.get_or(usd::field::target_paths, usd::PathListOp()).explicit_items)
            targets += (targets.empty() ? "" : ", ") + python_string(target.str());
        out_ += fmt::format("relate(prim, {}, [{}])\n", python_string(name.str()), targets);
        return {};
    }

    Result<> write_attribute(Path const& prim, Token name, SpecView property)
    {
        auto const refuse = [&] {
            return fail(Errc::unsupported, "script: {}.{}: a value of this type", prim.str(), name.str());
        };
        auto const type = property.get_or(usd::field::type_name, Token());
        std::string call =
            fmt::format("attribute(prim, {}, {}", python_string(name.str()), python_string(type.str()));
        if (auto const value = property.find(usd::field::default_value); !value.empty()) {
            auto const text = literal(value);
            if (text.empty()) return refuse();
            call += ", " + text;
        }
        if (property.get_or(usd::field::custom, usd::Bool{}).value) call += ", custom=True";
        if (property.get_or(usd::field::variability, usd::Variability::varying) == usd::Variability::uniform)
            call += ", uniform=True";
        if (auto const samples = property.get<usd::TimeSamples>(usd::field::time_samples)) {
            call += ", samples={";
            int count = 0;
            for (auto const& [time, value] : *samples) {
                auto const text = literal(value);
                if (text.empty()) return refuse();
                call += fmt::format("{}{}: {}", count++ % 4 == 0 ? "\n    " : " ", time, text + ",");
            }
            call += "\n}";
        }
        out_ += call + ")\n";
        return {};
    }

    usd::Layer const& layer_;
    std::string out_;
};

} // namespace

Result<std::string> write_script(usd::Layer const& stage, std::string const& title)
{
    return Writer(stage).write(title);
}

} // namespace soulvan::scene
