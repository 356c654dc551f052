// How is each law of fuzz_laws.h tried?
#include "fuzz_laws.h"

#include "crate.h"
#include "soulvan/usd/package.h"
#include "soulvan/usd/stage.h"
#include "text_reader.h"

#include <fstream>
#include <memory>
#include <vector>

namespace soulvan::usd::fuzz {
namespace {

std::string_view as_text(std::span<std::byte const> bytes)
{
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// A copy of the exact size: AddressSanitizer then sees every read behind the end, also through arrays that
/// point into the file.
std::shared_ptr<std::vector<std::byte> const> exact(std::span<std::byte const> bytes)
{
    return std::make_shared<std::vector<std::byte> const>(bytes.begin(), bytes.end());
}

Result<> look_inside(std::span<std::byte const> bytes, int depth)
{
    (void)list_archive(bytes, "fuzz.usdz");
    auto const package = Package::open(bytes, nullptr, "fuzz.usdz");
    if (!package) return {};
    (void)(*package)->verify();
    for (auto const& entry : (*package)->entries()) {
        if (entry.offset > bytes.size() || entry.size > bytes.size() - entry.offset)
            return fail(Errc::internal, "the entry '{}' leaves the package", entry.name);
        if ((*package)->find(entry.name) != &entry)
            return fail(Errc::internal, "the entry '{}' is not found by its name", entry.name);
        if (depth < 3) TRY(look_inside((*package)->bytes(entry), depth + 1));
    }
    return {};
}

/// Everything that can be asked about a prim.
void ask(Prim const& prim)
{
    (void)prim.applied_schemas();
    (void)prim.kind();
    (void)prim.metadata(field::custom_data);
    (void)prim.prim_stack();
    for (auto const set : prim.variant_sets()) (void)prim.variants(set), (void)prim.variant_selection(set);
    for (auto const& attribute : prim.attributes()) {
        (void)attribute.value();
        (void)attribute.value(2.5);
        (void)attribute.time_samples();
        (void)attribute.is_time_varying();
        (void)attribute.connections();
        (void)attribute.resolved_assets();
    }
    for (auto const name : prim.property_names())
        if (prim.has_relationship(name.view())) (void)prim.targets(name.view());
    (void)local_transform(prim, 1.0);
}

/// Where the next layer begins behind the first byte of `rest`.
std::size_t next_layer(std::string_view rest)
{
    auto const text = rest.find("\n#usda", 1), session = rest.find("\n#sdf", 1);
    auto const found = std::min(text, session);
    return found == rest.npos ? rest.size() : found + 1;
}

} // namespace

Result<> text(std::span<std::byte const> bytes)
{
    ReadLimits const limits{.bytes = 1 << 20, .specs = 10'000, .array_elements = 100'000, .nesting = 64};
    auto const layer = read_text(as_text(*exact(bytes)), "fuzz.usda", limits);
    if (!layer) return {};
    auto const once = write_text(*layer);
    auto const again = read_text(once, "again.usda", {});
    if (!again) return fail(Errc::internal, "what was written does not read back: {}", again.error().what);
    if (write_text(*again) != once) return fail(Errc::internal, "what was read back is written otherwise");
    return {};
}

Result<> crate(std::span<std::byte const> bytes)
{
    auto const kept = exact(bytes);
    ReadLimits const limits{.bytes = std::size_t{64} << 20, .specs = 100'000, .array_elements = 1'000'000};
    auto const layer = read_crate(kept, *kept, "fuzz.usdc", limits);
    if (!layer) return {};
    auto const written = write_crate(*layer);
    if (!written) return {};
    auto const again = read_crate(nullptr, std::as_bytes(std::span(*written)), "again.usdc", {});
    if (!again) return fail(Errc::internal, "what was written does not read back: {}", again.error().what);
    if (!(*again == *layer)) return fail(Errc::internal, "what was read back is not what was written");
    return {};
}

Result<> package(std::span<std::byte const> bytes)
{
    auto const kept = exact(bytes);
    TRY(look_inside(*kept, 0));
    ReadLimits const limits{
        .bytes = std::size_t{16} << 20, .specs = 10'000, .array_elements = 1'000'000, .nesting = 64};
    if (auto const layer = Layer::read(*kept, "fuzz.usdz", limits)) (void)layer->check();
    return {};
}

Result<> compose(std::span<std::byte const> bytes, std::filesystem::path const& folder)
{
    StageOptions options;
    options.limits = {.bytes = 1 << 20, .specs = 2'000, .array_elements = 100'000, .nesting = 64};
    options.variant_fallbacks = {{"standin", {"render"}}, {"v", {"z", "x"}}, {"u", {"none", "q"}}};
    int layers = 0;
    for (auto rest = as_text(bytes); !rest.empty();) {
        auto const layer = rest.substr(0, next_layer(rest));
        rest.remove_prefix(layer.size());
        if (layer.starts_with("#sdf") && !options.session) {
            auto session = read_text(layer, "session.usda", options.limits);
            if (session) options.session = std::make_shared<Layer const>(std::move(*session));
            continue;
        }
        std::ofstream(folder / fmt::format("l{}.usda", layers++), std::ios::binary) << layer;
    }
    // What a longer input left here is no part of this one.
    while (std::filesystem::remove(folder / fmt::format("l{}.usda", layers))) ++layers;
    auto const stage = Stage::open(folder / "l0.usda", options);
    if (!stage) return {};
    int left = 2'000; // instances may show one prim in very many places
    (*stage)->traverse([&](Prim const& prim) {
        if (--left < 0) return false;
        ask(prim);
        return true;
    });
    return {};
}

} // namespace soulvan::usd::fuzz
