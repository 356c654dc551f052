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

/// Maps paths that were composed at first instances to where their subtrees are seen around `view`. Of
/// several subtrees around it the innermost that holds a path decides.
std::vector<Path> seen_from(Stage::Implementation const& stage, Path const& view, std::vector<Path> paths)
{
    if (view.empty()) return paths;
    std::vector<std::pair<Path, Path>> subtrees; // where it was composed, where it is seen
    auto const* at = &stage.root;
    for (auto const& prefix : view.prefixes()) {
        if (prefix.is_root()) continue;
        at = stage.child(at->with_children(), prefix.name());
        if (!at || prefix == view) break;
        if (at->is_instance()) subtrees.emplace_back(at->with_children().path(), prefix);
    }
    for (auto& path : paths) {
        std::pair<Path, Path> const* longest = nullptr;
        for (auto const& pair : subtrees)
            if (path.has_prefix(pair.first) && (!longest || pair.first.depth() > longest->first.depth()))
                longest = &pair;
        if (longest) path = path.replace_prefix(longest->first, longest->second);
    }
    return paths;
}

std::vector<Path> composed_targets(Stage::Implementation& stage, PrimData const& prim, Path const& view,
                                   Token name, Token field_name)
{
    std::vector<composition::PathOpinion> opinions;
    for (auto const& opinion : resolve::property_stack(stage, prim, name))
        opinions.push_back({opinion.spec, opinion.prim_path().property(name), opinion.source->stack,
                            opinion.source->member, opinion.source->to_root.get(),
                            opinion.source->inherited_class});
    // In stages a class may point at what inherits from it.
    return seen_from(stage, view, composition::compose_targets(opinions, field_name, nullptr).paths);
}

/// Every site that the prim could have opinions from, also those without a say.
composition::PrimIndex index_of(Stage::Implementation& stage, PrimData const& prim)
{
    return composition::compute_prim_index(stage.inputs(), {stage.stack, prim.path()}, nullptr);
}

} // namespace

Path Prim::path() const
{
    return view_.empty() ? data_->path() : view_;
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
    return data_->instance ? data_->instance->key : 0;
}
Token Prim::kind() const
{
    for (auto const& site : data_->sites())
        if (auto const kind = stage_->implementation_->spec(site).get<Token>(field::kind)) return *kind;
    return {};
}
std::vector<Token> Prim::applied_schemas() const
{
    return data_->api_list();
}

