// Text layers against OpenUSD's own suite: what must be refused, and what must be written back byte for byte.
#include "soulvan/base/file.h"
#include "soulvan/base/json.h"
#include "soulvan/usd/layer.h"
#include "text_reader.h"

#include <filesystem>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;

fs::path const shared = fs::path(SOULVAN_SHARED_DIR) / "data/usd";
fs::path const suite = shared / "openusd/sdf-parsing";

Result<Layer> parse(std::string_view text)
{
    return read_text(text, "test.usda", {});
}

/// What is written for `text`, or the sentence of its refusal.
std::string rewritten(std::string_view body)
{
    auto const layer = parse(std::string("#usda 1.0\n").append(body));
    return layer ? write_text(*layer) : layer.error().what;
}

/// Where two texts differ first, as "line 7: got <…>, want <…>".
std::string first_difference(std::string_view got, std::string_view want)
{
    int line = 1;
    while (!got.empty() || !want.empty()) {
        auto const a = got.substr(0, got.find('\n'));
        auto const b = want.substr(0, want.find('\n'));
        if (a != b)
            return fmt::format("line {}: got <{}>, want <{}>", line, a.substr(0, 300), b.substr(0, 300));
        got.remove_prefix(std::min(a.size() + 1, got.size()));
        want.remove_prefix(std::min(b.size() + 1, want.size()));
        ++line;
    }
    return "equal";
}

