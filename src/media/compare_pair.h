// What every comparison asks of its two images; private to the room.
#pragma once

#include "soulvan/media/image.h"

namespace soulvan::media {

/// Errors  invalid_input: sizes or channels differ, no pixels, or a value that is not finite.
Result<> check_pair(Image const& test, Image const& reference);

} // namespace soulvan::media
