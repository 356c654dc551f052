// Array edits: how a stronger opinion changes a weaker array instead of replacing it.
#pragma once

#include "soulvan/usd/value.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace soulvan::usd {

/// `edit [append 5; write 9 to [0]; erase [-1]]`, as a default or a time sample of an array-valued attribute.
/// Indexes below zero count from the end; one that is not there makes its instruction do nothing.
/// Source  OpenUSD's VtArrayEdit (26.11).
struct ArrayEdit {
    /// With the numbers that crate files have.
    enum class Op : std::uint8_t {
        write,         ///< literal a to index b
        write_from,    ///< element a to index b
        insert,        ///< literal a before index b
        insert_from,   ///< element a before index b
        erase,         ///< index a
        min_size,      ///< a elements at least
        min_size_fill, ///< the same, with literal b
        set_size,      ///< a elements
        set_size_fill, ///< the same, with literal b
        max_size       ///< a elements at most
    };
    static constexpr std::int64_t end =
        std::numeric_limits<std::int64_t>::min(); ///< to append: behind the last
    struct Instruction {
        Op op;
        std::int64_t a = 0, b = 0;
        friend bool operator==(Instruction const&, Instruction const&) = default;
    };
    Value literals; ///< an Array of the attribute's type, also when there are none
    std::vector<Instruction> instructions;
    friend bool operator==(ArrayEdit const&, ArrayEdit const&) = default;
};

/// The same edit with its literals in the order of their use, one for each use: equal edits compare equal
/// then. Literals that are not there stay so.
ArrayEdit canonical(ArrayEdit edit);
/// Applies the edit to an array of its type; nothing when `array` is none. New elements without a value are
/// zero; sizes above a hundred million are left as they are.
Value apply(ArrayEdit const& edit, Value const& array);

} // namespace soulvan::usd
