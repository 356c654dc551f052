// How is a whole stage composed, prim by prim?
#include "stage_populate.h"

#include "parallel.h"

#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <tuple>
#include <unordered_set>

namespace soulvan::usd {

using composition::LayerStack;
using composition::PrimIndex;
using composition::Problem;

namespace {

/// Whether the mask holds the prim, an ancestor or a descendant of it.
bool includes(std::vector<Path> const& mask, Path const& path)
{
    return std::any_of(mask.begin(), mask.end(), [&](Path const& included) {
        return path.has_prefix(included) || included.has_prefix(path);
    });
}

/// A prim whose children are being composed, on the way down from the root.
struct Lineage {
    Lineage const* parent = nullptr;
    PrimData* prim = nullptr;
    std::uint32_t number = 0; ///< among its siblings
    int depth = 0;
    bool relocates = false; ///< some layer stack that contributes moves prims
    bool is_shared = false; ///< an instance that composes its children for all of its kind
    /// Of the one without a parent: where in the stage the way begins, as child numbers from the root on.
    std::vector<std::uint32_t> start = {};
    mutable std::mutex mutex = {};
    mutable std::optional<PrimIndex> index = {}; ///< made when a child needs it

    std::vector<std::uint32_t> position() const
    {
        if (!parent) return start;
        auto result = parent->position(); // as deep as the stage
        result.push_back(number);
        return result;
    }
};

/// An instance that was met; its children wait until it is known who composes them for all.
struct Instance {
    PrimData* prim = nullptr;
    std::string key;
    std::vector<std::uint32_t> position;
    std::shared_ptr<PrimIndex> index;
    bool relocates = false;
};

struct PlacedProblem {
    std::vector<std::uint32_t> position;
    Problem problem;
};

/// Adds what the API schemas bring with them, each once.
std::vector<Token> expanded_apis(Token prim_type, std::vector<Token> const& authored)
{
    std::vector<Token> result;
    std::unordered_set<Token> seen; // a hostile prim applies thousands
    auto add = [&](auto const& self, Token api) -> void {
        if (!seen.insert(api).second) return;
        result.push_back(api);
        for (Token built_in : schema::built_in_apis(api.view())) self(self, built_in);
    };
    for (Token api : authored) add(add, api);
    for (Token api : schema::built_in_apis(prim_type.view())) add(add, api);
    return result;
}

class Population {
public:
    explicit Population(Stage::Implementation& stage)
        : stage_(stage),
          inputs_(stage.inputs()),
          arenas_([this] {
              std::scoped_lock const lock(mutex_);
              return &stage_.arenas.emplace_back();
          })
    {}

    Result<void> run()
    {
        auto& root = stage_.root;
        Lineage lineage{.prim = &root, .relocates = stage_.stack->has_relocates()};
        lineage.index = composition::compute_prim_index(inputs_, {stage_.stack, Path::root()}, nullptr);
        set_sites(root, sites_of(*lineage.index, false));
        root.specifier = Specifier::def;
        root.defined = true;
        compose_children(lineage, root.sites());
        while (!instances_.empty()) share_instances();
        if (overworked())
            return fail(
                Errc::limit,
                "{}: the arcs of its prims lead to each other in so many ways that composing the stage takes "
                "minutes; break the circles of references and classes",
                stage_.stack->root->identifier);
        report();
        return {};
    }

private:
    Arena& arena() { return *arenas_.local(); }

    void problem(Lineage const& at, Problem problem)
    {
        std::scoped_lock const lock(mutex_);
        problems_.push_back({at.position(), std::move(problem)});
    }
    using Sites = std::span<OpinionSite const>;

    PrimIndex const& index_of(Lineage const& at);
    void compose_children(Lineage& lineage, Sites sites);
    std::vector<Token> names_of(Lineage const& lineage, Sites sites);
    void add_names(SpecTable const& table, SpecTable::Index spec, std::vector<Token>& names) const;
    std::vector<std::uint8_t> find_specs(std::span<PrimData> children, Sites sites);
    std::span<PrimData> drop_invalid(Lineage const& lineage, std::span<PrimData> children,
                                     std::vector<std::uint8_t>& says);
    void compose_prim(Lineage& prim, std::uint8_t says);
    void compose_from_index(Lineage& prim);
    void fill(Lineage const& at, std::uint8_t says, Specifier specifier);
    bool holds(PrimData const* outer, PrimData const* inner) const;
    void share_instances();
    std::vector<OpinionSite> sites_of(PrimIndex& index, bool shared_only);
    std::uint32_t sources_of(PrimIndex& index, composition::NodeId id);
    void set_sites(PrimData& prim, Sites sites);
    Token type_of(PrimData const& prim) const;
    Specifier specifier_of(PrimIndex const& index) const;
    Specifier specifier_of(Sites sites) const;
    std::vector<Token> const* apis_of(PrimData const& prim, bool authored);
    std::vector<Token> const* kept_list(std::vector<Token> list);
    void read_clips(Lineage const& at);
    void too_many(Lineage const& at);
    void add_work(std::size_t work);
    bool overworked() const { return work_ / work_for_a_spec > stage_.options.limits.specs; }
    void report();

