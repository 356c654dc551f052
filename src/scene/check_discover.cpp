// Which prims of a stage are things, and what are they called?
#include "check_discover.h"

#include "soulvan/catalog/asset.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace soulvan::scene::checking {
namespace {

using Names = std::initializer_list<std::string_view>;

bool is_among(std::string_view word, Names names)
{
    return std::find(names.begin(), names.end(), word) != names.end();
}

bool is_declared(usd::Prim const& prim)
{
    auto const category = prim.attribute("soulvan:category");
    return category && category->is_authored();
}

/// A subtree that is the place, not a thing in it.
bool names_a_place(std::string_view name)
{
    auto const words = words_of(name);
    return std::any_of(words.begin(), words.end(), [](std::string const& word) {
        return is_among(word,
                        {"environment", "room", "hall", "building", "architecture", "shell", "structure",
                         "terrain", "landscape", "walls", "floor", "ground", "ceiling", "house", "interior"});
    });
}

bool is_model(usd::Prim const& prim)
{
    auto const kind = prim.kind();
    return kind == "component" || kind == "subcomponent";
}

bool is_group(usd::Prim const& prim)
{
    auto const kind = prim.kind();
    return kind == "group" || kind == "assembly" || prim.type_name() == "Scope";
}

bool holds_nothing(usd::Prim const& prim)
{
    auto const type = prim.type_name();
    return is_among(type.view(), {"Material", "Shader", "NodeGraph", "Camera", "GeomSubset"}) ||
           type.view().ends_with("Light") || type.view().starts_with("Render");
}

class Finder {
public:
    Finder(usd::Stage const& stage) : stage_(stage) {}

    Discovery run()
    {
        find_declared();
        if (out_.declared) return std::move(out_);
        auto const top = stage_.default_prim() ? stage_.default_prim() : stage_.pseudo_root();
        find_components();
        if (!any_component_) descend(top, 0);
        return std::move(out_);
    }

private:
    void add(usd::Prim const& prim, bool declared) { out_.roots.push_back({prim, declared}); }

    void find_declared()
    {
        std::vector<usd::Path> open;
        stage_.traverse([&](usd::Prim const& prim) {
            if (prim.attribute("soulvan:room:min")) out_.declared = true;
            if (is_declared(prim)) {
                while (!open.empty() && !prim.path().has_prefix(open.back())) open.pop_back();
                // The layer of an asset may name its category as well; only an id makes a thing inside a
                // thing.
                if (open.empty() || prim.attribute("soulvan:id")) {
                    add(prim, true);
                    open.push_back(prim.path());
                }
            }
            return !prim.is_instance();
        });
    }

    bool is_taken(usd::Prim const& prim) const
    {
        return std::any_of(out_.roots.begin(), out_.roots.end(), [&](Root const& root) {
            return root.declared && (root.prim.path() == prim.path());
        });
    }

    void find_components()
    {
        stage_.traverse([&](usd::Prim const& prim) {
            if (holds_nothing(prim) || is_taken(prim)) return false;
            if (!is_model(prim)) return !prim.is_instance();
            any_component_ = true;
            if (names_a_place(prim.name().view()))
                out_.surroundings.push_back(prim.path());
            else
                add(prim, false);
            return false;
        });
    }

    /// Without kinds: below groups, what is no group is a thing. A chain of single children is followed
    /// first.
    void descend(usd::Prim const& prim, int depth)
    {
        std::vector<usd::Prim> children;
        for (auto const& child : prim.children())
            if (!holds_nothing(child)) children.push_back(child);
        for (auto const& child : children) {
            if (is_taken(child)) continue;
            if (depth > 0 && names_a_place(child.name().view()) && !child.is_a("Gprim")) {
                out_.surroundings.push_back(child.path());
                continue;
            }
            bool const alone = children.size() == 1 && !child.is_a("Gprim") && !child.children().empty();
            if (depth < 8 && !child.is_instance() && (is_group(child) || (alone && depth < 3)))
                descend(child, depth + 1);
            else if (child.type_name() != "PointInstancer") // its copies are the things
                add(child, false);
        }
    }

    usd::Stage const& stage_;
    Discovery out_;
    bool any_component_ = false;
};

/// The category that the words of a name end in: "OfficeChair_2" is office_chair, "GymBench" a bench.
std::string category_from(std::string_view name)
{
    auto const& categories = catalog::Categories::standard();
    auto const words = words_of(name);
    for (std::size_t end = words.size(); end > 0; --end)
        for (std::size_t length = std::min<std::size_t>(3, end); length > 0; --length) {
            std::string joined;
            for (auto i = end - length; i < end; ++i) joined += (joined.empty() ? "" : "_") + words[i];
            if (is_architecture(joined) || categories.find(joined)) return joined;
            if (joined.ends_with('s')) {
                joined.pop_back();
                if (is_architecture(joined) || categories.find(joined)) return joined;
            }
        }
    return "";
}

} // namespace

bool Discovery::is_surrounding(usd::Path const& path) const
{
    return std::any_of(surroundings.begin(), surroundings.end(),
                       [&](usd::Path const& place) { return path.has_prefix(place); });
}

std::vector<std::string> words_of(std::string_view name)
{
    std::vector<std::string> out;
    std::string word;
    auto const finish = [&] {
        if (word.size() > 1 && word != "sm" && word != "mi") out.push_back(word);
        word.clear();
    };
    char before = 0;
    for (char const c : name) {
        auto const u = static_cast<unsigned char>(c);
        if (!std::isalpha(u)) {
            finish();
        } else {
            if (std::isupper(u) && std::islower(static_cast<unsigned char>(before))) finish();
            word += static_cast<char>(std::tolower(u));
        }
        before = c;
    }
    finish();
    return out;
}

bool is_floor(std::string_view category)
{
    return is_among(category, {"floor", "ground", "slab", "yard", "road", "pavement", "asphalt", "terrain",
                               "lawn", "dock_platform", "sidewalk", "groundplane"});
}

bool is_architecture(std::string_view category)
{
    auto const* known = catalog::Categories::standard().find(category);
    if (known) return known->architecture;
    return is_floor(category) || category.ends_with("_light") ||
           is_among(category,
                    {"wall",     "ceiling",  "roof", "column",   "pillar",  "beam",       "truss",
                     "window",   "skylight", "door", "skirting", "light",   "glass_wall", "door_frame",
                     "building", "stairs",   "sky",  "backdrop", "fixture", "sill"});
}

Result<Discovery> discover(usd::Stage const& stage, usd::Time)
{
    return Finder(stage).run();
}

Thing describe(Root const& root, usd::Time time)
{
    auto const& prim = root.prim;
    Thing out;
    out.prim = prim.path();
    out.path = out.prim.str();
    out.declared = root.declared;
    auto const name = prim.name().str();
    out.id = prim.get_or<std::string>("soulvan:id", name, time);
    out.group = out.prim.parent().is_root() ? "" : out.prim.parent().name().str();
    out.support = prim.get_or<std::string>("soulvan:support", "", time);
    auto const stated = prim.get<std::string>("soulvan:category", time);
    out.category = stated ? *stated : category_from(name);
    auto const brings = [&](char const* field) { return prim.metadata(usd::Token(field)).has_value(); };
    out.is_asset = brings("references") || brings("payload");
    bool const architecture = prim.get_or<usd::Bool>("soulvan:architecture", usd::Bool{false}, time).value;
    out.role = architecture || is_architecture(out.category) ? Role::architecture : Role::object;
    return out;
}

} // namespace soulvan::scene::checking
