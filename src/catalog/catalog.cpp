// Which assets exist, and which of them serve a wish?
#include "state.h"

#include "built_in.h"
#include "dressed.h"
#include "packs.h"
#include "record.h"
#include "tables.h"

#include "soulvan/base/hash.h"
#include "soulvan/catalog/generator.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace soulvan::catalog {

namespace fs = std::filesystem;

namespace {

/// Changes whenever a record could: what ships, the archives, the user's packs.
std::string records_key(CatalogOptions const& options)
{
    Sha256 hash;
    hash.update(data::categories_tsv).update(data::sweethome3d_tsv).update(data::workers_tsv);
    hash.update(fmt::format("{}\n", dressed_version));
    for (auto const& generator : generators())
        hash.update(fmt::format("{} {}\n", generator->key(), generator->version()));
    std::error_code error;
    std::vector<std::string> archives;
    for (auto const& entry : fs::directory_iterator(options.library_folder, error))
        if (entry.path().extension() == ".sh3f")
            archives.push_back(fmt::format("{} {} {}\n", entry.path().filename().string(),
                                           entry.file_size(error),
                                           entry.last_write_time(error).time_since_epoch().count()));
    std::ranges::sort(archives);
    for (auto const& archive : archives) hash.update(archive);
    hash.update(packs_key(options.data_folder));
    return hex(hash.finish());
}

Result<std::vector<Asset>> all_records(CatalogOptions const& options)
{
    auto assets = TRY(imported_assets(options.data_folder));
    for (auto const& generator : generators())
        for (auto const& parameters : generator->entries())
            assets.push_back(TRY(generator->describe({generator->key(), parameters, 0})));
    auto built_in = TRY(built_in_assets(options.library_folder));
    std::ranges::move(dressed_assets(built_in), std::back_inserter(assets));
    std::ranges::move(built_in, std::back_inserter(assets));
    std::ranges::stable_sort(assets, {}, [](Asset const& asset) { return to_string(asset.ref); });
    return assets;
}

int rank_of(Origin origin)
{
    return origin == Origin::imported ? 0 : origin == Origin::generated ? 1 : 2;
}

} // namespace

Catalog::Catalog(std::unique_ptr<State> state) : state_(std::move(state)) {}
Catalog::~Catalog() = default;
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;

Result<Catalog> Catalog::open(CatalogOptions const& options)
{
    auto const key = records_key(options);
    auto const file = options.cache_folder / "catalog.sqlite";
    auto index = TRY(Index::open(file, key));
    if (!index) {
        auto const records = TRY(all_records(options));
        index = TRY(Index::make(file, key, records));
    }
    return Catalog(std::make_unique<State>(options, std::move(*index)));
}

std::span<Asset const> Catalog::assets() const
{
    return state_->records.all();
}

std::string Catalog::snapshot_id() const
{
    return state_->records.snapshot();
}

Result<Asset> Catalog::find(AssetRef const& ref) const
{
    if (auto const* generator = find_generator(ref.key)) return generator->describe(ref);
    auto const place = TRY(state_->records.with_index([&](Index& index) { return index.find(ref.key); }));
    if (place) {
        if (!ref.parameters.empty())
            return fail(Errc::invalid_input, "asset {}: it is a model and takes no parameters", ref.key);
        auto asset = state_->records.at(*place);
        asset.ref = ref;
        return asset;
    }
    auto const names = TRY(state_->records.with_index([](Index& index) { return index.names(); }));
    std::vector<std::string_view> known;
    for (std::string_view const name : names) known.push_back(name.substr(0, name.find('?')));
    auto const nearest = nearest_name(ref.key, known);
    return fail(Errc::not_found, "asset {}: there is none of that name{}{}", ref.key,
                nearest.empty() ? "; soulvan catalog search finds assets" : "; the nearest is ", nearest);
}

std::vector<Asset const*> Catalog::of_category(std::string_view category,
                                               std::set<std::string> const& attributes) const
{
    struct Choice {
        Asset const* asset;
        int shared;
        bool is_late;
    };
    std::vector<Choice> choices;
    for (auto const place : state_->records.of_category(category)) {
        auto const& asset = state_->records.at(place);
        if (!asset.placeable) continue;
        auto const shared = std::ranges::count_if(
            asset.attributes, [&](auto const& word) { return attributes.contains(word); });
        // Who asks for a person gets nobody in a helmet, who asks for a worker does.
        bool const is_late =
            asset.category != category && find_dressed(asset.ref.key) && !names_work_clothes(attributes);
        choices.push_back({&asset, static_cast<int>(shared), is_late});
    }
    std::ranges::stable_sort(choices, [&](Choice const& a, Choice const& b) {
        if (a.is_late != b.is_late) return b.is_late;
        if (a.shared != b.shared) return a.shared > b.shared;
        if (a.asset->origin != b.asset->origin) return rank_of(a.asset->origin) < rank_of(b.asset->origin);
        if (a.asset->quality != b.asset->quality) return a.asset->quality > b.asset->quality;
        return (a.asset->category == category) > (b.asset->category == category);
    });
    std::vector<Asset const*> result;
    for (auto const& choice : choices) result.push_back(choice.asset);
    return result;
}

namespace {

/// Among what fits the words equally well (the index counts in thousands), what scenes may hold comes first,
/// then what looks better.
double worth(IndexHit const& hit)
{
    return (hit.placeable ? 0 : -500) + hit.quality;
}

} // namespace

Result<std::vector<SearchHit>> Catalog::search(std::string_view words, SearchOptions const& options) const
{
    // Filters come after the search, so more is asked for than wanted.
    bool const filtered = !options.category.empty() || options.placeable_only;
    auto const most = filtered ? std::max<std::size_t>(options.limit * 20, 1000) : options.limit;
    auto hits = TRY(state_->records.with_index([&](Index& index) { return index.search(words, most); }));
    std::erase_if(hits, [&](IndexHit const& hit) {
        return (options.placeable_only && !hit.placeable) ||
               (!options.category.empty() && !Categories::standard().is_a(hit.category, options.category));
    });
    for (auto& hit : hits) hit.score += worth(hit);
    std::ranges::stable_sort(hits, [](IndexHit const& a, IndexHit const& b) {
        if (a.score != b.score) return a.score > b.score;
        return rank_of(a.origin) < rank_of(b.origin);
    });
    if (hits.size() > options.limit) hits.resize(options.limit);
    std::vector<SearchHit> result;
    for (auto const& hit : hits) result.push_back({&state_->records.at(hit.place), hit.score});
    return result;
}

Json Catalog::inventory() const
{
    std::map<std::string, std::int64_t> packs, themes;
    std::map<std::string, std::int64_t> origins{{"imported", 0}, {"built_in", 0}, {"generated", 0}};
    std::int64_t placeable = 0;
    auto const counts = state_->records.with_index([](Index& index) { return index.counts(); });
    for (auto const& some : counts ? *counts : std::vector<Index::Count>()) {
        packs[some.pack] += some.assets;
        origins[some.origin] += some.assets;
        auto const* category = Categories::standard().find(some.category);
        themes[category && !category->theme.empty() ? category->theme : "other"] += some.assets;
        placeable += some.placeable ? some.assets : 0;
    }
    return {{"total_assets", state_->records.size()},
            {"packs", packs},
            {"origins", origins},
            {"themes", themes},
            {"placeable", placeable}};
}

Result<> Catalog::write_index(fs::path const& folder) const
{
    return write_records(state_->records.all(), folder);
}

} // namespace soulvan::catalog
