// Which one layer says what a layer and its sublayers say?
#include "asset.h"
#include "compose.h"
#include "dependencies_visit.h"
#include "fold.h"
#include "soulvan/usd/flatten.h"

#include <algorithm>
#include <set>

namespace soulvan::usd {

namespace {

using composition::LayerStack;
using fold::Sourced;

template <class Item>
std::vector<Sourced<Item>> sourced(std::vector<Item> const& items, LayerOffset source)
{
    std::vector<Sourced<Item>> result;
    for (auto const& item : items) result.push_back({item, source});
    return result;
}

template <class Item>
std::vector<Item> settled(std::vector<Sourced<Item>> const& items)
{
    std::vector<Item> result;
    for (auto const& [item, source] : items) {
        result.push_back(item);
        result.back().offset = compose(source, item.offset);
    }
    return result;
}

class StackFlattener {
public:
    explicit StackFlattener(LayerStack const& stack) : stack_(stack) {}

    Layer run()
    {
        for (auto const& member : stack_.members) layers_.push_back(anchored(member));
        flatten_prim(Path::root());
        return std::move(layer_);
    }

private:
    /// The member's layer with absolute asset paths.
    std::shared_ptr<Layer const> anchored(LayerStack::Member const& member)
    {
        dependencies::Change const change =
            [&](dependencies::Mention const& mention) -> std::optional<std::string> {
            if (mention.kind == DependencyKind::sublayer) return std::nullopt;
            auto authored = mention.authored;
            if (composition::is_expression(authored)) {
                auto evaluated = composition::evaluate_expression(authored, stack_.expression_variables);
                if (!evaluated) return std::nullopt;
                authored = *std::move(evaluated);
            }
            if (authored.empty() || asset::is_uri(authored)) return authored;
            auto located = asset::located(member.anchor, authored, stack_.search_folder, packages_);
            if (asset::is_searched(authored) && !asset::exists(located, packages_)) return authored;
            return located;
        };
        auto edited = dependencies::changed(*member.layer, change, true);
        return edited ? std::make_shared<Layer const>(*std::move(edited)) : member.layer;
    }

    enum class Children { prims, properties, variant_sets, variants };

    /// The weakest layer's names first, then what stronger layers add, each ordered by its own list.
    std::vector<Token> child_names(Path const& path, Children which) const
    {
        std::vector<Token> names;
        std::set<Token> seen;
        for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
            auto const spec = (*layer)->find(path);
            if (!spec) continue;
            auto const& own = which == Children::prims          ? spec.prim_children()
                              : which == Children::properties   ? spec.properties()
                              : which == Children::variant_sets ? spec.variant_sets()
                                                                : spec.variants();
            for (Token const name : own)
                if (seen.insert(name).second) names.push_back(name);
            if (which != Children::prims) continue;
            if (auto const order = spec.get<std::vector<Token>>(field::prim_order))
                TokenListOp{.ordered = *order}.apply(names);
        }
        return names;
    }

    void flatten_prim(Path const& path)
    {
        flatten_fields(path, path.is_root() ? layer_.edit_root() : defined(path));
        for (Token const name : child_names(path, Children::properties))
            flatten_property(path.property(name));
        for (Token const set : child_names(path, Children::variant_sets)) {
            auto const at = path.variant(set, Token());
            layer_.define_variant(path, set, Token());
            for (Token const variant : child_names(at, Children::variants))
                flatten_prim(path.variant(set, variant));
        }
        for (Token const child : child_names(path, Children::prims)) flatten_prim(path.child(child));
    }

    Spec& defined(Path const& path)
    {
        if (path.is_prim()) return layer_.define_prim(path, Specifier::over);
        auto const [set, variant] = path.variant_selection();
        return layer_.define_variant(path.parent(), set, variant);
    }

    void flatten_property(Path const& path)
    {
        auto kind = SpecKind::attribute;
        for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer)
            if (auto const spec = (*layer)->find(path)) kind = spec.kind();
        auto& spec = kind == SpecKind::attribute ? layer_.define_attribute(path, Token())
                                                 : layer_.define_relationship(path, {});
        spec.fields.clear();
        flatten_fields(path, spec);
    }

