// How splines stand in text.
#include "text_parser.h"

namespace soulvan::usd {

bool TextParser::parse_spline(Spec&, AttributeHead const&)
{
    return fail("splines are not read yet");
}

} // namespace soulvan::usd