bool Prim::has_api(std::string_view name) const
{
    auto const& apis = data_->api_list();
    return std::any_of(apis.begin(), apis.end(), [&](Token api) {
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
    auto const children = data_->with_children().own_children();
    std::vector<Prim> result;
    result.reserve(children.size());
    bool const shared = &data_->with_children() != data_ || !view_.empty();
    auto const here = shared ? path() : Path();
    for (auto const& child : children)
        result.push_back(Prim(stage_, &child, shared ? here.child(child.name) : Path()));
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
    for (auto const& site : data_->sites())
        for (Token name : stage_->implementation_->spec(site).properties())
            if (seen.insert(name).second) names.push_back(name);
    std::sort(names.begin(), names.end(), [](Token a, Token b) { return natural_less(a.view(), b.view()); });
    if (auto const order = resolve::prim_metadata(*stage_->implementation_, *data_, field::property_order))
        if (auto const* list = order->get<std::vector<Token>>()) { // what it names comes first
            auto rest = names.begin();
            for (Token name : *list)
                if (auto const at = std::find(rest, names.end(), name); at != names.end())
                    std::rotate(rest++, at, at + 1);
        }
    return names;
}

std::vector<Attribute> Prim::attributes() const
{
    std::vector<Attribute> result;
    for (Token name : property_names()) {
        auto const stack = resolve::property_stack(*stage_->implementation_, *data_, name);
        if (!stack.empty() && stack.front().spec.kind() == SpecKind::attribute)
            result.push_back(Attribute(stage_, data_, view_, name));
    }
    return result;
}

std::optional<Attribute> Prim::attribute(Token name) const
{
    auto const stack = resolve::property_stack(*stage_->implementation_, *data_, name);
    if (stack.empty()) {
        auto const property = schema::find_property(data_->type_name, data_->api_list(), name);
        if (!property || property->is_relationship()) return std::nullopt;
    } else if (stack.front().spec.kind() != SpecKind::attribute) {
        return std::nullopt;
    }
    return Attribute(stage_, data_, view_, name);
}

bool Prim::has_relationship(std::string_view relationship) const
{
    Token const name(relationship);
    auto const stack = resolve::property_stack(*stage_->implementation_, *data_, name);
    if (!stack.empty()) return stack.front().spec.kind() == SpecKind::relationship;
    auto const property = schema::find_property(data_->type_name, data_->api_list(), name);
    return property && property->is_relationship();
}

std::vector<Path> Prim::targets(std::string_view relationship) const
{
    return composed_targets(*stage_->implementation_, *data_, view_, Token(relationship),
                            field::target_paths);
}

std::optional<Value> Prim::property_metadata(Token property, Token name) const
{
    return resolve::metadata(resolve::property_stack(*stage_->implementation_, *data_, property), name);
}

std::optional<Value> Prim::metadata(Token name) const
{
    return resolve::prim_metadata(*stage_->implementation_, *data_, name);
}

std::vector<Token> Prim::variant_sets() const
{
    std::vector<Token> result;
    for (auto const& node : index_of(*stage_->implementation_, *data_).nodes)
        for (Token name : composition::variant_sets_at(*node.site.stack, node.site.path))
            if (std::find(result.begin(), result.end(), name) == result.end()) result.push_back(name);
    return result;
}

std::vector<Token> Prim::variants(Token set) const
{
    std::set<Token> names;
    for (auto const& node : index_of(*stage_->implementation_, *data_).nodes)
        for (Token name : composition::variants_at(*node.site.stack, node.site.path, set)) names.insert(name);
    return {names.begin(), names.end()};
}

Token Prim::variant_selection(Token set) const
{
    for (auto const& node : index_of(*stage_->implementation_, *data_).nodes) {
        if (node.arc != composition::Arc::variant || !node.site.path.is_variant_selection()) continue;
        auto const [name, selection] = node.site.path.variant_selection();
        if (name == set) return selection; // also when a fallback selected it
    }
    return {};
}

std::vector<std::pair<std::shared_ptr<Layer const>, Path>> Prim::prim_stack() const
{
    auto const& stage = *stage_->implementation_;
    std::vector<std::pair<std::shared_ptr<Layer const>, Path>> result;
    for (auto const& site : data_->sites())
        result.emplace_back(stage.source(site).member->layer, stage.table(site).path(site.spec));
    return result;
}

Path Attribute::path() const
{
    return (view_.empty() ? prim_->path() : view_).property(name_);
}

Token Attribute::type_name() const
{
    if (auto const property = schema::find_property(prim_->type_name, prim_->api_list(), name_))
        return property->type();
    auto const authored =
        resolve::metadata(resolve::property_stack(*stage_->implementation_, *prim_, name_), field::type_name);
    return authored ? authored->get_or(Token()) : Token();
}

ValueTypeName const* Attribute::type() const
{
    return find_value_type(type_name().view());
}

Variability Attribute::variability() const
{
    if (auto const property = schema::find_property(prim_->type_name, prim_->api_list(), name_))
        return property->variability();
    auto const authored = metadata(field::variability);
    return authored ? authored->get_or(Variability::varying) : Variability::varying;
}

bool Attribute::is_authored() const
{
    return !resolve::property_stack(*stage_->implementation_, *prim_, name_).empty();
}

std::optional<Value> Attribute::value(Time time) const
{
    auto resolved = resolve::value(*stage_->implementation_, *prim_, name_, time);
    if (resolved.value.empty()) return std::nullopt;
    if (auto const* expression = resolved.value.get<PathExpression>(); expression && !view_.empty())
        return Value(PathExpression{resolve::mapped_expression(expression->text, [&](Path const& path) {
            return seen_from(*stage_->implementation_, view_, {path}).front();
        })});
    return std::move(resolved.value);
}

std::vector<double> Attribute::time_samples() const
{
    return resolve::sample_times(*stage_->implementation_, *prim_, name_);
}

bool Attribute::is_time_varying() const
{
    return resolve::is_time_varying(*stage_->implementation_, *prim_, name_);
}

std::vector<Path> Attribute::connections() const
{
    return composed_targets(*stage_->implementation_, *prim_, view_, name_, field::connection_paths);
}

std::optional<Value> Attribute::metadata(Token name) const
{
    // What a schema declares is not custom, whatever opinions say.
    if (name == field::custom && schema::find_property(prim_->type_name, prim_->api_list(), name_))
        return std::nullopt;
    return resolve::metadata(resolve::property_stack(*stage_->implementation_, *prim_, name_), name);
}

std::string Attribute::resolved_asset(Time time) const
{
    auto const resolved = resolve::value(*stage_->implementation_, *prim_, name_, time);
    auto const* path = resolved.value.get<AssetPath>();
    return path && resolved.source ? asset::resolved(*resolved.source, path->authored) : "";
}

std::vector<std::string> Attribute::resolved_assets(Time time) const
{
    auto const resolved = resolve::value(*stage_->implementation_, *prim_, name_, time);
    auto const* paths = resolved.value.get<Array<AssetPath>>();
    std::vector<std::string> result;
    if (!paths || !resolved.source) return result;
    for (auto const& path : *paths) result.push_back(asset::resolved(*resolved.source, path.authored));
    return result;
}

} // namespace soulvan::usd
