// The answer: what a program or a person reads after a sentence was turned into a scene, or was not.
#pragma once

#include "soulvan/catalog/catalog.h"
#include "soulvan/scene/check.h"
#include "soulvan/scene/layout.h"

namespace soulvan::scene {

/// Where things were written and how long they took; empty and 0 where there is none.
struct Written {
    std::string plan, layout, stage, script; ///< as a person may type them
    double plan_seconds = 0, solve_seconds = 0, write_seconds = 0, check_seconds = 0;
};

/// api/schemas/answer.schema.json. Without a layout (outcomes clarify and reject) it names no files.
Json answer_to_json(Plan const& plan, Layout const* layout, catalog::Catalog const& catalog,
                    SceneCheck const* check, Written const& written);
/// The same for a person: what was found, what is missing, what was assumed.
std::string answer_to_text(Plan const& plan, Layout const* layout, SceneCheck const* check);

} // namespace soulvan::scene
