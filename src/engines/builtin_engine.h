// The factories of the engines, private to the room.
#pragma once

#include "soulvan/engines/engine.h"

namespace soulvan::engines {

std::unique_ptr<Engine> make_builtin_engine();
std::unique_ptr<Engine> make_unity_engine(EngineOptions const& options);

} // namespace soulvan::engines
