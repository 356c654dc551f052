// What lies in this zip file, and is it safe to unpack?
#include "archive.h"

#include <algorithm>

#include <zip.h>

namespace soulvan::interchange {

namespace fs = std::filesystem;

struct Archive::State {
    fs::path path;
    ArchiveLimits limits;
    zip_t* handle = nullptr;
    std::size_t unpacked = 0;
    // zip_discard frees without writing; zip_close would try to commit.
    ~State()
    {
        if (handle) zip_discard(handle);
    }
};

Archive::Archive(std::unique_ptr<State> state) : state_(std::move(state)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive::~Archive() = default;

namespace {

/// The name as a relative path that stays inside, or "" when it does not.
std::string confined_name(std::string name)
{
    std::replace(name.begin(), name.end(), '\\', '/');
    while (name.starts_with('/')) name.erase(0, 1);
    for (auto const& part : fs::path(name))
        if (part == "..") return "";
    return name.find('\0') == name.npos && name.find(':') == name.npos ? name : "";
}

} // namespace

Result<Archive> Archive::open(fs::path const& path, ArchiveLimits const& limits)
{
    std::error_code error;
    if (!fs::exists(path, error)) return fail(Errc::not_found, "{}: there is no such file", path.string());
    auto state = std::make_unique<State>();
    state->path = path;
    state->limits = limits;
    int code = 0;
    state->handle = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (!state->handle) {
        zip_error_t reason;
        zip_error_init_with_code(&reason, code);
        std::string const what = zip_error_strerror(&reason);
        zip_error_fini(&reason);
        return fail(code == ZIP_ER_OPEN || code == ZIP_ER_READ ? Errc::io : Errc::invalid_input,
                    "{}: is no zip archive that can be read: {}", path.string(), what);
    }
    auto const count = zip_get_num_entries(state->handle, 0);
    if (count < 0 || static_cast<std::size_t>(count) > limits.entries)
        return fail(Errc::limit, "{}: has {} entries, more than {}", path.string(), count, limits.entries);
    std::vector<ArchiveEntry> entries;
    for (zip_int64_t i = 0; i < count; ++i) {
        zip_stat_t info;
        if (zip_stat_index(state->handle, static_cast<zip_uint64_t>(i), 0, &info) != 0 ||
            !(info.valid & ZIP_STAT_NAME) || !(info.valid & ZIP_STAT_SIZE) ||
            !(info.valid & ZIP_STAT_COMP_SIZE))
            return fail(Errc::invalid_input, "{}: entry {} of the zip archive is broken", path.string(), i);
        std::string const stated = info.name;
        auto name = confined_name(stated);
        if (name.empty())
            return fail(Errc::invalid_input, "{}: the entry \"{}\" would lie outside the archive",
                        path.string(), stated);
        if (!name.ends_with('/'))
            entries.push_back({std::move(name), static_cast<std::uint64_t>(i), info.size, info.comp_size});
    }
    std::sort(entries.begin(), entries.end(), [](auto const& a, auto const& b) { return a.name < b.name; });
    Archive archive(std::move(state));
    archive.entries_ = std::move(entries);
    return archive;
}

ArchiveEntry const* Archive::find(std::string_view name) const
{
    auto const found =
        std::lower_bound(entries_.begin(), entries_.end(), name,
                         [](ArchiveEntry const& entry, std::string_view n) { return entry.name < n; });
    return found != entries_.end() && found->name == name ? &*found : nullptr;
}

std::vector<ArchiveEntry const*> Archive::below(std::string_view folder) const
{
    std::vector<ArchiveEntry const*> result;
    for (auto const& entry : entries_)
        if (entry.name.starts_with(folder)) result.push_back(&entry);
    return result;
}

Result<std::string> Archive::read(ArchiveEntry const& entry)
{
    auto const where = fmt::format("{}: {}", state_->path.string(), entry.name);
    auto const& limits = state_->limits;
    if (entry.size > limits.entry_bytes ||
        entry.size > limits.total_bytes - std::min(limits.total_bytes, state_->unpacked))
        return fail(Errc::limit, "{}: unpacks to {} bytes, more than may be read", where, entry.size);
    if (entry.size > (1u << 20) &&
        static_cast<double>(entry.size) >
            limits.ratio * static_cast<double>(std::max<std::uint64_t>(entry.packed_size, 1)))
        return fail(Errc::limit, "{}: unpacks to {} times its size, which only a zip bomb does", where,
                    entry.size / std::max<std::uint64_t>(entry.packed_size, 1));
    auto* file = zip_fopen_index(state_->handle, entry.index, 0);
    if (!file) return fail(Errc::invalid_input, "{}: {}", where, zip_strerror(state_->handle));
    // The stated size is a claim: one byte more is asked for, so that a longer stream is found out.
    std::string bytes(entry.size + 1, '\0');
    std::size_t done = 0;
    zip_int64_t got = 0;
    while (done < bytes.size() && (got = zip_fread(file, bytes.data() + done, bytes.size() - done)) > 0)
        done += static_cast<std::size_t>(got);
    std::string const reason = got < 0 ? zip_file_strerror(file) : "";
    zip_fclose(file);
    if (got < 0) return fail(Errc::invalid_input, "{}: {}", where, reason);
    if (done != entry.size)
        return fail(Errc::invalid_input, "{}: unpacks to another size than the archive states", where);
    bytes.resize(done);
    state_->unpacked += done;
    return bytes;
}

} // namespace soulvan::interchange
