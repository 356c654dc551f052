// The order of an MP4's top-level boxes; private to the room.
#pragma once

#include "soulvan/base/result.h"

#include <filesystem>

namespace soulvan::media {

/// Whether "moov" stands before "mdat", so that a browser can start to play before it has the whole file.
/// Errors  io; invalid_input: boxes that do not add up, or one of the two missing.
Result<bool> has_index_first(std::filesystem::path const& path);

} // namespace soulvan::media
