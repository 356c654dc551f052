// What do those who put a helmet on a head know of its shape?
#pragma once

namespace soulvan::catalog::kit {

/// Metres from the head to the shell, and from the rim's plane to the shell's highest point. Between them
/// the shell is (r / radius)^2.5 + (y / crown)^2.17 = 1.
inline constexpr double helmet_gap = 0.014, helmet_crown = 0.138;

} // namespace soulvan::catalog::kit
