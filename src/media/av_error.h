// Sentences for FFmpeg's error numbers; private to soulvan_av.so.
#pragma once

#include "soulvan/base/result.h"

#include <cerrno>
#include <string>

extern "C" {
#include <libavutil/error.h>
}

namespace soulvan::media {

inline std::unexpected<Error> av_refused(std::string const& name, char const* action, int error)
{
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(error, text, sizeof text);
    bool const full = error == AVERROR(ENOSPC) || error == AVERROR(EDQUOT);
    bool const denied = error == AVERROR(EACCES) || error == AVERROR(EROFS) || error == AVERROR(EPERM);
    char const* advice = full     ? "; free some space and run again"
                         : denied ? "; choose another output folder with -o, or change its permissions"
                                  : "";
    Errc const code = full || denied || error == AVERROR(EIO) ? Errc::io
                      : error == AVERROR(ENOENT)              ? Errc::not_found
                      : error == AVERROR(ENOMEM)              ? Errc::limit
                      : error == AVERROR_INVALIDDATA          ? Errc::invalid_input
                      : error == AVERROR(EINVAL)              ? Errc::invalid_input
                                                              : Errc::io;
    return fail(code, "{}: {} failed: {}{}", name, action, text, advice);
}

} // namespace soulvan::media
