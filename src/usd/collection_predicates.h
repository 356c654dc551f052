// What may stand in the braces of a collection's path expression.
#pragma once

#include "path_expression.h"

#include "soulvan/usd/stage.h"

namespace soulvan::usd::path_expression {

/// Whether the call can be made: its name is known and its arguments fit. An expression in braces with one
/// that cannot matches nothing.
bool can_ask(PredicateTerm const& call);
/// The answer for the prim or property at `path`.
bool ask(Stage const& stage, PredicateTerm const& call, Path const& path);

} // namespace soulvan::usd::path_expression
