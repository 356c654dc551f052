// Canonical JSON against the examples of RFC 8785, and what the strict parser refuses.
#include "soulvan/base/json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan {

TEST(CanonicalJson, NumbersAndOrderOfRfc8785)
{
    auto const value =
        parse_json(R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],)"
                   R"("literals":[null,true,false]})",
                   "rfc")
            .value();
    EXPECT_EQ(canonical_json(value).value(),
              R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]})");
}

TEST(CanonicalJson, NamesSortByUtf16CodeUnits)
{
    auto const value =
        parse_json("{\"\\u20ac\":1,\"\\ud83d\\ude00\":2,\"\\ufb33\":3,\"1\":4}", "rfc").value();
    EXPECT_EQ(canonical_json(value).value(), "{\"1\":4,\"\u20ac\":1,\"\U0001F600\":2,\"\ufb33\":3}");
}

TEST(ParseJson, RefusesWithAPlace)
{
    auto const twice = parse_json(R"({"a":1,"a":2})", "job.json");
    ASSERT_FALSE(twice);
    EXPECT_NE(twice.error().what.find("stands twice"), std::string::npos);
    auto const broken = parse_json("{\n  \"a\": }", "job.json");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().what.substr(0, 13), "job.json:2:8:");
    EXPECT_FALSE(parse_json(std::string(100000, '['), "deep"));
    EXPECT_FALSE(parse_json("1 2", "trailing"));
}

TEST(NearestName, FindsTyposOnly)
{
    constexpr std::string_view known[] = {"camera", "output"};
    EXPECT_EQ(nearest_name("camra", known), "camera");
    EXPECT_EQ(nearest_name("zebra", known), "");
}

} // namespace soulvan
