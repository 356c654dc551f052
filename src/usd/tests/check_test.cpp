// Are clean assets clean, and is what is wrong with the others said by the rule that it breaks?
#include "soulvan/usd/check.h"

#include "soulvan/base/file.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;
fs::path const corpus = fs::path(SOULVAN_SHARED_DIR) / "data/usd/openusd/tools/usdchecker/testUsdChecker";

#define SOULVAN_NEEDS_SHARED()                                                                               \
    if (!fs::exists(corpus)) GTEST_SKIP() << "needs ../shared/data/usd"

std::string shown(CheckReport const& report)
{
    std::string text;
    for (auto const& finding : report.findings)
        text += fmt::format("<{}> {} ({})\n", finding.path.str(), finding.what, finding.rule);
    return text;
}

bool fails(CheckReport const& report, std::string_view rule)
{
    return std::any_of(report.findings.begin(), report.findings.end(), [&](Finding const& finding) {
        return finding.rule == rule && finding.severity != Severity::warning;
    });
}

TEST(Check, CleanAssetsPass)
{
    SOULVAN_NEEDS_SHARED();
    for (auto const* name : {"clean.usd", "clean.usdc", "clean.usdz", "clean_flat.usdc", "clean_flat.usdz",
                             "clean_usdc.usdz", "cleanMaterialBindingAPIApplied.usda",
                             "cleanSkelBindingAPIApplied.usda", "cleanNormalMapReader.usda"}) {
        auto const report = check(corpus / "clean" / name).value();
        EXPECT_TRUE(report.passed()) << name << "\n" << shown(report);
    }
    for (auto const* name : {"clean_arkit.usdc", "clean_arkit.usdz"}) {
        auto const report = check(corpus / "clean" / name, {.arkit = true}).value();
        EXPECT_TRUE(report.passed()) << name << "\n" << shown(report);
    }
}

TEST(Check, EachRuleFindsWhatBreaksIt)
{
    SOULVAN_NEEDS_SHARED();
    struct Case {
        char const *file, *rule;
        bool arkit = false;
    };
    for (auto const& [file, rule, arkit] : std::initializer_list<Case>{
             {"badGprimParent.usda", "PrimEncapsulationChecker"},
             {"badShaderParent.usda", "PrimEncapsulationChecker"},
             {"badShaderScopeParent.usda", "PrimEncapsulationChecker"},
             {"badMaterialBindingAPIApplied.usda", "MaterialBindingAPIAppliedChecker"},
             {"badSkelBindingAPIApplied.usda", "SkelBindingAPIAppliedChecker"},
             {"badSkelBindingNoSkelRoot.usda", "SkelBindingAPIAppliedChecker"},
             {"badNormalMapReader.usda", "NormalMapTextureChecker"},
             {"badPropertyType.usd", "ShaderPropertyTypeConformanceChecker"},
             {"badShaderId.usdc", "ShaderPropertyTypeConformanceChecker"},
             {"badShaderImplSource.usdc", "ShaderPropertyTypeConformanceChecker"},
             {"badUsdz.usdz", "ByteAlignmentChecker"},
             {"badUsdz.usdz", "CompressionChecker"},
             {"brokenDep.usd", "MissingReferenceChecker"},
             {"brokenRef.usd", "MissingReferenceChecker"},
             {"brokenRef.usd", "Composition"},
             {"refAbc.usdc", "Composition"},
             {"noDefaultPrim.usda", "StageMetadataChecker"},
             {"noMetrics.usda", "StageMetadataChecker"},
             {"noUpAxis.usda", "StageMetadataChecker"},
             {"zUp.usdc", "StageMetadataChecker", true},
             {"badShaderUnknownTexture.usdc", "TextureChecker", true},
             {"badShaderUnsupportedTexture.usdc", "TextureChecker", true},
             {"badShaderInput.usdc", "ARKitShaderChecker", true},
             {"badMaterialBinding.usdc", "ARKitMaterialBindingChecker", true},
             {"badCollMaterialBinding.usdc", "ARKitMaterialBindingChecker", true},
             {"unknownfile.usdz", "ARKitFileExtensionChecker", true},
             {"unencapsulated_asset.usdz", "ARKitPackageEncapsulationChecker", true},
             {"unencapsulated_layer.usdz", "ARKitPackageEncapsulationChecker", true},
             {"unsupportedTypes_arkit.usdc", "ARKitPrimTypeChecker", true}}) {
        auto const report = check(corpus / "bad" / file, {.arkit = arkit}).value();
        EXPECT_TRUE(fails(report, rule)) << file << " " << rule << "\n" << shown(report);
    }
}

TEST(Check, LooksIntoEveryVariant)
{
    SOULVAN_NEEDS_SHARED();
    auto const report = check(corpus / "bad/variants.usdc", {.arkit = true}).value();
    std::vector<std::string> found;
    for (auto const& finding : report.findings)
        if (finding.rule == "ARKitPrimTypeChecker") found.push_back(finding.path.str());
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, (std::vector<std::string>{"/World/A/pi", "/World/B/pi", "/World/C/pi", "/World/X/pi",
                                               "/World/Y/pi"}));
    EXPECT_TRUE(
        check(corpus / "bad/variants.usdc", {.arkit = true, .skip_variants = true}).value().findings.size() <
        report.findings.size());
}

TEST(Check, FindsNestedVariantsUnderEachSelection)
{
    auto const folder = fs::temp_directory_path() / fmt::format("soulvan-check-{}", std::random_device()());
    fs::create_directories(folder);
    ASSERT_TRUE(write_file(folder / "a.usda", R"(#usda 1.0
(
    defaultPrim = "A"
    metersPerUnit = 1
    upAxis = "Y"
)
def Xform "A" (prepend variantSets = "v") {
    variantSet "v" = {
        "x" {
        }
        "y" {
            def Xform "N" (prepend variantSets = "w") {
                variantSet "w" = {
                    "p" {
                    }
                    "q" {
                        def Mesh "M" {
                            def Mesh "Deep" {
                            }
                        }
                    }
                }
            }
        }
    }
}
)"));
    auto const report = check(folder / "a.usda").value();
    EXPECT_TRUE(fails(report, "PrimEncapsulationChecker")) << shown(report);
    EXPECT_LE(report.stages, 6);
    EXPECT_TRUE(check(folder / "a.usda", {.skip_variants = true}).value().passed());
    fs::remove_all(folder);
}

} // namespace
} // namespace soulvan::usd
