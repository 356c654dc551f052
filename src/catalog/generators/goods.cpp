// The recipes of goods: pallets, loads, cartons, drums, containers, crates, sacks.
#include "goods.h"

#include "props.h"

#include <algorithm>

namespace soulvan::catalog::kit {
namespace {

/// The top of a box as a place for other things.
SupportSurface top_of(Range3d const& box, double inset = 0)
{
    return {box.min.x + inset, box.max.x - inset, box.min.z + inset, box.max.z - inset, box.max.y};
}

Asset record(std::string name, std::string category, Range3d const& bounds,
             std::vector<std::string> attributes, std::vector<std::string> tags)
{
    Asset asset;
    asset.name = std::move(name);
    asset.category = std::move(category);
    asset.bounds = bounds;
    asset.attributes = std::move(attributes);
    asset.tags = std::move(tags);
    return asset;
}

Model model_of(Values const& values, LoadPlan const& plan)
{
    Model model(mix64(values.seed + 31));
    add_load(model, plan, Matrix4d());
    return model;
}

/// A single kind as the mesh of the asset itself.
Model model_of(Values const& values, Kind const& kind)
{
    Model model(mix64(values.seed + 41));
    kind.make(model.root.mesh);
    return model;
}

int variant_of(Values const& values)
{
    return static_cast<int>(mix64(values.seed + 3) % 97);
}

std::vector<Parameters> entries_of(std::string const& name, std::vector<std::string> const& choices)
{
    std::vector<Parameters> out;
    for (auto const& choice : choices) out.push_back({{name, choice}});
    return out;
}

KindRef pallet_of(Values const& values)
{
    return pallet_kind(values.word("type"), values.is("wear", "old"), variant_of(values));
}

Recipe pallet()
{
    return {.key = "soulvan/pallet",
            .version = 1,
            .parameters = {word_parameter("type", "kind of pallet", {"eur", "gma", "plastic"}),
                           word_parameter("wear", "of its boards", {"new", "old"})},
            .entries = entries_of("type", {"eur", "gma", "plastic"}),
            .describe =
                [](Values const& v) {
                    auto const kind = pallet_of(v);
                    auto asset = record(fmt::format("Pallet, {}", v.is("type", "eur")   ? "EUR 1200 × 800"
                                                                  : v.is("type", "gma") ? "GMA 48 × 40 in"
                                                                                        : "plastic"),
                                        "pallet", kind->bounds,
                                        {v.is("type", "plastic") ? "plastic" : "wooden", "empty"},
                                        {"skid", "euro pallet", "logistics"});
                    asset.supports = {top_of(kind->bounds)};
                    return asset;
                },
            .build = [](Values const& v) { return model_of(v, *pallet_of(v)); }};
}

LoadPlan stack_of(Values const& values)
{
    LoadPlan plan;
    plan.bounds.makeEmpty();
    Random random(values.seed + 5);
    for (int i = 0; i < values.count("count"); ++i) {
        auto const kind = pallet_kind(values.word("type"), random.chance(0.5), random.below(3));
        plan.put(kind, turned_y(random.chance(0.5) ? 180 : 0) * turned_y(random.uniform(-1.2, 1.2)) *
                           moved(random.uniform(-0.012, 0.012), i * (kind->bounds.max.y - 0.0005),
                                 random.uniform(-0.012, 0.012)));
    }
    return plan;
}

Recipe pallet_stack()
{
    return {.key = "soulvan/pallet_stack",
            .version = 1,
            .parameters = {number_parameter("count", "pallets", "8", 2, 18),
                           word_parameter("type", "kind of pallet", {"eur", "gma", "plastic"})},
            .entries = {{{"count", "4"}},
                        {{"count", "8"}},
                        {{"count", "15"}},
                        {{"count", "8"}, {"type", "gma"}},
                        {{"count", "8"}, {"type", "plastic"}}},
            .describe =
                [](Values const& v) {
                    auto const plan = stack_of(v);
                    auto asset = record(fmt::format("Stack of {} empty pallets", v.count("count")), "pallet",
                                        plan.bounds,
                                        {v.is("type", "plastic") ? "plastic" : "wooden", "stacked", "empty"},
                                        {"pallet stack", "skids"});
                    asset.supports = {top_of(plan.bounds, 0.03)};
                    return asset;
                },
            .build = [](Values const& v) { return model_of(v, stack_of(v)); }};
}

LoadPlan load_of(Values const& values)
{
    return plan_load(values.word("goods"), values.word("pallet"), values.number("height"),
                     Random(values.seed).fork(9));
}

Asset describe_load(Values const& v, std::string const& name)
{
    auto const plan = load_of(v);
    return record(fmt::format("{}, {:.1f} m", name, plan.bounds.max.y), "pallet_load", plan.bounds,
                  {"loaded", v.word("goods")}, {"pallet", "goods", "freight", "stack", v.word("goods")});
}

Recipe pallet_load()
{
    auto goods = goods_names();
    std::erase_if(goods, [](auto const& name) { return name.ends_with("wrapped"); });
    std::vector<Parameters> entries;
    for (auto const& name : goods) {
        if (name == "drums") {
            entries.push_back({{"goods", name}});
            entries.push_back({{"goods", name}, {"pallet", "gma"}});
            continue;
        }
        for (std::string const height : {"0.8", "1.2", "1.7"})
            entries.push_back({{"goods", name}, {"height", height}});
    }
    return {.key = "soulvan/pallet_load",
            .version = 1,
            .parameters = {word_parameter("goods", "what is stacked", goods),
                           number_parameter("height", "up to about, metres", "1.2", 0.5, 2.2),
                           word_parameter("pallet", "below", {"eur", "gma"})},
            .entries = entries,
            .describe = [](Values const& v) { return describe_load(v, "Pallet with " + v.word("goods")); },
            .build = [](Values const& v) { return model_of(v, load_of(v)); }};
}

Recipe wrapped_load()
{
    return {.key = "soulvan/wrapped_load",
            .version = 1,
            .parameters = {word_parameter("goods", "what the film shows", {"wrapped", "black_wrapped"}),
                           number_parameter("height", "up to about, metres", "1.4", 0.6, 2.2),
                           word_parameter("pallet", "below", {"eur", "gma"})},
            .entries = {{{"height", "1.0"}},
                        {{"height", "1.4"}},
                        {{"height", "1.8"}},
                        {{"height", "1.4"}, {"pallet", "gma"}},
                        {{"goods", "black_wrapped"}}},
            .describe = [](Values const& v) { return describe_load(v, "Pallet in stretch film"); },
            .build = [](Values const& v) { return model_of(v, load_of(v)); }};
}

KindRef carton_of(Values const& v)
{
    static char const* const by_seed[] = {"carton", "carton_printed", "carton_pale", "carton_dark"};
    std::string look = v.word("print");
    look = look == "any" ? by_seed[mix64(v.seed) % 4] : look == "plain" ? "carton" : "carton_" + look;
    return carton_kind(v.word("size"), look, variant_of(v), v.is("state", "open"));
}

Recipe carton()
{
    std::vector<Parameters> entries;
    for (std::string const size : {"small", "medium", "large", "flat", "tall"})
        for (std::string const state : {"closed", "open"})
            entries.push_back({{"size", size}, {"state", state}});
    return {
        .key = "soulvan/carton",
        .version = 1,
        .parameters = {word_parameter("size", "of the box", {"medium", "small", "large", "flat", "tall"}),
                       word_parameter("state", "of its flaps", {"closed", "open"}),
                       word_parameter("print", "on its sides", {"any", "plain", "printed", "pale", "dark"})},
        .entries = entries,
        .describe =
            [](Values const& v) {
                auto const kind = carton_of(v);
                bool const open = v.is("state", "open");
                auto asset =
                    record(fmt::format("{} carton{}", v.word("size"), open ? ", open" : ""), "carton",
                           kind->bounds, {"cardboard", "brown", v.word("size"), v.word("state")},
                           {"box", "cardboard box", "parcel", "package"});
                asset.name[0] = static_cast<char>(asset.name[0] - 'a' + 'A');
                asset.mount = Mount::surface;
                if (!open) asset.supports = {top_of(kind->bounds)};
                return asset;
            },
        .build = [](Values const& v) { return model_of(v, *carton_of(v)); }};
}

Recipe drum()
{
    auto const kind_of = [](Values const& v) { return drum_kind(v.word("type"), v.word("color")); };
    return {.key = "soulvan/drum",
            .version = 1,
            .parameters = {word_parameter("type", "what it is made of", {"steel", "plastic"}),
                           word_parameter(
                               "color", "of the shell",
                               {"blue", "red", "green", "black", "yellow", "white", "grey", "orange"})},
            .entries = entries_of("type", {"steel", "plastic"}),
            .describe =
                [=](Values const& v) {
                    auto const kind = kind_of(v);
                    auto asset =
                        record(fmt::format("{} drum, 200 l", v.is("type", "steel") ? "Steel" : "Plastic"),
                               "drum", kind->bounds, {v.word("color"), v.word("type"), "round"},
                               {"barrel", "oil drum", "cask"});
                    double const r = 0.19;
                    asset.supports = {{-r, r, -r, r, kind->bounds.max.y - 0.018}};
                    return asset;
                },
            .build = [=](Values const& v) { return model_of(v, *kind_of(v)); }};
}

Recipe ibc()
{
    return {.key = "soulvan/ibc",
            .version = 1,
            .parameters = {},
            .entries = {{}},
            .describe =
                [](Values const&) {
                    return record("Intermediate bulk container, 1000 l", "tank", ibc_kind()->bounds,
                                  {"white", "plastic"},
                                  {"ibc", "tote tank", "container", "liquid", "cage tank"});
                },
            .build = [](Values const& v) { return model_of(v, *ibc_kind()); }};
}

Recipe tote()
{
    auto const kind_of = [](Values const& v) {
        return tote_kind(v.word("color"), v.is("content", "filled"));
    };
    return {.key = "soulvan/tote",
            .version = 1,
            .parameters = {word_parameter("color", "of the plastic",
                                          {"blue", "grey", "red", "green", "yellow", "black"}),
                           word_parameter("content", "what it holds", {"empty", "filled"})},
            .entries = entries_of("content", {"empty", "filled"}),
            .describe =
                [=](Values const& v) {
                    auto asset = record(fmt::format("Plastic tote, {}", v.word("content")), "tote",
                                        kind_of(v)->bounds, {v.word("color"), "plastic", v.word("content")},
                                        {"crate", "bin", "container", "box", "klt"});
                    asset.mount = Mount::surface;
                    return asset;
                },
            .build = [=](Values const& v) { return model_of(v, *kind_of(v)); }};
}

Recipe sack()
{
    auto const kind_of = [](Values const& v) { return sack_kind(v.word("color"), variant_of(v)); };
    return {.key = "soulvan/sack",
            .version = 1,
            .parameters = {word_parameter("color", "of the paper", {"kraft", "white"})},
            .entries = {{}},
            .describe =
                [=](Values const& v) {
                    auto asset = record("Paper sack, 25 kg", "sack", kind_of(v)->bounds,
                                        {"paper", v.is("color", "white") ? "white" : "brown"},
                                        {"bag", "cement", "flour"});
                    asset.mount = Mount::surface;
                    return asset;
                },
            .build = [=](Values const& v) { return model_of(v, *kind_of(v)); }};
}

} // namespace

void add_goods(Recipes& out)
{
    for (auto const& make : {pallet, pallet_stack, pallet_load, wrapped_load, carton, drum, ibc, tote, sack})
        out.push_back(make());
}

} // namespace soulvan::catalog::kit
