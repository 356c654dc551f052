// Which one layer says what a composed stage says?
#include "soulvan/usd/flatten.h"

#include "asset.h"
#include "compose.h"
#include "schema.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace soulvan::usd {

namespace {

/// What composition has used up, and values, which are resolved apart.
bool is_private(Token name)
{
    static std::vector<Token> const names{
        field::inherit_paths,     field::relocates,  field::payload,           field::references,
        field::specializes,       field::sub_layers, field::sub_layer_offsets, field::variant_selection,
        field::variant_set_names, field::clips,      field::clip_sets,         field::default_value,
        field::time_samples,      field::spline,     field::connection_paths,  field::target_paths};
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool holds_assets(Value const& value)
{
    if (value.holds<AssetPath>() || value.holds<Array<AssetPath>>()) return true;
    auto const* dictionary = value.get<Dictionary>();
    return dictionary && std::any_of(dictionary->begin(), dictionary->end(),
                                     [](auto const& entry) { return holds_assets(entry.second); });
}

/// Opinions about one object, strong to weak, with the layer that each stands in.
struct Opinion {
    std::shared_ptr<Layer const> layer;
    SpecView spec;
};
using Opinions = std::vector<Opinion>;

std::vector<Token> field_names(Opinions const& opinions)
{
    std::vector<Token> names;
    for (auto const& opinion : opinions)
        for (Token name : opinion.spec.field_names())
            if (!is_private(name) && std::find(names.begin(), names.end(), name) == names.end())
                names.push_back(name);
    return names;
}

/// Where prims of the stage come to stand, and paths that point at them.
struct Placement {
    Path from, to; ///< both empty: prims stay where they are
    Path operator()(Path const& path) const { return from.empty() ? path : path.replace_prefix(from, to); }
};

class Flattener {
public:
    Flattener(Stage const& stage, FlattenOptions const& options) : stage_(stage), options_(options)
    {
        auto const& identifier = stage.root_layer()->identifier;
        search_folder_ = std::filesystem::path(package::split(identifier).first).parent_path().string();
    }

    Layer run()
    {
        number_prototypes();
        for (auto const& prototype : prototypes_) {
            layer_.define_prim(prototype.path, Specifier::over);
            Placement const placement{prototype.first.path(), prototype.path};
            for (auto const& child : prototype.first.all_children()) copy(child, placement);
        }
        copy_stage_metadata();
        for (auto const& child : stage_.pseudo_root().all_children())
            if (in_mask(child)) copy(child, {});
        return std::move(layer_);
    }

private:
    struct Prototype {
        Prim first;
        Path path;
    };

    bool in_mask(Prim const& prim) const
    {
        auto const path = prim.path();
        return options_.mask.empty() ||
               std::any_of(options_.mask.begin(), options_.mask.end(), [&](Path const& wanted) {
                   return path.has_prefix(wanted) || wanted.has_prefix(path);
               });
    }

    /// Level by level: what is nested in a prototype comes after the prototypes of its level.
    void number_prototypes()
    {
        std::deque<Prim> roots{stage_.pseudo_root()};
        int number = 0;
        while (!roots.empty()) {
            auto const root = roots.front();
            roots.pop_front();
            auto walk = [&](auto const& self, Prim const& prim) -> void {
                for (auto const& child : prim.all_children()) {
                    if (!child.is_active() || !in_mask(child)) continue;
                    if (!child.is_instance()) {
                        self(self, child);
                    } else if (prototype_of_.try_emplace(child.prototype_key(), prototypes_.size()).second) {
                        prototypes_.push_back({child, free_path(number)});
                        roots.push_back(child);
                    }
                }
            };
            walk(walk, root);
        }
    }

    Path free_path(int& number) const
    {
        while (true) {
            auto path = Path::root().child(fmt::format("Flattened_Prototype_{}", ++number));
            if (!stage_.prim_at(path)) return path;
        }
    }

    void copy_stage_metadata()
    {
        auto const root = stage_.root_layer();
        auto& spec = layer_.edit_root();
        for (Token name : root->find(Path::root()).field_names()) {
            if (is_private(name)) continue;
            auto value = stage_.metadata(name);
            if (value) spec.set(name, anchored(*value, {{root, root->find(Path::root())}}, name));
        }
        if (!options_.source_comment) return;
        auto const documentation = stage_.metadata(field::documentation);
        auto text = documentation ? documentation->get_or(std::string()) : std::string();
        if (!text.empty()) text += "\n\n";
        text += fmt::format("Generated from Composed Stage of root layer {}\n", root->identifier);
        spec.set(field::documentation, Value(std::move(text)));
    }

    void copy(Prim const& prim, Placement const& placement)
    {
        if (!prim.is_active()) return;
        auto const path = placement(prim.path());
        auto& spec = layer_.define_prim(path, prim.specifier(), prim.type_name());
        if (prim.is_instance()) {
            auto const& prototype = prototypes_[prototype_of_.at(prim.prototype_key())];
            spec.set(field::references, Value(ReferenceListOp{.added = {{"", prototype.path, {}, nullptr}}}));
        }
        Opinions opinions;
        for (auto& [layer, site] : prim.prim_stack())
            if (auto const found = layer->find(site)) opinions.push_back({layer, found});
        for (Token const name : field_names(opinions))
            if (auto value = prim.metadata(name)) spec.set(name, anchored(*value, opinions, name));
        copy_selections(prim, opinions, spec);
        copy_properties(prim, path, placement);
        if (prim.is_instance()) return; // below stands its prototype
        for (auto const& child : prim.all_children())
            if (!placement.from.empty() || in_mask(child)) copy(child, placement);
    }

    /// What was selected, and what is selected of sets that are not there: also of an earlier flattening.
    static void copy_selections(Prim const& prim, Opinions const& opinions, Spec& spec)
    {
        VariantSelections selections;
        for (auto const& opinion : opinions)
            if (auto const authored = opinion.spec.get<VariantSelections>(field::variant_selection))
                selections.insert(authored->begin(), authored->end());
        for (Token const set : prim.variant_sets())
            if (auto const selection = prim.variant_selection(set); !selection.empty())
                selections.insert_or_assign(set.str(), selection.str());
        if (!selections.empty()) spec.set(field::variant_selection, Value(std::move(selections)));
    }

    void copy_properties(Prim const& prim, Path const& path, Placement const& placement)
    {
        auto const sites = prim.prim_stack();
        for (Token const name : prim.property_names()) {
            auto const attribute = prim.attribute(name);
            auto const kind = attribute ? SpecKind::attribute : SpecKind::relationship;
            Opinions opinions;
            for (auto const& [layer, site] : sites)
                if (auto const found = layer->find(site.property(name)); found && found.kind() == kind)
                    opinions.push_back({layer, found});
            if (attribute)
                copy_attribute(prim, *attribute, opinions, path, placement);
            else
                copy_relationship(prim, name, opinions, path, placement);
        }
    }

    void copy_property_metadata(Prim const& prim, Token property, Opinions const& opinions, Spec& spec)
    {
        for (Token const name : field_names(opinions)) {
            if (name == field::type_name || name == field::variability) continue; // as the schema has them
            if (auto value = prim.property_metadata(property, name))
                spec.set(name, anchored(*value, opinions, name));
        }
    }

    void copy_relationship(Prim const& prim, Token name, Opinions const& opinions, Path const& path,
                           Placement const& placement)
    {
        auto targets = prim.targets(name.view());
        for (auto& target : targets) target = placement(target);
        auto& spec = layer_.define_relationship(path.property(name), std::move(targets));
        if (auto const variability = prim.property_metadata(name, field::variability))
            spec.set(field::variability, *variability);
        copy_property_metadata(prim, name, opinions, spec);
    }

    void copy_attribute(Prim const& prim, Attribute const& attribute, Opinions const& opinions,
                        Path const& path, Placement const& placement)
    {
        auto const name = attribute.name();
        auto const custom = prim.property_metadata(name, field::custom);
        auto& spec = layer_.define_attribute(path.property(name), attribute.type_name(), {},
                                             attribute.variability(), custom && custom->get_or(Bool{}).value);
        copy_property_metadata(prim, name, opinions, spec);
        auto sources = attribute.connections();
        for (auto& source : sources) source = placement(source);
        if (!sources.empty())
            spec.set(field::connection_paths, Value(PathListOp::make_explicit(std::move(sources))));
        if (auto times = attribute.time_samples(); !times.empty()) {
            auto const* source = strongest(opinions, field::time_samples);
            TimeSamples samples;
            for (double const time : times)
                samples.set(time, placed(attribute, time, source, placement, Value(ValueBlock{})));
            spec.set(field::time_samples, Value(std::move(samples)));
        } else if (auto const* spline = strongest(opinions, field::spline)) {
            spec.set(field::spline, spline->spec.find(field::spline));
        }
        copy_default(prim, attribute, opinions, placement, spec);
    }

    void copy_default(Prim const& prim, Attribute const& attribute, Opinions const& opinions,
                      Placement const& placement, Spec& spec)
    {
        auto const* source = strongest(opinions, field::default_value);
        if (!source) return;
        if (!source->spec.find(field::default_value).is_block()) {
            auto value = placed(attribute, Time(), source, placement, Value());
            if (!value.empty()) spec.set(field::default_value, std::move(value));
            return;
        }
        // What a block uncovers is the schema's fallback; at the default time no sample is looked at.
        auto const property =
            schema::find_property(prim.type_name(), prim.applied_schemas(), attribute.name());
        auto fallback = property ? property->fallback() : Value();
        spec.set(field::default_value, fallback.empty() ? Value(ValueBlock{}) : std::move(fallback));
    }

    static Opinion const* strongest(Opinions const& opinions, Token name)
    {
        for (auto const& opinion : opinions)
            if (opinion.spec.has(name)) return &opinion;
        return nullptr;
    }

    /// A resolved value as it stands in the flattened layer.
    Value placed(Attribute const& attribute, Time time, Opinion const* source, Placement const& placement,
                 Value otherwise)
    {
        auto const value = attribute.value(time);
        if (!value) return otherwise;
        if (auto const* expression = value->get<PathExpression>(); expression && !placement.from.empty())
            return Value(PathExpression{moved_expression(expression->text, placement)});
        // The stage knows best where a file is, also that of a clip; what is not there is anchored all the
        // same.
        if (value->holds<AssetPath>())
            if (auto file = attribute.resolved_asset(time); !file.empty())
                return Value(AssetPath{std::move(file)});
        auto anchored_value = source ? anchored(*value, *source->layer) : *value;
        if (auto const* paths = anchored_value.get<Array<AssetPath>>()) {
            std::vector<AssetPath> result(paths->begin(), paths->end());
            auto const files = attribute.resolved_assets(time);
            for (std::size_t i = 0; i < std::min(result.size(), files.size()); ++i)
                if (!files[i].empty()) result[i] = {files[i]};
            return Value(Array<AssetPath>(std::move(result)));
        }
        return anchored_value;
    }

    static std::string moved_expression(std::string const& text, Placement const& placement)
    {
        // Absolute paths below the instance move with it; the text is otherwise kept.
        std::string result;
        auto const from = placement.from.str();
        for (std::size_t at = 0; at < text.size();) {
            bool const begins =
                text.compare(at, from.size(), from) == 0 &&
                (at + from.size() == text.size() ||
                 std::string_view("/. )").find(text[at + from.size()]) != std::string_view::npos);
            result += begins ? placement.to.str() : std::string(1, text[at]);
            at += begins ? from.size() : 1;
        }
        return result;
    }

    /// `value`, folded over `opinions`, with each asset path anchored to the layer that it comes from.
    Value anchored(Value const& value, Opinions const& opinions, Token name)
    {
        if (!holds_assets(value)) return value;
        std::vector<std::pair<Layer const*, Value>> sources;
        for (auto const& opinion : opinions)
            if (auto held = opinion.spec.find(name); !held.empty())
                sources.emplace_back(opinion.layer.get(), std::move(held));
        return anchored(value, sources);
    }

    Value anchored(Value const& value, std::vector<std::pair<Layer const*, Value>> const& sources)
    {
        auto const* dictionary = value.get<Dictionary>();
        if (!dictionary) return sources.empty() ? value : anchored(value, *sources.front().first);
        Dictionary result;
        for (auto const& [key, entry] : *dictionary) {
            std::vector<std::pair<Layer const*, Value>> inner;
            for (auto const& [layer, source] : sources)
                if (auto const* held = source.get<Dictionary>())
                    if (auto const found = held->find(key); found != held->end())
                        inner.emplace_back(layer, found->second);
            result.emplace(key, holds_assets(entry) ? anchored(entry, inner) : entry);
        }
        return Value(std::move(result));
    }

    Value anchored(Value const& value, Layer const& layer)
    {
        if (auto const* path = value.get<AssetPath>()) return Value(AssetPath{anchored(*path, layer)});
        if (auto const* paths = value.get<Array<AssetPath>>()) {
            std::vector<AssetPath> result;
            for (auto const& path : *paths) result.push_back({anchored(path, layer)});
            return Value(Array<AssetPath>(std::move(result)));
        }
        return value;
    }

    std::string anchored(AssetPath const& path, Layer const& layer)
    {
        auto const& authored = path.authored;
        if (authored.empty() || layer.identifier.empty() || composition::is_expression(authored) ||
            asset::is_uri(authored))
            return authored;
        auto located = asset::located(layer.identifier, authored, search_folder_, packages_);
        // What is looked for in several places and found in none stays open, as in OpenUSD.
        if (asset::is_searched(authored) && !asset::exists(located, packages_)) return authored;
        return located;
    }

    Stage const& stage_;
    FlattenOptions const& options_;
    std::string search_folder_;
    package::Cache packages_;
    Layer layer_;
    std::vector<Prototype> prototypes_;
    std::unordered_map<std::size_t, std::size_t> prototype_of_; ///< key → index
};

} // namespace

Layer flatten(Stage const& stage, FlattenOptions const& options)
{
    return Flattener(stage, options).run();
}

} // namespace soulvan::usd