std::vector<fs::path> text_layers()
{
    std::vector<fs::path> files;
    for (auto const& entry : fs::recursive_directory_iterator(shared))
        if (entry.is_regular_file() && entry.path().extension() == ".usda") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

TEST(TextSuite, RefusesWhatOpenUsdRefusesAndWritesTheRestByteForByte)
{
    if (!fs::exists(suite)) GTEST_SKIP() << "needs ../shared/data/usd/openusd/sdf-parsing";
    auto const expected = read_json(suite / "expected.json").value();
    int checked = 0;
    for (auto const& [name, verdict] : expected.items()) {
        SCOPED_TRACE(name);
        ++checked;
        auto const text = read_file(suite / "input" / name).value();
        auto const layer = read_text(text, name, {});
        if (verdict["expect"] == "reject") {
            EXPECT_FALSE(layer) << "accepted";
            EXPECT_TRUE(layer || layer.error().what.starts_with(name + ":")) << layer.error().what;
            continue;
        }
        if (!layer) {
            ADD_FAILURE() << layer.error().what;
            continue;
        }
        auto baseline = read_file(suite / verdict["baseline"].get<std::string>()).value();
        // The suite was written under the format's older name.
        std::string_view const old_header = "#sdf 1.4.32\n";
        ASSERT_TRUE(baseline.starts_with(old_header));
        auto const want = "#usda 1.0\n" + baseline.substr(old_header.size());
        auto const got = write_text(*layer);
        EXPECT_EQ(first_difference(got, want), "equal");
        EXPECT_TRUE(got == want);
    }
    EXPECT_EQ(checked, 88);
}

TEST(TextSuite, WritingIsAFixedPointForEveryLayerAtHand)
{
    if (!fs::exists(shared)) GTEST_SKIP() << "needs ../shared/data/usd";
    int read = 0;
    for (auto const& file : text_layers()) {
        SCOPED_TRACE(file.string());
        auto const layer = read_text(read_file(file).value(), file.filename(), {});
        if (!layer) continue;
        ++read;
        auto const once = write_text(*layer);
        auto const again = read_text(once, "again.usda", {});
        ASSERT_TRUE(again) << again.error().what;
        EXPECT_EQ(first_difference(write_text(*again), once), "equal");
    }
    EXPECT_GT(read, 400);
}

/// The value that a layer with one attribute `type a = text` is written back with, or the refusal.
std::string rewritten_value(std::string_view type, std::string_view text)
{
    auto const out = rewritten(fmt::format("def \"A\"\n{{\n    {} a = {}\n}}\n", type, text));
    auto const start = out.find(" a = ");
    return start == out.npos ? out : out.substr(start + 5, out.find("\n}") - start - 5);
}

// What OpenUSD 24.11 prints for the same input.
TEST(TextValues, AreSpelledAsOpenUsdSpellsThem)
{
    struct Row {
        std::string_view type, in, out;
    };
    for (auto const& [type, in, out] : {
             Row{"double[]", "[nan, inf, -inf, -0, 0.1, 1e15, 1e14, 123456789012345678, 1e-6, 1e-7, 1.5e300]",
                 "[nan, inf, -inf, -0, 0.1, 1e15, 100000000000000, 1.2345678901234568e17, 0.000001, 1e-7, "
                 "1.5e300]"},
             Row{"float[]", "[0.1, 123456789012345678, 1.5e30, 16777217, 1e400, -1e400, 1e-400, 00012.50]",
                 "[0.1, 1.2345679e17, 1.5e30, 16777216, inf, -inf, 0, 12.5]"},
             Row{"half[]", "[0.1, 65504, 100000, 1e-5, 1e-7, 0.333]",
                 "[0.0999756, 65504, inf, 1.00136e-05, 1.19209e-07, 0.333008]"},
             Row{"int", "1.7", "1"},
             Row{"int[]", "[[1, 2], [3, 4]]", "[1, 2, 3, 4]"},
             Row{"int[]", "[ /* none */ ]", "[]"},
             Row{"uint64", "18446744073709551615", "18446744073709551615"},
             Row{"int64", "-9223372036854775808", "-9223372036854775808"},
             Row{"double", "99999999999999999999999", "1e23"},
             Row{"double", "\"-inf\"", "-inf"},
             Row{"bool[]", "[yes, No, 0, 1, true, False, 0.5, \"yes\"]", "[1, 0, 0, 1, 1, 0, 1, 1]"},
             Row{"string", R"("\q\101\x4g\n'")", "\"\"\"qA\\x04g\n'\"\"\""},
             Row{"string", R"('a"b')", R"('a"b')"},
             Row{"string", R"("a\"b'c\t")", R"("a\"b'c\t")"},
             Row{"string", R"("\x00\xff")", R"("\x00\xff")"},
             Row{"asset", "@@@a@b\\@@@c@@@@@", "@@@a@b\\@@@c@@@@@"},
             Row{"asset", "\"a b\"", "@a b@"},
             Row{"matrix2d[]", "[((1, 2,), (3, 4)),]", "[( (1, 2), (3, 4) )]"},
             Row{"quatf", "(0.5, 1, 2, 3)", "(0.5, 1, 2, 3)"},
             Row{"half3", "(0.1, 1e-7, 3)", "(0.0999756, 1.19209e-07, 3)"},
             Row{"timecode[]", "[1.50, 2]", "[1.5, 2]"},
             Row{"uchar[]", "[0, 255]", "[0, 255]"},
             Row{"Unknown::Type", "[1, (2, \"x\"), @a@, bar, 1.50, -0]",
                 "[1, (2, \"x\"), @a@, bar, 1.5, -0]"},
             Row{"pathExpression", "\"//foo   ../x -  bar//*.p & %:c\"", "\"//foo /x - /A/bar//*.p & %:c\""},
             Row{"pathExpression", R"("//{is('a\\n\\b\\\\\\'', b='\"')}")",
                 R"("//{is(\"a\\n\\b\\\\'\", b='\"')}")"},
             Row{"double", "None", "None"},
         })
        EXPECT_EQ(rewritten_value(type, in), out) << type << " " << in;
}

/// OpenUSD accepts them, and its attributes have no value then; we say so besides.
TEST(TextValues, ThatArePathsAreNone)
{
    for (std::string type : {"token", "string", "half3", "token[]"}) {
        auto const layer =
            parse("#usda 1.0\ndef \"A\"\n{\n" + type + " a = </A/b.out> (\nhidden = true\n)\n}\n");
        ASSERT_TRUE(layer) << layer.error().what;
        auto const attribute = layer->find(Path("/A.a"));
        ASSERT_TRUE(attribute);
        EXPECT_TRUE(attribute.has(Token("hidden")));
        EXPECT_FALSE(attribute.has(field::default_value));
        ASSERT_EQ(layer->damage().size(), 1u);
        EXPECT_THAT(layer->damage()[0].what,
                    testing::StartsWith(fmt::format("test.usda:4:{}: a path stands", type.size() + 6)));
    }
}

TEST(TextValues, ThatDoNotFitTheirTypeAreRefused)
{
    for (auto const& [type, text] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"uchar", "256"},
             {"uchar", "-1"},
             {"int", "2147483648"},
             {"int64", "9223372036854775808"},
             {"int", "inf"},
             {"int", "\"1\""},
             {"double", "foo"},
             {"token", "foo"},
             {"string", "1"},
             {"bool", "maybe"},
             {"float3", "1"},
             {"float3", "(1, 2)"},
             {"float3", "(1, 2, 3, 4)"},
             {"float3", "((1, 2, 3))"},
             {"float", "(1)"},
             {"matrix2d", "(1, 2, 3, 4)"},
             {"int", "[1]"},
             {"int[]", "1"},
             {"int[]", "[\n]"},
             {"int[]", "[1, [2]]"},
             {"int[]", "[[1], [2, 3]]"},
             {"int[]", "[1\n, 2]"},
             {"double[]", "[1,, 2]"},
             {"string", "\"a\nb\""},
             {"string", "'\\'"},
             {"asset", "@a\nb@"},
             {"asset", "@a\x01@"},
             {"asset", "\"a\\x01\""},
             {"asset", "\"a\\xff\""},
             {"opaque", "1"},
             {"double", "1e"},
             {"double", "- 1"},
             {"double", "nan("},
             {"double", "0x1"},
             {"double", "infinity"},
             {"pathExpression", "\"a |\""},
             {"pathExpression", "'//{variant(look=\"\\x01\")}'"},
             {"token", "<A//b>"},
             {"token[]", "[</A>]"}}) {
        auto const out = rewritten_value(type, text);
        EXPECT_THAT(out, testing::StartsWith("test.usda:")) << type << " " << text;
    }
}

