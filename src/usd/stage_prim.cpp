// What do the handles of a stage answer: prims and attributes?
#include "stage_data.h"

#include <algorithm>

namespace soulvan::usd {

namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The order in which a person sorts names: without regard to case first, numbers by their value.
bool natural_less(std::string_view a, std::string_view b)
{
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (is_digit(a[i]) && is_digit(b[j])) {
            std::size_t const first_i = i, first_j = j;
            while (i < a.size() && a[i] == '0') ++i;
            while (j < b.size() && b[j] == '0') ++j;
            std::size_t const digits_i = i, digits_j = j;
            while (i < a.size() && is_digit(a[i])) ++i;
            while (j < b.size() && is_digit(b[j])) ++j;
            auto const x = a.substr(digits_i, i - digits_i), y = b.substr(digits_j, j - digits_j);
            if (x.size() != y.size()) return x.size() < y.size();
            if (x != y) return x < y;
            if (i - first_i != j - first_j) return i - first_i < j - first_j;
            continue;
        }
        if (lower(a[i]) != lower(b[j])) return lower(a[i]) < lower(b[j]);
        ++i;
        ++j;
    }
    if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
    return a < b;
}

/// Maps paths that were composed at the first instance to where its subtree is seen.
std::vector<Path> seen_from(PrimData const& prim, Path view, std::vector<Path> paths)
{
    if (view.empty() || !prim.shared_root) return paths;
    auto const& root = prim.shared_root->path;
    for (int depth = prim.path.depth(); depth > root.depth(); --depth) view = view.parent();
    for (auto& path : paths) path = path.replace_prefix(root, view);
    return paths;
}

std::vector<Path> composed_targets(Stage::Implementation& stage, PrimData const& prim, Path const& view,
                                   Token name, Token field_name)
{
    std::vector<composition::PathOpinion> opinions;
    for (auto const& [site, spec] : resolve::property_stack(prim, name))
        opinions.push_back({spec, site->path.property(name), site->stack, site->member, site->to_root.get(),
                            site->inherited_class});
    auto const inherits = [&](Path const& path, composition::LayerStack const* stack,
                              Path const& inherited_class) {
        auto const index = composition::compute_prim_index(stage.inputs(), {stage.stack, path}, nullptr);
        return composition::inherits_from(index, stack, inherited_class);
    };
    return seen_from(prim, view, composition::compose_targets(opinions, field_name, inherits).paths);
}

} // namespace

Path Prim::path() const
{
    return view_.empty() ? data_->path : view_;
}
Token Prim::type_name() const
{
    return data_->type_name;
}
Specifier Prim::specifier() const
{
    return data_->specifier;
}
bool Prim::is_active() const
{
    return data_->active;
}
bool Prim::is_defined() const
{
    return data_->defined;
}
bool Prim::is_abstract() const
{
    return data_->abstract_;
}
bool Prim::is_instance() const
{
    return data_->is_instance();
}
std::size_t Prim::prototype_key() const
{
    return data_->prototype_key;
}
Token Prim::kind() const
{
    return data_->strongest(field::kind, Token());
}
std::vector<Token> Prim::applied_schemas() const
{
    return data_->apis;
}

bool Prim::has_api(std::string_view name) const
{
    return std::any_of(data_->apis.begin(), data_->apis.end(), [&](Token api) {
        return api == name ||
               (api.view().starts_with(name) && api.view().substr(name.size()).starts_with(':'));
    });
}

bool Prim::is_a(std::string_view type) const
{
    return schema::is_a(data_->type_name.view(), type);
}

Prim Prim::parent() const
{
    if (view_.empty()) return data_->parent ? Prim(stage_, data_->parent) : Prim();
    return stage_->prim_at(view_.parent());
}

std::vector<Prim> Prim::all_children() const
{
    std::vector<Prim> result;
    bool const shared = data_->prototype || !view_.empty();
    for (auto const& child : data_->with_children().children)
        result.push_back(Prim(stage_, child.get(), shared ? path().child(child->path.name()) : Path()));
    return result;
}

std::vector<Prim> Prim::children() const
{
    auto result = all_children();
    std::erase_if(result, [](Prim const& child) {
        return !child.is_active() || !child.is_defined() || child.is_abstract();
    });
    return result;
}

std::vector<Token> Prim::property_names() const
{
    std::vector<Token> names;
    std::set<Token> seen;
    for (auto const& site : data_->sites)
        for (Token name : site.spec->properties)
            if (seen.insert(name).second) names.push_back(name);
    std::sort(names.begin(), names.end(), [](Token a, Token b) { return natural_less(a.view(), b.view()); });
    if (auto const order = resolve::prim_metadata(*data_, field::property_order))
        if (auto const* list = order->get<std::vector<Token>>()) TokenListOp{.ordered = *list}.apply(names);
    return names;
}

std::vector<Attribute> Prim::attributes() const
{
    std::vector<Attribute> result;
    for (Token name : property_names()) {
        auto const stack = resolve::property_stack(*data_, name);
        if (!stack.empty() && stack.front().spec->kind == SpecKind::attribute)
            result.push_back(Attribute(stage_, data_, view_, name));
    }
    return result;
}

