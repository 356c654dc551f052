// The counterbalance forklift: its parameters, its record, its assembly.
#include "forklift.h"

#include "goods.h"
#include "props.h"

namespace soulvan::catalog::kit {

TruckSize truck_size(std::string const& capacity)
{
    TruckSize s;
    if (capacity == "1.6") {
        s = {.width = 1.07,
             .wheelbase = 1.42,
             .rear = -1.86,
             .face = 0.455,
             .fork_length = 1.00,
             .fork_width = 0.10,
             .guard_top = 2.07,
             .front_radius = 0.300,
             .front_tyre = 0.185,
             .rear_radius = 0.245,
             .rear_tyre = 0.15,
             .mast_height = 2.02,
             .carriage = 0.95,
             .backrest = 1.12,
             .hood = 0.96};
    } else if (capacity == "2.5") {
        s = {.width = 1.15,
             .wheelbase = 1.60,
             .rear = -2.09,
             .face = 0.475,
             .fork_length = 1.07,
             .fork_width = 0.12,
             .guard_top = 2.12,
             .front_radius = 0.335,
             .front_tyre = 0.205,
             .rear_radius = 0.270,
             .rear_tyre = 0.165,
             .mast_height = 2.08,
             .carriage = 1.04,
             .backrest = 1.20,
             .hood = 1.00};
    } else {
        s = {.width = 1.25,
             .wheelbase = 1.72,
             .rear = -2.26,
             .face = 0.500,
             .fork_length = 1.20,
             .fork_width = 0.13,
             .guard_top = 2.18,
             .front_radius = 0.370,
             .front_tyre = 0.235,
             .rear_radius = 0.300,
             .rear_tyre = 0.185,
             .mast_height = 2.15,
             .carriage = 1.10,
             .backrest = 1.25,
             .hood = 1.06};
    }
    return s;
}

namespace {

Mast mast_of(Values const& values)
{
    return {.size = truck_size(values.word("capacity")),
            .stages = values.is("mast", "triplex") ? 3 : 2,
            .fork_height = values.number("fork_height"),
            .tilt_deg = values.number("tilt")};
}

bool carries(Values const& values)
{
    return values.is("load", "pallet");
}

/// The load in the frame of the forks: on them, at their backs.
Matrix4d load_place(Mast const& mast, LoadPlan const& load)
{
    // A pallet taken from its short side: its length lies along the forks.
    double const depth = load.bounds.max.x - load.bounds.min.x;
    double const pallet_clear = 0.002;
    return turned_y(90) *
           moved(0, mast.fork_height - 0.100 + pallet_clear, mast.size.face + 0.015 + depth / 2) *
           mast.tilted();
}

LoadPlan load_of(Values const& values)
{
    return plan_load("cartons", "eur", 1.05, Random(values.seed).fork(5));
}

/// In the frame of TruckSize.
Range3d truck_bounds(Values const& values)
{
    auto const mast = mast_of(values);
    auto const& s = mast.size;
    auto const tilt = mast.tilted();
    Range3d box({-s.width / 2, 0, s.rear - 0.0055}, {s.width / 2, s.guard_top, s.front_radius});
    auto const point = [&](double y, double z) { box.extendBy(Vec3d(0, y, z) * tilt); };
    point(mast.fork_height, s.face + s.fork_length);
    point(mast.fork_height - 0.008, s.face + s.fork_length);
    for (int i = 0; i < mast.stages; ++i) {
        point(mast.top(i), mast.front_of(i));
        point(mast.top(i), mast.front_of(i) - channel_depth);
    }
    point(mast.fork_height + s.backrest, s.face - 0.029 + 0.016);
    point(mast.fork_height + s.backrest, s.face - 0.029 - 0.016);
    if (carries(values)) {
        auto const load = load_of(values);
        extend(box, load, load_place(mast, load));
    }
    return box;
}

Asset describe(Values const& values)
{
    auto const box = truck_bounds(values);
    Asset asset;
    asset.name = fmt::format("Counterbalance forklift, {} t, {}{}", values.word("capacity"),
                             values.word("mast"), carries(values) ? ", with a loaded pallet" : "");
    asset.category = "forklift";
    asset.bounds = transformed(box, truck_centred(box));
    asset.clearance = {.front = 1.0, .back = 0.3, .left = 0.2, .right = 0.2};
    asset.attributes = {values.word("color"), "modern", values.is("power", "lpg") ? "gas" : "electric",
                        carries(values) ? "loaded" : "empty"};
    asset.tags = {"forklift truck", "fork truck", "lift truck",
                  "counterbalance", "stacker",    "industrial truck"};
    return asset;
}

Model build(Values const& values)
{
    auto const mast = mast_of(values);
    auto const& s = mast.size;
    Random const random(values.seed);
    Model model(mix64(values.seed + 21));
    auto const to_centre = truck_centred(truck_bounds(values));
    auto& mesh = model.root.mesh;
    {
        auto const at = mesh.place(to_centre);
        truck_body(mesh, s, paint_color(values.word("color")), values.is("power", "electric"),
                   values.word("capacity"), random.fork(1));
        truck_cabin(mesh, s, random.fork(2));
        truck_guard(mesh, s);
        truck_mast(mesh, mast, random.fork(3));
    }
    if (carries(values)) {
        auto const load = load_of(values);
        add_load(model, load, load_place(mast, load) * to_centre);
    }
    return model;
}

std::vector<Parameters> entries()
{
    std::vector<Parameters> out;
    for (std::string const capacity : {"1.6", "2.5", "3.5"})
        for (std::string const mast : {"duplex", "triplex"})
            for (std::string const power : {"lpg", "electric"})
                for (std::string const load : {"none", "pallet"})
                    out.push_back({{"capacity", capacity}, {"mast", mast}, {"power", power}, {"load", load}});
    out.push_back({{"fork_height", "1.5"}});
    out.push_back({{"fork_height", "1.5"}, {"load", "pallet"}});
    out.push_back({{"fork_height", "3.0"}, {"mast", "triplex"}});
    return out;
}

} // namespace

Recipe forklift()
{
    return {.key = "soulvan/forklift",
            .version = 1,
            .parameters = {word_parameter("capacity", "tonnes it lifts", {"2.5", "1.6", "3.5"}),
                           number_parameter("fork_height", "top of the forks, metres", "0.15", 0.08, 3.2),
                           number_parameter("tilt", "of the mast, backwards, degrees", "2", 0, 6),
                           word_parameter("mast", "stages of the mast", {"duplex", "triplex"}),
                           word_parameter("color", "of the body",
                                          {"yellow", "orange", "red", "blue", "green", "white", "grey"}),
                           word_parameter("power", "what drives it", {"lpg", "electric"}),
                           word_parameter("load", "on the forks", {"none", "pallet"})},
            .entries = entries(),
            .describe = describe,
            .build = build};
}

} // namespace soulvan::catalog::kit
