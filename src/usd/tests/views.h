// How do tests of views get a stage? From text.
#pragma once

#include "soulvan/usd/stage.h"

#include <string>

#include <gtest/gtest.h>

namespace soulvan::usd::test {

inline std::shared_ptr<Stage const> stage_of(std::string const& body)
{
    auto const text = "#usda 1.0\n" + body;
    auto layer = Layer::read(std::as_bytes(std::span(text)), "test.usda");
    EXPECT_TRUE(layer) << (layer ? "" : layer.error().what);
    if (!layer) return nullptr;
    return Stage::open(std::make_shared<Layer const>(*std::move(layer)), ".").value();
}

inline Prim at(std::shared_ptr<Stage const> const& stage, char const* path)
{
    return stage->prim_at(Path(path));
}

} // namespace soulvan::usd::test
