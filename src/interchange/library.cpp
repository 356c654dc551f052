// Which models does a .sh3f archive hold, and whose are they?
#include "soulvan/interchange/library.h"

#include "archive.h"
#include "license.h"
#include "properties.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>

namespace soulvan::interchange {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view catalogue_name = "PluginFurnitureCatalog.properties";

using Properties = std::map<std::string, std::string, std::less<>>;

std::string text_of(Properties const& properties, std::string const& key)
{
    auto const found = properties.find(key);
    return found == properties.end() ? "" : found->second;
}

double number_of(Properties const& properties, std::string const& key, double fallback)
{
    auto const text = text_of(properties, key);
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(value) ? value
                                                                                            : fallback;
}

std::vector<std::string> tags_of(std::string const& text)
{
    std::vector<std::string> tags;
    std::stringstream stream(text);
    for (std::string tag; std::getline(stream, tag, ',');) {
        auto const begin = tag.find_first_not_of(' '), end = tag.find_last_not_of(' ');
        if (begin != tag.npos) tags.push_back(tag.substr(begin, end - begin + 1));
    }
    return tags;
}

/// Nine numbers, row by row, of a matrix for column vectors; ours multiplies rows, so it is the transpose.
/// Anything that does not keep lengths is not taken.
Matrix3d rotation_of(std::string const& text)
{
    std::istringstream stream(text);
    Matrix3d column;
    for (int row = 0; row < 3; ++row)
        for (int c = 0; c < 3; ++c)
            if (!(stream >> column[row][c])) return {};
    auto const rotation = column.transposed();
    auto const product = rotation * column;
    for (int row = 0; row < 3; ++row)
        for (int c = 0; c < 3; ++c)
            if (!(std::abs(product[row][c] - (row == c)) < 0.01)) return {};
    return rotation;
}

/// The Debian package behind the archives that everybody has.
std::string package_hint(fs::path const& archive)
{
    static constexpr std::array known = {"BlendSwap-CC-0.sh3f", "BlendSwap-CC-BY.sh3f", "KatorLegaz.sh3f",
                                         "Reallusion.sh3f", "Scopia.sh3f"};
    return std::find(known.begin(), known.end(), archive.filename().string()) == known.end()
               ? ""
               : ": install it with \"apt-get install sweethome3d-furniture\"";
}

} // namespace

/// Fills a Library from an archive.
class LibraryReader {
public:
    LibraryReader(Archive& archive, fs::path const& path) : archive_(archive) { library_.path_ = path; }

    Result<Library> read()
    {
        auto const* entry = archive_.find(catalogue_name);
        if (!entry)
            return fail(Errc::invalid_input, "{}: has no {}, so it is no furniture library",
                        library_.path_.string(), catalogue_name);
        auto const where = fmt::format("{}: {}", library_.path_.string(), catalogue_name);
        auto const text = TRY(archive_.read(*entry));
        properties_ = TRY(parse_properties(text, where));
        library_.name_ = text_of(properties_, "name");
        for (int n = 1; properties_.contains(fmt::format("name#{}", n)); ++n) {
            auto record = TRY(record_of(n));
            library_.records_.push_back(std::move(record));
        }
        if (library_.records_.empty()) return fail(Errc::invalid_input, "{}: lists no models", where);
        return std::move(library_);
    }

private:
    Result<LibraryRecord> record_of(int n)
    {
        auto const key = [&](char const* name) { return fmt::format("{}#{}", name, n); };
        LibraryRecord record;
        record.name = text_of(properties_, key("name"));
        record.id = text_of(properties_, key("id"));
        record.model = text_of(properties_, key("model"));
        while (record.model.starts_with('/')) record.model.erase(0, 1);
        if (record.model.empty())
            return fail(Errc::invalid_input, "{}: {}: model {} (\"{}\") has no file", library_.path_.string(),
                        catalogue_name, n, record.name);
        if (record.id.empty()) record.id = record.model;
        record.category = text_of(properties_, key("category"));
        record.tags = tags_of(text_of(properties_, key("tags")));
        record.creator = text_of(properties_, key("creator"));
        record.size = Vec3d(number_of(properties_, key("width"), 0), number_of(properties_, key("height"), 0),
                            number_of(properties_, key("depth"), 0)) /
                      100.0;
        record.elevation = number_of(properties_, key("elevation"), 0) / 100;
        record.rotation = rotation_of(text_of(properties_, key("modelRotation")));
        record.movable = text_of(properties_, key("movable")) != "false";
        record.door_or_window = text_of(properties_, key("doorOrWindow")) == "true";
        find_license(record);
        return record;
    }

    /// The archive's header, overridden by a licence file in the model's own folder.
    void find_license(LibraryRecord& record)
    {
        auto const header = text_of(properties_, "license");
        LicenseStatement statement = read_license_line(header);
        record.license_source = header.empty() ? "" : std::string(catalogue_name);
        auto const folder = record.model.substr(0, record.model.rfind('/') + 1);
        if (!folder.empty())
            for (auto const* entry : archive_.below(folder))
                if (is_license_name(entry->name) && entry->size < (1u << 20)) {
                    auto const text = archive_.read(*entry);
                    if (!text) continue;
                    auto const own = read_license_file(*text);
                    if (own.license.empty()) continue;
                    statement = own;
                    record.license_source = entry->name;
                    break;
                }
        record.license = statement.license;
        record.credit = credit_line(statement, record.name, record.creator, library_.name_);
    }

    Archive& archive_;
    Library library_;
    Properties properties_;
};

Result<Library> Library::open(fs::path const& archive, ArchiveLimits const& limits)
{
    std::error_code error;
    if (!fs::exists(archive, error))
        return fail(Errc::not_found, "{}: there is no such model library{}", archive.string(),
                    package_hint(archive));
    auto opened = TRY(Archive::open(archive, limits));
    return LibraryReader(opened, archive).read();
}

LibraryRecord const* Library::find(std::string_view id) const
{
    LibraryRecord const* short_match = nullptr;
    int short_matches = 0;
    for (auto const& record : records_) {
        if (record.id == id) return &record;
        if (record.id.substr(record.id.rfind('#') + 1) == id) {
            short_match = &record;
            ++short_matches;
        }
    }
    return short_matches == 1 ? short_match : nullptr;
}

} // namespace soulvan::interchange
