// Which layers make a layer stack, and which layer does an asset path name?
#include "compose.h"
#include "package_path.h"
#include "parallel.h"

#include <algorithm>
#include <cmath>

namespace soulvan::usd::composition {

namespace {

template <class T>
T root_field(Layer const& layer, Token name, T fallback)
{
    return layer.pseudo_root().get_or(name, std::move(fallback));
}

double number(Layer const& layer, Token name)
{
    auto const value = layer.pseudo_root().find(name);
    if (auto const* number = value.get<double>()) return *number;
    if (auto const* number = value.get<float>()) return *number;
    if (auto const* number = value.get<std::int32_t>()) return *number;
    return 0;
}

std::string normal(std::filesystem::path const& path)
{
    return path.lexically_normal().string();
}

Dictionary own_variables(Layer const* layer)
{
    static Token const name("expressionVariables");
    return layer ? root_field(*layer, name, Dictionary{}) : Dictionary{};
}

/// Whether the session layer, not the root layer, says how fast time runs.
bool sets_the_rate(Layer const& session, Layer const& root)
{
    return number(session, field::time_codes_per_second) > 0 ||
           (number(session, field::frames_per_second) > 0 && number(root, field::time_codes_per_second) <= 0);
}

} // namespace

double time_codes_per_second(Layer const& layer)
{
    for (Token name : {field::time_codes_per_second, field::frames_per_second})
        if (double const rate = number(layer, name); rate > 0 && std::isfinite(rate)) return rate;
    return 24;
}

bool is_invertible(LayerOffset offset)
{
    return std::isfinite(offset.offset) && std::isfinite(offset.scale) && std::isfinite(1 / offset.scale);
}

bool LayerStack::has_specs(Path const& path) const
{
    return std::any_of(members.begin(), members.end(),
                       [&](Member const& member) { return member.specs->find(path) != SpecTable::none; });
}

std::string anchored(std::string const& anchor, std::string const& asset)
{
    if (asset.empty()) return "";
    auto const [asset_outer, asset_inner] = package::split(asset);
    auto const tail = asset_inner.empty() ? "" : "[" + asset_inner + "]";
    if (asset_outer.starts_with('/')) return normal(asset_outer) + tail;
    auto const [outer, inner] = package::split(anchor);
    if (inner.empty()) return normal(std::filesystem::path(outer).parent_path() / asset_outer) + tail;
    return outer + "[" + anchored(inner, asset) + "]";
}

Result<std::shared_ptr<Layer const>> LayerCache::layer(std::string const& name)
{
    // So that what its root layer names is looked for inside.
    auto const identifier = package::root_layer(name, *packages_);
    std::unique_lock lock(layers_mutex_);
    auto const [at, is_new] = layers_.try_emplace(identifier);
    auto& entry = at->second; // entries do not move
    if (is_new) {
        lock.unlock();
        auto opened = open_layer(identifier, limits_, *packages_);
        lock.lock();
        if (opened)
            entry.layer = *std::move(opened);
        else
            entry.error = std::move(opened).error();
        entry.ready = true;
        layer_ready_.notify_all();
    }
    layer_ready_.wait(lock, [&] { return entry.ready; });
    if (!entry.layer) return std::unexpected(entry.error);
    return entry.layer;
}

std::vector<std::string> LayerCache::used() const
{
    std::scoped_lock const lock(layers_mutex_);
    std::set<std::string> files;
    for (auto const& [identifier, opened] : layers_)
        if (opened.layer) files.insert(package::split(identifier).first);
    return {files.begin(), files.end()};
}

std::vector<Problem> LayerCache::problems() const
{
    std::scoped_lock const lock(stacks_mutex_);
    auto stacks = stack_order_; // which of two threads came first must not show
    if (!stacks.empty())
        std::stable_sort(stacks.begin() + 1, stacks.end(), [](LayerStack const* a, LayerStack const* b) {
            return a->root->identifier < b->root->identifier;
        });
    std::vector<Problem> result;
    for (auto const* stack : stacks)
        result.insert(result.end(), stack->problems.begin(), stack->problems.end());
    return result;
}

std::vector<std::pair<std::string, Error>> LayerCache::damage() const
{
    std::scoped_lock const lock(layers_mutex_);
    std::map<std::string, std::vector<Error>> found;
    for (auto const& [identifier, opened] : layers_)
        if (opened.layer) found[identifier] = opened.layer->damage();
    std::vector<std::pair<std::string, Error>> result;
    for (auto& [identifier, errors] : found) {
        std::sort(errors.begin(), errors.end(),
                  [](Error const& a, Error const& b) { return a.what < b.what; });
        for (auto& error : errors) result.emplace_back(identifier, std::move(error));
    }
    return result;
}

std::uint32_t LayerCache::line_of(std::string const& identifier, Path const& site) const
{
    std::shared_ptr<Layer const> layer;
    {
        std::scoped_lock const lock(layers_mutex_);
        auto const found = layers_.find(identifier);
        if (found == layers_.end() || !found->second.layer) return 0;
        layer = found->second.layer;
    }
    auto const specs = layer->packed();
    for (Path at = site; !at.empty(); at = at.parent())
        if (auto const spec = specs->find(at); spec != SpecTable::none) return specs->line(spec);
    return 0;
}

/// Reads layers that are about to be asked for, all at once.
void LayerCache::prefetch(std::vector<std::string> const& identifiers)
{
    in_parallel(identifiers.size(), 1, [&](std::size_t first, std::size_t last) {
        for (auto i = first; i < last; ++i)
            if (!identifiers[i].empty()) (void)layer(identifiers[i]);
    });
}

/// Gathers the sublayers of one stack, depth first.
class LayerCache::Builder {
public:
    Builder(LayerCache& cache, LayerStack& stack) : cache_(cache), stack_(stack) {}

