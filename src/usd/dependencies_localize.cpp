// How are a layer and everything that it needs packed into one package?
#include "asset.h"
#include "compose.h"
#include "dependencies_visit.h"
#include "soulvan/usd/flatten.h"
#include "soulvan/usd/stage.h"

#include <algorithm>
#include <set>

namespace soulvan::usd {

namespace {

namespace fs = std::filesystem;

std::string folder_of(std::string const& path)
{
    auto const slash = path.rfind('/');
    return slash == path.npos ? "" : path.substr(0, slash + 1);
}

std::string file_of(std::string const& path)
{
    auto const slash = path.rfind('/');
    return slash == path.npos ? path : path.substr(slash + 1);
}

/// Normal, and without a leading "./".
std::string normal(std::string const& path)
{
    return fs::path(path).lexically_normal().string();
}

/// Outside folders become "0", "1", ... in the order in which they are met.
class FolderNames {
public:
    std::string operator()(std::string const& path)
    {
        auto const [at, is_new] = names_.try_emplace(folder_of(path));
        if (is_new) at->second = std::to_string(names_.size() - 1);
        return at->second + "/" + file_of(path);
    }

private:
    std::map<std::string, std::string> names_;
};

class Localizer {
public:
    Localizer(std::string root, std::string root_name, LocalizeOptions const& options)
        : root_(std::move(root)),
          root_folder_(folder_of(root_)),
          root_name_(std::move(root_name)),
          options_(options)
    {}

    /// `root_layer` is what stands at the root, or its flattened form.
    Result<std::vector<PackageSource>> gather(std::shared_ptr<Layer const> root_layer, bool rewrite_root)
    {
        layers_.emplace(root_, root_name_);
        auto root = TRY(packed(root_name_, root_, *root_layer, rewrite_root)); // gathers what it names
        files_.insert(files_.begin(), std::move(root));
        while (!waiting_.empty()) {
            auto const identifier = std::move(waiting_.front());
            waiting_.erase(waiting_.begin());
            auto const& name = layers_.at(identifier);
            if (identifier.ends_with(".usdz")) { // stays whole
                add({name, identifier, ""});
                continue;
            }
            auto const layer = Layer::open(identifier, options_.limits);
            if (layer)
                add(TRY(packed(name, identifier, **layer, false)));
            else
                warn(layer.error().what);
        }
        std::sort(files_.begin() + 1, files_.end(),
                  [](PackageSource const& a, PackageSource const& b) { return a.name < b.name; });
        return std::move(files_);
    }

    std::vector<std::string> warnings() const { return {warnings_.begin(), warnings_.end()}; }

private:
    void warn(std::string sentence) { warnings_.insert(std::move(sentence)); }

    void add(PackageSource source)
    {
        if (names_.insert(source.name).second)
            files_.push_back(std::move(source));
        else
            warn(fmt::format("two files would be called '{}' in the package: the second is left out",
                             source.name));
    }

    Result<PackageSource> packed(std::string const& name, std::string const& identifier, Layer const& layer,
                                 bool rewrite)
    {
        if (name == root_name_) names_.insert(name);
        dependencies::Change const change = [&](dependencies::Mention const& mention) {
            return replaced(mention, identifier, name);
        };
        auto edited = dependencies::changed(layer, change, true);
        bool const renamed = fs::path(name).extension() != fs::path(identifier).extension();
        if (!edited && !rewrite && !renamed) return PackageSource{name, identifier, ""};
        auto const& written = edited ? *edited : layer;
        auto const extension = fs::path(name).extension();
        bool const text = extension == ".usda" || (extension == ".usd" && TRY(is_text(identifier)));
        return PackageSource{name, "", text ? write_text(written) : TRY(write_crate(written))};
    }

    static Result<bool> is_text(std::string const& file)
    {
        auto const mapped = TRY(MappedFile::open(file));
        return mapped.text().starts_with("#");
    }

