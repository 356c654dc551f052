// Goods: the things that stand on pallets, each with its bounds, and plans of loads made of them.
#pragma once

#include "kit_shapes.h"

#include <memory>

namespace soulvan::catalog::kit {

/// A thing that is made once in a model and copied. The foot lies at y = 0, the centre at the origin.
struct Kind {
    std::string name; ///< a prim name: equal names are equal things
    Range3d bounds;
    std::function<void(Mesh&)> make;
    /// Points that span it where the corners of its bounds are empty (round things); else none.
    std::vector<Vec3d> hull{};
};
/// Takes in the kind as it stands at `at`.
void extend(Range3d& box, Kind const& kind, Matrix4d const& at);
using KindRef = std::shared_ptr<Kind const>;

KindRef pallet_kind(std::string const& type, bool old, int variant); ///< "eur", "gma", "plastic"
/// Its size: length along x, width along z, height.
Vec3d pallet_size(std::string const& type);
/// size "small", "medium", "large", "flat", "tall"; look "carton", "carton_pale", "carton_dark",
/// "carton_printed"
KindRef carton_kind(std::string const& size, std::string const& look, int variant, bool open = false);
Vec3d carton_size(std::string const& size);
KindRef drum_kind(std::string const& type, std::string const& color); ///< "steel", "plastic"
KindRef sack_kind(std::string const& color, int variant);
KindRef tote_kind(std::string const& color, bool filled);
KindRef ibc_kind();
/// Goods wound in film, of this size.
KindRef film_kind(Vec3d const& size, bool black, int variant);

struct Item {
    KindRef kind;
    Matrix4d at;
};
struct LoadPlan {
    std::vector<Item> items;
    Range3d bounds;
    void put(KindRef kind, Matrix4d const& at);
};

/// What can be planned on a pallet.
std::vector<std::string> const&
goods_names(); ///< "cartons", "mixed", "wrapped", "sacks", "drums", "totes", …
/// A pallet with goods up to about `height` above the floor, foot at the origin, length along x.
LoadPlan plan_load(std::string const& goods, std::string const& pallet, double height, Random random);
/// The items as copies in a model; kinds that are there already are used again.
void add_load(Model& model, LoadPlan const& load, Matrix4d const& at);
/// Takes in the corners of every item.
void extend(Range3d& box, LoadPlan const& load, Matrix4d const& at);
std::size_t add_kind(Model& model, Kind const& kind);

} // namespace soulvan::catalog::kit