    Stage::Implementation& stage_;
    composition::Inputs inputs_;
    std::mutex mutex_; ///< guards what follows, and the stage's arenas and lists
    std::vector<PlacedProblem> problems_;
    std::vector<Instance> instances_;
    std::map<std::string, std::pair<PrimData*, std::size_t>> prototypes_;
    /// Of each first instance of a kind: the first of the kinds below it.
    std::map<PrimData const*, std::set<PrimData const*>> held_;
    tbb::enumerable_thread_specific<Arena*> arenas_;
    /// Of types whose prims apply nothing themselves: what their schemas bring.
    tbb::enumerable_thread_specific<std::unordered_map<Token, std::vector<Token> const*>> type_apis_;
    std::atomic<std::size_t> prims_{1};
    std::atomic<bool> full_{false};
    /// Of prims that cost more than any that people make: a sum over all prims, so that it does not depend on
    /// the order in which they are composed. By default a minute or two.
    static constexpr std::size_t usual_work = 100'000, work_for_a_spec = 40;
    std::atomic<std::size_t> work_{0};
};

PrimIndex const& Population::index_of(Lineage const& at)
{
    std::scoped_lock const lock(at.mutex);
    if (!at.index)
        at.index =
            composition::compute_prim_index(inputs_, {stage_.stack, at.prim->path()}, &index_of(*at.parent));
    return *at.index;
}

void Population::add_names(SpecTable const& table, SpecTable::Index spec, std::vector<Token>& names) const
{
    auto const children = table.prim_children(spec);
    if (names.empty()) {
        names.reserve(children.size());
        for (Token name : children) names.push_back(name);
    } else if (!children.empty()) {
        std::unordered_set<Token> seen(names.begin(), names.end());
        for (Token name : children)
            if (seen.insert(name).second) names.push_back(name);
    }
    if (!(table.says(spec) & SpecTable::says_order)) return;
    auto const order = SpecView(&table, spec).find(field::prim_order);
    if (auto const* list = order.get<std::vector<Token>>()) TokenListOp{.ordered = *list}.apply(names);
}

/// Names of children in composed order.
std::vector<Token> Population::names_of(Lineage const& lineage, Sites sites)
{
    if (lineage.relocates) return composition::child_names(index_of(lineage));
    std::vector<Token> names;
    for (auto site = sites.rbegin(); site != sites.rend(); ++site)
        add_names(stage_.table(*site), site->spec, names);
    return names;
}

/// Gives each child the specs of its name below those of the parent; returns what these say.
std::vector<std::uint8_t> Population::find_specs(std::span<PrimData> children, Sites sites)
{
    std::vector<std::uint8_t> says(children.size());
    in_parallel(children.size(), 4096, [&](std::size_t first, std::size_t last) {
        std::vector<Token> names(last - first);
        for (auto i = first; i < last; ++i) names[i - first] = children[i].name;
        std::vector<std::vector<SpecTable::Index>> specs(sites.size());
        for (std::size_t k = 0; k < sites.size(); ++k) {
            specs[k].resize(names.size());
            stage_.table(sites[k]).children(sites[k].spec, names, specs[k]);
        }
        std::vector<OpinionSite> found;
        for (auto i = first; i < last; ++i) {
            found.clear();
            for (std::size_t k = 0; k < sites.size(); ++k) {
                auto const spec = specs[k][i - first];
                if (spec == SpecTable::none) continue;
                found.push_back({sites[k].source, spec});
                says[i] |= stage_.table(sites[k]).says(spec);
            }
            set_sites(children[i], found);
        }
    });
    return says;
}

/// A damaged file may list a child twice, or one that it has no spec of.
std::span<PrimData> Population::drop_invalid(Lineage const& lineage, std::span<PrimData> children,
                                             std::vector<std::uint8_t>& says)
{
    bool valid = true; // specs mostly lie in the order of the list, so that equal names would show
    for (std::size_t i = 0; valid && i < children.size(); ++i)
        valid = children[i].site_count == 1 && (i == 0 || children[i - 1].one.spec < children[i].one.spec);
    if (valid) return children;
    std::unordered_set<Token> seen;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < children.size(); ++i) {
        bool const missing = children[i].site_count == 0;
        if (missing || !seen.insert(children[i].name).second) {
            auto const path = lineage.prim->path();
            problem(lineage, {Trouble::damaged,
                              path,
                              {stage_.stack->root->identifier, path,
                               fmt::format("the child '{}' is listed {}", children[i].name.str(),
                                           missing ? "but not there" : "twice")}});
            continue;
        }
        says[kept] = says[i];
        children[kept++] = children[i];
    }
    return children.first(kept);
}

void Population::compose_children(Lineage& lineage, Sites sites)
{
    auto& prim = *lineage.prim;
    auto names = names_of(lineage, sites);
    auto const& mask = stage_.options.mask;
    if (!mask.empty())
        std::erase_if(names, [&](Token name) { return !includes(mask, prim.path().child(name)); });
    if (names.empty() || overworked()) return;
    if (prims_.fetch_add(names.size()) + names.size() > stage_.options.limits.specs ||
        lineage.depth >= deepest_path)
        return too_many(lineage);
    auto children = arena().make<PrimData>(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        children[i].name = names[i];
        children[i].parent = &prim;
    }
    std::vector<std::uint8_t> says;
    if (!lineage.relocates) {
        says = find_specs(children, sites);
        children = drop_invalid(lineage, children, says);
    }
    prim.children = children.data();
    prim.child_count = static_cast<std::uint32_t>(children.size());
    in_parallel(children.size(), 64, [&](std::size_t first, std::size_t last) {
        for (auto i = first; i < last; ++i) {
            Lineage child{.parent = &lineage,
                          .prim = &children[i],
                          .number = static_cast<std::uint32_t>(i),
                          .depth = lineage.depth + 1};
            if (lineage.relocates || says[i] & SpecTable::says_arcs)
                compose_from_index(child);
            else
                compose_prim(child, says[i]);
        }
    });
}

/// A prim whose opinions are found already and bring no arcs.
void Population::compose_prim(Lineage& at, std::uint8_t says)
{
    auto& prim = *at.prim;
    fill(at, says, specifier_of(prim.sites()));
    if (prim.active) compose_children(at, prim.sites());
}

void Population::compose_from_index(Lineage& at)
{
    auto& prim = *at.prim;
    auto made = std::make_shared<PrimIndex>(
        composition::compute_prim_index(inputs_, {stage_.stack, prim.path()}, &index_of(*at.parent)));
    auto& index = *made;
    add_work(index.work);
    for (auto& found : index.problems) problem(at, std::move(found));
    index.problems.clear();
    at.relocates = std::any_of(index.nodes.begin(), index.nodes.end(),
                               [](auto const& node) { return node.site.stack->has_relocates(); });
    set_sites(prim, sites_of(index, false));
    std::uint8_t says = 0;
    for (auto const& site : prim.sites()) says |= stage_.table(site).says(site.spec);
    prim.has_payload = index.has_payloads;
    fill(at, says, specifier_of(index));
    if (!prim.active) return;
    if (!index.instanceable) {
        at.index = std::move(index);
        return compose_children(at, prim.sites());
    }
    auto key = composition::instance_key(index);
    for (auto const& path : stage_.options.mask)
        if (path.has_prefix(prim.path()) && path != prim.path())
            key += path.replace_prefix(prim.path(), Path::root()).str();
    std::scoped_lock const lock(mutex_);
    instances_.push_back({&prim, std::move(key), at.position(), std::move(made), at.relocates});
}

/// Whether instances of what `outer` shows hold instances of what `inner` shows, at any depth.
bool Population::holds(PrimData const* outer, PrimData const* inner) const
{
    std::vector<PrimData const*> open{outer};
    std::set<PrimData const*> seen;
    while (!open.empty()) {
        auto const* const at = open.back();
        open.pop_back();
        if (at == inner) return true;
        auto const found = held_.find(at);
        if (found == held_.end() || !seen.insert(at).second) continue;
        open.insert(open.end(), found->second.begin(), found->second.end());
    }
    return false;
}

/// The first instance of a kind, by its path, composes its subtree for all. Where arcs lead in circles their
/// subtrees are not quite alike; OpenUSD shows the one that it happens to meet first.
void Population::share_instances()
{
    auto found = std::exchange(instances_, {});
    std::sort(found.begin(), found.end(),
              [](Instance const& a, Instance const& b) { return a.prim->path() < b.prim->path(); });
    std::vector<Instance*> firsts;
    auto const data = arena().make<InstanceData>(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto& instance = found[i];
        auto const [at, is_first] =
            prototypes_.try_emplace(std::move(instance.key), instance.prim, prototypes_.size() + 1);
        if (auto const* outer = instance.prim->shared_root()) {
            if (!is_first && !held_[outer].contains(at->second.first) && holds(at->second.first, outer)) {
                auto const path = instance.prim->path();
                problems_.push_back({instance.position,
                                     {Trouble::cycle,
                                      path,
                                      {stage_.stack->root->identifier, path,
                                       "the instance is left empty: the instances of its kind hold it"}}});
                continue;
            }
            held_[outer].insert(at->second.first);
        }
        data[i].key = at->second.second;
        if (!is_first) data[i].prototype = at->second.first;
        instance.prim->instance = &data[i];
        if (is_first) firsts.push_back(&instance);
    }
    in_parallel(firsts.size(), 4, [&](std::size_t first, std::size_t last) {
        for (auto i = first; i < last; ++i) {
            Lineage lineage{.prim = firsts[i]->prim,
                            .depth = static_cast<int>(firsts[i]->position.size()),
                            .relocates = firsts[i]->relocates,
                            .is_shared = true,
                            .start = firsts[i]->position};
            auto const shared = sites_of(*firsts[i]->index, true);
            lineage.index = std::move(*firsts[i]->index);
            compose_children(lineage, shared);
        }
    });
}

/// The sources of a node, one for each layer of its stack, one after the other. What lies below an arc has
/// those of the prim with the arc.
std::uint32_t Population::sources_of(PrimIndex& index, composition::NodeId id)
{
    auto& node = index[id];
    if (node.sources != composition::Node::no_sources) return node.sources;
    auto const& members = node.site.stack->members;
    auto const first = stage_.sources.grow_by(members.size());
    auto const inherited = node.arc == composition::Arc::inherit ? index.path_at_introduction(id) : Path();
    for (std::size_t i = 0; i < members.size(); ++i)
        first[static_cast<std::ptrdiff_t>(i)] = {node.site.stack, &members[i], inherited, node.to_root,
                                                 compose(node.to_root->offset(), members[i].to_stack)};
    return node.sources = static_cast<std::uint32_t>(first - stage_.sources.begin());
}

/// Strong to weak; of an instance only what all its kind share, when its children are asked for.
std::vector<OpinionSite> Population::sites_of(PrimIndex& index, bool shared_only)
{
    std::vector<OpinionSite> sites;
    std::vector<bool> shared(index.nodes.size(), !shared_only);
    if (shared_only)
        composition::traverse_shareable(index, [&](composition::NodeId id, bool can_share) {
            if (can_share) shared[static_cast<std::size_t>(id)] = true;
            return true;
        });
    for (std::size_t i = 0; i < index.nodes.size(); ++i) {
        auto const id = static_cast<composition::NodeId>(i);
        auto const& node = index.nodes[i];
        if (!shared[i] || !node.has_specs || !index.can_contribute(id)) continue;
        auto const& members = node.site.stack->members;
        auto const first = sources_of(index, id);
        for (std::uint32_t k = 0; k < members.size(); ++k)
            if (auto const spec = members[k].specs->find(node.site.path); spec != SpecTable::none)
                sites.push_back({first + k, spec});
    }
    return sites;
}

void Population::set_sites(PrimData& prim, Sites sites)
{
    prim.site_count = static_cast<std::uint32_t>(sites.size());
    if (sites.size() == 1) {
        prim.one = sites.front();
        return;
    }
    auto const kept = arena().make<OpinionSite>(sites.size());
    std::copy(sites.begin(), sites.end(), kept.begin());
    prim.many = kept.data();
}

/// What all prims have, however their opinions were found.
void Population::fill(Lineage const& at, std::uint8_t says, Specifier specifier)
{
    auto& prim = *at.prim;
    if (says & SpecTable::says_clips) read_clips(at);
    if (says & SpecTable::says_type) prim.type_name = type_of(prim);
    if (says & SpecTable::says_active)
        for (auto const& site : prim.sites())
            if (auto const active = stage_.spec(site).get<Bool>(field::active)) {
                prim.active = active->value;
                break;
            }
    prim.specifier = specifier;
    prim.apis = apis_of(prim, (says & SpecTable::says_apis) != 0);
    if (!prim.parent) return;
    // What instances share does not depend on where the first of them stands.
    bool const shared = at.parent && at.parent->is_shared;
    prim.defined = prim.specifier != Specifier::over && (shared || prim.parent->defined);
    prim.abstract_ = prim.specifier == Specifier::class_ || (!shared && prim.parent->abstract_);
}

Token Population::type_of(PrimData const& prim) const
{
    for (auto const& site : prim.sites())
        if (auto const name = stage_.spec(site).get<Token>(field::type_name);
            name && !name->empty() && *name != "__AnyType__")
            return *name;
    return {};
}

Specifier Population::specifier_of(Sites sites) const
{
    for (auto const& site : sites)
        if (auto const specifier = stage_.spec(site).get_or(field::specifier, Specifier::over);
            specifier != Specifier::over)
            return specifier;
    return Specifier::over;
}

/// `def` and `class` are stronger than `over`; a class that a direct inherit brings is weaker than any `def`,
/// as being a class is not inherited.
Specifier Population::specifier_of(PrimIndex const& index) const
{
    auto result = Specifier::over;
    for (std::size_t i = 0; i < index.nodes.size(); ++i) {
        auto const id = static_cast<composition::NodeId>(i);
        auto const& node = index.nodes[i];
        if (!node.has_specs || !index.can_contribute(id)) continue;
        bool inherited = false;
        for (auto up = id; up != composition::no_node; up = index[up].parent)
            inherited = inherited || (index[up].arc == composition::Arc::inherit && !index[up].from_ancestor);
        for (auto const& member : node.site.stack->members) {
            auto const specifier = member.find(node.site.path).get_or(field::specifier, Specifier::over);
            if (specifier == Specifier::over) continue;
            if (specifier == Specifier::def || !inherited) return specifier;
            result = specifier;
        }
    }
    return result;
}

std::vector<Token> const* Population::kept_list(std::vector<Token> list)
{
    if (list.empty()) return nullptr;
    std::scoped_lock const lock(mutex_);
    auto& kept = stage_.api_lists[list];
    if (!kept) kept = std::make_unique<std::vector<Token>>(std::move(list));
    return kept.get();
}

std::vector<Token> const* Population::apis_of(PrimData const& prim, bool authored)
{
    if (!authored) {
        auto const [at, is_new] = type_apis_.local().try_emplace(prim.type_name);
        if (is_new) at->second = kept_list(expanded_apis(prim.type_name, {}));
        return at->second;
    }
    auto const applied = resolve::prim_metadata(stage_, prim, field::api_schemas);
    auto const* list = applied ? applied->get<TokenListOp>() : nullptr;
    return kept_list(expanded_apis(prim.type_name, list ? list->explicit_items : std::vector<Token>()));
}

void Population::read_clips(Lineage const& at)
{
    std::vector<CompositionError> wrong;
    std::vector<std::unique_ptr<clips::Set>> sets;
    for (auto const& definition : clips::definitions(index_of(at), wrong))
        if (auto set = clips::Set::make(definition, stage_.cache, wrong)) sets.push_back(std::move(set));
    for (auto& error : wrong) problem(at, {error.kind, at.prim->path(), std::move(error)});
    if (sets.empty()) return;
    std::scoped_lock const lock(mutex_);
    stage_.clips.add(at.prim, std::move(sets), inputs_, stage_.stack);
}

void Population::too_many(Lineage const& at)
{
    if (full_.exchange(true)) return;
    auto const path = at.prim->path();
    problem(at, {Trouble::limit,
                 path,
                 {stage_.stack->root->identifier, path,
                  "the stage has more prims, or deeper ones, than the limits allow; the rest is left out"}});
}

void Population::add_work(std::size_t work)
{
    if (work > usual_work) work_ += work - usual_work;
}

/// Each trouble once, in the order of the stage; those of layer stacks and damaged files after them.
void Population::report()
{
    std::stable_sort(problems_.begin(), problems_.end(),
                     [](PlacedProblem const& a, PlacedProblem const& b) { return a.position < b.position; });
    std::set<std::tuple<std::string, Path, std::string>> seen;
    auto const add = [&](CompositionError error) {
        if (!seen.emplace(error.layer, error.site, error.what).second) return;
        error.line = stage_.cache.line_of(error.layer, error.site);
        stage_.errors.push_back(std::move(error));
    };
    for (auto& placed : problems_) add(std::move(placed.problem.error));
    for (auto& problem : stage_.cache.problems()) add(std::move(problem.error));
    for (auto& [layer, error] : stage_.cache.damage())
        add({layer, Path::root(), std::move(error.what), Trouble::damaged});
}

} // namespace

Result<void> populate(Stage::Implementation& stage)
{
    return Population(stage).run();
}

} // namespace soulvan::usd
