// Archives of models: what their catalogues say, whose they are, and that hostile ones stay closed.
#include "soulvan/interchange/library.h"

#include "archive.h"
#include "license.h"
#include "looks.h"
#include "properties.h"
#include "scratch.h"

#include "soulvan/base/hash.h"

#include <gmock/gmock.h>

#include <map>

#include <zip.h>

namespace soulvan::interchange {
namespace {

using testing::HasSubstr;

std::filesystem::path const debian_folder = "/usr/share/sweethome3d/furniture";

/// Name → bytes as a zip archive.
void write_zip(std::filesystem::path const& path,
               std::vector<std::pair<std::string, std::string>> const& entries)
{
    int error = 0;
    auto* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    ASSERT_TRUE(zip);
    for (auto const& [name, bytes] : entries)
        ASSERT_GE(zip_file_add(zip, name.c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0), 0),
                  0);
    ASSERT_EQ(zip_close(zip), 0);
}

std::string const box_obj = "v 0 0 0\nv 2 0 0\nv 2 1 0\nv 0 1 0\nv 0 0 4\nv 2 0 4\nv 2 1 4\nv 0 1 4\n"
                            "f 4 3 2 1\nf 5 6 7 8\nf 1 2 6 5\nf 3 4 8 7\nf 1 5 8 4\nf 2 3 7 6\n";

std::string catalogue(std::string const& more = "")
{
    return "id=Test#1\nname=Tests\nlicense=Creative Commons Attribution 3.0  Copyright \xa9 2020 Ana\n"
           "id#1=Test#box\nname#1=Bo\\u00eete \\\n    verte\ncategory#1=Exterior\ntags#1=Box, Crate\n"
           "model#1=/models/box/box.obj\nwidth#1=100\ndepth#1=200\nheight#1=50.5\nelevation#1=80\n"
           "creator#1=Ana\nmovable#1=true\ndoorOrWindow#1=false\n"
           "id#2=Test#free\nname#2=Free\nmodel#2=/models/free/free.obj\nwidth#2=10\ndepth#2=10\nheight#2=20\n"
           "modelRotation#2=1 0 0 0 0 1 0 -1 0\n" +
           more;
}

std::filesystem::path write_library(Scratch const& scratch)
{
    auto const path = scratch / "Test.sh3f";
    write_zip(
        path,
        {{"PluginFurnitureCatalog.properties", catalogue()},
         {"models/box/box.obj", box_obj},
         {"models/free/free.obj", box_obj},
         {"models/free/BLENDSWAP_LICENSE.txt",
          "Thank you for downloading \"Free box\" by Zoe\nReleased under\nCreative Commons Zero (Public "
          "Domain)\nDownloaded from http://example.org/7\n"}});
    return path;
}

TEST(Properties, AreReadAsJavaReadsThem)
{
    auto const read = parse_properties(
        "# comment\n! comment\n\na=1\nb : two words \n c\tthree\nlong=one \\\n   two\n"
        "k\\=e\\:y=v\nempty=\nunicode=\\u00e9\\uD83D\\uDE00 \xe9\npath=C\\\\d\\te\na=9\r\nlast=x",
        "test");
    ASSERT_TRUE(read) << read.error().what;
    std::map<std::string, std::string, std::less<>> const expected = {
        {"a", "9"},    {"b", "two words "},          {"c", "three"},      {"long", "one two"}, {"k=e:y", "v"},
        {"empty", ""}, {"unicode", "é\U0001F600 é"}, {"path", "C\\d\te"}, {"last", "x"}};
    EXPECT_EQ(*read, expected);
    auto const bad = parse_properties("a=1\nb=\\u12x4\n", "file");
    ASSERT_FALSE(bad);
    EXPECT_THAT(bad.error().what, HasSubstr("file:2:"));
}

TEST(License, WordsBecomeIdentifiers)
{
    EXPECT_EQ(read_license_line("Public domain").license, "CC0-1.0");
    EXPECT_EQ(read_license_line("Creative Commons Attribution 3.0 license").license, "CC-BY-3.0");
    auto const notice = read_license_line(
        "Creative Commons Attribution 3.0 United States license  Copyright © 2003-2008 Kator");
    EXPECT_EQ(notice.license, "CC-BY-3.0-US");
    EXPECT_EQ(notice.notice, "Copyright © 2003-2008 Kator");
    EXPECT_EQ(read_license_line("Creative Commons Attribution-NonCommercial-ShareAlike 4.0").license,
              "CC-BY-NC-SA-4.0");
    EXPECT_EQ(read_license_line("All rights reserved").license, "All rights reserved");
    EXPECT_EQ(read_license_line("").license, "");

    auto const page =
        read_license_file("<!DOCTYPE html>\n<html><h1>\n<a href=\"http://example.org/78823\">78823 - work "
                          "bench</a></h1><h4>Released under <a href=\"x\">Creative Commons Zero 1.0</a></h4>"
                          "<li>Released by <a href=\"u\">Vic &amp; Co</a>.</li></html>");
    EXPECT_EQ(page.license, "CC0-1.0");
    EXPECT_EQ(page.title, "78823 - work bench");
    EXPECT_EQ(page.author, "Vic & Co");
    EXPECT_EQ(page.address, "http://example.org/78823");
    EXPECT_EQ(credit_line(page, "Bench", "", "Lib"),
              "\"78823 - work bench\" by Vic & Co, Lib, http://example.org/78823 (CC0-1.0)");
}

TEST(Library, RecordsSayWhatTheCatalogueSays)
{
    Scratch scratch;
    auto const library = Library::open(write_library(scratch));
    ASSERT_TRUE(library) << library.error().what;
    EXPECT_EQ(library->name(), "Tests");
    ASSERT_EQ(library->records().size(), 2u);
    auto const* box = library->find("box");
    ASSERT_TRUE(box);
    EXPECT_EQ(library->find("Test#box"), box);
    EXPECT_EQ(library->find("bo"), nullptr);
    EXPECT_EQ(box->name, "Boîte verte");
    EXPECT_EQ(box->size, Vec3d(1, 0.505, 2));
    EXPECT_EQ(box->elevation, 0.8);
    EXPECT_EQ(box->tags, (std::vector<std::string>{"Box", "Crate"}));
    EXPECT_EQ(box->license, "CC-BY-3.0");
    EXPECT_EQ(box->license_source, "PluginFurnitureCatalog.properties");
    EXPECT_EQ(box->credit, "\"Boîte verte\" by Ana, Tests, Copyright © 2020 Ana (CC-BY-3.0)");

    auto const* free = library->find("free");
    ASSERT_TRUE(free);
    EXPECT_EQ(free->license, "CC0-1.0");
    EXPECT_EQ(free->license_source, "models/free/BLENDSWAP_LICENSE.txt");
    EXPECT_EQ(free->credit, "\"Free box\" by Zoe, Tests, http://example.org/7 (CC0-1.0)");
    // The matrix is for columns: y' = z, z' = -y, so a model with Z up stands.
    EXPECT_EQ(Vec3d(0, 0, 1) * free->rotation, Vec3d(0, 1, 0));
}

TEST(Library, ModelsGetTheirSizeStandOnTheFloorAndCarryTheirCredit)
{
    Scratch scratch;
    auto const library = Library::open(write_library(scratch)).value();
    auto const cache = scratch / "cache";
    auto const model = convert_library_model(library, "box", cache, silent_progress());
    ASSERT_TRUE(model) << model.error().what;
    EXPECT_FALSE(model->was_cached);
    // The longest stated axis is 2 m deep; the model's own are 2 x 1 x 4.
    EXPECT_LT((model->bounds.min - Vec3d(-0.5, 0, -1)).length(), 1e-6);
    EXPECT_LT((model->bounds.max - Vec3d(0.5, 0.5, 1)).length(), 1e-6);
    EXPECT_TRUE(model->warnings.empty()) << model->warnings[0];

    auto const layer = opened(model->layer);
    auto const data = layer->find(usd::Path("/box")).find(usd::field::custom_data);
    ASSERT_FALSE(data.empty());
    auto const credits = data.get_or(usd::Dictionary()).at("soulvan").get_or(usd::Dictionary());
    EXPECT_EQ(credits.at("license").get_or(std::string()), "CC-BY-3.0");
    EXPECT_EQ(credits.at("credit").get_or(std::string()), model->record.credit);
    EXPECT_EQ(credits.at("source").get_or(std::string()), "Test.sh3f#Test#box");

    auto const again = convert_library_model(library, "Test#box", cache, silent_progress());
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->was_cached);
    EXPECT_EQ(again->bounds, model->bounds);
    auto const turned =
        convert_library_model(library, "box", cache, silent_progress(), {.yaw_deg = 90, .scale = 2});
    ASSERT_TRUE(turned);
    EXPECT_NE(turned->key, model->key);
    EXPECT_LT((turned->bounds.max - Vec3d(2, 1, 1)).length(), 1e-6) << turned->bounds.max;

