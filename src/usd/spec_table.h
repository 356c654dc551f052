// How the specs of a layer that nobody changes are kept: a tree of names, each with a run of field numbers.
//
// Both formats are read into this form and stages compose from it. A spec costs some 30 bytes beside its
// values, and no path needs to be interned to read a layer. The children of a spec are found in a small hash
// table of their own: files list siblings close to each other, so the tables are filled and asked in memory
// that is at hand, where one table of all would miss the cache each time. Immutable once built; safe to use
// from many threads.
#pragma once

#include "path_node.h"
#include "soulvan/usd/layer.h"
#include "unfilled.h"

#include <bit>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

namespace soulvan::usd {

class SpecTable : public std::enable_shared_from_this<SpecTable> {
public:
    using Index = std::uint32_t;
    static constexpr Index none = 0xFFFFFFFF;

    /// What the fields of a spec say that composition must look at; found without reading a value.
    enum Says : std::uint8_t {
        says_arcs = 1, ///< inherits, specializes, references, payloads or variant sets
        says_active = 2,
        says_instanceable = 4,
        says_apis = 8,
        says_clips = 16,
        says_order = 32, ///< primOrder
        says_type = 64,
    };

    /// What stands at one path: a spec, or what a path table has beside the elements of specs.
    struct Entry {
        Token name; ///< of the element; of a variant its set; of a target or mapper the text behind the path
        Index parent = none;
        Index fields = 0; ///< where its run of `field_sets_` begins
        /// How many elements of specs lie right below it; once they were entered, where their group begins.
        Index children = 0;
        PathElement element = PathElement::root;
        SpecKind kind = SpecKind::prim;
        bool has_path = false;
        bool has_spec = false;
    };

    virtual ~SpecTable() = default;

    std::size_t size() const { return spec_count_; }
    Index root() const { return root_; }
    /// `none` when no spec stands there; so for the next three.
    Index find(Path const& path) const;
    Index child(Index prim, Token name) const { return spec_at(prim, PathElement::prim, name, Token()); }
    Index property(Index prim, Token name) const
    {
        return spec_at(prim, PathElement::property, name, Token());
    }
    /// child() of many names; asks memory for several at a time, which waits less.
    void children(Index prim, std::span<Token const> names, std::span<Index> found) const;
    /// An empty selection finds the set.
    Index variant(Index prim, Token set, Token selection) const
    {
        return spec_at(prim, PathElement::variant, set, selection);
    }
    Path path(Index spec) const;
    SpecKind kind(Index spec) const { return entries_[spec].kind; }
    Token name(Index spec) const { return entries_[spec].name; }
    /// The line of a text file on which the spec begins; 0 when it is not known.
    std::uint32_t line(Index spec) const { return spec < lines_.size() ? lines_[spec] : 0; }
    std::uint8_t says(Index spec) const { return set_says_[entries_[spec].fields]; }

    /// The field of that name; `none` when the spec has none.
    Index field(Index spec, Token name) const;
    /// The numbers of the spec's fields, those with the names of children included.
    std::span<Index const> fields(Index spec) const;
    virtual Token field_name(Index field) const = 0;
    virtual Value value(Index field) const = 0;
    virtual Names names(Index field) const = 0;
    Names prim_children(Index spec) const;
    Names properties(Index spec) const;
    Names variant_sets(Index spec) const;
    Names variants(Index spec) const;
    /// Whether a field holds the names of children.
    static bool is_child_list(Token field);

    /// Reads all values, so that damage() is complete.
    virtual void check() const;

    /// What was found to be damaged when values were read. Grows while they are.
    std::vector<Error> damage() const;
    void report(Error error) const;

    /// Every spec, in no order of meaning.
    template <class Visit>
    void each(Visit const& visit) const
    {
        for (Index i = 0; i < entries_.size(); ++i)
            if (entries_[i].has_spec) visit(i);
    }

protected:
    Index locate(Index parent, PathElement element, Token name, Token selection) const;
    Index spec_at(Index parent, PathElement element, Token name, Token selection) const
    {
        auto const found = locate(parent, element, name, selection);
        return found != none && entries_[found].has_spec ? found : none;
    }
    /// Enters `index` for look-ups; no other entry may have its path.
    void enter(Index index);
    /// Enters all entries but the root's and those of targets, whose parents say how many children they have;
    /// the first whose path another has, else `none`.
    Index enter_all();
    /// Fills `set_says_` from the names of the fields.
    void note_what_sets_say();
    static std::uint8_t says_of(Token field);
    Token selection(Index spec) const;
    Names children(Index spec, Token list) const;

    UnfilledVector<Entry> entries_;
    std::vector<std::uint32_t> lines_;            ///< by entry; empty when none is known
    UnfilledVector<Index> field_sets_;            ///< runs of field numbers, each closed by `none`
    std::vector<std::uint8_t> set_says_;          ///< beside field_sets_, valid where a run begins
    std::unordered_map<Index, Token> selections_; ///< of variants
    std::size_t spec_count_ = 0;
    Index root_ = 0;

private:
    /// How many slots a group of so many children has.
    static std::size_t slots_of(std::size_t children)
    {
        return std::bit_ceil(children <= 8 ? children : children + children / 4);
    }
    static std::uint32_t hash_of(PathElement element, Token name, Token selection);
    bool is(Index entry, PathElement element, Token name, Token selection) const;
    /// The slot in the group at `group` that has the child, or the free one where it belongs; 0 for neither.
    std::size_t slot_in(Index group, PathElement element, Token name, Token selection) const;
    void lay_out_groups();
    bool place(Index index);

    /// Groups: how many children, then a power of two of slots with their entries, open addressing. What
    /// stands at 0 is no group.
    UnfilledVector<Index> groups_;
    mutable std::mutex damage_mutex_;
    mutable std::vector<Error> damage_;
};

/// Fills a table spec by spec: the text reader's, and that of layers which stages compose from memory.
class SpecTableBuilder {
public:
    using Index = SpecTable::Index;
    SpecTableBuilder();
    ~SpecTableBuilder();
    /// The spec, made when it is missing (then `made` is true). Its fields come later, once.
    Index add(Index parent, SpecKind kind, Token name, Token selection, bool& made);
    SpecKind kind(Index spec) const;
    Path path(Index spec) const;
    std::size_t size() const;
    void set_line(Index spec, std::uint32_t line);
    /// A number that the caller keeps with a spec until its fields are set.
    std::uint32_t& note(Index spec);
    void set_fields(Index spec, Spec&& from);
    std::shared_ptr<SpecTable const> finish();

private:
    class Table;
    std::shared_ptr<Table> table_;
};

/// The specs of a layer that is being changed, packed.
std::shared_ptr<SpecTable const> pack_specs(Layer const& layer);

} // namespace soulvan::usd
