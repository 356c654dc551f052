// How is a whole stage composed, and what do its handles answer?
#include "stage_data.h"

#include <algorithm>
#include <cmath>

namespace soulvan::usd {

using composition::LayerStack;
using composition::PrimIndex;

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

Token strongest_type(PrimData const& prim)
{
    for (auto const& site : prim.sites)
        if (auto const* value = site.spec->find(field::type_name))
            if (auto const* name = value->get<Token>(); name && !name->empty() && *name != "__AnyType__")
                return *name;
    return {};
}

template <class T>
T strongest(PrimData const& prim, Token name, T fallback)
{
    for (auto const& site : prim.sites)
        if (auto const* value = site.spec->find(name))
            if (auto const* held = value->get<T>()) return *held;
    return fallback;
}

/// Adds what the API schemas bring with them, each once.
std::vector<Token> expanded_apis(Token prim_type, std::optional<Value> const& authored)
{
    std::vector<Token> result;
    auto add = [&](auto const& self, Token api) -> void {
        if (std::find(result.begin(), result.end(), api) != result.end()) return;
        result.push_back(api);
        for (Token built_in : schema::built_in_apis(api.view())) self(self, built_in);
    };
    if (authored)
        if (auto const* list = authored->get<TokenListOp>())
            for (Token api : list->explicit_items) add(add, api);
    for (Token api : schema::built_in_apis(prim_type.view())) add(add, api);
    return result;
}

/// The work of composing all prims of a stage.
class Population {
public:
    explicit Population(Stage::Implementation& stage) : stage_(stage), inputs_(stage.inputs()) {}

    void run()
    {
        auto const index = composition::compute_prim_index(inputs_, {stage_.stack, Path::root()}, nullptr);
        stage_.root = std::make_unique<PrimData>();
        auto& root = *stage_.root;
        fill(root, index);
        root.specifier = Specifier::def;
        root.defined = true;
        stage_.prims.emplace(root.path, &root);
        compose_children(root, index);
        for (auto& problem : stage_.cache.problems()) problems_.push_back(std::move(problem));
        report();
    }

private:
    void compose_children(PrimData& prim, PrimIndex const& index)
    {
        for (Token name : composition::child_names(index)) {
            auto const path = prim.path.child(name);
            if (path.empty() || stage_.prims.size() > stage_.options.limits.specs) return too_many(prim.path);
            auto child_index = composition::compute_prim_index(inputs_, {stage_.stack, path}, &index);
            auto& child = *prim.children.emplace_back(std::make_unique<PrimData>());
            child.parent = &prim;
            child.shared_root = prim.is_instance() ? &prim : prim.shared_root;
            fill(child, child_index);
            stage_.prims.emplace(child.path, &child);
            std::move(child_index.problems.begin(), child_index.problems.end(),
                      std::back_inserter(problems_));
            if (!child.active) continue;
            if (child_index.instanceable) share(child, child_index);
            if (!child.prototype) compose_children(child, child_index);
        }
    }

    void too_many(Path const& path)
    {
        if (full_) return;
        full_ = true;
        problems_.push_back(
            {composition::Trouble::limit,
             path,
             {stage_.stack->root->identifier, path,
              "the stage has more prims, or deeper ones, than the limits allow; the rest is left out"}});
    }

    void fill(PrimData& prim, PrimIndex const& index)
    {
        prim.path = index.path();
        for (std::size_t i = 0; i < index.nodes.size(); ++i) {
            auto const id = static_cast<composition::NodeId>(i);
            auto const& node = index.nodes[i];
            if (!node.has_specs || !index.can_contribute(id)) continue;
            auto const inherited =
                node.arc == composition::Arc::inherit ? index.path_at_introduction(id) : Path();
            for (auto const& member : node.site.stack->members)
                if (auto const* spec = member.layer->find(node.site.path))
                    prim.sites.push_back({node.site.stack, &member, spec, node.site.path, inherited,
                                          node.to_root, compose(node.to_root->offset(), member.to_stack)});
        }
        prim.has_payload = index.has_payloads;
        prim.type_name = strongest_type(prim);
        prim.active = strongest(prim, field::active, Bool{true}).value;
        prim.specifier = specifier_of(index);
        prim.apis = expanded_apis(prim.type_name, resolve::prim_metadata(prim, field::api_schemas));
        if (!prim.parent) return;
        // What instances share does not depend on where the first of them stands.
        bool const shared = prim.parent->is_instance();
        prim.defined = prim.specifier != Specifier::over && (shared || prim.parent->defined);
        prim.abstract_ = prim.specifier == Specifier::class_ || (!shared && prim.parent->abstract_);
    }

