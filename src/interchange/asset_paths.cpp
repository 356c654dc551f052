// Where in a layer do paths to other files stand?
#include "asset_paths.h"

namespace soulvan::interchange {

namespace {

using usd::AssetPath;
using usd::Value;

Result<Value> mapped(Value const& value, MapAssetPath const& map, std::string const& where);

template <class Item>
Result<> map_items(std::vector<Item>& items, MapAssetPath const& map, std::string const& where)
{
    for (auto& item : items)
        if (!item.asset.empty()) item.asset = TRY(map(item.asset, AssetUse::layer, where));
    return {};
}

template <class Item>
Result<Value> mapped_list(usd::ListOp<Item> list, MapAssetPath const& map, std::string const& where)
{
    for (auto* items :
         {&list.explicit_items, &list.added, &list.prepended, &list.appended, &list.deleted, &list.ordered})
        TRY(map_items(*items, map, where));
    return Value(std::move(list));
}

Result<Value> mapped_dictionary(usd::Dictionary dictionary, MapAssetPath const& map, std::string const& where)
{
    for (auto& [key, value] : dictionary) value = TRY(mapped(value, map, where));
    return Value(std::move(dictionary));
}

Result<Value> mapped(Value const& value, MapAssetPath const& map, std::string const& where)
{
    if (auto const* asset = value.get<AssetPath>()) {
        if (asset->authored.empty()) return value;
        return Value(AssetPath{TRY(map(asset->authored, AssetUse::file, where))});
    }
    if (auto const* assets = value.get<usd::Array<AssetPath>>()) {
        std::vector<AssetPath> result(assets->begin(), assets->end());
        for (auto& asset : result)
            if (!asset.authored.empty()) asset.authored = TRY(map(asset.authored, AssetUse::file, where));
        return Value(usd::Array<AssetPath>(std::move(result)));
    }
    if (auto const* references = value.get<usd::ReferenceListOp>())
        return mapped_list(*references, map, where);
    if (auto const* payloads = value.get<usd::PayloadListOp>()) return mapped_list(*payloads, map, where);
    if (auto const* dictionary = value.get<usd::Dictionary>())
        return mapped_dictionary(*dictionary, map, where);
    if (auto const* samples = value.get<usd::TimeSamples>()) {
        // Only samples of assets hold paths; the first tells.
        if (samples->empty() || !samples->value(0).holds<AssetPath>()) return value;
        auto result = *samples;
        for (auto const& [time, sample] : *samples) result.set(time, TRY(mapped(sample, map, where)));
        return Value(std::move(result));
    }
    return value;
}

} // namespace

Result<usd::Layer> with_asset_paths(usd::Layer const& layer, MapAssetPath const& map)
{
    auto result = layer;
    for (auto const& path : layer.paths()) {
        auto& spec = *result.edit(path);
        for (auto& [name, value] : spec.fields) {
            auto const where = fmt::format("{} {}", path.str(), name.str());
            if (name == usd::field::sub_layers) {
                auto layers = value.get_or(std::vector<std::string>());
                for (auto& sublayer : layers)
                    if (!sublayer.empty()) sublayer = TRY(map(sublayer, AssetUse::layer, where));
                value = std::move(layers);
            } else {
                value = TRY(mapped(value, map, where));
            }
        }
    }
    return result;
}

} // namespace soulvan::interchange
