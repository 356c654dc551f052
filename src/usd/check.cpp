// Does an asset keep the rules, with everything that it needs and in every variant?
#include "soulvan/usd/check.h"

#include "check_rules.h"
#include "package_path.h"
#include "soulvan/usd/dependencies.h"

#include <algorithm>
#include <cctype>

namespace soulvan::usd {

namespace checking {

void Findings::add(Severity severity, std::string_view rule, Path const& path, std::string what,
                   std::string layer)
{
    if (seen_.emplace(std::string(rule), path, what).second)
        findings_.push_back({severity, std::string(rule), std::move(layer), path, std::move(what)});
}

std::vector<Finding> Findings::sorted(bool arkit) &&
{
    auto const rules = check_rules(arkit);
    auto const rank = [&](Finding const& finding) {
        return std::find_if(rules.begin(), rules.end(),
                            [&](CheckRule const& rule) { return rule.name == finding.rule; }) -
               rules.begin();
    };
    std::stable_sort(findings_.begin(), findings_.end(),
                     [&](Finding const& a, Finding const& b) { return rank(a) < rank(b); });
    return std::move(findings_);
}

std::string extension_of(std::string const& path)
{
    auto extension = std::filesystem::path(package::entry_name(path)).extension().string();
    if (!extension.empty()) extension.erase(0, 1);
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

bool is_usdz_image(std::string_view extension)
{
    return extension == "exr" || extension == "jpg" || extension == "jpeg" || extension == "png";
}

} // namespace checking

namespace {

namespace fs = std::filesystem;
using checking::Findings;
using checking::Scope;

bool is_layer_extension(std::string_view extension)
{
    return extension == "usd" || extension == "usda" || extension == "usdc" || extension == "usdz";
}

void check_entries(std::span<std::byte const> bytes, std::string const& name, bool arkit, Findings& findings)
{
    auto const entries = list_archive(bytes, name);
    if (!entries) return findings.add(Severity::error, "Composition", Path(), entries.error().what, name);
    for (auto const& entry : *entries) {
        if (entry.offset % 64 != 0)
            findings.add(Severity::failure, "ByteAlignmentChecker", Path(),
                         fmt::format("{}: '{}' begins at byte {}, which is no multiple of 64", name,
                                     entry.name, entry.offset),
                         name);
        if (entry.method != 0 || entry.encrypted)
            findings.add(Severity::failure, "CompressionChecker", Path(),
                         fmt::format("{}: '{}' is {}: {} bytes stand for {}", name, entry.name,
                                     entry.encrypted ? "encrypted" : "compressed", entry.stored_size,
                                     entry.size),
                         name);
        auto const extension = checking::extension_of(entry.name);
        if (arkit && !is_layer_extension(extension) && !checking::is_usdz_image(extension))
            findings.add(Severity::failure, "ARKitFileExtensionChecker", Path(),
                         fmt::format("{}: '{}' is neither layer nor texture", name, entry.name), name);
    }
}

/// The package at "outer.usdz" or "outer.usdz[inner.usdz]".
void check_package(std::string const& identifier, bool arkit, Findings& findings)
{
    auto const outer = package::split(identifier).first;
    auto const file = MappedFile::open(outer);
    if (!file) return findings.add(Severity::error, "Composition", Path(), file.error().what, outer);
    if (outer == identifier) return check_entries(file->bytes(), identifier, arkit, findings);
    package::Cache packages;
    if (auto const bytes = package::entry_bytes(identifier, packages))
        check_entries(bytes->second, identifier, arkit, findings);
}

bool is_inside(std::string const& identifier, std::string const& package)
{
    return package::split(identifier).first == package;
}

void check_dependencies(AllDependencies const& needed, CheckOptions const& options, Findings& findings)
{
    for (auto const& missing : needed.unresolved)
        findings.add(Severity::failure, "MissingReferenceChecker", Path(),
                     fmt::format("a file that is named is not there: {}", missing), missing);
    for (auto const& damaged : needed.damaged) findings.add(Severity::error, "Composition", Path(), damaged);
    std::set<std::string> packages;
    for (auto const& layer : needed.layers) {
        if (layer.ends_with(".usdz") || layer.ends_with(".usdz]")) packages.insert(layer);
        for (auto holder = package::holder(layer); !holder.empty(); holder = package::holder(holder))
            packages.insert(holder);
    }
    for (auto const& package : packages) check_package(package, options.arkit, findings);
    auto const root = package::split(needed.layers.front()).first;
    if (!options.arkit || !root.ends_with(".usdz")) return;
    for (auto const* files : {&needed.layers, &needed.assets})
        for (auto const& file : *files)
            if (!is_inside(file, root))
                findings.add(Severity::failure, "ARKitPackageEncapsulationChecker", Path(),
                             fmt::format("the package needs a file outside of it: {}", file), file);
}

/// Goes through the combinations of variants. Prims with variants that do not depend on each other change in
/// the same composition, so that as many stages are composed as the prim with most combinations needs, not as
/// many as all together; below each selection, prims with variants of their own are found and gone through.
class Variations {
public:
    Variations(Stage const& stage, fs::path const& root, Scope const& scope, Findings& findings)
        : stage_(stage),
          root_(fs::absolute(root).lexically_normal()),
          scope_(scope),
          findings_(findings)
    {}

