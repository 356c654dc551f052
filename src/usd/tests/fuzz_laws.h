// Which laws hold for every input, however hostile? The fuzz targets try them on new inputs, hostile_test.cpp
// on those that once broke one.
#pragma once

#include "soulvan/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>

namespace soulvan::usd::fuzz {

// Each answers which law is broken, as an error of kind `internal`.

/// Text that is accepted is written in a form that reads back and is written the same.
Result<> text(std::span<std::byte const> bytes);
/// A crate that is accepted is written in a form that reads back equal.
Result<> crate(std::span<std::byte const> bytes);
/// No entry of a package, or of a package within it, leads out of its bytes; its root layer can be read
/// whole.
Result<> package(std::span<std::byte const> bytes);
/// Whatever layers say about themselves and each other, their stage answers every question. `bytes` are the
/// text of several layers, which are written to `folder`: a "#usda" begins one, the first is the root, the
/// others are called l1.usda, l2.usda, …; the first that begins with "#sdf" is the session layer.
Result<> compose(std::span<std::byte const> bytes, std::filesystem::path const& folder);

} // namespace soulvan::usd::fuzz
