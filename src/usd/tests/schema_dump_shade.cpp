// What do the views over materials, lights and render settings say, as JSON?
#include "schema_dump.h"

namespace soulvan::usd::dump {

Json shading(Prim const&)
{
    return Json::object();
}
Json lights(Prim const&)
{
    return Json::object();
}
Json stage_parts(Stage const&)
{
    return Json::object();
}

} // namespace soulvan::usd::dump
