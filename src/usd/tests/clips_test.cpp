// Do value clips give the values that OpenUSD gives?
#include "clips.h"

#include "soulvan/base/json.h"
#include "soulvan/usd/stage.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd {

namespace {

std::filesystem::path const committed = std::filesystem::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/data";
std::filesystem::path const shared = std::filesystem::path(SOULVAN_SHARED_DIR) / "data/usd";

/// The values that the oracle writes: numbers, texts and lists of them.
Json plain(std::optional<Value> const& value)
{
    if (!value) return nullptr;
    if (auto const* number = value->get<double>()) return *number;
    if (auto const* number = value->get<float>()) return *number;
    if (auto const* number = value->get<std::int32_t>()) return *number;
    if (auto const* code = value->get<TimeCode>()) return code->value;
    if (auto const* text = value->get<std::string>()) return *text;
    if (auto const* asset = value->get<AssetPath>()) return asset->authored;
    if (auto const* token = value->get<Token>()) return token->str();
    auto rows = Json::array();
    auto const add = [&]<class T>(T const& items) {
        for (auto const& item : items) rows.push_back(item);
    };
    if (auto const* assets = value->get<Array<AssetPath>>())
        for (auto const& asset : *assets) rows.push_back(asset.authored);
    if (auto const* tokens = value->get<Array<Token>>())
        for (auto const& token : *tokens) rows.push_back(token.str());
    if (auto const* vectors = value->get<Array<Vec3f>>())
        for (auto const& vector : *vectors) rows.push_back({vector.x, vector.y, vector.z});
    if (auto const* vector = value->get<Vec3f>()) return {vector->x, vector->y, vector->z};
    if (auto const* vector = value->get<Vec3d>()) return {vector->x, vector->y, vector->z};
    if (auto const* codes = value->get<Array<TimeCode>>())
        for (auto const code : *codes) rows.push_back(code.value);
    if (auto const* matrix = value->get<Matrix4d>())
        for (int i = 0; i < 4; ++i)
            rows.push_back({(*matrix)[i][0], (*matrix)[i][1], (*matrix)[i][2], (*matrix)[i][3]});
    if (auto const* numbers = value->get<Array<double>>()) add(*numbers);
    if (auto const* numbers = value->get<Array<float>>()) add(*numbers);
    if (auto const* numbers = value->get<Array<std::int32_t>>()) add(*numbers);
    if (auto const* numbers = value->get<Array<std::int64_t>>()) add(*numbers);
    while (rows.size() > 8) rows.erase(rows.size() - 1);
    return rows;
}

bool same(Json const& a, Json const& b)
{
    if (a.is_number() && b.is_number()) {
        double const x = a, y = b;
        return std::abs(x - y) <= 1e-5 * std::max({1.0, std::abs(x), std::abs(y)});
    }
    if (a.is_array() && b.is_array())
        return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                                  [](auto const& x, auto const& y) { return same(x, y); });
    return a == b;
}

/// Compares every attribute of every stage of a file of tests/oracles/usd_clips.py.
int compare(std::filesystem::path const& facts, std::filesystem::path const& folder)
{
    auto const expected = read_json(facts).value();
    auto const times = expected["times"].get<std::vector<double>>();
    int compared = 0;
    for (auto const& [file, attributes] : expected["stages"].items()) {
        auto const stage = Stage::open(folder / file);
        EXPECT_TRUE(stage) << file;
        if (!stage) continue;
        for (auto const& [path_text, row] : attributes.items()) {
            auto const path = Path::parse(path_text).value();
            auto const attribute = (*stage)->prim_at(path.parent()).attribute(path.name());
            EXPECT_TRUE(attribute) << file << " " << path_text;
            if (!attribute) continue;
            EXPECT_TRUE(same(Json(attribute->time_samples()), row["samples"]))
                << file << " " << path_text << " samples " << Json(attribute->time_samples()).dump()
                << " expected " << row["samples"].dump();
            for (std::size_t i = 0; i < times.size(); ++i, ++compared) {
                auto const ours = plain(attribute->value(times[i]));
                EXPECT_TRUE(same(ours, row["values"][i]))
                    << file << " " << path_text << " at " << times[i] << ": " << ours.dump() << " expected "
                    << row["values"][i].dump();
            }
        }
    }
    return compared;
}

TEST(Clips, RandomOnesGiveOpenUsdsValues)
{
    char const* const other = std::getenv("SOULVAN_CLIPS");
    auto const folder = other ? std::filesystem::path(other) : committed;
    EXPECT_GE(compare(folder / "clips_random.json", folder), 1000);
}

TEST(Clips, TheCorpusGivesOpenUsdsValues)
{
    auto const folder = shared / "openusd/stage/testUsdValueClips";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "needs ../shared/data/usd/openusd";
    EXPECT_GE(compare(committed / "clips_corpus.json", folder), 1000);
}

