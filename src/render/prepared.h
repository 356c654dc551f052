// A scene made ready for rays: what PreparedScene holds.
#pragma once

#include "accel.h"
#include "ggx.h"
#include "light.h"
#include "light_select.h"
#include "soulvan/render/frame.h"
#include "surface.h"

namespace soulvan::render {

struct PreparedScene::State {
    std::shared_ptr<Scene const> scene;
    GgxTables tables;
    std::unique_ptr<Surfaces> surfaces;
    std::unique_ptr<Accel> accel;
    std::vector<AreaLight> lights; ///< those that shine
    LightSelector selector;
};

} // namespace soulvan::render