    // A cache that lost a file is made whole, and what a killed process left goes.
    std::filesystem::create_directories(cache / ".tmp-999999999-1~left/source");
    std::filesystem::remove(model->layer);
    auto const mended = convert_library_model(library, "box", cache, silent_progress());
    ASSERT_TRUE(mended) << mended.error().what;
    EXPECT_TRUE(std::filesystem::exists(mended->layer));
    for (auto const& entry : std::filesystem::directory_iterator(cache))
        EXPECT_EQ(entry.path().filename().string().size(), 64u) << entry.path();
}

// The number beside the converter is part of every cache key. When the first digest changes, the number must
// rise, and with it the second.
TEST(Library, EqualModelsGiveTheLayerOfConverterVersion4)
{
    Scratch scratch;
    auto const library = Library::open(write_library(scratch)).value();
    auto const model = convert_library_model(library, "free", scratch / "cache", silent_progress());
    ASSERT_TRUE(model);
    EXPECT_EQ(hex(sha256(usd::write_text(*opened(model->layer)))).substr(0, 16), "6311fa695e5adc37");
    EXPECT_EQ(model->key.substr(0, 16), "f236aaf3e926b55d");
}

TEST(Library, WhatIsMissingIsNamed)
{
    Scratch scratch;
    auto const none = Library::open(scratch / "Scopia.sh3f");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, Errc::not_found);
    EXPECT_THAT(none.error().what, HasSubstr("apt-get install sweethome3d-furniture"));
    auto const library = Library::open(write_library(scratch)).value();
    auto const near = convert_library_model(library, "Test#boxx", scratch / "cache", silent_progress());
    ASSERT_FALSE(near);
    EXPECT_EQ(near.error().code, Errc::not_found);
    EXPECT_THAT(near.error().what, HasSubstr("\"Test#box\" is near"));
}

