// The planner: a sentence to a plan, by grammar and lexicon; no network, no model.
#pragma once

#include "soulvan/catalog/catalog.h"
#include "soulvan/scene/plan.h"

namespace soulvan::scene {

struct PlanRequest {
    std::string sentence;
    std::uint64_t seed = 0;
    Plan const* previous = nullptr; ///< the sentence edits this plan
};

/// Understands one sentence (or several, one paragraph). Always answers: what was found, what is missing with
/// alternatives, which words had no effect.
/// Holds    only what the sentence says and what its words imply ("a meeting table for six": six chairs);
///          furnish() adds what makes the place real.
/// Errors   limit: over 4,000 characters; invalid_input: not UTF-8. Everything else is an Outcome.
Result<Plan> plan_sentence(PlanRequest const& request, catalog::Catalog const& catalog);

/// Completes a plan: room size, light, camera and delivery where they are open, and groups marked `implied`
/// that such a place has in reality (never of stated or excluded categories; none in an empty room).
Result<Plan> furnish(Plan plan, catalog::Catalog const& catalog);

} // namespace soulvan::scene
