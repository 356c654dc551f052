// The two halves of soulvan_av.so.
#pragma once

#include "av_door.h"

namespace soulvan::media {

Result<std::unique_ptr<VideoWriter>> open_writer(std::string const& path, std::string const& name,
                                                 EncodeSettings const& settings);
Result<std::unique_ptr<VideoReader>> open_reader(std::string const& path, std::string const& name,
                                                 std::int64_t max_pixels);

} // namespace soulvan::media
