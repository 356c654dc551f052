// How is a whole stage composed, and what do its handles answer?
#include "stage_data.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace soulvan::usd {

using composition::LayerStack;
using composition::PrimIndex;

namespace {

Token strongest_type(PrimData const& prim)
{
    for (auto const& site : prim.sites)
        if (auto const* value = site.spec->find(field::type_name))
            if (auto const* name = value->get<Token>(); name && !name->empty() && *name != "__AnyType__")
                return *name;
    return {};
}

/// Adds what the API schemas bring with them, each once.
std::vector<Token> expanded_apis(Token prim_type, std::optional<Value> const& authored)
{
    std::vector<Token> result;
    std::unordered_set<Token> seen; // a hostile prim applies thousands
    auto add = [&](auto const& self, Token api) -> void {
        if (!seen.insert(api).second) return;
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
        report_clips(prim);
        prim.has_payload = index.has_payloads;
        prim.type_name = strongest_type(prim);
        prim.active = prim.strongest(field::active, Bool{true}).value;
        prim.specifier = specifier_of(index);
        prim.apis = expanded_apis(prim.type_name, resolve::prim_metadata(prim, field::api_schemas));
        if (!prim.parent) return;
        // What instances share does not depend on where the first of them stands.
        bool const shared = prim.parent->is_instance();
        prim.defined = prim.specifier != Specifier::over && (shared || prim.parent->defined);
        prim.abstract_ = prim.specifier == Specifier::class_ || (!shared && prim.parent->abstract_);
    }

    void report_clips(PrimData const& prim)
    {
        for (auto const& site : prim.sites) {
            auto const* clips = site.spec->find(field::clips);
            if (clips && clips->holds<Dictionary>())
                problems_.push_back(
                    {composition::Trouble::unsupported,
                     prim.path,
                     {site.member->anchor, site.path,
                      "value clips are not read: attributes keep the values that they have without them"}});
        }
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
    // Not within `new`: its storage is there before TRY may return.
    auto whole = TRY(composed(std::move(stage), std::move(layer)));
    return std::shared_ptr<Stage const>(new Stage(std::move(whole)));
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
    auto whole = TRY(composed(std::move(stage), std::move(root)));
    return std::shared_ptr<Stage const>(new Stage(std::move(whole)));
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

} // namespace soulvan::usd