TEST(LibraryHostile, BombsClimbersAndRubbleAreRefused)
{
    Scratch scratch;
    auto const refused = [&](std::vector<std::pair<std::string, std::string>> const& entries, Errc code) {
        auto const path = scratch / "x.sh3f";
        write_zip(path, entries);
        auto const library = Library::open(path);
        EXPECT_FALSE(library);
        if (library) return std::string();
        EXPECT_EQ(library.error().code, code) << library.error().what;
        return library.error().what;
    };
    EXPECT_THAT(refused({{"PluginFurnitureCatalog.properties", std::string(64u << 20, '#')}}, Errc::limit),
                HasSubstr("zip bomb"));
    EXPECT_THAT(refused({{"a/../../etc/cron.d/x", "x"}}, Errc::invalid_input),
                HasSubstr("outside the archive"));
    EXPECT_THAT(refused({{"readme", "x"}}, Errc::invalid_input), HasSubstr("no furniture library"));
    EXPECT_THAT(
        refused({{"PluginFurnitureCatalog.properties", "name#1=Chair\nid#1=c\n"}}, Errc::invalid_input),
        HasSubstr("(\"Chair\") has no file"));
    EXPECT_THAT(refused({{"PluginFurnitureCatalog.properties", "name=Empty\n"}}, Errc::invalid_input),
                HasSubstr("lists no models"));

    auto const whole = bytes_of(write_library(scratch));
    for (std::size_t i = 0; i < 40; ++i) {
        auto bent = whole;
        for (std::size_t k = 0; k < 8; ++k)
            bent[(i * 7919 + k * 4051) % bent.size()] ^= static_cast<char>(1 + 29 * k);
        for (auto const& bytes : {whole.substr(0, whole.size() * i / 40), bent}) {
            auto const library = Library::open(scratch.write("bent.sh3f", bytes));
            if (!library) continue;
            // Whatever opens must also convert or say why not.
            for (auto const& record : library->records())
                (void)convert_library_model(*library, record.id, scratch / "cache", silent_progress());
        }
    }
    ArchiveLimits const tight{.entries = 2};
    auto const many = Library::open(write_library(scratch), tight);
    ASSERT_FALSE(many);
    EXPECT_EQ(many.error().code, Errc::limit);
}

