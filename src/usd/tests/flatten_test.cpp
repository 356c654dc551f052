// Does a flattened layer say what the stage said? OpenUSD's own flattening is compared in tests/conformance.
#include "soulvan/usd/flatten.h"

#include "soulvan/base/file.h"
#include "temporary_folder.h"

#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;
fs::path const corpus = fs::path(SOULVAN_SHARED_DIR) / "data/usd/openusd/stage";

class Flatten : public test::TemporaryFolder {
protected:
    fs::path file(std::string const& name, std::string const& body)
    {
        EXPECT_TRUE(write_file(folder_ / name, "#usda 1.0\n" + body));
        return folder_ / name;
    }
};

Layer flat(fs::path const& path)
{
    return flatten(*Stage::open(path).value(), {.source_comment = false});
}

TEST_F(Flatten, InstancesReferToPrototypesAsInTheBaseline)
{
    auto const root = corpus / "testUsdFlatten2/BasicInstancingAndNestedInstances/root.usda";
    if (!fs::exists(root)) GTEST_SKIP() << "needs ../shared/data/usd";
    auto const baseline =
        Layer::open(corpus / "testUsdFlatten2/baseline/flat_BasicInstancingAndNestedInstances.usda").value();
    EXPECT_EQ(write_text(flat(root)), write_text(*baseline));
}

TEST_F(Flatten, TellsWhatVariantsWereChosen)
{
    auto const root = file("a.usda", R"(def "A" (variants = { string v = "x" }
    prepend variantSets = "v") {
    variantSet "v" = {
        "x" {
            int q = 1
        }
        "y" {
            int q = 2
        }
    }
}
)");
    auto const layer = flat(root);
    EXPECT_EQ(layer.find(Path("/A")).get<VariantSelections>(field::variant_selection).value(),
              (VariantSelections{{"v", "x"}}));
    EXPECT_EQ(layer.find(Path("/A.q")).find(field::default_value), Value(1));
    EXPECT_FALSE(layer.find(Path("/A")).has(field::variant_set_names));
}

TEST_F(Flatten, AnchorsAssetsOfEverySampleAndMovesTimes)
{
    fs::create_directories(folder_ / "sub");
    file("sub/b.usda", R"(def "B" (customData = { asset a = @./c.png@ }) {
    asset t.timeSamples = { 1: @./1.png@, 2: @./2.png@ }
    timecode c = 3
})");
    auto const layer =
        flat(file("a.usda", R"(def "A" (references = @sub/b.usda@</B> (offset = 10; scale = 2)) {}
)"));
    auto const at = [&](char const* name) { return Value(AssetPath{(folder_ / "sub" / name).string()}); };
    EXPECT_EQ(layer.find(Path("/A.t")).find(field::time_samples),
              Value(TimeSamples{{12, at("1.png")}, {14, at("2.png")}}));
    EXPECT_EQ(layer.find(Path("/A.c")).find(field::default_value), Value(TimeCode{16}));
    EXPECT_EQ(layer.find(Path("/A")).get<Dictionary>(field::custom_data).value().at("a"), at("c.png"));
}

TEST_F(Flatten, LayerStacksKeepArcsAndDeletedReferencesStayDeleted)
{
    file("r.usda", "def \"R\" {\nint r = 1\n}\n");
    file("weak.usda", R"(over "A" (prepend references = [@./r.usda@</R>, @./r.usda@</Other>]) {
    double t.timeSamples = { 1: 1 }
}
)");
    auto const root = file("strong.usda", R"((subLayers = [@./weak.usda@ (offset = 10)])
def Sphere "A" (delete references = @./r.usda@</R>) {}
)");
    auto const result = flatten_layer_stack(root).value();
    EXPECT_TRUE(result.errors.empty());
    auto const references = result.layer.find(Path("/A")).get<ReferenceListOp>(field::references).value();
    ASSERT_EQ(references.prepended.size(), 1u);
    EXPECT_EQ(references.prepended[0].prim, Path("/Other"));
    EXPECT_EQ(references.prepended[0].offset, (LayerOffset{10, 1}));
    EXPECT_EQ(references.prepended[0].asset, (folder_ / "r.usda").string());
    EXPECT_EQ(result.layer.find(Path("/A.t")).find(field::time_samples),
              Value(TimeSamples{{11, Value(1.0)}}));
    EXPECT_FALSE(result.layer.find(Path::root()).has(field::sub_layers));
}

TEST_F(Flatten, AgainChangesNothing)
{
    if (!fs::exists(corpus)) GTEST_SKIP() << "needs ../shared/data/usd";
    int compared = 0;
    for (auto const& entry : fs::recursive_directory_iterator(corpus)) {
        if (entry.path().extension() != ".usda" || entry.file_size() > 200'000) continue;
        auto const stage = Stage::open(entry.path());
        if (!stage) continue;
        auto const once = flatten(**stage, {.source_comment = false});
        if (once.find(Path("/Flattened_Prototype_1"))) continue; // its prototypes would get new ones
        auto const again =
            flatten(**Stage::open(std::make_shared<Layer const>(once), entry.path().parent_path()),
                    {.source_comment = false});
        EXPECT_EQ(write_text(again), write_text(once)) << entry.path();
        ++compared;
    }
    EXPECT_GT(compared, 100);
}

} // namespace
} // namespace soulvan::usd