    void add(std::shared_ptr<Layer const> const& layer, LayerOffset to_stack, std::string const& owner)
    {
        if (stack_.members.size() >= max_members) {
            if (!full_)
                report(Trouble::limit, layer->identifier, "sublayers past the first 65,536 are left out");
            full_ = true;
            return;
        }
        branch_.push_back(layer.get());
        std::string const anchor = layer->identifier.empty() ? cache_.memory_anchor_ : layer->identifier;
        stack_.members.push_back({layer, to_stack, anchor, layer->packed()});
        for (auto& sublayer : sublayers(*layer, anchor, owner))
            add(sublayer.layer, compose(to_stack, sublayer.offset), owner);
        branch_.pop_back();
    }

private:
    struct Sublayer {
        std::shared_ptr<Layer const> layer;
        LayerOffset offset;
        std::string authored;
        bool owned = false;
    };

    void report(Trouble kind, std::string const& layer, std::string what)
    {
        stack_.problems.push_back({kind, Path::root(), {layer, Path::root(), std::move(what)}});
    }

    std::vector<Sublayer> sublayers(Layer const& layer, std::string const& anchor, std::string const& owner)
    {
        auto const names = root_field(layer, field::sub_layers, std::vector<std::string>{});
        auto const offsets = root_field(layer, field::sub_layer_offsets, std::vector<LayerOffset>{});
        std::vector<std::string> assets, files;
        for (auto const& authored : names) {
            auto const& name = assets.emplace_back(asset_of(authored, anchor));
            files.push_back(name.empty() ? "" : located(anchor, name, stack_));
            if (cache_.is_muted(files.back())) files.back().clear();
        }
        cache_.prefetch(files);
        std::vector<Sublayer> result;
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (files[i].empty()) continue;
            auto const& name = assets[i];
            auto opened = cache_.layer(files[i]);
            if (!opened) {
                report(Trouble::invalid_sublayer, anchor,
                       fmt::format("the sublayer @{}@ is left out: {}", name, opened.error().what));
                continue;
            }
            if (std::find(branch_.begin(), branch_.end(), opened->get()) != branch_.end()) {
                report(Trouble::sublayer_cycle, anchor,
                       fmt::format("the sublayer @{}@ is left out: it contains this layer", name));
                continue;
            }
            result.push_back(
                {*opened,
                 offset_of(layer, **opened, i < offsets.size() ? offsets[i] : LayerOffset{}, name, anchor),
                 name});
        }
        put_owned_first(result, layer, anchor, owner);
        return result;
    }

