// Do generators still make what they made under this version?
//
// Caches keep built layers by generator and version. Whoever changes what a generator makes raises its
// version and replaces its row in data/generators.tsv by the one that the failed test prints.
#include "soulvan/base/file.h"
#include "soulvan/base/hash.h"
#include "soulvan/catalog/generator.h"

#include <map>
#include <sstream>

#include <gtest/gtest.h>

namespace soulvan::catalog {
namespace {

TEST(Golden, EveryGeneratorKeepsItsBytesOrRaisesItsVersion)
{
    std::filesystem::path const table = SOULVAN_SOURCE_DIR "/src/catalog/tests/data/generators.tsv";
    std::map<std::string, std::string> rows; // by key: "version digest"
    std::istringstream lines(read_file(table).value_or(""));
    for (std::string line; std::getline(lines, line);)
        if (auto const tab = line.find('\t'); tab != line.npos && line[0] != '#')
            rows[line.substr(0, tab)] = line.substr(tab + 1);
    for (auto const& generator : generators()) {
        auto const key = generator->key();
        auto const built = generator->build({key, {}, 1});
        ASSERT_TRUE(built) << key << ": " << built.error().what;
        auto const digest = hex(sha256(usd::write_text(built->layer)));
        auto const now = fmt::format("{}\t{}", generator->version(), digest);
        auto const known = rows.find(key);
        std::string const before = known == rows.end() ? "" : known->second;
        bool const same_version = before.starts_with(fmt::format("{}\t", generator->version()));
        EXPECT_EQ(now, before) << key << ": "
                               << (same_version
                                       ? "it makes other bytes under the same version, and caches would "
                                         "serve the old ones: raise its .version, then "
                                       : "its version is new: ")
                               << "put its row into " << table.filename() << ":\n"
                               << key << "\t"
                               << (same_version ? fmt::format("{}\t{}", generator->version() + 1, digest)
                                                : now);
        rows.erase(key);
    }
    for (auto const& [key, row] : rows) ADD_FAILURE() << "there is no generator " << key << " any more";
}

} // namespace
} // namespace soulvan::catalog
