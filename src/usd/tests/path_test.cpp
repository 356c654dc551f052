// Paths: the grammar, the order and the algebra, against OpenUSD's answers; and interning under threads.
#include "soulvan/usd/path.h"

#include "identifier.h"

#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace soulvan::usd {
namespace {

// Answers of OpenUSD 24.11's SdfPath.
TEST(Path, TakesWhatOpenUsdTakesAndPrintsItBack)
{
    for (std::string_view const text : {"/",
                                        ".",
                                        "..",
                                        "../..",
                                        "/A",
                                        "/A/B",
                                        "A",
                                        "A/B",
                                        "../B",
                                        "../../A/B.c",
                                        "/A.b",
                                        "/A.b:c",
                                        ".a",
                                        "../.a",
                                        "../../.a",
                                        "/A{v=x}",
                                        "/A{v=}",
                                        "/A{v=.b}",
                                        "/A{v=1-a|b}",
                                        "A{v=x}B",
                                        "/A{v=x}B/C",
                                        "/A{v=x}.b",
                                        "/A{v=x}{w=y}",
                                        "/A{v=x}{w=y}B",
                                        "/A.b[B]",
                                        "/A.b[../B]",
                                        "/A.b[/C]",
                                        "/A.b[/C.d[/E]]",
                                        "/A.b[/C{x=y}D]",
                                        "/A.r[/T].x",
                                        "/A.r[/T].x[/S]",
                                        "/A.a.mapper[/T]",
                                        "/A.a.mapper[/T].arg",
                                        "/A.a.expression",
                                        "/A.mapper",
                                        "/é",
                                        "/A.é",
                                        "/A{v=é}"}) {
        auto const path = Path::parse(text);
        ASSERT_TRUE(path) << path.error().what;
        EXPECT_EQ(path->str(), text);
    }
    EXPECT_EQ(Path("/A{ v = x }").str(), "/A{v=x}");
    EXPECT_EQ(Path("/A{v=x} B").str(), "/A{v=x}B");
}

TEST(Path, RefusesWhatOpenUsdRefuses)
{
    for (std::string_view const text :
         {"",          "//A",       "/A/",        "/.",        "/./A",
          "/A/../B",   "A/../B",    "/..",        "..a",       "/A.b.c",
          "/A.b:",     "/A.:b",     "/A.b::c",    "/A[/B]",    "/A.b[]",
          "./a",       "a/.",       "/A.b[/C]/D", "/1A",       "/A-B",
          "/A:b",      "{v=x}",     "/{v=x}",     "/.a",       "/A.b[/C].d[/E].f",
          " /A",       "/A ",       "/A. b",      "/A{x:y=z}", "...",
          "/A/B/../C", "/A{v=x}/B", "/A{v",       "/A{v=",     "/A.b[",
          "/A.b[/C",   "../",       "\xff",       "/A\xc3"})
        EXPECT_FALSE(Path::parse(text)) << text;
}

TEST(Path, NamesTheCharacterThatIsWrong)
{
    EXPECT_THAT(Path::parse("/A/B-C").error().what, testing::HasSubstr("character 5"));
    std::string deep;
    for (int i = 0; i < 300; ++i) deep += "/a";
    EXPECT_THAT(Path::parse(deep).error().what, testing::HasSubstr("256"));
    Path path = Path::root();
    for (int i = 0; i < 256; ++i) path = path.child("a");
    EXPECT_EQ(path.depth(), 256);
    EXPECT_TRUE(path.child("a").empty());
    EXPECT_FALSE(Path::parse("/A.b" + std::string(5000, '[')));
}

TEST(Path, SortsAsOpenUsdDoes)
{
    std::vector<std::string> const sorted = {"/",
                                             "/A",
                                             "/A.a",
                                             "/A.a.mapper[/T]",
                                             "/A.a.mapper[/T].arg",
                                             "/A.a.expression",
                                             "/A.c",
                                             "/A.c:d",
                                             "/A.r[/T]",
                                             "/A.r[/T].x",
                                             "/A.r[/T].x[/S]",
                                             "/A/B",
                                             "/A/B.c",
                                             "/A/B/C",
                                             "/A{v=}",
                                             "/A{v=a}",
                                             "/A{v=a}B",
                                             "/AA",
                                             ".",
                                             ".c",
                                             "..",
                                             "../B",
                                             "B",
                                             "B.c"};
    std::vector<Path> paths = {Path()};
    for (auto const& text : sorted) paths.push_back(Path(text));
    for (std::size_t i = 0; i < paths.size(); ++i)
        for (std::size_t j = 0; j < paths.size(); ++j)
            EXPECT_EQ(paths[i] <=> paths[j], i <=> j) << paths[i].str() << " " << paths[j].str();
}

TEST(Path, JoinsRelativePathsToTheirAnchor)
{
    struct Row {
        std::string_view anchor, relative, joined;
    };
    for (auto const& [anchor, relative, joined] :
         {Row{"/A{s=v}", "../C", "/A/C"}, Row{"/A{s=v}", "..", "/A"}, Row{"/A{s=v}B", "../C", "/A{s=v}C"},
          Row{"/A{s=v}B", "../../C", "/A/C"}, Row{"/A", "C", "/A/C"}, Row{"/A", ".c", "/A.c"},
          Row{"/A", ".", "/A"}, Row{"/A", ".c[B]", "/A.c[/A/B]"}, Row{"/A", "../../..", ""},
          Row{"/A/B", "../C.d[../E]", "/A/C.d[/A/E]"}, Row{"/A", "/X", "/X"}})
        EXPECT_EQ(Path(anchor).join(Path(relative)).str(), joined) << anchor << " + " << relative;
}

TEST(Path, TakesApartWhatItPutTogether)
{
    Path const prim = Path::root().child("A").variant(Token("v"), Token("x")).child("B");
    EXPECT_EQ(prim.str(), "/A{v=x}B");
    EXPECT_EQ(prim.parent().variant_selection(), std::pair(Token("v"), Token("x")));
    EXPECT_EQ(prim.without_variants(), Path("/A/B"));
    EXPECT_EQ(prim.property("r").with_target(Path("/T")).str(), "/A{v=x}B.r[/T]");
    EXPECT_EQ(prim.property("r").with_target(Path("/T")).target(), Path("/T"));
    EXPECT_EQ(prim.property("ns:b").name().str(), "ns:b");
    EXPECT_EQ(prim.property("b").prim_path(), prim);
    EXPECT_EQ(Path("/").parent(), Path());
    EXPECT_EQ(Path("..").parent(), Path("../.."));
    EXPECT_EQ(Path("/A/B.c").prefixes(), (std::vector{Path("/"), Path("/A"), Path("/A/B"), Path("/A/B.c")}));
    EXPECT_TRUE(Path("/A/B.c").has_prefix(Path("/A")));
    EXPECT_FALSE(Path("/AB").has_prefix(Path("/A")));
    EXPECT_EQ(Path("/A/B.r[/A/C]").replace_prefix(Path("/A"), Path("/X/Y")), Path("/X/Y/B.r[/X/Y/C]"));
    EXPECT_EQ(Path("/A/B").replace_prefix(Path("/"), Path("/X")), Path("/X/A/B"));
    EXPECT_EQ(Path("/A/B").replace_prefix(Path("/C"), Path("/X")), Path("/A/B"));
    EXPECT_TRUE(Path("/").property("a").empty());
    EXPECT_TRUE(Path("/A.b").child("C").empty());
}

/// A path of random elements, for laws.
Path random_path(std::mt19937& random)
{
    auto const name = [&] { return Token(std::string(1, static_cast<char>('a' + random() % 3))); };
    Path path = Path::root();
    for (auto depth = random() % 5; depth > 0; --depth) {
        path = path.child(name());
        if (random() % 4 == 0) path = path.variant(name(), name());
    }
    return random() % 3 == 0 && !path.is_root() ? path.property(name()) : path;
}

TEST(Path, KeepsItsLaws)
{
    std::mt19937 random(7);
    for (int i = 0; i < 5000; ++i) {
        Path const a = random_path(random);
        Path const b = random_path(random);
        Path const c = random_path(random);
        ASSERT_EQ(Path(a.str()), a);
        ASSERT_EQ(a<b, b> a);
        ASSERT_EQ(a == b, (a <=> b) == 0);
        ASSERT_TRUE(!(a < b && b < c) || a < c);
        ASSERT_TRUE(!a.has_prefix(b) || a >= b);
        Path const moved = a.replace_prefix(b, Path("/moved"));
        ASSERT_EQ(moved != a, a.has_prefix(b)) << a.str() << " " << b.str();
        ASSERT_TRUE(moved == a || moved.replace_prefix(Path("/moved"), b) == a) << moved.str();
        ASSERT_EQ(a.without_variants().without_variants(), a.without_variants());
        ASSERT_EQ(a.prefixes().back(), a);
    }
}

TEST(Path, IsOneNodeForAllThreads)
{
    std::vector<std::vector<Path>> made(4);
    std::vector<std::thread> threads;
    for (auto& paths : made)
        threads.emplace_back([&paths] {
            for (int i = 0; i < 20000; ++i)
                paths.push_back(
                    Path::root().child("p" + std::to_string(i % 997)).child("q" + std::to_string(i)));
        });
    for (auto& thread : threads) thread.join();
    for (auto const& paths : made) EXPECT_TRUE(paths == made[0]);
    EXPECT_EQ(made[0][1234].str(), "/p237/q1234");
}

TEST(Identifier, FollowsUnicode)
{
    EXPECT_TRUE(is_identifier("_a1"));
    EXPECT_FALSE(is_identifier("1a"));
    EXPECT_FALSE(is_identifier(""));
    EXPECT_TRUE(is_identifier("存在する"));
    EXPECT_FALSE(is_identifier("㤼01৪∫")); // a mathematical sign
    EXPECT_TRUE(is_identifier("㤼01৪"));
    EXPECT_FALSE(is_identifier("\xc0\xaf"));      // overlong
    EXPECT_FALSE(is_identifier("a\xed\xa0\x80")); // a surrogate
    EXPECT_EQ(utf8_length("0123456789é"), 12u);
    EXPECT_EQ(utf8_length("0123456789\xff"), 10u);
}

} // namespace
} // namespace soulvan::usd
