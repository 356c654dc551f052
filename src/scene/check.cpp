// Does a stage hold together? Runs the rules in the order that lets one cause be told once.
#include "soulvan/scene/check.h"

#include "check_rules.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace soulvan::scene {
namespace {

double share(std::vector<std::uint8_t> const& marks, int of)
{
    auto const n = std::count(marks.begin(), marks.end(), 1);
    return of > 0 ? double(n) / of : 0;
}

Json list(std::vector<Finding> const& findings)
{
    auto out = Json::array();
    for (auto const& finding : findings)
        out.push_back({{"code", finding.code},
                       {"prims", finding.prims},
                       {"amount_m", finding.amount_m},
                       {"text", finding.text}});
    return out;
}

} // namespace

Result<SceneCheck> check_stage(usd::Stage const& stage, Plan const* plan)
{
    auto world = TRY(checking::read_world(stage));
    SceneCheck out;
    checking::Tally tally{out, checking::Marks(world.things.size())};
    checking::check_assets(stage, world, tally);
    if (auto const correction = checking::check_unit(stage, world, tally))
        world = checking::moved(world, *correction);
    if (auto const correction = checking::check_up_axis(stage, world, tally))
        world = checking::moved(world, *correction);
    checking::arrange(world);
    checking::check_poses(stage, world, tally);
    checking::check_bounds(world, tally);
    checking::check_collisions(world, tally);
    checking::check_support(world, tally);
    checking::check_openings(world, tally);
    checking::check_cameras_and_lights(world, tally);
    if (world.ground && out.objects > 0)
        tally.note("no_floor", {}, *world.ground,
                   "nothing is a floor: support was judged only of what declares itself, with the lowest "
                   "point as the ground");
    if (plan) {
        checking::check_counts(world, *plan, tally);
        checking::check_relations(world, *plan, tally);
    }
    out.collision = share(tally.marks.collides, out.objects);
    out.supported = 1 - share(tally.marks.hangs_loose, out.objects);
    return out;
}

Json check_to_json(SceneCheck const& check)
{
    return {{"passed", check.passed()},
            {"objects", check.objects},
            {"rates",
             {{"collision", check.collision},
              {"out_of_bounds", check.out_of_bounds},
              {"supported", check.supported},
              {"openings", check.openings},
              {"count", check.count},
              {"relation", check.relation}}},
            {"findings", list(check.findings)},
            {"notes", list(check.notes)}};
}

} // namespace soulvan::scene