std::optional<Attribute> Prim::attribute(Token name) const
{
    auto const stack = resolve::property_stack(*data_, name);
    if (stack.empty()) {
        auto const property = schema::find_property(data_->type_name, data_->apis, name);
        if (!property || property->is_relationship()) return std::nullopt;
    } else if (stack.front().spec->kind != SpecKind::attribute) {
        return std::nullopt;
    }
    return Attribute(stage_, data_, view_, name);
}

bool Prim::has_relationship(std::string_view relationship) const
{
    Token const name(relationship);
    auto const stack = resolve::property_stack(*data_, name);
    if (!stack.empty()) return stack.front().spec->kind == SpecKind::relationship;
    auto const property = schema::find_property(data_->type_name, data_->apis, name);
    return property && property->is_relationship();
}

std::vector<Path> Prim::targets(std::string_view relationship) const
{
    return composed_targets(*stage_->implementation_, *data_, view_, Token(relationship),
                            field::target_paths);
}

std::optional<Value> Prim::property_metadata(Token property, Token name) const
{
    return resolve::metadata(resolve::property_stack(*data_, property), name);
}

std::optional<Value> Prim::metadata(Token name) const
{
    return resolve::prim_metadata(*data_, name);
}

std::vector<Token> Prim::variant_sets() const
{
    std::vector<Token> result;
    for (auto site = data_->sites.rbegin(); site != data_->sites.rend(); ++site)
        if (auto const* value = site->spec->find(field::variant_set_names)) {
            std::vector<std::string> names;
            for (Token name : result) names.push_back(name.str());
            if (auto const* strings = value->get<StringListOp>()) strings->apply(names);
            if (auto const* tokens = value->get<TokenListOp>()) tokens->apply(result);
            if (!value->holds<StringListOp>()) continue;
            result.clear();
            for (auto const& name : names) result.emplace_back(name);
        }
    return result;
}

std::vector<Token> Prim::variants(Token set) const
{
    std::set<Token> names;
    for (auto const& site : data_->sites)
        if (auto const* spec = site.member->layer->find(site.path.variant(set, Token())))
            names.insert(spec->variants.begin(), spec->variants.end());
    return {names.begin(), names.end()};
}

Token Prim::variant_selection(Token set) const
{
    for (auto const& site : data_->sites) { // what was selected, also by a fallback
        if (!site.path.is_variant_selection()) continue;
        auto const [name, selection] = site.path.variant_selection();
        if (name == set) return selection;
    }
    for (auto const& site : data_->sites)
        if (auto const* value = site.spec->find(field::variant_selection))
            if (auto const* selections = value->get<VariantSelections>())
                if (auto const found = selections->find(set.str()); found != selections->end())
                    return Token(found->second);
    return {};
}

std::vector<std::pair<std::shared_ptr<Layer const>, Path>> Prim::prim_stack() const
{
    std::vector<std::pair<std::shared_ptr<Layer const>, Path>> result;
    for (auto const& site : data_->sites) result.emplace_back(site.member->layer, site.path);
    return result;
}

Path Attribute::path() const
{
    return (view_.empty() ? prim_->path : view_).property(name_);
}

Token Attribute::type_name() const
{
    if (auto const property = schema::find_property(prim_->type_name, prim_->apis, name_))
        return property->type();
    auto const authored = resolve::metadata(resolve::property_stack(*prim_, name_), field::type_name);
    return authored ? authored->get_or(Token()) : Token();
}

ValueTypeName const* Attribute::type() const
{
    return find_value_type(type_name().view());
}

Variability Attribute::variability() const
{
    if (auto const property = schema::find_property(prim_->type_name, prim_->apis, name_))
        return property->variability();
    auto const authored = metadata(field::variability);
    return authored ? authored->get_or(Variability::varying) : Variability::varying;
}

bool Attribute::is_authored() const
{
    return !resolve::property_stack(*prim_, name_).empty();
}

std::optional<Value> Attribute::value(Time time) const
{
    auto resolved = resolve::value(*prim_, name_, time);
    if (resolved.value.empty()) return std::nullopt;
    if (auto const* expression = resolved.value.get<PathExpression>(); expression && !view_.empty())
        return Value(PathExpression{resolve::mapped_expression(
            expression->text, [&](Path const& path) { return seen_from(*prim_, view_, {path}).front(); })});
    return std::move(resolved.value);
}

std::vector<double> Attribute::time_samples() const
{
    return resolve::sample_times(*prim_, name_);
}

std::vector<Path> Attribute::connections() const
{
    return composed_targets(*stage_->implementation_, *prim_, view_, name_, field::connection_paths);
}

std::optional<Value> Attribute::metadata(Token name) const
{
    return resolve::metadata(resolve::property_stack(*prim_, name_), name);
}

std::string Attribute::resolved_asset(Time time) const
{
    auto const resolved = resolve::value(*prim_, name_, time);
    auto const* path = resolved.value.get<AssetPath>();
    return path && resolved.site ? asset::resolved(*resolved.site, path->authored) : "";
}

std::vector<std::string> Attribute::resolved_assets(Time time) const
{
    auto const resolved = resolve::value(*prim_, name_, time);
    auto const* paths = resolved.value.get<Array<AssetPath>>();
    std::vector<std::string> result;
    if (!paths || !resolved.site) return result;
    for (auto const& path : *paths) result.push_back(asset::resolved(*resolved.site, path.authored));
    return result;
}

} // namespace soulvan::usd
