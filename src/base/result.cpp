// Names of error codes, and the end of a program whose invariant broke.
#include "soulvan/base/result.h"

#include <cstdio>
#include <cstdlib>

namespace soulvan {

std::string_view name_of(Errc code)
{
    switch (code) {
    case Errc::invalid_input:
        return "invalid_input";
    case Errc::not_found:
        return "not_found";
    case Errc::unsupported:
        return "unsupported";
    case Errc::io:
        return "io";
    case Errc::limit:
        return "limit";
    case Errc::denied:
        return "denied";
    case Errc::cancelled:
        return "cancelled";
    case Errc::internal:
        return "internal";
    }
    std::unreachable();
}

void check_failed(char const* expression, char const* file, int line)
{
    std::fprintf(stderr, "soulvan: broken invariant at %s:%d: %s\n", file, line, expression);
    std::abort();
}

} // namespace soulvan
