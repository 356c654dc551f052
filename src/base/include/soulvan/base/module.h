// Heavy third parties as shared objects that are opened on use (docs/decisions/0001).
#pragma once

#include "soulvan/base/result.h"

#include <filesystem>
#include <string_view>

namespace soulvan {

/// Opens `<name>.so` from, in order: $SOULVAN_MODULE_DIR, ../lib/soulvan beside the executable, and
/// lib/soulvan of the build tree; returns the address of its C symbol. Opened once, never closed.
/// Errors  not_found: "soulvan_av.so is missing beside the program: reinstall" ; internal: no such symbol.
Result<void*> module_symbol(std::string_view name, char const* symbol);

/// The folder with the program's own data, share/soulvan: $SOULVAN_SHARE_DIR, else ../share/soulvan beside
/// the executable. Errors  unsupported: there is no such folder.
Result<std::filesystem::path> share_folder();

} // namespace soulvan