// Real records of Debian's package, most kinds of thing that it holds. With SOULVAN_KEEP=FOLDER the layers
// stay there for tests/oracles/test_interchange.py, which opens them in OpenUSD.
TEST(Library, RecordsOfTheDebianPackageConvert)
{
    if (!std::filesystem::exists(debian_folder / "Scopia.sh3f"))
        GTEST_SKIP() << "needs the Debian package sweethome3d-furniture";
    Scratch scratch;
    auto const* keep = std::getenv("SOULVAN_KEEP");
    auto const cache = keep ? std::filesystem::path(keep) : scratch.path();
    int converted = 0;
    for (auto const* name : {"Scopia", "BlendSwap-CC-0", "BlendSwap-CC-BY", "KatorLegaz", "Reallusion"}) {
        auto const library = Library::open(debian_folder / (std::string(name) + ".sh3f"));
        ASSERT_TRUE(library) << library.error().what;
        auto const& records = library->records();
        // Sixteen of each, spread over the catalogue.
        for (std::size_t i = 0; i < 16; ++i) {
            auto const& record = records[i * records.size() / 16];
            auto const model = convert_library_model(*library, record.id, cache, silent_progress());
            ASSERT_TRUE(model) << model.error().what;
            ++converted;
            EXPECT_FALSE(model->record.license.empty()) << record.id;
            EXPECT_FALSE(model->record.credit.empty()) << record.id;
            auto const size = model->bounds.size();
            auto const& stated = record.size;
            auto const longest =
                stated.x > stated.y ? (stated.x > stated.z ? 0 : 2) : (stated.y > stated.z ? 1 : 2);
            EXPECT_NEAR(size[longest], stated[longest], 1e-4 * stated[longest]) << record.id;
            EXPECT_NEAR(model->bounds.min.y, 0, 1e-5) << record.id;
            EXPECT_LT(std::abs(model->bounds.center().x) + std::abs(model->bounds.center().z), 1e-4)
                << record.id;
        }
    }
    EXPECT_GE(converted, 60);
}

struct Named {
    char const* name;
    Finish finish;
};

// Names as they stand in the five archives.
TEST(Finish, FollowsFromTheNamesThatLibrariesUse)
{
    for (auto const& [name, finish] : {Named{"METAL_brass_polish.001", Finish::brass},
                                       {"METAL_chrome", Finish::chrome},
                                       {"greyMetal", Finish::metal},
                                       {"black-plastic", Finish::plastic},
                                       {"blackPlastic", Finish::plastic},
                                       {"plastico_negro", Finish::plastic},
                                       {"blackshinyplastic", Finish::gloss_plastic},
                                       {"GLASS_car_window", Finish::glass},
                                       {"cristal_c_etiq", Finish::glass},
                                       {"vidre_taula", Finish::glass},
                                       {"windscreen", Finish::glass},
                                       {"sweethome3d_window_mirror", Finish::mirror},
                                       {"tires", Finish::rubber},
                                       {"neumaticos", Finish::rubber},
                                       {"fusta_llit_rojiza.jpg.001", Finish::wood},
                                       {"bareoak", Finish::wood},
                                       {"white_wood", Finish::wood},
                                       {"sobrecolchon_patron1", Finish::fabric},
                                       {"cuir", Finish::leather},
                                       {"PAINT_gloss_white", Finish::gloss_paint},
                                       {"Black_paint", Finish::paint},
                                       {"CERAMIC_white", Finish::ceramic},
                                       {"Leaf_rose_plain", Finish::leaf},
                                       {"grass_blade", Finish::leaf},
                                       {"kitchenknife", Finish::steel},
                                       {"lightgrey", Finish::unknown},
                                       {"Material.001", Finish::unknown},
                                       {"None", Finish::unknown}})
        EXPECT_EQ(finish_of(name), finish) << name << " " << static_cast<int>(finish_of(name));
    EXPECT_EQ(usual_finish("Couch Living room"), Finish::fabric);
    EXPECT_EQ(usual_finish("City bus Vehicles"), Finish::car_paint);
    EXPECT_EQ(usual_finish("Something"), Finish::unknown);
}