    int run()
    {
        visit(stage_, stage_.pseudo_root(), "");
        int stages = 1;
        while (!scope_.options.skip_variants && choose()) {
            if (stages >= scope_.options.most_variations) {
                findings_.add(
                    Severity::warning, "Composition", Path(),
                    fmt::format("only {} combinations of variants were looked at; there are more", stages));
                break;
            }
            auto const stage = composed();
            if (!stage) {
                findings_.add(Severity::error, "Composition", Path(), stage.error().what);
                break;
            }
            ++stages;
            for (auto const& error : (*stage)->errors())
                findings_.add(Severity::error, "Composition", error.site, error.what, error.layer);
            visit(**stage, (*stage)->pseudo_root(), "");
        }
        return stages;
    }

private:
    /// A prim with variant sets, where the prims above have certain selections.
    struct Switch {
        Path path;
        std::vector<Token> sets;
        std::vector<std::vector<Token>> choices; ///< of each set
        std::size_t next = 0, count = 1;         ///< combinations, numbered; those below `next` were seen
        std::size_t current = 0;
        std::map<Token, Token> selection(std::size_t number) const
        {
            std::map<Token, Token> result;
            for (std::size_t i = 0; i < sets.size(); ++i) {
                result.emplace(sets[i], choices[i][number % choices[i].size()]);
                number /= choices[i].size();
            }
            return result;
        }
    };

    static std::string name_of(Switch const& each, std::map<Token, Token> const& selection)
    {
        auto name = each.path.str();
        for (auto const& [set, choice] : selection) name += fmt::format("{{{}={}}}", set.str(), choice.str());
        return name;
    }

    /// `above` names the selections of the prims above.
    void visit(Stage const& stage, Prim const& parent, std::string const& above)
    {
        for (auto const& prim : parent.children()) {
            check_prim(prim, scope_, findings_);
            auto const sets =
                scope_.options.skip_variants || is_proxy(prim) ? std::vector<Token>() : prim.variant_sets();
            auto below = above;
            if (!sets.empty()) {
                auto& entry = found(prim, sets, above);
                std::map<Token, Token> selection;
                for (Token const set : entry.sets) selection.emplace(set, prim.variant_selection(set));
                below += name_of(entry, selection);
            }
            visit(stage, prim, below);
        }
    }

    /// What stands below an instance cannot be told what to select.
    static bool is_proxy(Prim const& prim)
    {
        for (auto above = prim.parent(); above && !above.path().is_root(); above = above.parent())
            if (above.is_instance()) return true;
        return false;
    }

    Switch& found(Prim const& prim, std::vector<Token> const& sets, std::string const& above)
    {
        auto const [at, is_new] = switches_.try_emplace({above, prim.path()});
        auto& entry = at->second;
        if (!is_new) return entry;
        entry.path = prim.path();
        paths_.insert(prim.path());
        for (Token const set : sets) {
            auto choices = prim.variants(set);
            if (choices.empty()) continue;
            entry.count = std::min<std::size_t>(entry.count * choices.size(), 1'000'000);
            entry.sets.push_back(set);
            entry.choices.push_back(std::move(choices));
        }
        return entry;
    }

    /// Picks a combination for every prim that stands under what is chosen above it; false when none is new.
    bool choose()
    {
        chosen_.clear();
        std::map<Path, std::string> names;
        bool any = false;
        for (auto const& path : paths_) { // a prim comes before what is below it
            std::string above;
            for (auto const& prefix : path.prefixes())
                if (auto const name = names.find(prefix); name != names.end()) above += name->second;
            auto const found = switches_.find({above, path});
            if (found == switches_.end()) continue;
            auto& entry = found->second;
            any = pick(entry, above) || any;
            auto const selection = entry.selection(entry.current);
            names[path] = name_of(entry, selection);
            chosen_[path] = selection;
        }
        return any;
    }

    /// Stays where prims below are not done, then goes on; returns whether the combination is new.
    bool pick(Switch& entry, std::string const& above) const
    {
        if (entry.next > 0 && is_pending(entry, above, entry.current)) return false;
        if (entry.next < entry.count) {
            entry.current = entry.next++;
            return true;
        }
        for (std::size_t number = 0; number < entry.next; ++number)
            if (is_pending(entry, above, number)) {
                entry.current = number;
                break;
            }
        return false;
    }

    bool is_pending(Switch const& entry, std::string const& above, std::size_t number) const
    {
        auto const below = above + name_of(entry, entry.selection(number));
        for (auto at = switches_.lower_bound({below, Path()});
             at != switches_.end() && at->first.first.starts_with(below); ++at)
            if (at->second.next < at->second.count) return true;
        return false;
    }

