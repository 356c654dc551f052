// How is a whole stage composed, and what do its handles answer?
#include "soulvan/base/hash.h"
#include "stage_populate.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace soulvan::usd {

namespace {

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
      cache(options.limits, std::move(search_folder), std::move(memory_anchor), options.muted)
{}

composition::Inputs Stage::Implementation::inputs()
{
    composition::Inputs inputs{cache, options.variant_fallbacks, nullptr};
    if (options.load_payloads || !options.load_rules.empty())
        inputs.includes_payload = [this](Path const& path) {
            return is_loaded(options.load_rules, options.load_payloads, path);
        };
    return inputs;
}

std::string_view name_of(Trouble kind)
{
    switch (kind) {
    case Trouble::cycle:
        return "cycle";
    case Trouble::unresolved_layer:
        return "unresolved_layer";
    case Trouble::unresolved_prim:
        return "unresolved_prim";
    case Trouble::invalid_prim_path:
        return "invalid_prim_path";
    case Trouble::invalid_offset:
        return "invalid_offset";
    case Trouble::invalid_sublayer:
        return "invalid_sublayer";
    case Trouble::sublayer_cycle:
        return "sublayer_cycle";
    case Trouble::invalid_sublayer_owner:
        return "invalid_sublayer_owner";
    case Trouble::invalid_relocate:
        return "invalid_relocate";
    case Trouble::conflicting_relocate:
        return "conflicting_relocate";
    case Trouble::opinion_at_relocate_source:
        return "opinion_at_relocate_source";
    case Trouble::prohibited_child:
        return "prohibited_child";
    case Trouble::invalid_target:
        return "invalid_target";
    case Trouble::invalid_expression:
        return "invalid_expression";
    case Trouble::limit:
        return "limit";
    case Trouble::unsupported:
        return "unsupported";
    case Trouble::damaged:
        return "damaged";
    case Trouble::invalid_clips:
        return "invalid_clips";
    }
    return "";
}

Stage::Stage(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Stage::~Stage() = default;

void* Arena::take(std::size_t bytes, std::size_t alignment)
{
    auto const pad = (alignment - reinterpret_cast<std::uintptr_t>(at_) % alignment) % alignment;
    if (at_ == nullptr || pad + bytes > left_) {
        // Large pieces get blocks of their own and leave the one in use.
        std::size_t const size = std::max<std::size_t>(bytes, std::size_t{1} << 16);
        auto& block = blocks_.emplace_back(std::make_unique_for_overwrite<std::byte[]>(size));
        if (bytes >= size / 4) return block.get();
        at_ = block.get() + bytes;
        left_ = size - bytes;
        return block.get();
    }
    auto* const at = at_ + pad;
    at_ += pad + bytes;
    left_ -= pad + bytes;
    return at;
}

Path PrimData::path() const
{
    return parent ? parent->path().child(name) : Path::root(); // as deep as the stage
}

std::vector<Token> const& PrimData::api_list() const
{
    static std::vector<Token> const none;
    return apis ? *apis : none;
}

PrimData const* PrimData::shared_root() const
{
    auto const* at = parent;
    while (at && !at->is_instance()) at = at->parent;
    return at;
}

PrimData const* Stage::Implementation::child(PrimData const& parent, Token name) const
{
    auto const hash = [](PrimData const* above, Token last) {
        return static_cast<std::size_t>(mix64(reinterpret_cast<std::uintptr_t>(above) + last.hash()));
    };
    std::call_once(indexed_, [&] {
        std::vector<PrimData const*> open{&root};
        std::vector<PrimData const*> all;
        while (!open.empty()) {
            auto const* prim = open.back();
            open.pop_back();
            for (auto const& below : prim->own_children()) {
                all.push_back(&below);
                if (below.child_count > 0) open.push_back(&below);
            }
        }
        slots_.resize(std::bit_ceil(all.size() * 2 + 1));
        for (auto const* prim : all) {
            auto at = hash(prim->parent, prim->name) & (slots_.size() - 1);
            while (slots_[at]) at = (at + 1) & (slots_.size() - 1);
            slots_[at] = prim;
        }
    });
    auto at = hash(&parent, name) & (slots_.size() - 1);
    while (slots_[at] && (slots_[at]->parent != &parent || slots_[at]->name != name))
        at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
}

namespace {

Result<std::unique_ptr<Stage::Implementation>> composed(std::unique_ptr<Stage::Implementation> stage,
                                                        std::shared_ptr<Layer const> root)
{
    // Every stage has a session layer, as in OpenUSD: a reference to its root layer leads to another layer
    // stack.
    auto const& session = stage->options.session;
    stage->stack = stage->cache.stack(root, session ? session : std::make_shared<Layer const>(), nullptr);
    TRY(populate(*stage));
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
    return Prim(this, &implementation_->root);
}

Prim Stage::prim_at(Path const& path) const
{
    if (path.empty() || !path.is_absolute()) return {};
    auto const* at = &implementation_->root;
    bool seen_elsewhere = false; // below an instance that shares the subtree of another
    for (auto const& prefix : path.prefixes()) {
        if (prefix.is_root()) continue;
        if (!prefix.is_prim()) return {};
        auto const& holder = at->with_children();
        seen_elsewhere = seen_elsewhere || &holder != at;
        at = implementation_->child(holder, prefix.name());
        if (!at) return {};
    }
    return Prim(this, at, seen_elsewhere ? path : Path());
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

/// Metadata of a stage is that of its session and root layers; sublayers have none.
std::optional<Value> Stage::metadata(Token name) const
{
    auto value = implementation_->stack->root->pseudo_root().find(name);
    if (auto const& session = implementation_->options.session) {
        auto stronger = session->pseudo_root().find(name);
        auto const* over = stronger.get<Dictionary>();
        auto const* under = value.get<Dictionary>();
        if (over && under) stronger = Value(resolve::merged(*over, *under));
        if (!stronger.empty()) value = std::move(stronger);
    }
    if (value.empty()) return std::nullopt;
    return resolve::seen(value, {implementation_->stack, nullptr, Path(),
                                 composition::MapFunction::identity(), LayerOffset()});
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
