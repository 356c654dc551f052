// Shells of buildings, doors, lamps and what stands in offices.
#include "buildings.h"

#include "recipes.h"

namespace soulvan::catalog::kit {

void add_buildings(Recipes& out)
{
    for (auto const make : {hall,           dock_hall,      yard,
                            high_bay_light, linear_light,   light_panel,
                            globe_light,    picture,        dock_door,
                            floor_marking,  office_shell,   plain_room,
                            window,         office_door,    glass_door,
                            double_door,    roller_door,    desk,
                            meeting_table,  whiteboard,     projection_screen,
                            partition,      reception_desk, vest,
                            helmet,         dock_leveller}) {
        auto recipe = make();
        recipe.describe = [plain = std::move(recipe.describe)](Values const& values) {
            auto asset = plain(values);
            asset.quality = 3; // made for close views
            return asset;
        };
        out.push_back(std::move(recipe));
    }
}

} // namespace soulvan::catalog::kit
