// Which people of the furniture library get vest and helmet, and how are they dressed?
#include "dressed.h"

#include "fit_vest.h"
#include "generators/buildings.h"
#include "generators/helmet.h"
#include "layer_arrays.h"
#include "tables.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace soulvan::catalog {
namespace {

/// As people say it: "wearing a hard hat and a hi-vis vest".
constexpr std::array<std::string_view, 8> work_clothes = {
    "hi_vis", "vest",          "safety_vest", "hi_vis_vest", "high_visibility_vest",
    "helmet", "safety_helmet", "hard_hat"};

template <std::size_t N>
std::array<double, N> numbers_in(std::string_view cell)
{
    auto const pieces = split(cell, ',');
    SOULVAN_CHECK(pieces.size() == N);
    std::array<double, N> numbers{};
    for (std::size_t i = 0; i < N; ++i) {
        auto const number = number_in(pieces[i]);
        SOULVAN_CHECK(number.has_value());
        numbers[i] = *number;
    }
    return numbers;
}

DressedPerson person_of(std::vector<std::string_view> const& row)
{
    SOULVAN_CHECK(row.size() == 6);
    DressedPerson one;
    auto& asset = one.asset;
    asset.ref.key = row[0];
    one.person = row[1];
    asset.name = row[2];
    for (auto const word : split(row[3], ',')) asset.attributes.emplace_back(word);
    asset.attributes.emplace_back("adult");
    for (auto const word : work_clothes) asset.attributes.emplace_back(word);
    asset.tags = {"worker", "person", "people", "warehouse worker", "hi-vis", "hard hat"};
    auto const head = numbers_in<8>(row[4]);
    one.head = {head[0], head[1], head[2]};
    one.turn_deg = {head[3], head[4], head[5]};
    one.head_width = head[6];
    one.head_depth = head[7];
    auto const box = numbers_in<6>(row[5]);
    asset.bounds = {Vec3d(box[0], box[1], box[2]), Vec3d(box[3], box[4], box[5])};
    asset.category = "worker";
    asset.pack = "soulvan";
    asset.origin = Origin::generated;
    asset.quality = 3;
    asset.clearance = Categories::standard().find(asset.category)->clearance;
    asset.uri = "soulvan:" + asset.ref.key;
    return one;
}

/// The helmet's frame: p_person = p_helmet * matrix.
Matrix4d head_frame(DressedPerson const& dressed)
{
    return kit::turned_z(dressed.turn_deg.z) * kit::turned_x(dressed.turn_deg.y) *
           kit::turned_y(dressed.turn_deg.x) * kit::moved(dressed.head.x, dressed.head.y, dressed.head.z);
}

kit::Model helmet_model(DressedPerson const& dressed, std::uint64_t seed)
{
    static constexpr std::array colors{"white", "yellow", "white", "blue", "white", "orange", "yellow"};
    auto const recipe = kit::helmet();
    AssetRef const ref{recipe.key,
                       {{"head_width", fmt::format("{}", dressed.head_width)},
                        {"head_depth", fmt::format("{}", dressed.head_depth)},
                        {"color", colors[seed % colors.size()]}},
                       seed};
    auto const values = kit::Values::read(recipe.key, recipe.parameters, ref);
    SOULVAN_CHECK(values.has_value()); // a test dresses every row
    return recipe.build(*values);
}

/// Draws what stands out of the helmet's inside towards its middle. Below the rim it may widen again.
class Cap {
public:
    explicit Cap(DressedPerson const& dressed)
        : person_from_head_(head_frame(dressed)),
          head_from_person_(person_from_head_.inverse()),
          x_(dressed.head_width / 2 + kit::helmet_gap - 0.006),
          z_(dressed.head_depth / 2 + kit::helmet_gap - 0.006)
    {}

