// Which surfaces does a stage show, and where? Instances and PointInstancers flattened to one level.
#include "soulvan/geometry/triangles.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace soulvan::geometry {
namespace {

constexpr std::size_t most_copies = 10'000'000;

bool is_gprim(usd::Token type)
{
    static constexpr std::array<std::string_view, 17> types{
        "Mesh",    "Sphere",     "Cube",    "Cylinder",    "Cylinder_1",  "Cone",
        "Capsule", "Capsule_1",  "Plane",   "BasisCurves", "NurbsCurves", "HermiteCurves",
        "Points",  "NurbsPatch", "TetMesh", "Volume",      "Gprim"};
    return std::find(types.begin(), types.end(), type.view()) != types.end();
}

/// What a prim hands down to its children.
struct Inherited {
    Matrix4d world;
    usd::Token purpose{"default"};
    /// Surfaces below share their data with equal ones elsewhere: the key of the shared subtree, and where
    /// that subtree begins. Empty: unshared.
    std::string shared;
    usd::Path shared_root;
    /// Below a prototype everything active counts: prototypes are often kept as `over` or `class`.
    bool in_prototype = false;
};

class Flattener {
public:
    Flattener(usd::Stage const& stage, usd::Time time, std::vector<std::string> const& purposes,
              std::function<bool(usd::Prim const&)> const& whole)
        : stage_(stage),
          time_(time),
          purposes_(purposes),
          whole_(whole)
    {}

    Result<std::vector<Placed>> run()
    {
        for (auto const& child : stage_.pseudo_root().children()) TRY(visit(child, Inherited{}, out_));
        return std::move(out_);
    }

private:
    Result<> visit(usd::Prim const& prim, Inherited inherited, std::vector<Placed>& out)
    {
        auto const type = prim.type_name();
        if (type == "Material" || type == "GeomSubset") return {};
        auto const local = TRY(usd::local_transform(prim, time_));
        resets_ = resets_ || local.resets;
        inherited.world = local.resets ? local.parent_from_local : local.parent_from_local * inherited.world;
        return visit_placed(prim, std::move(inherited), out);
    }

    /// As visit, for a prim whose own transform is in `inherited` already.
    Result<> visit_placed(usd::Prim const& prim, Inherited inherited, std::vector<Placed>& out)
    {
        if (prim.get_or<usd::Token>("visibility", usd::Token("inherited"), time_) == "invisible") return {};
        if (auto const purpose = prim.attribute("purpose"); purpose && purpose->is_authored())
            inherited.purpose = purpose->get<usd::Token>().value_or(inherited.purpose);
        if (prim.is_instance()) {
            inherited.shared = fmt::format("{}{}", prim.prototype_key(), inherited_primvars(prim));
            inherited.shared_root = prim.path();
            // Wholes hold no wholes, and copies of instancers are single surfaces.
            if (whole_ && &out == &out_ && whole_(prim)) return list_whole(prim, inherited);
        }
        return visit_shown(prim, inherited, out);
    }

    /// As visit_placed, for a prim that is known to be visible.
    Result<> visit_shown(usd::Prim const& prim, Inherited const& inherited, std::vector<Placed>& out)
    {
        auto const type = prim.type_name();
        if (type == "PointInstancer") return expand(prim, inherited, out);
        if (is_gprim(type) && is_wanted(inherited.purpose)) {
            if (out.size() >= most_copies) return too_many(prim.path());
            out.push_back({prim, inherited.world, shared_key(prim, inherited), {}, -1, nullptr});
        }
        if (inherited.in_prototype) {
            for (auto const& child : prim.all_children())
                if (child.is_active()) TRY(visit(child, inherited, out));
        } else {
            for (auto const& child : prim.children()) TRY(visit(child, inherited, out));
        }
        return {};
    }

    static std::unexpected<Error> too_many(usd::Path const& where)
    {
        return fail(Errc::limit, "{}: the stage has more than {} copies of surfaces; hide some", where.str(),
                    most_copies);
    }

    Result<> list_whole(usd::Prim const& prim, Inherited const& inherited)
    {
        auto const [known, is_new] = wholes_.try_emplace(inherited.shared + ' ' + inherited.purpose.str());
        auto& inside = known->second;
        if (is_new) {
            auto own = inherited;
            own.world.makeIdentity();
            std::vector<Placed> surfaces;
            resets_ = false;
            TRY(visit_shown(prim, own, surfaces));
            if (!resets_) inside = std::make_shared<std::vector<Placed> const>(std::move(surfaces));
        }
        if (!inside) return visit_shown(prim, inherited, out_); // it does not move as one
        inside_wholes_ += inside->size();
        if (inside_wholes_ > most_copies) return too_many(prim.path());
        if (!inside->empty()) out_.push_back({prim, inherited.world, 0, {}, -1, inside});
        return {};
    }

