// Where in a layer may the path of an outside file stand, and how is it replaced there?
#include "dependencies_visit.h"

#include "asset.h"
#include "compose.h"

#include <algorithm>
#include <set>

namespace soulvan::usd::dependencies {

namespace {

Token const template_key("templateAssetPath");

/// What became of a value: kept, replaced, or (an empty Value) taken away.
using Outcome = std::optional<Value>;

class Visitor {
public:
    struct Edit {
        Path path;
        Token field;
        Value value; ///< empty: erase the field
    };

    Visitor(Layer const& layer, Change const& change, bool keep_empty_elements, bool with_deleted)
        : layer_(layer),
          change_(change),
          keep_empty_(keep_empty_elements),
          with_deleted_(with_deleted)
    {}

    std::vector<Edit> run()
    {
        auto const root = Path::root();
        visit_sublayers(root);
        visit_prim(root);
        return std::move(edits_);
    }

private:
    std::optional<std::string> ask(DependencyKind kind, Path const& site, Token field,
                                   std::string const& authored, std::string const& key = "")
    {
        if (authored.empty()) return std::nullopt;
        auto answer = change_({kind, site, field, authored, key});
        return answer && *answer == authored ? std::nullopt : std::move(answer);
    }

    void visit_sublayers(Path const& root)
    {
        auto const spec = layer_.find(root);
        auto const paths = spec.get_or<std::vector<std::string>>(field::sub_layers, {});
        auto const offsets = spec.get_or<std::vector<LayerOffset>>(field::sub_layer_offsets, {});
        std::vector<std::string> new_paths;
        std::vector<LayerOffset> new_offsets;
        bool differs = false;
        for (std::size_t i = 0; i < paths.size(); ++i) {
            auto path = ask(DependencyKind::sublayer, root, field::sub_layers, paths[i]).value_or(paths[i]);
            differs = differs || path != paths[i];
            if (path.empty() || std::find(new_paths.begin(), new_paths.end(), path) != new_paths.end())
                continue;
            new_paths.push_back(std::move(path));
            new_offsets.push_back(i < offsets.size() ? offsets[i] : LayerOffset{});
        }
        if (!differs) return;
        put(root, field::sub_layers, new_paths.empty() ? Value() : Value(std::move(new_paths)));
        if (!offsets.empty())
            put(root, field::sub_layer_offsets,
                new_offsets.empty() ? Value() : Value(std::move(new_offsets)));
    }

    /// `path` is a prim, a variant or "/"; no deeper than paths may be.
    void visit_prim(Path const& path)
    {
        auto const spec = layer_.find(path);
        if (!spec) return;
        for (auto const& [name, value] : spec.fields())
            if (name != field::references && name != field::payload)
                if (auto outcome = mapped(path, name, value)) put(path, name, *std::move(outcome));
        if (!path.is_root()) {
            visit_list<PayloadListOp>(path, field::payload, DependencyKind::payload);
            visit_properties(path, spec);
            visit_list<ReferenceListOp>(path, field::references, DependencyKind::reference);
        }
        for (Token set : spec.variant_sets())
            if (auto const variants = layer_.find(path.variant(set, Token())))
                for (Token variant : variants.variants()) visit_prim(path.variant(set, variant));
        for (Token child : spec.prim_children()) visit_prim(path.child(child));
    }

    void visit_properties(Path const& prim, SpecView const& spec)
    {
        for (Token name : spec.properties()) {
            auto const path = prim.property(name);
            auto const property = layer_.find(path);
            if (!property) continue;
            auto const type = property.get_or<Token>(field::type_name, Token());
            bool const is_asset = type == "asset" || type == "asset[]";
            for (Token key : property.field_names()) {
                bool const is_value = key == field::default_value || key == field::time_samples;
                if (is_value && !is_asset) continue; // and arrays of points stay unread
                if (auto outcome = mapped(path, key, property.find(key))) put(path, key, *std::move(outcome));
            }
        }
    }