TEST(TextErrors, SayLineColumnAndWhat)
{
    EXPECT_EQ(rewritten("def \"A\"\n{\n    int é = x\n}\n"), "test.usda:4:13: a number is expected");
    EXPECT_EQ(rewritten("def \"A\"\n{\n    double r.connect = [</B>, <B/>]\n}\n"),
              "test.usda:4:31: 'B/' is no path: character 2: '/' cannot stand here");
    EXPECT_EQ(rewritten("def \"A\"\r\n{\r\n  foo\r\n}\r\n"), "test.usda:4:6: a blank is expected");
    EXPECT_EQ(rewritten("def \"A\" (\n    inherits = </B{v=x}C>\n)\n{\n}\n"),
              "test.usda:3:16: </B{v=x}C> is no prim without variants");
    EXPECT_EQ(rewritten("def \"A\"\n{\n"), "test.usda:4:1: '}' is expected: the prim has no end");
    EXPECT_EQ(rewritten("def \"A\"\n{\n} # \xff\n"), "test.usda:4:5: the text is not UTF-8 here");
    EXPECT_EQ(parse("#usdb 1.0\n").error().what,
              "test.usda:1:1: the first line of a text layer is '#usda 1.0'");
}

TEST(TextLimits, StopHostileLayers)
{
    std::string prims = "#usda 1.0\n";
    for (int i = 0; i < 400; ++i) prims += "def \"a\"\n{\n";
    EXPECT_EQ(parse(prims).error().code, Errc::limit);
    std::string const open(100'000, '[');
    EXPECT_EQ(parse("#usda 1.0\ndef \"A\"\n{\n    foo a = " + open).error().code, Errc::limit);
    EXPECT_EQ(parse("#usda 1.0\ndef \"A\"\n{\n    int[] a = " + open).error().code, Errc::limit);
    EXPECT_EQ(parse("#usda 1.0\ndef \"A\"\n{\n    foo a = " + std::string(100'000, '(')).error().code,
              Errc::limit);
    std::string dictionaries = "#usda 1.0\n(\n    customLayerData = {";
    for (int i = 0; i < 50'000; ++i) dictionaries += "dictionary d = {";
    EXPECT_EQ(parse(dictionaries).error().code, Errc::limit);
    std::string const numbers = "#usda 1.0\ndef \"A\"\n{\n    int[] a = [1, 2, 3, 4]\n}\n";
    EXPECT_EQ(read_text(numbers, "t", {.array_elements = 3}).error().code, Errc::limit);
    EXPECT_EQ(read_text(numbers, "t", {.bytes = 10}).error().code, Errc::limit);
    EXPECT_EQ(read_text(numbers, "t", {.specs = 1}).error().code, Errc::limit);
    EXPECT_TRUE(read_text(numbers, "t", {}));
}

/// `item`, with its number in place of '#', `times` times between `head` and `tail`.
std::string repeated(std::string_view head, std::string_view item, int times, std::string_view tail)
{
    std::string text(head);
    for (int i = 0; i < times; ++i) {
        auto const number = std::to_string(i);
        for (char const c : item) c == '#' ? text += number : text += c;
    }
    return text.append(tail);
}

/// Each would take the square of its length, minutes at these sizes, if done naively.
TEST(TextLimits, KeepTheWorkLinearInTheText)
{
    struct Case {
        std::string_view head, item;
        int times;
        std::string_view tail;
    };
    for (auto const& [head, item, times, tail] : {
             Case{"def \"A\" (\n    apiSchemas = [", "\"a#\", ", 400'000, "]\n)\n{\n}\n"},
             Case{"def \"A\" (\n    references = [", "@a#@, ", 400'000, "]\n)\n{\n}\n"},
             Case{"def \"A\" (\n    variants = {", "string v# = \"a\"\n", 400'000, "}\n)\n{\n}\n"},
             Case{"def \"A\"\n{\n    rel r = [", "</b#>, ", 400'000, "]\n}\n"},
             Case{"def \"A\"\n{\n", "rel r# = </B>\nint a# = 1\n", 200'000, "}\n"},
             Case{"def \"A\"\n{\n    int a.timeSamples = {", "-#: 1,\n", 400'000, "}\n}\n"},
             Case{"def \"A\"\n{\n", "rel r\nint a\n", 200'000, "}\n"},
             Case{"def \"A\"\n{\n    reorder nameChildren = [", "\"a#\", ", 400'000, "]\n}\n"},
             Case{"def \"A\"\n{\n    variantSet \"v\" = {\n", "\"a#\" {}\n", 200'000, "}\n}\n"},
             Case{"", "def \"a#\" {}\n", 200'000, ""},
         }) {
        auto const layer = parse("#usda 1.0\n" + repeated(head, item, times, tail));
        EXPECT_TRUE(layer) << head << item << ": " << layer.error().what;
    }
    auto const twice = parse("#usda 1.0\n" + repeated("", "def \"a\" {}\n", 200'000, ""));
    ASSERT_FALSE(twice);
    EXPECT_THAT(twice.error().what, testing::HasSubstr("test.usda:3:5: the prim 'a' stands here twice"));
}

/// What cannot be read in linear time is refused before it costs.
TEST(TextLimits, StopFieldsWithoutEndAndListsEditedWithoutEnd)
{
    auto const fields = parse("#usda 1.0\n" + repeated("def \"A\" (\n", "f# = 1\n", 200'000, ")\n{\n}\n"));
    ASSERT_FALSE(fields);
    EXPECT_EQ(fields.error().code, Errc::limit);
    EXPECT_THAT(fields.error().what, testing::HasSubstr("more than 4096 fields"));
    for (auto const& [list, item, edit] :
         {std::tuple("prepend references = [", "@a#@, ", "append references = @b@\n"),
          std::tuple("prepend inherits = [", "</a#>, ", "append inherits = </b>\n"),
          std::tuple("prepend apiSchemas = [", "\"a#\", ", "append apiSchemas = [\"b\"]\n"),
          std::tuple("prepend unheardOf = [", "a#, ", "append unheardOf = [b]\n")}) {
        auto const text = "#usda 1.0\ndef \"A\" (\n    " + repeated(list, item, 50'000, "]\n") +
                          repeated("", edit, 100'000, ")\n{\n}\n");
        auto const edits = parse(text);
        ASSERT_FALSE(edits) << list;
        EXPECT_EQ(edits.error().code, Errc::limit);
        EXPECT_THAT(edits.error().what, testing::HasSubstr("state each edit once"));
    }
    // The longest list, edited in every way there is, is none of these.
    std::string every = "#usda 1.0\ndef \"A\" (\n";
    for (auto const* edit : {"add", "delete", "prepend", "append", "reorder"})
        every += repeated(fmt::format("    {} apiSchemas = [", edit), "\"#\",", 50'000, "]\n");
    EXPECT_TRUE(parse(every + ")\n{\n}\n"));
}

TEST(TextLists, ReplaceWhatStoodForTheSameList)
{
    EXPECT_THAT(
        rewritten("def \"A\" (\n    apiSchemas = [\"a\"]\n    prepend apiSchemas = [\"b\"]\n)\n{\n}\n"),
        testing::HasSubstr("(\n    prepend apiSchemas = [\"b\"]\n)"));
    EXPECT_THAT(rewritten("def \"A\" (\n    prepend apiSchemas = [\"b\"]\n    apiSchemas = None\n)\n{\n}\n"),
                testing::HasSubstr("(\n    apiSchemas = None\n)"));
    EXPECT_THAT(rewritten("def \"A\" (\n    append foo = [2]\n    prepend foo = [(1, b)]\n)\n{\n}\n"),
                testing::HasSubstr("(\n    prepend foo = [(1, b)]\n    append foo = [2]\n)"));
    EXPECT_THAT(rewritten("def \"A\" (\n    inherits = [</B>, </B>]\n)\n{\n}\n"),
                testing::HasSubstr("twice"));
    EXPECT_THAT(rewritten("def \"A\"\n{\n    delete rel r = None\n}\n"),
                testing::HasSubstr("only a whole list"));
}

// Written by OpenUSD 24.11 in the same way.
TEST(TextSplines, KeepEverythingThatTheySay)
{
    std::string const layer = R"(
def "A"
{
    float a.spline = {
        bezier,
        pre: loop oscillate,
        post: sloped(0.57),
        loop: (15, 25, 0, 2, 11.7),
        7: 5.5 & 7.21; pre (0, 0); post held,
        15: 8.18; post curve (2.49, 1.17); { string comment = "climb!" },
        20: 14.72; pre (3.77, -1.4); post curve (1.1, -1.4),
    }
    double b.spline = {
        hermite,
        1: 8; pre (0); post curve (4),
        6: 20; pre (2); post none,
    }
}

)";
    EXPECT_EQ(first_difference(rewritten(layer), "#usda 1.0\n" + layer), "equal");
    // Sorted, the first of two knots at one time, values as floats.
    EXPECT_THAT(
        rewritten("def \"A\"\n{\n    float a.spline = { 5: 0.1, 2: 1; post linear, 5: 3, }\n}\n"),
        testing::HasSubstr("{\n        2: 1; pre (0, 0); post linear,\n        5: 0.1; post held,\n    }"));
    for (std::string_view const bad :
         {"int a.spline = { 1: 1, }", "double a.spline = {}", "double a.spline = { 1: inf, }",
          "double a.spline = { 1: 1; pre (-1, 2), }", "float a.spline = { 1: 1e300, }",
          "double a.spline = { hermite, 1: 1; pre (1, 2), }",
          "double a.spline = { loop: (1, 2, 0.5, 0, 0), }"})
        EXPECT_THAT(rewritten(fmt::format("def \"A\"\n{{\n    {}\n}}\n", bad)),
                    testing::StartsWith("test.usda:4:"))
            << bad;
}

TEST(TextSuite, ReadsTheLayersOfTheSpecification)
{
    auto const folder = shared / "aousd/text";
    if (!fs::exists(folder)) GTEST_SKIP() << "needs ../shared/data/usd/aousd/text";
    auto const read = [&](char const* name) { return read_text(read_file(folder / name).value(), name, {}); };
    auto const empty = read("empty.usda");
    ASSERT_TRUE(empty) << empty.error().what;
    EXPECT_EQ(empty->size(), 1u);
    auto const layer = read("layermetadata.usda");
    ASSERT_TRUE(layer) << layer.error().what;
    auto const fields = read_json(folder / "layermetadata.json").value()["/"];
    auto const root = layer->pseudo_root();
    EXPECT_EQ(root.find(field::sub_layers).get_or(std::vector<std::string>()), fields["subLayers"]);
    auto const offsets = root.find(field::sub_layer_offsets).get_or(std::vector<LayerOffset>());
    ASSERT_EQ(offsets.size(), fields["subLayerOffsets"].size());
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        EXPECT_EQ(offsets[i].offset, fields["subLayerOffsets"][i]["offset"]);
        EXPECT_EQ(offsets[i].scale, fields["subLayerOffsets"][i]["scale"]);
    }
    EXPECT_EQ(root.find(field::comment).get_or(std::string()), fields["comment"]);
    EXPECT_TRUE(root.find(Token("foo")) == Value(Opaque{"", "bar"}));
    EXPECT_TRUE(root.find(Token("baz")) == Value(Opaque{"", "None"}));
    // These hold what OpenUSD refuses: edits with None, values of another type, an empty spline.
    for (auto const& [name, where] : {std::pair{"attributes.usda", "attributes.usda:33:"},
                                      {"relations.usda", "relations.usda:38:"},
                                      {"splines.usda", "splines.usda:"}})
        EXPECT_THAT(read(name).error().what, testing::StartsWith(where));
}

/// Damages a text in one of the ways in which files are damaged.
void mutate(std::string& text, std::mt19937& random)
{
    auto const at = [&](std::size_t size) { return size == 0 ? 0 : random() % size; };
    auto const position = at(text.size());
    switch (random() % 6) {
    case 0:
        text.resize(position);
        break;
    case 1:
        text.erase(position, 1 + at(20));
        break;
    case 2:
        text.insert(position, text.substr(at(text.size()), at(40)));
        break;
    case 3:
        text[position] = static_cast<char>(random());
        break;
    case 4:
        text.insert(position, 1, "{}[]()<>@\"'#;,:=.-\n\\"[random() % 20]);
        break;
    default:
        text.insert(position, std::to_string(random()) + std::to_string(random()));
        break;
    }
}

TEST(TextSuite, SurvivesTwoThousandDamagedLayers)
{
    if (!fs::exists(suite)) GTEST_SKIP() << "needs ../shared/data/usd/openusd/sdf-parsing";
    std::vector<std::string> texts;
    for (auto const& file : text_layers())
        if (fs::file_size(file) < 20'000) texts.push_back(read_file(file).value());
    ASSERT_GT(texts.size(), 300u);
    std::mt19937 random(20'26);
    int accepted = 0;
    for (int i = 0; i < 2000; ++i) {
        auto text = texts[random() % texts.size()];
        for (auto times = 1 + random() % 3; times > 0; --times) mutate(text, random);
        auto const layer = read_text(text, "damaged.usda", {});
        if (!layer) {
            EXPECT_THAT(layer.error().what, testing::StartsWith("damaged.usda:"));
            continue;
        }
        ++accepted;
        auto const once = write_text(*layer);
        auto const again = read_text(once, "again.usda", {});
        ASSERT_TRUE(again) << i << ": " << again.error().what << "\n" << once;
        EXPECT_EQ(first_difference(write_text(*again), once), "equal") << i;
    }
    EXPECT_GT(accepted, 200);
}

} // namespace
} // namespace soulvan::usd