    /// The specs at `path` of one kind, strong to weak; what contradicts the strongest is left out.
    std::vector<std::pair<SpecView, LayerOffset>> specs_at(Path const& path) const
    {
        std::vector<std::pair<SpecView, LayerOffset>> specs;
        for (std::size_t i = 0; i < layers_.size(); ++i)
            if (auto const spec = layers_[i]->find(path))
                if (specs.empty() || specs.front().first.kind() == spec.kind())
                    specs.emplace_back(spec, stack_.members[i].to_stack);
        return specs;
    }

    void flatten_fields(Path const& path, Spec& spec)
    {
        auto const specs = specs_at(path);
        std::vector<Token> names;
        bool samples_hidden = false;
        for (auto const& [source, offset] : specs) {
            for (Token name : source.field_names()) {
                if (name == field::sub_layers || name == field::sub_layer_offsets) continue;
                if (name == field::time_samples && samples_hidden) continue;
                if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
            }
            samples_hidden = samples_hidden || source.has(field::default_value);
        }
        for (Token const name : names)
            if (auto value = flattened(specs, name); !value.empty()) spec.set(name, std::move(value));
    }

    static Value flattened(std::vector<std::pair<SpecView, LayerOffset>> const& specs, Token name)
    {
        if (name == field::references) return flattened_arcs<ReferenceListOp, Reference>(specs, name);
        if (name == field::payload) return flattened_arcs<PayloadListOp, Payload>(specs, name);
        Value result;
        for (auto const& [spec, offset] : specs) {
            auto value = spec.find(name);
            if (value.empty()) continue;
            value = fold::combinable(fold::retimed(value, name, offset));
            result = result.empty() ? std::move(value) : folded(std::move(result), value, name);
        }
        return result;
    }

    static Value folded(Value stronger, Value const& weaker, Token name)
    {
        if (name == field::custom) return weaker.get_or(Bool{}).value ? weaker : stronger;
        if (name == field::variability) return weaker;
        if (auto const* specifier = stronger.get<Specifier>())
            return *specifier == Specifier::over ? weaker : stronger;
        if (auto const* type = stronger.get<Token>(); type && name == field::type_name)
            return type->empty() ? weaker : stronger;
        if (auto const* relocates = stronger.get<Relocates>())
            if (auto const* more = weaker.get<Relocates>()) {
                auto both = *relocates;
                both.insert(both.end(), more->begin(), more->end());
                return Value(std::move(both));
            }
        if (auto merged = fold::merged(stronger, weaker)) return *std::move(merged);
        return stronger;
    }

    template <class List, class Item>
    static Value flattened_arcs(std::vector<std::pair<SpecView, LayerOffset>> const& specs, Token name)
    {
        using Arcs = ListOp<Sourced<Item>>;
        std::optional<Arcs> result;
        for (auto const& [spec, offset] : specs) {
            auto const authored = spec.template get<List>(name);
            if (!authored) continue;
            auto const list = fold::combinable(*authored);
            Arcs const own{.is_explicit = list.is_explicit,
                           .explicit_items = sourced(list.explicit_items, offset),
                           .prepended = sourced(list.prepended, offset),
                           .appended = sourced(list.appended, offset),
                           .deleted = sourced(list.deleted, offset)};
            result = result ? *fold::combined(*result, own) : own;
        }
        if (!result) return {};
        return Value(List{.is_explicit = result->is_explicit,
                          .explicit_items = settled(result->explicit_items),
                          .prepended = settled(result->prepended),
                          .appended = settled(result->appended),
                          .deleted = settled(result->deleted)});
    }

    LayerStack const& stack_;
    package::Cache packages_;
    std::vector<std::shared_ptr<Layer const>> layers_; ///< as stack_.members
    Layer layer_;
};

} // namespace

Result<LayerStackFlattening> flatten_layer_stack(std::filesystem::path const& root, ReadLimits const& limits)
{
    std::error_code error;
    auto const absolute = std::filesystem::absolute(root, error).lexically_normal().string();
    if (error) return fail(Errc::io, "{}: {}", root.string(), error.message());
    auto const folder = std::filesystem::path(package::split(absolute).first).parent_path().string();
    composition::LayerCache cache(limits, folder);
    auto const layer = TRY(cache.layer(absolute));
    auto const* stack = cache.stack(layer, nullptr, nullptr);
    LayerStackFlattening result;
    result.layer = StackFlattener(*stack).run();
    for (auto const& problem : stack->problems) result.errors.push_back(problem.error);
    return result;
}

} // namespace soulvan::usd
