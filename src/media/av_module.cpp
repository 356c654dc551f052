// The one symbol of soulvan_av.so.
#include "av_module.h"

extern "C" {
#include <libavutil/log.h>
}

namespace soulvan::media {

extern "C" __attribute__((visibility("default"))) AvDoor const* soulvan_av_door()
{
    av_log_set_level(AV_LOG_QUIET); // errors come back as numbers and become our sentences
    static AvDoor const door{open_writer, open_reader};
    return &door;
}

} // namespace soulvan::media
