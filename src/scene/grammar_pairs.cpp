// Which things belong together when nobody says so: chairs at desks, a low table before its sofa.
#include "grammar.h"

#include <algorithm>

namespace soulvan::scene {

/// Chairs belong to desks, and to tables, when nobody says otherwise.
void Grammar::pair_chairs()
{
    using enum RelationType;
    int chairs = -1, desks = -1, table = -1;
    for (int i = 0; i < static_cast<int>(plan_.groups.size()); ++i) {
        if (removed_.contains(i) || group_at(i).implied) continue;
        auto const& group = group_at(i);
        if (is_a(group.category, "chair") && group.relations.empty() && new_groups_.contains(i) &&
            chairs < 0 && group.category != "armchair" && !is_a(group.category, "stool"))
            chairs = i;
        if (is_a(group.category, "desk") && desks < 0) desks = i;
        bool const eats = is_a(group.category, "table") && group.category != "coffee_table" &&
                          group.category != "side_table";
        if (eats && table < 0) table = i;
    }
    if (chairs < 0 || (desks < 0 && table < 0)) return;
    int const n = group_at(chairs).count;
    int left = n;
    if (desks >= 0) {
        bool const served = std::any_of(group_at(desks).relations.begin(), group_at(desks).relations.end(),
                                        [](Relation const& r) { return r.type == each_has; });
        int const have = group_at(desks).count;
        if (!served && have > 0 && n > 0) {
            int const paired = std::min(n, have);
            bool const all = paired == have;
            add_relation(desks, {.type = each_has,
                                 .other = group_at(chairs).id,
                                 .max_m = 1.2,
                                 .n = 1,
                                 .quant = all ? 0 : paired});
            add_relation(chairs, {.type = facing,
                                  .other = group_at(desks).id,
                                  .angle_deg = 30,
                                  .quant = paired == n ? 0 : paired});
            left = n - paired;
        }
    }
    if (table >= 0 && left > 0) {
        int const quant = left == n ? 0 : left;
        int const tables = group_at(table).count;
        if (tables > 1 && quant == 0 && n % tables == 0)
            add_relation(table,
                         {.type = each_has, .other = group_at(chairs).id, .max_m = 1.2, .n = n / tables});
        else
            add_relation(chairs, {.type = around, .other = group_at(table).id, .max_m = 0.9, .quant = quant});
        add_relation(chairs, {.type = facing, .other = group_at(table).id, .angle_deg = 30, .quant = quant});
    }
}

/// Sets that everybody knows. Only things that are named, and of which nothing else is said.
void Grammar::pair_usual()
{
    using enum RelationType;
    struct Pair {
        char const* what;
        char const* with;
        RelationType type;
        double max_m;
        bool faces;
    };
    static constexpr Pair pairs[] = {
        {"coffee_table", "sofa", in_front_of, 0.8, false},
        {"armchair", "coffee_table", near, 1.3, true},
        {"armchair", "sofa", near, 2.5, false},
        {"nightstand", "bed", near, 0.4, false},
        {"television", "sofa", opposite, 6, false},
        {"side_table", "sofa", near, 0.5, false},
        {"side_table", "armchair", near, 0.5, false},
    };
    for (int i = 0; i < static_cast<int>(plan_.groups.size()); ++i) {
        auto const& group = group_at(i);
        if (removed_.contains(i) || group.implied || !group.relations.empty() || !new_groups_.contains(i))
            continue;
        for (auto const& pair : pairs) {
            if (!is_a(group.category, pair.what)) continue;
            int const with = find_group(pair.with, {}, false);
            if (with < 0 || with == i || group_at(with).room != group.room) continue;
            auto const other = group_at(with).id;
            add_relation(i, {.type = pair.type, .other = other, .max_m = pair.max_m});
            if (pair.faces) add_relation(i, {.type = facing, .other = other, .angle_deg = 30});
            break;
        }
    }
}

} // namespace soulvan::scene
