// Manifests: the signed bytes do not depend on order or time, and one flipped byte is found and named.
#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/provenance/manifest.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace soulvan::provenance {
namespace fs = std::filesystem;
namespace {

// Signs with a hash, so that this room's tests need no wallet.
struct HashSigner final : Signer {
    Result<Signature> sign(std::string_view text) override
    {
        return Signature{"test", "0xA", hex(sha256(text)), "local-unattended"};
    }
};

Result<std::string> recover(std::string_view text, Signature const& signature)
{
    return std::string(signature.value == hex(sha256(text)) ? "0xA" : "0xB");
}

struct ManifestTest : testing::Test {
    fs::path folder = fs::temp_directory_path() / ("soulvan-manifest-" + std::to_string(::getpid()));
    void SetUp() override
    {
        ASSERT_TRUE(write_file(folder / "video.mp4", "moving pictures"));
        ASSERT_TRUE(write_file(folder / "frames/frame_0001.exr", "light"));
    }
    void TearDown() override { fs::remove_all(folder); }
    Manifest made() const
    {
        Manifest manifest{.name = "warehouse"};
        manifest.inputs = {{"chair", "00", "model", "CC-BY 3.0", "by A", "library"},
                           {"armchair", "11", "model", "CC-0", "by B", "library"}};
        manifest.files = {list_file(folder, "video.mp4", "video").value(),
                          list_file(folder, "frames/frame_0001.exr", "frame").value()};
        return manifest;
    }
    fs::path written(Manifest manifest)
    {
        HashSigner signer;
        auto const json = attest(std::move(manifest), &signer, "2026-01-01T00:00:00Z").value();
        EXPECT_TRUE(write_file(folder / "manifest.json", canonical_json(json).value()));
        return folder / "manifest.json";
    }
};

} // namespace

TEST_F(ManifestTest, SignedBytesDoNotDependOnOrderOrTime)
{
    auto shuffled = made();
    std::reverse(shuffled.files.begin(), shuffled.files.end());
    std::reverse(shuffled.inputs.begin(), shuffled.inputs.end());
    EXPECT_EQ(signed_part(shuffled).value(), signed_part(made()).value());
    HashSigner signer;
    auto const early = attest(made(), &signer, "2026-01-01T00:00:00Z").value();
    auto const late = attest(made(), &signer, "2027-01-01T00:00:00Z").value();
    EXPECT_EQ(early.at("signature"), late.at("signature"));
    EXPECT_NE(early, late);
}

TEST_F(ManifestTest, ReadsWhatItWrote)
{
    auto const json = read_json(written(made())).value();
    auto const manifest = parse_manifest(json).value();
    auto expected = made();
    expected.key = "local-unattended";
    EXPECT_EQ(signed_part(manifest).value(), signed_part(expected).value());
}

TEST_F(ManifestTest, HoldsUntilOneByteFlips)
{
    auto const path = written(made());
    EXPECT_TRUE(verify(path, recover).value().findings.empty());
    EXPECT_EQ(verify(path, recover).value().signer, "0xA");
    ASSERT_TRUE(write_file(folder / "video.mp4", "mowing pictures"));
    auto const findings = verify(path, recover).value().findings;
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].path, "video.mp4");
    fs::remove(folder / "frames/frame_0001.exr");
    EXPECT_EQ(verify(path, recover).value().findings.size(), 2u);
}

TEST_F(ManifestTest, AChangedListBreaksTheSignature)
{
    auto const path = written(made());
    auto json = read_json(path).value();
    json["name"] = "another";
    ASSERT_TRUE(write_file(path, json.dump()));
    auto const result = verify(path, recover).value();
    ASSERT_EQ(result.findings.size(), 1u);
    EXPECT_FALSE(result.signer);
}

TEST_F(ManifestTest, PathsThatLeaveTheFolderAreRefused)
{
    for (auto const* path : {"../secret", "/etc/passwd", "a/../../b", ""}) {
        auto manifest = made();
        manifest.files[0].path = path;
        EXPECT_FALSE(verify(written(manifest), recover)) << path;
    }
}

} // namespace soulvan::provenance
