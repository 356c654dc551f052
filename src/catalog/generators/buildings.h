// The recipes of shells, doors, lamps and office things, one function each.
#pragma once

#include "kit.h"

namespace soulvan::catalog::kit {

Recipe hall();
Recipe dock_hall();
Recipe yard();
Recipe high_bay_light();
Recipe linear_light();
Recipe light_panel();
Recipe globe_light();
Recipe picture();
Recipe dock_door();
Recipe floor_marking();
Recipe office_shell();
Recipe plain_room();
Recipe window();
Recipe office_door();
Recipe glass_door();
Recipe double_door();
Recipe roller_door();
Recipe desk();
Recipe meeting_table();
Recipe whiteboard();
Recipe projection_screen();
Recipe partition();
Recipe dock_leveller();
Recipe vest();
Recipe helmet();
Recipe reception_desk();

} // namespace soulvan::catalog::kit