    /// The new path of a mention in the layer at `identifier`, which is called `name` in the package.
    std::optional<std::string> replaced(dependencies::Mention const& mention, std::string const& identifier,
                                        std::string const& name)
    {
        auto const& authored = mention.authored;
        if (dependencies::names_itself(mention)) return std::nullopt;
        auto const files = dependencies::files_of_pattern(identifier, mention.kind, authored);
        auto const located = asset::located(identifier, authored, root_folder_, packages_);
        if (files.empty() && !asset::exists(located, packages_)) {
            warn(fmt::format("{}: <{}> names '{}', which is not there: it stays as it is", identifier,
                             mention.site.str(), authored));
            return std::nullopt;
        }
        bool const relative = !asset::is_searched(authored) && !authored.starts_with('/');
        if (located == root_) {
            if (relative && normal(folder_of(name) + authored) == root_name_) return std::nullopt;
            return back_to_root(name);
        }
        bool const inside = normal(folder_of(located)).starts_with(normal(root_folder_));
        auto const path = relative && inside ? normal(folder_of(name) + authored) : folder_names_(located);
        if (files.empty()) take(located, path);
        for (auto const& file : files)
            take(asset::located(identifier, file, root_folder_, packages_), folder_of(path) + file_of(file));
        if (relative && inside) return std::nullopt;
        return path;
    }

    std::string back_to_root(std::string const& name) const
    {
        std::string up;
        for (auto const c : name)
            if (c == '/') up += "../";
        return (up.empty() ? "./" : up) + root_name_;
    }

    /// Puts the file, or the package that it lies in, on the list.
    void take(std::string const& located, std::string const& path)
    {
        auto const file = package::split(located).first;
        auto const name = package::split(path).first;
        if (!dependencies::is_layer_name(file)) {
            if (assets_.emplace(file, name).second) add({name, file, ""});
        } else if (layers_.emplace(file, name).second) {
            waiting_.push_back(file);
        }
    }

    std::string const root_, root_folder_, root_name_;
    LocalizeOptions const& options_;
    package::Cache packages_;
    FolderNames folder_names_;
    std::map<std::string, std::string> layers_, assets_; ///< outside → inside
    std::vector<std::string> waiting_;
    std::vector<PackageSource> files_;
    std::set<std::string> names_, warnings_;
};

bool leads_to_layers(Layer const& layer)
{
    bool found = false;
    dependencies::visit(layer, [&](dependencies::Mention const& mention) {
        found = found || mention.kind == DependencyKind::sublayer ||
                mention.kind == DependencyKind::reference || mention.kind == DependencyKind::payload;
    });
    return found;
}

} // namespace

Result<LocalizeReport> write_localized_package(fs::path const& root, fs::path const& path,
                                               LocalizeOptions const& options)
{
    std::error_code error;
    auto const absolute = fs::absolute(root, error).lexically_normal();
    if (error) return fail(Errc::io, "{}: {}", root.string(), error.message());
    if (absolute.extension() == ".usdz")
        return fail(Errc::invalid_input, "{}: this is a package already: copy it, or name its root layer",
                    root.string());
    auto layer = TRY(Layer::open(absolute, options.limits));
    LocalizeReport report;
    auto name = options.first_layer_name.empty() ? absolute.filename().string() : options.first_layer_name;
    bool rewrite = false;
    if (options.arkit) {
        name = fs::path(name).replace_extension(".usdc").string();
        if (leads_to_layers(*layer)) {
            auto const stage = TRY(Stage::open(absolute, {.limits = options.limits}));
            report.warnings.push_back(fmt::format(
                "{}: its arcs lead to other layers, so it was flattened: variants are lost", root.string()));
            layer = std::make_shared<Layer const>(flatten(*stage, {.source_comment = false}));
        }
        rewrite = true;
    }
    Localizer localizer(absolute.string(), name, options);
    auto const files = TRY(localizer.gather(std::move(layer), rewrite));
    TRY(write_package_from(files, path));
    for (auto const& file : files) report.entries.push_back(file.name);
    for (auto& warning : localizer.warnings()) report.warnings.push_back(std::move(warning));
    return report;
}

} // namespace soulvan::usd
