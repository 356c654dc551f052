// What the process returns: one number a kind of failure, as scripts rely on it (docs/conventions.md).
#pragma once

#include "soulvan/base/result.h"

namespace soulvan::app {

enum ExitCode : int {
    ok = 0,
    failure = 1,
    usage = 2,
    validation = 3,
    auth = 4,
    not_found = 5,
    job_failed = 6,
    interrupted = 130,
};

constexpr int exit_code_of(Errc code)
{
    switch (code) {
    case Errc::invalid_input:
    case Errc::unsupported:
    case Errc::limit:
        return validation;
    case Errc::not_found:
        return not_found;
    case Errc::denied:
        return auth;
    case Errc::cancelled:
        return interrupted;
    case Errc::io:
    case Errc::internal:
        return failure;
    }
    return failure;
}

} // namespace soulvan::app