    /// `def` and `class` are stronger than `over`; a class that a direct inherit brings is weaker than any
    /// `def`, as being a class is not inherited.
    Specifier specifier_of(PrimIndex const& index)
    {
        auto result = Specifier::over;
        for (std::size_t i = 0; i < index.nodes.size(); ++i) {
            auto const id = static_cast<composition::NodeId>(i);
            auto const& node = index.nodes[i];
            if (!node.has_specs || !index.can_contribute(id)) continue;
            bool inherited = false;
            for (auto up = id; up != composition::no_node; up = index[up].parent)
                inherited =
                    inherited || (index[up].arc == composition::Arc::inherit && !index[up].from_ancestor);
            for (auto const& member : node.site.stack->members) {
                auto const* spec = member.layer->find(node.site.path);
                auto const* value = spec ? spec->find(field::specifier) : nullptr;
                auto const specifier = value ? value->get_or(Specifier::over) : Specifier::over;
                if (specifier == Specifier::over) continue;
                if (specifier == Specifier::def || !inherited) return specifier;
                result = specifier;
            }
        }
        return result;
    }

    /// The first instance of a kind composes its subtree for all.
    void share(PrimData& prim, PrimIndex const& index)
    {
        auto const [at, is_first] =
            prototypes_.try_emplace(composition::instance_key(index), &prim, prototypes_.size() + 1);
        prim.prototype_key = at->second.second;
        if (!is_first) prim.prototype = at->second.first;
    }

    /// Each trouble once, in the order of composition.
    void report()
    {
        std::set<std::tuple<std::string, Path, std::string>> seen;
        for (auto& problem : problems_) {
            auto& error = problem.error;
            if (seen.emplace(error.layer, error.site, error.what).second)
                stage_.errors.push_back(std::move(error));
        }
    }