/// The stage times that the first clip set of the prim maps; everything when it maps none.
std::pair<double, double> mapped_times(Prim const& prim)
{
    std::pair range(-1e9, 1e9);
    auto const clips = prim.metadata(field::clips);
    auto const* sets = clips ? clips->get<Dictionary>() : nullptr;
    auto const* set = sets && !sets->empty() ? sets->begin()->second.get<Dictionary>() : nullptr;
    auto const times = set ? set->find("times") : Dictionary::const_iterator();
    if (!set || times == set->end()) return range;
    auto const& pairs = *times->second.get<Array<Vec2d>>();
    return {pairs[0].x, pairs[pairs.size() - 1].x};
}

/// Scenarios of the AOUSD core specification: values at times and just before them. Outside of the times that
/// are mapped the specification's clip runs on; OpenUSD, 24.11 and 26.11, holds its ends, and so do we.
TEST(Clips, TheSpecificationsScenariosResolve)
{
    auto const folder = shared / "aousd/value-resolution";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "needs ../shared/data/usd/aousd";
    int compared = 0;
    for (auto const& entry : std::filesystem::directory_iterator(folder)) {
        auto const expected = read_json(entry.path() / "expected.json").value();
        auto const stage = Stage::open(entry.path() / expected["entry"].get<std::string>()).value();
        for (auto const& check : expected["checks"]) {
            auto const path = Path::parse(check["attr"].get<std::string>()).value();
            auto const attribute = stage->prim_at(path.parent()).attribute(path.name());
            ASSERT_TRUE(attribute) << path.str();
            double const digits = std::pow(10.0, check.value("round", 5));
            auto const [first, last] = mapped_times(stage->prim_at(path.parent()));
            auto const expect = [&](double time, Json const& value) {
                if (time < first || time > last) return;
                auto ours = plain(attribute->value(time));
                if (ours.is_number()) ours = std::round(ours.get<double>() * digits) / digits;
                EXPECT_TRUE(same(ours, value))
                    << path.str() << " at " << time << ": " << ours.dump() << " expected " << value.dump();
                ++compared;
            };
            auto const samples = check.value("samples", Json::object());
            for (auto const& [time, value] : samples.items()) expect(std::stod(time), value);
            auto const before = check.value("pre_time_samples", Json::object());
            for (auto const& [time, value] : before.items()) expect(std::stod(time) - 1e-6, value);
        }
    }
    EXPECT_GE(compared, 20);
}

std::vector<CompositionError> errors_of(std::string const& info)
{
    std::string const text = "#usda 1.0\ndef \"A\" (\n    clips = {\n        dictionary c = {\n" + info +
                             "\n        }\n    }\n)\n{\n    double x = 1\n}\n";
    auto layer = Layer::read(std::as_bytes(std::span(text)), "test.usda").value();
    auto const stage = Stage::open(std::make_shared<Layer const>(std::move(layer)), ".").value();
    EXPECT_EQ(stage->prim_at(Path("/A")).get<double>("x", 1), 1);
    return stage->errors();
}

/// What is wrong is said, with the place; what is incomplete blocks weaker clips and is no error.
TEST(Clips, WrongOnesAreErrors)
{
    std::string const good = "string primPath = \"/A\"\n asset[] assetPaths = [@./none.usd@]\n ";
    auto const missing = errors_of(good + "double2[] active = [(0, 0)]");
    ASSERT_EQ(missing.size(), 1u);
    EXPECT_EQ(missing[0].kind, Trouble::unresolved_layer);
    EXPECT_EQ(missing[0].site, Path("/A"));
    EXPECT_NE(missing[0].what.find("none.usd"), std::string::npos);
    EXPECT_TRUE(errors_of(good).empty());
    for (std::string const& wrong : {
             good + "double2[] active = [(0, 1)]",
             good + "double2[] active = [(0, -1)]",
             good + "double2[] active = [(0, nan)]",
             good + "double2[] active = [(0, 0), (0, 0)]",
             good + "double2[] active = [(0, 0)]\n double2[] times = [(0, 0), (0, 1), (0, 2)]",
             good + "double2[] active = [(0, 0)]\n double2[] times = [(0, inf)]",
             std::string("string primPath = \"A\"\n asset[] assetPaths = []\n double2[] active = []"),
             std::string("string primPath = \"/A\"\n string templateAssetPath = \"a.usd\"\n double "
                         "templateStride = 1\n"
                         "double templateStartTime = 0\n double templateEndTime = 1"),
             std::string("string primPath = \"/A\"\n string templateAssetPath = \"a.#.usd\"\n double "
                         "templateStride = 0\n"
                         "double templateStartTime = 0\n double templateEndTime = 1"),
             std::string("string primPath = \"/A\"\n string templateAssetPath = \"a.#.usd\"\n double "
                         "templateStride = 1e-9\n"
                         "double templateStartTime = 0\n double templateEndTime = 1e9"),
         }) {
        auto const errors = errors_of(wrong);
        ASSERT_EQ(errors.size(), 1u) << wrong;
        EXPECT_EQ(errors[0].kind, Trouble::invalid_clips) << wrong << ": " << errors[0].what;
    }
}

} // namespace
} // namespace soulvan::usd
