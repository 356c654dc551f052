// The grammar: items to a plan. One reader per part of speech of scenes; each consumes what it understands.
#pragma once

#include "grammar_items.h"
#include "wordnet.h"

#include "soulvan/catalog/asset.h"
#include "soulvan/scene/plan.h"

#include <functional>
#include <set>

namespace soulvan::scene {

/// What the planner asks of a catalogue. A struct of functions, so that tests bring a fixed one.
struct CatalogView {
    /// Placeable assets at or below a category.
    std::function<int(std::string_view category)> count;
    /// Names of placeable assets that words lead to, best first, at most three.
    std::function<std::vector<std::string>(std::string_view words)> search;
    /// Null: not built in; unknown words are then missing without likeness.
    WordNet const* wordnet = nullptr;
    /// furnish() between the turns that an undo repeats; empty: plans stay bare.
    std::function<Plan(Plan)> furnish;
};

/// Understands `sentence` on top of `previous` (null: a new scene). Everything but limits is an Outcome.
Plan understand(std::string_view sentence, std::uint64_t seed, Plan const* previous,
                CatalogView const& catalog);
/// The same, and "undo": the plan that the turns but the last one made.
Plan understand_turn(std::string_view sentence, std::uint64_t seed, Plan const* previous,
                     CatalogView const& catalog);

/// A noun phrase as it stands, before it means anything for the plan.
struct NounPhrase {
    enum class Head { none, thing, env, part, pronoun, unknown };
    Head head = Head::none;
    std::string value; ///< category, environment, part, or the unknown word
    std::string typed; ///< of the head
    std::size_t begin = 0, end = 0;
    bool plural = false;
    bool definite = false, indefinite = false, each = false, every_second = false, negated = false;
    bool all = false, another = false, more = false, other = false, its = false, some = false;
    bool of_them = false;         ///< "two of the chairs"
    std::optional<double> number; ///< stated or vague
    bool vague = false, at_least = false;
    std::vector<std::string> attributes;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string style, size_word, which, wall;
    std::string time, sky, mood;
    std::string place;                   ///< "warehouse forklift": a hint at the environment
    std::array<double, 3> size{0, 0, 0}; ///< width, depth, height; 0: not stated
    std::vector<double> measures;        ///< lengths without an axis: "a 4 m aisle", "10 by 15 metre"
    double area_m2 = 0;
    int people = 0;                   ///< "six person table"
    std::string arrangement;          ///< "row", "grid", "stack", "cluster", "circle"
    int arranged = 0, per_row = 0;    ///< rows and things in each; 0: not stated
    std::vector<std::string> unknown; ///< adjectives that nobody knows
};

/// Who a clause talks about.
struct Ref {
    int group = -1, room = -1;
    std::string part, wall; ///< "wall", "corner", "centre", …
    std::string which;
    bool each = false, every_second = false, self = false; ///< self: "each other"
    int quant = 0;                                         ///< "two of them"
    bool ok() const { return group >= 0 || room >= 0 || !part.empty() || self; }
};

/// How far: "at least 4 m", "within 2 m", "1.5 m".
struct Distance {
    double metres = 0;
    enum class Way { exactly, at_least, at_most } way = Way::exactly;
    bool given = false;
};

class Grammar {
public:
    Grammar(Plan plan, bool follow_up, CatalogView const& catalog);
    /// Reads every item; afterwards `plan()` holds what they say.
    void read(std::vector<Item> items);
    /// Counts nobody stated, pairs that go without saying, the place, what the catalogue lacks, the message.
    Plan conclude() &&;

    bool said_something() const { return content_; }
    std::optional<Outcome> refused() const { return refused_; }

private:
    // grammar.cpp: the loop
    Item const& at(std::size_t ahead = 0) const;
    Item const& item(std::size_t index) const;
    bool ended() const { return at_ >= items_.size(); }
    void read_mark();
    void read_leftover();
    void end_clause();
    void end_sentence();
    bool read_negation();
    bool read_nonscene();
    bool read_free_strip();
    std::string typed(std::size_t from, std::size_t to) const;
    void not_understood(Item const& item);
    void warn(std::string code, std::string text);

    // grammar_nouns.cpp
    NounPhrase noun_phrase(std::size_t from) const;
    bool noun_modifier(NounPhrase& phrase, std::size_t& i) const;
    bool noun_determiner(NounPhrase& phrase, std::size_t& i) const;
    bool noun_arrangement(NounPhrase& phrase, std::size_t& i) const;
    bool noun_measure(NounPhrase& phrase, std::size_t& i) const;
    void noun_head(NounPhrase& phrase, std::size_t& i) const;
    bool read_noun();
    Ref take(NounPhrase const& phrase);
    Ref take_thing(NounPhrase const& phrase);
    Ref take_env(NounPhrase const& phrase);
    Ref take_pronoun(NounPhrase const& phrase);
    void take_unknown(NounPhrase const& phrase);
    int find_group(std::string_view category, std::vector<std::string> const& attributes, bool strict) const;
    int add_group(NounPhrase const& phrase, std::string category);
    int set_env(std::string_view environment, std::string_view size_word);
    int current_room();
    void exclude(std::string_view category, std::string_view typed);
    void missing(std::string word);
    std::string fresh_id(std::string_view category) const;
    std::string environment() const;

