// Does the crate reader agree with every file we have, and does what we write read back as it was?
#include "crate.h"
#include "crate_coding.h"
#include "crate_tables.h"
#include "soulvan/base/file.h"
#include "soulvan/base/json.h"
#include "soulvan/usd/layer.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd {
namespace {

namespace fs = std::filesystem;

fs::path const shared = fs::path(SOULVAN_SHARED_DIR) / "data/usd";
fs::path const committed = fs::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/data";

#define SOULVAN_NEEDS_SHARED()                                                                               \
    if (!fs::exists(shared)) GTEST_SKIP() << "needs ../shared/data/usd"

std::span<std::byte const> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

Json crate_index()
{
    return read_json(shared / "crate-index.json").value();
}

std::vector<fs::path> honest_crates()
{
    std::vector<fs::path> files;
    auto const index = crate_index();
    for (auto const& [file, facts] : index.items())
        if (!facts.contains("damaged")) files.push_back(shared / file);
    return files;
}

/// What a text twin may say otherwise: a field that has its fallback is left out, and some of the binary
/// layers were made from text with the line ends of another system.
Layer like_text(Layer layer)
{
    for (auto const& path : layer.paths()) {
        auto& spec = *layer.edit(path);
        if (spec.kind == SpecKind::attribute || spec.kind == SpecKind::relationship) {
            if (auto const* custom = spec.find(field::custom); custom && !custom->get_or(Bool{}).value)
                spec.erase(field::custom);
            spec.erase(field::variability);
        }
        for (auto& [name, value] : spec.fields)
            if (auto const* const held = value.get<std::string>()) {
                auto text = *held;
                std::erase(text, '\r');
                value = Value(std::move(text));
            }
    }
    return layer;
}

/// The first difference, for a person.
std::string difference(Layer const& a, Layer const& b)
{
    auto const a_paths = a.paths(), b_paths = b.paths();
    for (auto const& path : a_paths)
        if (!b.find(path)) return path.str() + " is missing";
    for (auto const& path : b_paths)
        if (!a.find(path)) return path.str() + " is new";
    for (auto const& path : a_paths) {
        auto const x = a.find(path).copy(), y = b.find(path).copy();
        for (auto const& [name, value] : x.fields) {
            auto const* other = y.find(name);
            if (!other) return path.str() + " lost " + name.str();
            if (!(*other == value)) return path.str() + " changed " + name.str();
        }
        for (auto const& [name, value] : y.fields)
            if (!x.find(name)) return path.str() + " gained " + name.str();
        if (x.prim_children != y.prim_children) return path.str() + " changed its prim children";
        if (x.properties != y.properties) return path.str() + " changed its properties";
        if (x.variant_sets != y.variant_sets) return path.str() + " changed its variant sets";
        if (x.variants != y.variants) return path.str() + " changed its variants";
    }
    return a == b ? "" : "specs of another kind";
}

/// tests/conformance/usd_written_files.py opens these in OpenUSD and compares them with `source`.
void keep_for_openusd(std::string const& stem, fs::path const& source, std::string_view crate,
                      std::string_view text = {})
{
    char const* const folder = std::getenv("SOULVAN_KEEP");
    if (!folder) return;
    auto const keep = [&](char const* extension, std::string_view bytes) {
        ASSERT_TRUE(write_file(fs::path(folder) / (stem + extension), bytes));
    };
    keep(".source", source.string());
    keep(".usdc", crate);
    if (!text.empty()) keep(".text", text);
}

TEST(IntegerCoding, DecodesWhatItEncoded)
{
    std::mt19937_64 random(7);
    auto check = [&]<class Int>(Int, std::size_t size, int shape) {
        using Limits = std::numeric_limits<Int>;
        std::vector<Int> numbers(size);
        Int at = 0;
        for (auto& number : numbers) {
            auto const step = random();
            switch (shape) {
            case 0:
                number = static_cast<Int>(step);
                break; // anything
            case 1:
                number = at = static_cast<Int>(static_cast<std::uint64_t>(at) + step % 5);
                break; // rising
            case 2:
                number = step & 1 ? Limits::min() : Limits::max();
                break; // full swings
            case 3:
                number = static_cast<Int>(step % 70000);
                break; // small and medium
            default:
                number = 42;
                break;
            }
        }
        auto const coded = crate::encode_integers<Int>(numbers);
        std::vector<Int> decoded(size);
        auto const result = crate::decode_integers<Int>(bytes_of(coded), decoded);
        ASSERT_TRUE(result) << result.error().what;
        ASSERT_EQ(decoded, numbers) << "shape " << shape << ", size " << size;
    };
    for (std::size_t const size : {1u, 2u, 3u, 4u, 5u, 15u, 16u, 17u, 1000u, 4097u})
        for (int shape = 0; shape < 5; ++shape) {
            check(std::int32_t{}, size, shape);
            check(std::uint32_t{}, size, shape);
            check(std::int64_t{}, size, shape);
            check(std::uint64_t{}, size, shape);
        }
}

TEST(IntegerCoding, FollowsTheSpecification)
{
    // AOUSD core specification 16.3.5: 123 124 125 100125 100125 100126 100126.
    std::vector<std::int32_t> const numbers{123, 124, 125, 100125, 100125, 100126, 100126};
    auto const coded = crate::encode_integers<std::int32_t>(numbers);
    std::vector<std::byte> plain(64);
    plain.resize(crate::decompress(bytes_of(coded), plain).value());
    std::vector<unsigned> const expected{1,
                                         0,
                                         0,
                                         0, // the common difference, 1
                                         0b11'00'00'01,
                                         0b01'00'01, // small, common, common, full; small, common, small
                                         123,
                                         0xA0,
                                         0x86,
                                         1,
                                         0,
                                         0,
                                         0};
    ASSERT_EQ(plain.size(), expected.size());
    for (std::size_t i = 0; i < plain.size(); ++i)
        EXPECT_EQ(std::to_integer<unsigned>(plain[i]), expected[i]) << i;
}

TEST(IntegerCoding, RefusesWhatCannotBe)
{
    std::vector<std::uint32_t> few(8), many(1000);
    auto const coded = crate::encode_integers<std::uint32_t>(few);
    EXPECT_FALSE(crate::decode_integers<std::uint32_t>(bytes_of(coded), many));
    EXPECT_FALSE(crate::decode_integers<std::uint32_t>({}, few));
    EXPECT_FALSE(crate::decode_integers<std::uint32_t>(bytes_of("\x7fgarbage"), few));
}

TEST(Crate, CountsOfEveryFileMatchAnIndependentReader)
{
    SOULVAN_NEEDS_SHARED();
    std::map<SpecKind, std::string> const kind_names{
        {SpecKind::pseudo_root, "layer"},         {SpecKind::prim, "prim"},
        {SpecKind::attribute, "attribute"},       {SpecKind::variant, "variant"},
        {SpecKind::relationship, "relationship"}, {SpecKind::variant_set, "variantSet"}};
    int read = 0;
    auto const index = crate_index();
    for (auto const& [file, facts] : index.items()) {
        auto const mapped = MappedFile::open(shared / file).value();
        crate::Budget budget(std::size_t{1} << 30);
        auto const tables = crate::read_tables(mapped.bytes(), file, {}, budget);
        auto const layer = Layer::open(shared / file);
        if (facts.contains("damaged")) {
            EXPECT_FALSE(layer) << file;
            continue;
        }
        ASSERT_TRUE(tables) << tables.error().what;
        EXPECT_TRUE(layer) << layer.error().what;
        auto const& v = tables->version;
        EXPECT_EQ(fmt::format("{}.{}.{}", v.major, v.minor, v.patch), facts["version"]) << file;
        std::vector<std::string> sections;
        for (auto const& section : tables->sections) sections.push_back(section.name);
        EXPECT_EQ(sections, facts["sections"].get<std::vector<std::string>>()) << file;
        EXPECT_EQ(tables->tokens.size(), facts["tokens"]) << file;
        EXPECT_EQ(tables->strings.size(), facts["strings"]) << file;
        EXPECT_EQ(tables->reps.size(), facts["fields"]) << file;
        EXPECT_EQ(tables->field_sets.size(), facts["fieldset_entries"]) << file;
        EXPECT_EQ(tables->entries.size(), facts["paths"]) << file;
        std::map<std::string, int> kinds;
        int specs = 0;
        for (auto const& entry : tables->entries)
            if (entry.has_spec) ++specs, ++kinds[kind_names.at(entry.kind)];
        EXPECT_EQ(specs, facts["specs"]) << file;
        EXPECT_EQ(kinds, (facts["spec_kinds"].get<std::map<std::string, int>>())) << file;
        std::set<int> types;
        int arrays = 0, compressed = 0, inlined = 0;
        for (auto const rep : tables->reps) {
            types.insert(static_cast<int>(rep.type()));
            arrays += rep.is_array();
            compressed += rep.is_compressed();
            inlined += rep.is_inlined();
        }
        EXPECT_EQ(types, facts["value_types"].get<std::set<int>>()) << file;
        EXPECT_EQ(arrays, facts["arrays"]) << file;
        EXPECT_EQ(compressed, facts["compressed_arrays"]) << file;
        EXPECT_EQ(inlined, facts["inlined"]) << file;
        ++read;
    }
    EXPECT_EQ(read, 278);
}

TEST(Crate, WhatIsWrittenReadsBackEqualAndSettles)
{
    SOULVAN_NEEDS_SHARED();
    int count = 0;
    for (auto const& file : honest_crates()) {
        auto const layer = Layer::open(file);
        ASSERT_TRUE(layer) << layer.error().what;
        auto const written = write_crate(**layer);
        ASSERT_TRUE(written) << file << ": " << written.error().what;
        auto const again = Layer::read(bytes_of(*written), file.filename().string());
        ASSERT_TRUE(again) << again.error().what;
        EXPECT_EQ(difference(**layer, *again), "") << file;
        EXPECT_EQ(write_crate(*again).value(), *written) << file << ": equal layers, different bytes";
        keep_for_openusd(fmt::format("crate-{:04}", ++count), file, *written, write_text(**layer));
    }
}

TEST(Crate, TextTwinsAreEqualSpecForSpec)
{
    SOULVAN_NEEDS_SHARED();
    int compared = 0;
    for (auto const& entry : fs::recursive_directory_iterator(shared / "aousd/composition")) {
        auto const& text_file = entry.path();
        auto const binary_file = text_file.parent_path().parent_path() / text_file.filename();
        if (text_file.parent_path().filename() != "usda" || !fs::is_regular_file(binary_file)) continue;
        auto const text = Layer::open(text_file);
        auto const binary = Layer::open(binary_file);
        ASSERT_TRUE(text) << text.error().what;
        ASSERT_TRUE(binary) << binary.error().what;
        EXPECT_EQ(difference(like_text(**text), like_text(**binary)), "") << text_file;
        ++compared;
    }
    EXPECT_GT(compared, 100);
}

TEST(Crate, TextToCrateToTextIsTheIdentity)
{
    SOULVAN_NEEDS_SHARED();
    std::vector<fs::path> files;
    for (auto const& folder : {shared, committed})
        for (auto const& entry : fs::recursive_directory_iterator(folder))
            if (auto const extension = entry.path().extension(); extension == ".usda" || extension == ".usd")
                files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    int compared = 0;
    for (auto const& file : files) {
        auto const layer = Layer::open(file);
        if (!layer) continue; // the text tests say which those are
        auto const written = write_crate(**layer);
        ASSERT_TRUE(written) << file << ": " << written.error().what;
        auto const again = Layer::read(bytes_of(*written), file.string());
        ASSERT_TRUE(again) << again.error().what;
        EXPECT_EQ(write_text(*again), write_text(**layer)) << file;
        EXPECT_EQ(difference(**layer, *again), "") << file;
        ++compared;
        keep_for_openusd(fmt::format("text-{:04}", compared), file, *written);
    }
    EXPECT_GT(compared, 900);
}

TEST(Crate, OldVersionsHoldWhatTheirTextSays)
{
    // Written by OpenUSD 24.11 from every_kind.usda with USD_WRITE_NEW_USDC_FILES_AS_VERSION.
    auto const text = Layer::open(committed / "every_kind.usda");
    ASSERT_TRUE(text) << text.error().what;
    for (auto const version : {"0.0.1", "0.1.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0"}) {
        auto const crate = Layer::open(committed / fmt::format("every_kind-{}.usdc", version));
        ASSERT_TRUE(crate) << crate.error().what;
        EXPECT_EQ(difference(like_text(**text), like_text(**crate)), "") << version;
    }
    for (auto const& [text_file, crate_file] : {std::pair{"newer_kinds.usda", "newer_kinds-0.11.0.usdc"},
                                                std::pair{"splines.usda", "splines-0.12.0.usdc"}}) {
        auto const newer_text = Layer::open(committed / text_file);
        auto const newer = Layer::open(committed / crate_file);
        ASSERT_TRUE(newer_text) << newer_text.error().what;
        ASSERT_TRUE(newer) << newer.error().what;
        EXPECT_EQ(difference(like_text(**newer_text), like_text(**newer)), "") << crate_file;
    }
}

TEST(Crate, WritesTheLowestVersionThatHoldsTheData)
{
    auto version = [](Value value) {
        Layer layer;
        layer.define_attribute(Path("/A.x"), Token("any"), std::move(value));
        auto const written = write_crate(layer).value();
        return fmt::format("{}.{}.{}", written[8] + 0, written[9] + 0, written[10] + 0);
    };
    EXPECT_EQ(version(Value(1.5)), "0.8.0");
    EXPECT_EQ(version(Value(TimeCode{1})), "0.9.0");
    EXPECT_EQ(version(Value(Array<TimeCode>(std::vector<TimeCode>{{1}}))), "0.9.0");
    EXPECT_EQ(version(Value(Dictionary{{"t", Value(TimeCode{1})}})), "0.9.0");
    EXPECT_EQ(version(Value(PathExpression{"//A"})), "0.10.0");
    EXPECT_EQ(version(Value(Spline{})), "0.12.0");
    EXPECT_EQ(version(Value(Relocates{{Path("/A/B"), Path("/A/C")}})), "0.11.0");
}

TEST(Crate, NumbersKeepTheirBits)
{
    // Inlining and compression choose by value; -0, NaN and what lies at the edges must come back as they
    // were.
    double const inf = std::numeric_limits<double>::infinity(),
                 nan = std::numeric_limits<double>::quiet_NaN();
    for (double const number : {0.0, -0.0, 1.0, -128.0, 127.0, 128.0, 0.1, 1e300, 5e-324, 2147483647.0,
                                2147483648.0, inf, -inf, nan}) {
        Layer layer;
        auto& spec = layer.define_prim(Path("/A"), Specifier::def);
        auto const narrow = static_cast<float>(number);
        spec.set(Token("scalar"), Value(number));
        spec.set(Token("vector"), Value(Vec3d(1, number, 2)));
        spec.set(Token("floats"), Value(Vec2f(narrow, 1)));
        spec.set(Token("halves"), Value(Vec3h(half(narrow), half(1), half(2))));
        spec.set(Token("matrix"), Value(Matrix2d(1, number, 0, number)));
        spec.set(Token("few"), Value(Array<double>(std::vector<double>(3, number))));
        spec.set(Token("many"), Value(Array<double>(std::vector<double>(100, number))));
        spec.set(Token("manyFloats"), Value(Array<float>(std::vector<float>(100, narrow))));
        spec.set(Token("manyHalves"), Value(Array<half>(std::vector<half>(100, half(narrow)))));
        auto const again = Layer::read(bytes_of(write_crate(layer).value()), "numbers.usdc").value();
        EXPECT_EQ(difference(layer, again), "") << number;
        auto const back = again.find(Path("/A"));
        EXPECT_EQ(std::signbit(*back.find(Token("scalar")).get<double>()), std::signbit(number));
        EXPECT_EQ(std::signbit((*back.find(Token("vector")).get<Vec3d>())[1]), std::signbit(number));
        EXPECT_EQ(std::signbit((*back.find(Token("matrix")).get<Matrix2d>())[0][1]), std::signbit(number));
        EXPECT_EQ(std::signbit((*back.find(Token("many")).get<Array<double>>())[50]), std::signbit(number));
        EXPECT_EQ(std::signbit(static_cast<float>((*back.find(Token("manyHalves")).get<Array<half>>())[50])),
                  std::signbit(number));
    }
}

TEST(Crate, AlignedArraysAreNotCopied)
{
    Layer layer;
    std::vector<Vec3f> points(1000, Vec3f(0.5f, 1.5f, 2.5f));
    layer.define_attribute(Path("/A.points"), Token("point3f[]"), Value(Array<Vec3f>(points)));
    auto const written = std::make_shared<std::string const>(write_crate(layer).value());
    auto again = read_crate(written, bytes_of(*written), "zero.usdc", {}).value();
    auto const array = *again.find(Path("/A.points")).find(field::default_value).get<Array<Vec3f>>();
    auto const* const data = reinterpret_cast<char const*>(array.data());
    EXPECT_TRUE(data >= written->data() && data < written->data() + written->size());
    // Without an owner nothing may point into the bytes.
    auto const copied = read_crate(nullptr, bytes_of(*written), "zero.usdc", {}).value();
    auto const* const copy = reinterpret_cast<char const*>(
        copied.find(Path("/A.points")).find(field::default_value).get<Array<Vec3f>>()->data());
    EXPECT_FALSE(copy >= written->data() && copy < written->data() + written->size());
}

TEST(Crate, EqualValuesAreStoredOnce)
{
    Layer layer;
    for (int i = 0; i < 100; ++i) {
        auto const path = Path(fmt::format("/A{}.points", i));
        layer.define_attribute(path, Token("point3f[]"),
                               Value(Array<Vec3f>(std::vector<Vec3f>(1000, Vec3f(0.5f)))));
    }
    EXPECT_LT(write_crate(layer).value().size(), 16'000u);
}

/// What the generator of the gen_ files says about `name` of /root.
template <class T>
T value_at(char const* file, char const* name)
{
    auto const layer = Layer::open(shared / "aousd/binary" / file).value();
    auto const held = layer->find(Path("/root").property(name)).get<T>(field::default_value);
    EXPECT_TRUE(held) << file << " " << name;
    return held.value_or(T());
}

TEST(Crate, ReadsTheDocumentedValues)
{
    SOULVAN_NEEDS_SHARED();
    EXPECT_DOUBLE_EQ(value_at<double>("gen_double.usdc", "single"), 3.1415);
    EXPECT_EQ(value_at<half>("gen_half.usdc", "single"), half(3.1415f));
    EXPECT_EQ(value_at<Array<double>>("gen_double.usdc", "array:lut"),
              Array<double>(std::vector<double>{-3.1415, 2.7182, 1.6180}));
    EXPECT_EQ(value_at<Array<double>>("gen_double.usdc", "array:ints"),
              Array<double>(std::vector<double>{-1, 0, 1}));
    EXPECT_EQ(value_at<Array<half>>("gen_half.usdc", "array:ints"),
              Array<half>(std::vector<half>{half(-1), half(0), half(1)}));
}

} // namespace
} // namespace soulvan::usd