    template <class List>
    void visit_list(Path const& path, Token name, DependencyKind kind)
    {
        auto const list = layer_.find(path).get<List>(name);
        if (!list) return;
        using Item = typename decltype(list->explicit_items)::value_type;
        if (!with_deleted_) {
            std::vector<Item> items;
            list->apply(items);
            for (auto const& item : items) ask(kind, path, name, item.asset);
            return;
        }
        auto edited = *list;
        bool differs = false;
        for (auto* items : {&edited.explicit_items, &edited.added, &edited.prepended, &edited.appended,
                            &edited.deleted, &edited.ordered}) {
            std::vector<Item> kept;
            for (auto& item : *items) {
                if (auto const asset = ask(kind, path, name, item.asset)) {
                    differs = true;
                    if (asset->empty()) continue;
                    item.asset = *asset;
                }
                if (std::find(kept.begin(), kept.end(), item) == kept.end()) kept.push_back(std::move(item));
            }
            *items = std::move(kept);
        }
        if (differs) put(path, name, edited.empty() ? Value() : Value(std::move(edited)));
    }

    Outcome mapped(Path const& site, Token name, Value const& value)
    {
        if (auto const* samples = value.get<TimeSamples>()) return mapped_samples(site, name, *samples);
        return mapped(site, name, value, "");
    }

    Outcome mapped(Path const& site, Token name, Value const& value, std::string const& key)
    {
        if (auto const* asset = value.get<AssetPath>()) {
            auto const path = ask(DependencyKind::asset, site, name, asset->authored, key);
            if (!path) return std::nullopt;
            return path->empty() ? Value() : Value(AssetPath{*path});
        }
        if (auto const* assets = value.get<Array<AssetPath>>()) return mapped_array(site, name, *assets, key);
        if (auto const* dictionary = value.get<Dictionary>())
            return mapped_dictionary(site, name, *dictionary, key);
        return std::nullopt;
    }

    Outcome mapped_array(Path const& site, Token name, Array<AssetPath> const& assets, std::string const& key)
    {
        std::vector<AssetPath> result;
        bool differs = false;
        for (auto const& asset : assets) {
            auto const path = ask(DependencyKind::asset, site, name, asset.authored, key);
            differs = differs || path;
            if (!path)
                result.push_back(asset);
            else if (!path->empty() || keep_empty_)
                result.push_back({*path});
        }
        if (!differs) return std::nullopt;
        return result.empty() ? Value() : Value(Array<AssetPath>(std::move(result)));
    }

    Outcome mapped_dictionary(Path const& site, Token name, Dictionary const& dictionary,
                              std::string const& key)
    {
        Dictionary result;
        bool differs = false;
        for (auto const& [entry, value] : dictionary) {
            auto const full = key.empty() ? entry : key + ":" + entry;
            auto outcome = mapped(site, name, value, full);
            // A clip set's template is a string, not an asset path.
            if (name == field::clips && !key.empty() && entry == template_key.view())
                if (auto const* pattern = value.get<std::string>())
                    if (auto path = ask(DependencyKind::clip_template, site, name, *pattern, full))
                        outcome = path->empty() ? Value() : Value(*path);
            differs = differs || outcome;
            auto kept = outcome ? *std::move(outcome) : value;
            if (!kept.empty()) result.emplace(entry, std::move(kept));
        }
        if (!differs) return std::nullopt;
        return result.empty() ? Value() : Value(std::move(result));
    }

    Outcome mapped_samples(Path const& site, Token name, TimeSamples const& samples)
    {
        TimeSamples result;
        bool differs = false, is_any = false;
        for (auto const& [time, value] : samples) {
            auto outcome = mapped(site, name, value, "");
            differs = differs || outcome;
            if (outcome && outcome->empty()) continue;
            is_any = true;
            result.set(time, outcome ? *std::move(outcome) : value);
        }
        if (!differs) return std::nullopt;
        return is_any ? Value(std::move(result)) : Value();
    }

    void put(Path const& path, Token name, Value value) { edits_.push_back({path, name, std::move(value)}); }