    // grammar_sizes.cpp
    bool read_size();
    void size_room(int room, NounPhrase const& phrase);
    bool read_seats();

    // grammar_relations.cpp
    bool read_relation();
    std::optional<bool> read_joining(std::string const& preposition, std::size_t i, Distance const& distance);
    bool read_idiom(std::string const& preposition, std::size_t i, Distance const& distance);
    bool read_sided(std::string const& preposition, std::size_t k, Distance const& distance);
    bool read_place(std::string const& preposition, std::size_t i, Distance const& distance);
    Distance read_distance(std::size_t& i) const;
    bool read_with(std::size_t i, bool has);
    void hang(NounPhrase const& phrase, int guest);
    int other_than(int group, bool plural) const;
    bool read_pairwise();
    bool read_carrying(std::string_view preposition, std::size_t i);
    Ref corner_or_aisle(NounPhrase const& phrase, std::size_t& i);
    bool begins_clause(std::size_t i) const;
    Group& group_at(int index) { return plan_.groups[static_cast<std::size_t>(index)]; }
    Group const& group_at(int index) const { return plan_.groups[static_cast<std::size_t>(index)]; }
    catalog::Mount mount_of(std::string_view category) const;
    bool supports(std::string_view category) const;
    bool read_arrangement();
    void attach(Ref const& host, int guest, bool each);
    Ref target(std::size_t& i);
    void relate(Ref const& subject, std::string_view preposition, Ref const& to, Distance const& distance);
    bool relate_to_part(int group, std::string_view preposition, Ref const& to, Distance const& distance,
                        int quant);
    bool relate_to_thing(int group, std::string_view preposition, Ref const& to, Distance const& distance,
                         int quant);
    void distribute(int guest, Ref const& host, std::string_view preposition);
    void add_relation(int group, Relation relation);
    bool fronts_a_noun(std::size_t i) const;
    void arrange_group(int group, NounPhrase const& phrase);
    bool read_spacing();
    void aisle(int group, NounPhrase const& phrase);
    int racks() const;

    // grammar_camera.cpp
    bool read_camera();
    bool read_camera_word();
    bool read_camera_move();
    bool read_camera_measure();
    bool read_camera_relation();
    void aim(int group);
    bool read_delivery();
    bool noun_follows_dir() const;

    // grammar_light.cpp
    bool read_light();
    bool read_only_lit();

    // grammar_edits.cpp
    bool read_edit();
    bool edit_remove(std::size_t i);
    /// The things that an edit speaks of, from item `i` on; nothing when no thing is named there.
    struct EditTarget {
        NounPhrase phrase;
        Ref ref;
    };
    std::optional<EditTarget> edit_target(std::size_t i);
    bool edit_move(std::size_t i);
    bool edit_rotate(std::size_t i);
    bool edit_replace(std::size_t i);
    bool edit_scale(std::size_t i, std::string_view word);
    bool edit_make(std::size_t i);
    bool edit_keep(std::size_t i);
    void change_attribute(int group, Sense const& attribute);
    void remove_group(int group);

    // grammar_conclude.cpp
    void settle_environment();
    void settle_counts();
    void settle_aisles();
    void pair_chairs();
    void pair_usual();
    void settle_missing();
    void settle_limits();
    void write_message();
    std::vector<std::string> alternatives(std::string_view word) const;
    std::string place_name() const;
    bool is_a(std::string_view category, std::string_view wanted) const;
    catalog::Category const* category_of(std::string_view name) const;

    Plan plan_;
    bool follow_up_;
    CatalogView const& catalog_;
    std::vector<Item> items_;
    std::size_t at_ = 0;

    struct Fronted {
        std::string preposition;
        Ref to;
        Distance distance;
    };
    std::vector<Fronted> fronted_;
    Ref subject_;                ///< what relations attach to
    std::vector<int> conjuncts_; ///< groups of the running list
    Ref host_;                   ///< what "with" hangs things on
    std::vector<int> hosted_;    ///< groups that hang on it
    int last_group_ = -1, last_room_ = -1, subject_person_ = -1, mover_ = -1;
    Ref size_target_;
    bool negating_ = false, camera_ = false, light_ = false, nothing_but_ = false, only_ = false,
         copula_ = false;
    bool rooms_joined_ = false;
    bool wants_subject_ = false, looking_down_ = false;
    bool hosting_ = false; ///< things named now hang on host_
    std::set<int> new_groups_, removed_, countless_;
    std::set<int> presumed_; ///< "the desk" before any desk was named: a number may follow
    int it_ = -1;            ///< what "it" stands for in this sentence
    int aisles_ = 0;
    std::vector<NounPhrase> early_aisles_; ///< widths that were said before the racks
    bool camera_said_ = false;
    std::size_t aisle_end_ = 0; ///< where the words of an aisle's width ended
    std::optional<std::pair<std::string, double>> pending_free_; ///< wall and depth to keep free
    std::map<int, double> aspect_;
    std::pair<Ref, std::size_t> last_target_; ///< of the last relation, and where its words ended
    struct Share {                            ///< a guest's count follows its host's
        int host = -1, each = 1;
        bool alternating = false;
    };
    std::map<int, Share> shares_; ///< by guest
    bool content_ = false;
    std::optional<Outcome> refused_;
};

} // namespace soulvan::scene
