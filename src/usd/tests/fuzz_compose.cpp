// Fuzz target: whatever a layer says about itself (classes, references within it, variants, relocates,
// instances), its stage opens in bounded time and memory and answers every question. (libFuzzer, option
// SOULVAN_FUZZ)
#include "soulvan/usd/stage.h"
#include "text_reader.h"

#include <cstdint>
#include <memory>

namespace {

namespace usd = soulvan::usd;

/// Everything that can be asked about a prim.
void ask(usd::Prim const& prim)
{
    (void)prim.applied_schemas();
    (void)prim.metadata(usd::field::custom_data);
    for (auto const set : prim.variant_sets()) (void)prim.variants(set), (void)prim.variant_selection(set);
    for (auto const& attribute : prim.attributes()) {
        (void)attribute.value();
        (void)attribute.value(2.5);
        (void)attribute.time_samples();
        (void)attribute.connections();
        (void)attribute.resolved_asset();
    }
    for (auto const name : prim.property_names())
        if (prim.has_relationship(name.view())) (void)prim.targets(name.view());
    (void)usd::local_transform(prim, 1.0);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    usd::StageOptions options;
    options.limits = {.bytes = 1 << 20, .specs = 2'000, .array_elements = 100'000, .nesting = 64};
    options.variant_fallbacks = {{"standin", {"render"}}, {"v", {"a", "b"}}};
    auto layer = usd::read_text(text, "fuzz.usda", options.limits);
    if (!layer) return 0;
    auto const root = std::make_shared<usd::Layer const>(std::move(*layer));
    auto const stage = usd::Stage::open(root, "/nonexistent", options);
    if (!stage) return 0;
    int left = 2'000; // instances may show one prim in very many places
    (*stage)->traverse([&](usd::Prim const& prim) {
        if (--left < 0) return false;
        ask(prim);
        return true;
    });
    return 0;
}
