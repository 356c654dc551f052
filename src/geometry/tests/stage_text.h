// A stage from text, for tests.
#pragma once

#include "soulvan/usd/stage.h"

#include <gtest/gtest.h>

#include <span>

namespace soulvan::geometry {

inline std::shared_ptr<usd::Stage const> stage_of(std::string const& body, std::string const& metadata = "")
{
    auto const text = "#usda 1.0\n(\n" + metadata + "\n)\n" + body;
    auto layer = usd::Layer::read(std::as_bytes(std::span(text)), "test.usda");
    if (!layer) {
        ADD_FAILURE() << layer.error().what << "\n" << text;
        return nullptr;
    }
    auto stage = usd::Stage::open(std::make_shared<usd::Layer const>(*std::move(layer)), "/tmp");
    EXPECT_TRUE(stage) << stage.error().what;
    return stage ? *stage : nullptr;
}

} // namespace soulvan::geometry