    /// The stage under a layer that selects what was chosen.
    Result<std::shared_ptr<Stage const>> composed() const
    {
        auto layer = std::make_shared<Layer>();
        auto const original = stage_.root_layer();
        auto& spec = layer->edit_root();
        for (Token const name : {field::default_prim, field::up_axis, field::meters_per_unit,
                                 field::time_codes_per_second, field::frames_per_second})
            if (auto const value = stage_.metadata(name)) spec.set(name, *value);
        spec.set(field::sub_layers, Value(std::vector<std::string>{root_.string()}));
        for (auto const& [path, selection] : chosen_) {
            VariantSelections selections;
            for (auto const& [set, choice] : selection) selections.emplace(set.str(), choice.str());
            layer->define_prim(path, Specifier::over)
                .set(field::variant_selection, Value(std::move(selections)));
        }
        return Stage::open(std::shared_ptr<Layer const>(std::move(layer)), root_.parent_path(),
                           {.limits = scope_.options.limits});
    }

    Stage const& stage_;
    fs::path const root_;
    Scope const& scope_;
    Findings& findings_;
    std::map<std::pair<std::string, Path>, Switch> switches_; ///< by the selections above and the path
    std::set<Path> paths_;
    std::map<Path, std::map<Token, Token>> chosen_;
};

} // namespace

bool CheckReport::passed() const
{
    return std::all_of(findings.begin(), findings.end(),
                       [](Finding const& finding) { return finding.severity == Severity::warning; });
}

std::vector<CheckRule> check_rules(bool arkit)
{
    std::vector<CheckRule> rules{
        {"Composition", "Every layer opens and every arc leads somewhere, in every variant."},
        {"ByteAlignmentChecker", "The data of each file in a package begins at a multiple of 64 bytes."},
        {"CompressionChecker", "The files in a package are neither compressed nor encrypted."},
        {"MissingReferenceChecker", "Every layer and file that is named anywhere exists."},
        {"StageMetadataChecker",
         "The stage says which axis points up (upAxis), how long its unit is "
         "(metersPerUnit) and, when it is an asset, which prim it offers (defaultPrim). "
         "For ARKit, Y points up."},
        {"TextureChecker", "Textures of packages are exr, jpg or png."},
        {"PrimEncapsulationChecker",
         "Nothing with bounds stands below a gprim. Shaders, materials, node graphs, "
         "lights and light filters stand in containers of their kind only, and never "
         "in shaders."},
        {"NormalMapTextureChecker",
         "A texture that feeds the normal of a UsdPreviewSurface exists; one of 8 bits "
         "has sourceColorSpace raw, scale (2, 2, 2, 1) and bias (-1, -1, -1, 0)."},
        {"MaterialBindingAPIAppliedChecker", "A prim that binds a material has MaterialBindingAPI applied."},
        {"SkelBindingAPIAppliedChecker",
         "A prim with properties of a skeleton binding has SkelBindingAPI applied "
         "and stands in a SkelRoot."},
        {"ShaderPropertyTypeConformanceChecker", "A shader says where its implementation is; the inputs of "
                                                 "UsdPreviewSurface and its nodes have the types that those "
                                                 "define."},
        {"KindChecker", "Models stand in groups and assemblies up to the root (warning)."},
        {"ExtentChecker", "An authored extent is two points, the first below the second (warning)."}};
    if (!arkit) return rules;
    rules.insert(
        rules.end(),
        {{"ARKitPrimTypeChecker", "Prims are of the types that ARKit shows: no point instancers, no "
                                  "curves, no lights."},
         {"ARKitShaderChecker", "Shaders are UsdPreviewSurface, its nodes or MaterialX nodes, and each "
                                "input has at most one source, a shader or a material."},
         {"ARKitMaterialBindingChecker", "What a binding targets is a material, and a collection that "
                                         "exists."},
         {"ARKitFileExtensionChecker", "A package holds layers and textures only."},
         {"ARKitPackageEncapsulationChecker", "A package needs nothing outside of it."}});
    return rules;
}

Result<CheckReport> check(fs::path const& root, CheckOptions const& options)
{
    Findings findings;
    CheckReport report;
    auto const name = root.string();
    bool const is_package = package::split(name).first.ends_with(".usdz");
    if (is_package) check_package(name, options.arkit, findings);
    if (options.root_package_only) {
        if (!is_package)
            return fail(Errc::invalid_input, "{}: this is no package, so there is nothing to check", name);
        report.findings = std::move(findings).sorted(options.arkit);
        return report;
    }
    auto opened = Stage::open(root, {.limits = options.limits});
    if (!opened) {
        if (!is_package || opened.error().code == Errc::not_found) return std::unexpected(opened.error());
        findings.add(Severity::error, "Composition", Path(), opened.error().what, name);
        report.findings = std::move(findings).sorted(options.arkit);
        return report;
    }
    auto const stage = *std::move(opened);
    for (auto const& error : stage->errors())
        findings.add(Severity::error, "Composition", error.site, error.what, error.layer);
    Scope const scope{options, is_package};
    check_stage(*stage, scope, findings);
    check_dependencies(TRY(all_dependencies(root, options.limits)), options, findings);
    report.stages = Variations(*stage, root, scope, findings).run();
    report.findings = std::move(findings).sorted(options.arkit);
    return report;
}

} // namespace soulvan::usd
