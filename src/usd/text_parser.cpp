// Reading text layers.
#include "text_reader.h"

namespace soulvan::usd {

Result<Layer> read_text(std::string_view, std::string const& name, ReadLimits const&)
{
    return fail(Errc::unsupported, "{}: text is not read yet", name);
}

} // namespace soulvan::usd
