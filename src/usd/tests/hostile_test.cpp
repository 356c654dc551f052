// Does every input that once broke a reader, or composition, end in a layer or a sentence?
#include "fuzz_laws.h"
#include "soulvan/base/file.h"
#include "temporary_folder.h"

#include <functional>

#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;

fs::path const hostile = fs::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/data/hostile";

using Hostile = test::TemporaryFolder;

/// Tries the law on each file of `kind`.
void replay(std::string const& kind, std::function<Result<>(std::span<std::byte const>)> const& law)
{
    int files = 0;
    for (auto const& item : fs::directory_iterator(hostile / kind)) {
        SCOPED_TRACE(item.path().string());
        auto const bytes = read_file(item.path());
        ASSERT_TRUE(bytes);
        auto const held = law(std::as_bytes(std::span(*bytes)));
        EXPECT_TRUE(held) << held.error().what;
        ++files;
    }
    EXPECT_GT(files, 0);
}

TEST_F(Hostile, TextEndsInALayerOrASentence)
{
    replay("text", fuzz::text);
}

TEST_F(Hostile, CratesEndInALayerOrASentence)
{
    replay("crate", fuzz::crate);
}

TEST_F(Hostile, PackagesEndInALayerOrASentence)
{
    replay("package", fuzz::package);
}

TEST_F(Hostile, StacksOfLayersEndInAStage)
{
    replay("compose", [&](auto bytes) { return fuzz::compose(bytes, folder_); });
}

} // namespace
} // namespace soulvan::usd