    bool is_wanted(usd::Token purpose) const
    {
        return purpose == "default" ||
               std::find(purposes_.begin(), purposes_.end(), purpose.view()) != purposes_.end();
    }

    /// Constant primvars above an instance flow into it: instances that inherit different ones are not equal.
    static std::string inherited_primvars(usd::Prim const& instance)
    {
        std::string names;
        for (auto prim = instance; prim && !prim.path().is_root(); prim = prim.parent())
            for (auto const name : prim.property_names())
                if (name.view().starts_with("primvars:")) names += ' ' + prim.path().property(name).str();
        return names;
    }

    std::size_t shared_key(usd::Prim const& prim, Inherited const& inherited)
    {
        if (inherited.shared.empty()) return 0;
        auto const below = prim.path().str().substr(inherited.shared_root.str().size());
        return keys_.try_emplace(inherited.shared + '|' + below, keys_.size() + 1).first->second;
    }

    /// The surfaces of a prototype in the space of its root, found once for all points that use it.
    Result<std::vector<Placed> const*> prototype(usd::Prim const& prim, usd::Token purpose)
    {
        auto const known = prototypes_.find({prim.path(), purpose});
        if (known != prototypes_.end()) return &known->second;
        Inherited inherited;
        inherited.purpose = purpose;
        inherited.in_prototype = true;
        inherited.shared = "prototype " + prim.path().str();
        inherited.shared_root = prim.path();
        std::vector<Placed> surfaces;
        TRY(visit_placed(prim, std::move(inherited), surfaces));
        return &prototypes_.emplace(std::pair{prim.path(), purpose}, std::move(surfaces)).first->second;
    }

    Result<> expand(usd::Prim const& instancer, Inherited const& inherited, std::vector<Placed>& out)
    {
        auto const path = instancer.path();
        if (std::find(open_.begin(), open_.end(), path) != open_.end())
            return fail(Errc::invalid_input, "{}: the PointInstancer is among its own prototypes",
                        path.str());
        open_.push_back(path);
        auto const instances = TRY(point_instances(stage_, instancer, time_));
        std::vector<std::vector<Placed> const*> surfaces;
        for (auto const& prim : instances.prototypes)
            surfaces.push_back(TRY(prototype(prim, inherited.purpose)));
        auto const copies_of = [&](std::size_t i) -> std::vector<Placed> const& {
            return *surfaces[static_cast<std::size_t>(instances.prototype_of[i])];
        };
        std::size_t total = out.size(); // judged before anything is made: nested instancers multiply
        for (std::size_t i = 0; i < instances.prototype_of.size(); ++i)
            if (instances.visible[i]) total += copies_of(i).size();
        if (total > most_copies) return too_many(path);
        for (std::size_t i = 0; i < instances.prototype_of.size(); ++i) {
            if (!instances.visible[i]) continue;
            auto const world = instances.instancer_from_prototype[i] * inherited.world;
            for (auto const& copy : copies_of(i))
                out.push_back({copy.prim, copy.world_from_local * world, copy.shared_key, path,
                               static_cast<std::int64_t>(i), nullptr});
        }
        open_.pop_back();
        return {};
    }

    usd::Stage const& stage_;
    usd::Time time_;
    std::vector<std::string> const& purposes_;
    std::function<bool(usd::Prim const&)> const& whole_;
    std::vector<Placed> out_;
    std::unordered_map<std::string, std::shared_ptr<std::vector<Placed> const>> wholes_;
    std::size_t inside_wholes_ = 0;
    bool resets_ = false; ///< a prim below the whole that is being read ignores its parent's transform
    std::unordered_map<std::string, std::size_t> keys_;
    std::map<std::pair<usd::Path, usd::Token>, std::vector<Placed>> prototypes_;
    std::vector<usd::Path> open_; ///< the PointInstancers that are being expanded, outermost first
};

} // namespace

Result<std::vector<Placed>> flatten(usd::Stage const& stage, usd::Time time,
                                    std::vector<std::string> const& purposes,
                                    std::function<bool(usd::Prim const&)> const& whole)
{
    return Flattener(stage, time, purposes, whole).run();
}

} // namespace soulvan::geometry