    /// The sublayer's path, with a variable expression evaluated; "" leaves it out.
    std::string asset_of(std::string const& authored, std::string const& anchor)
    {
        if (!is_expression(authored)) return authored;
        auto evaluated = evaluate_expression(authored, stack_.expression_variables);
        if (evaluated) return *evaluated;
        report(Trouble::invalid_expression, anchor,
               fmt::format("the sublayer {} is left out: {}", authored, evaluated.error().what));
        return "";
    }

    LayerOffset offset_of(Layer const& layer, Layer const& sublayer, LayerOffset offset,
                          std::string const& name, std::string const& anchor)
    {
        if (!is_invertible(offset)) {
            report(Trouble::invalid_offset, anchor,
                   fmt::format(
                       "the offset {} and scale {} of the sublayer @{}@ cannot be inverted; none is used",
                       offset.offset, offset.scale, name));
            offset = {};
        }
        double const outer = time_codes_per_second(layer), inner = time_codes_per_second(sublayer);
        if (outer != inner) offset.scale *= outer / inner;
        return offset;
    }

    /// Sublayers that the session's owner owns are stronger than their siblings.
    void put_owned_first(std::vector<Sublayer>& sublayers, Layer const& layer, std::string const& anchor,
                         std::string const& owner)
    {
        static Token const has_owned("hasOwnedSubLayers"), owner_field("owner");
        if (owner.empty() || !root_field(layer, has_owned, Bool{}).value) return;
        std::string names;
        int count = 0;
        for (auto& sublayer : sublayers) {
            sublayer.owned = root_field(*sublayer.layer, owner_field, std::string()) == owner;
            if (!sublayer.owned) continue;
            names += fmt::format("{}@{}@", count++ ? ", " : "", sublayer.authored);
        }
        if (count > 1)
            report(Trouble::invalid_sublayer_owner, anchor,
                   fmt::format("several sublayers have the owner '{}': {}", owner, names));
        std::stable_partition(sublayers.begin(), sublayers.end(), [](auto const& s) { return s.owned; });
    }

    LayerCache& cache_;
    LayerStack& stack_;
    /// A layer may stand in a stack several times, so a chain of doubled sublayers doubles at each link.
    static constexpr std::size_t max_members = 65536;
    std::vector<Layer const*> branch_;
    bool full_ = false;
};

LayerStack const* LayerCache::stack(std::shared_ptr<Layer const> const& root,
                                    std::shared_ptr<Layer const> const& session, LayerStack const* outer)
{
    std::scoped_lock const lock(stacks_mutex_);
    auto const* source = outer ? outer->variables_source : nullptr;
    auto& slot = stacks_[{root.get(), session.get(), source}];
    if (slot) return slot.get();
    slot = std::make_unique<LayerStack>();
    LayerStack& stack = *slot;
    stack.search_folder = search_folder_;
    stack.packages = packages_;
    stack.serial = stacks_.size();
    stack.root = root;
    stack.session = session;
    stack.time_codes_per_second = time_codes_per_second(*root);

    if (source) stack.expression_variables = source->expression_variables;
    auto const session_variables = own_variables(session.get());
    auto const root_variables = own_variables(root.get());
    stack.expression_variables.insert(session_variables.begin(), session_variables.end());
    stack.expression_variables.insert(root_variables.begin(), root_variables.end());
    // Layers that refer to each other would otherwise get a stack of their own at every step.
    bool const adds = stack.expression_variables != (source ? source->expression_variables : Dictionary());
    stack.variables_source = adds ? &stack : source;

    Builder builder(*this, stack);
    std::string owner;
    // A session layer that says nothing only keeps this stack apart from that of the root layer referred to.
    bool const speaks = session && !(session->pseudo_root().fields().empty() &&
                                     session->pseudo_root().prim_children().empty());
    if (speaks) {
        static Token const session_owner("sessionOwner");
        if (sets_the_rate(*session, *root)) stack.time_codes_per_second = time_codes_per_second(*session);
        builder.add(session, {0, stack.time_codes_per_second / time_codes_per_second(*session)}, "");
        for (auto const& member : stack.members)
            if (owner.empty()) owner = root_field(*member.layer, session_owner, std::string());
    }
    builder.add(root, {0, stack.time_codes_per_second / time_codes_per_second(*root)}, owner);
    compute_relocates(stack);
    stack_order_.push_back(&stack);
    return &stack;
}

} // namespace soulvan::usd::composition
