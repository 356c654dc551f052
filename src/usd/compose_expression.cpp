// What does a variable expression ("`…`" in place of an asset path or a variant selection) evaluate to?
#include "compose.h"

namespace soulvan::usd::composition {

bool is_expression(std::string_view text)
{
    return text.size() >= 2 && text.front() == '`' && text.back() == '`';
}

Result<std::string> evaluate_expression(std::string_view text, Dictionary const&)
{
    return fail(Errc::unsupported, "variable expressions such as {} are not evaluated yet", text);
}

} // namespace soulvan::usd::composition