    Layer const& layer_;
    Change const& change_;
    bool const keep_empty_, with_deleted_;
    std::vector<Edit> edits_;
};

} // namespace

std::optional<Layer> changed(Layer const& layer, Change const& change, bool keep_empty_elements)
{
    auto edits = Visitor(layer, change, keep_empty_elements, true).run();
    if (edits.empty()) return std::nullopt;
    auto result = layer;
    for (auto& edit : edits) {
        auto* spec = result.edit(edit.path);
        if (edit.value.empty())
            spec->erase(edit.field);
        else
            spec->set(edit.field, std::move(edit.value));
    }
    return result;
}

void visit(Layer const& layer, std::function<void(Mention const&)> const& read_mention)
{
    Change const change = [&](Mention const& mention) -> std::optional<std::string> {
        read_mention(mention);
        return std::nullopt;
    };
    Visitor(layer, change, true, false).run();
}

namespace {

std::vector<std::string> tiles(std::string const& anchor, std::string const& authored, std::size_t mark,
                               package::Cache& packages)
{
    std::vector<std::string> result;
    for (int tile = 1001; tile <= 2000; ++tile) {
        auto name = authored;
        name.replace(mark, std::string_view("<UDIM>").size(), std::to_string(tile));
        if (asset::exists(asset::located(anchor, name, "", packages), packages)) result.push_back(name);
    }
    return result;
}

/// Whether `name` is `pattern` with each '#' standing for any characters, as the glob '*' does.
bool matches(std::string_view name, std::string_view pattern)
{
    std::size_t n = 0, p = 0, star = pattern.npos, resume = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '#') {
            star = p++;
            resume = n;
        } else if (p < pattern.size() && pattern[p] == name[n]) {
            ++p, ++n;
        } else if (star != pattern.npos) {
            p = star + 1;
            n = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('#', p) == pattern.npos;
}

/// The files of one folder that match; a template without a folder is none, as in OpenUSD.
std::vector<std::string> clips(std::string const& anchor, std::string const& authored)
{
    auto const slash = authored.rfind('/');
    if (slash == authored.npos) return {};
    auto const folder = authored.substr(0, slash + 1);
    std::vector<std::string> result;
    std::error_code error;
    std::filesystem::directory_iterator entries(composition::anchored(anchor, folder), error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
        auto const name = entries->path().filename().string();
        if (matches(name, std::string_view(authored).substr(slash + 1))) result.push_back(folder + name);
    }
    std::sort(result.begin(), result.end());
    return result;
}

} // namespace

std::vector<std::string> files_of_pattern(std::string const& layer_identifier, DependencyKind kind,
                                          std::string const& authored)
{
    if (kind == DependencyKind::clip_template) return clips(layer_identifier, authored);
    auto const mark = authored.find("<UDIM>");
    if (mark == authored.npos) return {};
    package::Cache packages;
    return tiles(layer_identifier, authored, mark, packages);
}

} // namespace soulvan::usd::dependencies

namespace soulvan::usd {

std::vector<Dependency> layer_dependencies(Layer const& layer)
{
    std::vector<Dependency> result;
    dependencies::visit(layer, [&](dependencies::Mention const& mention) {
        result.push_back({mention.kind, mention.site, mention.field, mention.authored,
                          dependencies::files_of_pattern(layer.identifier, mention.kind, mention.authored)});
    });
    return result;
}

ExternalReferences external_references(Layer const& layer)
{
    std::set<std::string> sublayers, references, payloads;
    for (auto const& dependency : layer_dependencies(layer)) {
        auto& place = dependency.kind == DependencyKind::sublayer  ? sublayers
                      : dependency.kind == DependencyKind::payload ? payloads
                                                                   : references;
        if (dependency.files.empty())
            place.insert(dependency.authored);
        else
            place.insert(dependency.files.begin(), dependency.files.end());
    }
    return {{sublayers.begin(), sublayers.end()},
            {references.begin(), references.end()},
            {payloads.begin(), payloads.end()}};
}

void modify_asset_paths(Layer& layer, std::function<std::string(std::string const&)> const& change,
                        bool keep_empty_elements)
{
    auto modified = dependencies::changed(
        layer, [&](dependencies::Mention const& mention) { return change(mention.authored); },
        keep_empty_elements);
    if (modified) layer = *std::move(modified);
}

} // namespace soulvan::usd
