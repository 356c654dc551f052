// How names and paths are interned: a sharded hash table whose entries never move and never leave.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

namespace soulvan::usd {

/// Entries are found by `hash` and `equal(entry)`, and made by `make()` when they are missing. Thread-safe: a
/// shard's mutex is held for a probe of a few cache lines, and 64 shards keep readers of large layers apart.
template <class Entry>
class InternTable {
public:
    template <class Equal, class Make>
    Entry const* find_or_insert(std::uint64_t hash, Equal const& equal, Make const& make)
    {
        Shard& shard = shards_[hash >> 58];
        std::lock_guard const lock(shard.mutex);
        if (shard.slots.empty()) shard.slots.resize(64);
        auto mask = shard.slots.size() - 1;
        auto at = static_cast<std::size_t>(hash) & mask;
        for (; shard.slots[at].entry != nullptr; at = (at + 1) & mask)
            if (shard.slots[at].hash == hash && equal(*shard.slots[at].entry)) return shard.slots[at].entry;
        Entry const* const entry = &shard.entries.emplace_back(make());
        shard.slots[at] = {hash, entry};
        if (shard.entries.size() * 4 > shard.slots.size() * 3) grow(shard);
        return entry;
    }

private:
    struct Slot {
        std::uint64_t hash = 0;
        Entry const* entry = nullptr;
    };
    struct alignas(64) Shard {
        std::mutex mutex;
        std::vector<Slot> slots; // open addressing, a power of two
        std::deque<Entry> entries;
    };
    static void grow(Shard& shard)
    {
        std::vector<Slot> slots(shard.slots.size() * 2);
        auto const mask = slots.size() - 1;
        for (Slot const& slot : shard.slots) {
            if (slot.entry == nullptr) continue;
            auto at = static_cast<std::size_t>(slot.hash) & mask;
            while (slots[at].entry != nullptr) at = (at + 1) & mask;
            slots[at] = slot;
        }
        shard.slots.swap(slots);
    }
    std::array<Shard, 64> shards_;
};

} // namespace soulvan::usd