    bool press(Vec3f& point) const
    {
        Vec3d p(0, 0, 0);
        head_from_person_.multVecMatrix(Vec3d(point), p);
        if (p.y < -0.06 || p.y > 0.4 || std::hypot(p.x, p.z) > 0.25) return false;
        double const out = std::hypot(p.x / x_, p.z / z_);
        double const limit = p.y <= 0 ? 1 - 5 * p.y : 1;
        double scale = limit / std::max(out, 1e-9);
        if (p.y > 0) { // the shell of kit::helmet(), read backwards
            double const inside =
                std::pow(out, 2 / 0.8) + std::pow(p.y / (kit::helmet_crown - 0.008), 2 / 0.92);
            scale = std::pow(inside, -0.42);
        }
        if (scale >= 1) return false;
        p.x *= scale;
        p.z *= scale;
        if (p.y > 0) p.y *= scale;
        Vec3d moved(0, 0, 0);
        person_from_head_.multVecMatrix(p, moved);
        point = Vec3f(moved);
        return true;
    }

private:
    Matrix4d person_from_head_, head_from_person_;
    double x_, z_;
};

/// The person below `at`, and the points of hair and caps as they lie under the helmet.
void add_person(usd::Layer& layer, usd::Path const& at, usd::Layer const& person, std::string const& file,
                Cap const& cap)
{
    auto& prim = layer.define_prim(at, usd::Specifier::def, usd::Token("Xform"));
    usd::Reference to;
    to.asset = "./" + file;
    prim.set(usd::field::references, usd::ReferenceListOp::make_prepended({to}));
    auto const root = usd::Path::root().child(person.default_prim());
    for (auto const& path : person.paths()) {
        auto const points = array_at<Vec3f>(person, path.property("points"));
        std::vector<Vec3f> pressed(points.begin(), points.end());
        bool any = false;
        for (auto& p : pressed)
            if (cap.press(p)) any = true;
        if (!any) continue;
        auto const over = path.replace_prefix(root, at);
        layer.define_prim(over, usd::Specifier::over);
        layer.define_attribute(over.property("points"), usd::Token("point3f[]"),
                               usd::Array<Vec3f>(std::move(pressed)));
    }
}

} // namespace

std::vector<DressedPerson> const& dressed_people()
{
    static std::vector<DressedPerson> const people = [] {
        std::vector<DressedPerson> result;
        for (auto const& row : table_rows(data::workers_tsv)) result.push_back(person_of(row));
        return result;
    }();
    return people;
}

DressedPerson const* find_dressed(std::string_view key)
{
    auto const& people = dressed_people();
    auto const found =
        std::ranges::find(people, key, [](DressedPerson const& one) { return one.asset.ref.key; });
    return found == people.end() ? nullptr : &*found;
}

bool names_work_clothes(std::set<std::string> const& attributes)
{
    return std::ranges::any_of(work_clothes,
                               [&](auto word) { return attributes.contains(std::string(word)); });
}

std::vector<Asset> dressed_assets(std::vector<Asset> const& built_in)
{
    std::vector<Asset> assets;
    for (auto const& one : dressed_people()) {
        auto const person =
            std::ranges::find(built_in, one.person, [](Asset const& asset) { return asset.ref.key; });
        if (person == built_in.end() || !person->placeable) continue;
        auto asset = one.asset;
        asset.license = person->license;
        asset.credit = person->credit + "; vest and helmet: Soulvan generators";
        asset.content_hash =
            hex(sha256(fmt::format("{} {} {}", asset.ref.key, person->uri, dressed_version)));
        asset.placeable = true;
        assets.push_back(std::move(asset));
    }
    return assets;
}

Result<Generated> dress(DressedPerson const& dressed, Asset const& asset, usd::Layer const& person,
                        std::string const& person_file)
{
    kit::Model model(mix64(asset.ref.seed + 200));
    bool const orange = asset.ref.seed % 3 == 2;
    VestCut cut; // yellow
    if (orange) cut.color = {0.95f, 0.16f, 0.01f};
    TRY(fit_vest(person, asset.bounds.max.y, cut, model.root.mesh));
    auto helmet = helmet_model(dressed, asset.ref.seed);
    auto const place = model.add({.name = "Helmet", .mesh = std::move(helmet.root.mesh), .copies = {}});
    model.put(place, head_frame(dressed));
    auto generated = TRY(kit::write_asset(model, asset));
    auto const root = usd::Path::root().child(generated.layer.default_prim());
    add_person(generated.layer, root.child("Person"), person, person_file, Cap(dressed));
    return generated;
}

} // namespace soulvan::catalog