    Stage::Implementation& stage_;
    composition::Inputs inputs_;
    std::map<std::string, std::pair<PrimData*, std::size_t>> prototypes_;
    std::vector<composition::Problem> problems_;
    bool full_ = false;
};

std::optional<double> as_number(std::optional<Value> const& value)
{
    if (!value) return std::nullopt;
    if (auto const* number = value->get<double>()) return *number;
    if (auto const* number = value->get<float>()) return *number;
    if (auto const* number = value->get<std::int32_t>()) return *number;
    return std::nullopt;
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

Stage::Implementation::Implementation(StageOptions stage_options, std::string search_folder,
                                      std::string memory_anchor)
    : options(std::move(stage_options)),
      cache(options.limits, std::move(search_folder), std::move(memory_anchor))
{}

composition::Inputs Stage::Implementation::inputs()
{
    composition::Inputs inputs{cache, options.variant_fallbacks, nullptr};
    if (options.load_payloads) inputs.includes_payload = [](Path const&) { return true; };
    return inputs;
}

Stage::Stage(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Stage::~Stage() = default;

namespace {

Result<std::unique_ptr<Stage::Implementation>> composed(std::unique_ptr<Stage::Implementation> stage,
                                                        std::shared_ptr<Layer const> root)
{
    stage->stack = stage->cache.stack(root, nullptr, nullptr);
    Population(*stage).run();
    if (stage->options.strict && !stage->errors.empty()) {
        auto const& error = stage->errors.front();
        return fail(Errc::invalid_input, "{}: <{}>: {}", error.layer, error.site.str(), error.what);
    }
    return stage;
}

} // namespace

Result<std::shared_ptr<Stage const>> Stage::open(std::filesystem::path const& root,
                                                 StageOptions const& options)
{
    std::error_code error;
    auto const absolute = std::filesystem::absolute(root, error).lexically_normal();
    if (error) return fail(Errc::io, "{}: {}", root.string(), error.message());
    auto stage = std::make_unique<Implementation>(options, absolute.parent_path().string(), "");
    auto layer = TRY(stage->cache.layer(absolute.string()));
    return std::shared_ptr<Stage const>(new Stage(TRY(composed(std::move(stage), std::move(layer)))));
}

Result<std::shared_ptr<Stage const>> Stage::open(std::shared_ptr<Layer const> root,
                                                 std::filesystem::path const& anchor,
                                                 StageOptions const& options)
{
    std::error_code error;
    auto const absolute = std::filesystem::absolute(anchor.empty() ? "." : anchor, error).lexically_normal();
    if (error) return fail(Errc::io, "{}: {}", anchor.string(), error.message());
    // What is relative is so to a layer's folder, so the anchor names a file in it.
    auto stage =
        std::make_unique<Implementation>(options, absolute.string(), (absolute / "layer in memory").string());
    return std::shared_ptr<Stage const>(new Stage(TRY(composed(std::move(stage), std::move(root)))));
}

Prim Stage::pseudo_root() const
{
    return Prim(this, implementation_->root.get());
}

Prim Stage::prim_at(Path const& path) const
{
    auto const& prims = implementation_->prims;
    if (path.empty() || !path.is_absolute()) return {};
    Path wanted = path;
    // Each turn enters the shared subtree of one more instance on the way.
    for (int turns = 0; turns <= path.depth(); ++turns) {
        if (auto const found = prims.find(wanted); found != prims.end())
            return Prim(this, found->second, turns == 0 ? Path() : path);
        Path up = wanted.parent();
        while (!up.empty() && !prims.contains(up)) up = up.parent();
        if (up.empty()) return {};
        auto const* above = prims.at(up);
        if (!above->prototype) return {};
        wanted = wanted.replace_prefix(up, above->prototype->path);
    }
    return {};
}

Prim Stage::default_prim() const
{
    auto const name = implementation_->stack->root->default_prim();
    if (name.empty()) return {};
    auto const path = Path::parse(name.str().starts_with('/') ? name.str() : "/" + name.str());
    return path ? prim_at(*path) : Prim();
}

void Stage::traverse(std::function<bool(Prim const&)> const& visit) const
{
    auto walk = [&](auto const& self, Prim const& prim) -> void {
        for (auto const& child : prim.children())
            if (visit(child)) self(self, child);
    };
    walk(walk, pseudo_root());
}

double Stage::time_codes_per_second() const
{
    return implementation_->stack->time_codes_per_second;
}

double Stage::frames_per_second() const
{
    double const rate = as_number(metadata(field::frames_per_second)).value_or(24);
    return rate > 0 && std::isfinite(rate) ? rate : 24;
}

std::optional<double> Stage::start_time_code() const
{
    return as_number(metadata(field::start_time_code));
}
std::optional<double> Stage::end_time_code() const
{
    return as_number(metadata(field::end_time_code));
}

double Stage::meters_per_unit() const
{
    double const metres = as_number(metadata(field::meters_per_unit)).value_or(0.01);
    return metres > 0 && std::isfinite(metres) ? metres : 0.01;
}

Token Stage::up_axis() const
{
    auto const axis = metadata(field::up_axis);
    auto const* name = axis ? axis->get<Token>() : nullptr;
    return name && *name == "Z" ? Token("Z") : Token("Y");
}

/// Metadata of a stage is that of its root layer; sublayers have none.
std::optional<Value> Stage::metadata(Token name) const
{
    auto const* value = implementation_->stack->root->pseudo_root().find(name);
    return value ? std::optional(*value) : std::nullopt;
}

std::shared_ptr<Layer const> Stage::root_layer() const
{
    return implementation_->stack->root;
}
std::vector<std::string> Stage::used_layers() const
{
    return implementation_->cache.used();
}
std::vector<CompositionError> const& Stage::errors() const
{
    return implementation_->errors;
}

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
    return strongest(*data_, field::kind, Token());
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
    return resolved.value.empty() ? std::nullopt : std::optional(std::move(resolved.value));
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
