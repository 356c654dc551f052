// Vectors that grow without being written to: large tables are filled once, by all cores.
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace soulvan::usd {

/// An allocator whose vectors leave the elements that resize() adds as memory has them. Who resizes makes
/// every element (std::uninitialized_fill, or a plain store where T is a number) before any is read.
template <class T>
struct Unfilled : std::allocator<T> {
    template <class U>
    struct rebind {
        using other = Unfilled<U>;
    };
    Unfilled() = default;
    template <class U>
    Unfilled(Unfilled<U> const&) noexcept
    {}
    template <class U>
    void construct(U*) noexcept
    {}
    template <class U, class... Args>
    void construct(U* at, Args&&... args)
    {
        ::new (static_cast<void*>(at)) U(std::forward<Args>(args)...);
    }
};

template <class T>
using UnfilledVector = std::vector<T, Unfilled<T>>;

} // namespace soulvan::usd