TEST(Finish, OnlyWhatIsMeantToGlowsOrIsSeenThrough)
{
    auto const look = [](char const* name, float opacity, char const* map, char const* hints) {
        ModelMaterial material{.name = name, .color = Vec3f(0.6f), .opacity = opacity};
        material.color_map.path = map;
        StoredTexture const stored;
        return look_of(material, *map ? &stored : nullptr, true, false, hints);
    };
    auto const glows = [&](char const* name, char const* map = "", char const* hints = "") {
        return look(name, 1, map, hints).emission != Vec3f(0);
    };
    EXPECT_TRUE(glows("emit-bulb"));
    EXPECT_TRUE(glows("flame", "flame.png"));
    EXPECT_TRUE(glows("screen-tv", "tv-screen.jpg"));
    EXPECT_FALSE(glows("emit_white_off"));
    EXPECT_FALSE(glows("rosaLjus")); // light pink in Swedish
    EXPECT_FALSE(glows("os_lit_etiqueta_os_lit.jpg"));
    EXPECT_FALSE(glows("monitor"));
    EXPECT_FALSE(glows("Taillights"));
    EXPECT_FALSE(glows("white", "map-and-flame.jpg"));
    EXPECT_FALSE(glows("wire", "intercom_with_screen_texture.png"));
    EXPECT_FALSE(glows("pantalla", "", "Pendant lamp Lights"));

    EXPECT_EQ(look("Lamp_shade", 1, "", "").opacity, 1);
    EXPECT_EQ(look("chrome", 0.55f, "", "").opacity, 1);
    EXPECT_EQ(look("blackPlastic", 0.9f, "", "").opacity, 1);
    EXPECT_EQ(look("black_rought", 0.85f, "", "").opacity, 1);
    EXPECT_LT(look("SYNTH_screen", 0.2f, "", "Screen door").opacity, 0.5f);
    EXPECT_LT(look("curtain_fabric", 0.6f, "", "").opacity, 0.9f);
    EXPECT_LT(look("glass", 0.6f, "", "").opacity, 0.9f);
}

TEST(Finish, LooksStayWithinWhatNatureHas)
{
    for (auto const value : {0.0f, 1.0f})
        for (auto const* name :
             {"", "white_paint", "black-plastic", "oak", "iron", "metal", "glass", "leaf"}) {
            ModelMaterial const material{.name = name, .color_is_open = true, .color = Vec3f(value)};
            auto const look = look_of(material, nullptr, true, true, "");
            EXPECT_GE(look.diffuse.x, 0.02f) << name;
            EXPECT_LE(look.diffuse.x, 0.9f) << name;
        }
    // What a source states physically is not overruled.
    ModelMaterial physical{
        .name = "glass", .is_physical = true, .color = Vec3f(1), .roughness = 0.7f, .metallic = 0.1f};
    auto const look = look_of(physical, nullptr, true, true, "");
    EXPECT_EQ(look.roughness, 0.7f);
    EXPECT_EQ(look.metallic, 0.1f);
    EXPECT_EQ(look.opacity, 1.0f);
    EXPECT_EQ(look.diffuse, Vec3f(1));
}

/// What opacity leaves of a glass is a veil of its diffuse colour: the light that it scatters.
TEST(Finish, ClearGlassIsNotMilkyColouredGlassKeepsItsColour)
{
    auto const glass = [](Vec3f color, float opacity) {
        ModelMaterial const material{
            .name = "glass", .color_is_open = true, .color = color, .opacity = opacity};
        return look_of(material, nullptr, true, false, "");
    };
    for (auto const opacity : {0.05f, 0.3f, 0.6f, 1.0f})
        for (auto const grey : {0.3f, 0.8f, 1.0f}) {
            auto const look = glass(Vec3f(grey), opacity);
            EXPECT_LE(look.opacity * look.diffuse.x, 0.03f) << grey << " " << opacity;
            EXPECT_LT(look.roughness, 0.1f);
        }
    auto const bottle = glass({0.1f, 0.6f, 0.2f}, 0.5f);
    EXPECT_EQ(bottle.opacity, 0.5f);
    EXPECT_GT(bottle.diffuse.y, 3 * bottle.diffuse.x);
    auto const tinted = glass(Vec3f(0.02f), 0.7f);
    EXPECT_EQ(tinted.opacity, 0.7f);
    EXPECT_EQ(glass(Vec3f(0), 0.1f).opacity, 0.1f); // black, but hardly there
}

} // namespace
} // namespace soulvan::interchange
