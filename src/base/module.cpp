// Finds and opens our own shared objects beside the program.
#include "soulvan/base/module.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <dlfcn.h>

namespace soulvan {
namespace {

std::vector<std::filesystem::path> module_folders()
{
    std::vector<std::filesystem::path> folders;
    if (char const* chosen = std::getenv("SOULVAN_MODULE_DIR")) folders.emplace_back(chosen);
    std::error_code ignored;
    auto const program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    if (!program.empty()) folders.push_back(program.parent_path().parent_path() / "lib" / "soulvan");
    return folders;
}

} // namespace

Result<void*> module_symbol(std::string_view name, char const* symbol)
{
    static std::mutex mutex;
    static std::map<std::string, void*, std::less<>> opened; // handles live as long as the process
    std::scoped_lock lock(mutex);
    auto found = opened.find(name);
    if (found == opened.end()) {
        std::string reason = "no folder to look in";
        for (auto const& folder : module_folders()) {
            auto const path = folder / (std::string(name) + ".so");
            if (void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
                found = opened.emplace(name, handle).first;
                break;
            }
            reason = dlerror();
        }
        if (found == opened.end())
            // Not `not_found`: that is said of users' files, and a missing picture is forgiven.
            return fail(Errc::unsupported,
                        "{}.so cannot be opened ({}): build again with ./run, or set SOULVAN_MODULE_DIR to "
                        "its folder",
                        name, reason);
    }
    void* address = dlsym(found->second, symbol);
    if (!address) return fail(Errc::internal, "{}.so has no symbol {}", name, symbol);
    return address;
}

Result<std::filesystem::path> share_folder()
{
    std::error_code failed;
    std::filesystem::path folder;
    if (char const* chosen = std::getenv("SOULVAN_SHARE_DIR")) {
        folder = chosen;
    } else {
        auto const program = std::filesystem::read_symlink("/proc/self/exe", failed);
        folder = program.parent_path().parent_path() / "share" / "soulvan";
    }
    if (!std::filesystem::is_directory(folder, failed))
        return fail(Errc::unsupported,
                    "{}: there is no such folder: build again with ./run, or set SOULVAN_SHARE_DIR to the "
                    "program's share/soulvan",
                    folder.string());
    return folder;
}

} // namespace soulvan
