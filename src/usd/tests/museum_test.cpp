// Does composition agree with OpenUSD's museum of scenarios, dump by dump?
#include "museum.h"

#include "soulvan/base/file.h"
#include "soulvan/base/json.h"

#include <algorithm>
#include <regex>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace soulvan::usd::museum {

using namespace composition;

namespace {

std::string const rule(72, '-');

std::string label(Layer const& layer, std::filesystem::path const& folder)
{
    return std::filesystem::path(layer.identifier).lexically_relative(folder).string();
}

std::string listed(std::vector<Token> const& names)
{
    std::string text = "     [";
    for (std::size_t i = 0; i < names.size(); ++i)
        text += fmt::format("{}'{}'", i ? ", " : "", names[i].str());
    return text + "]\n";
}

/// Two decimals, as Python's %.2f.
std::string offset_text(LayerOffset offset)
{
    return fmt::format("(offset={:.2f}, scale={:.2f})", offset.offset, offset.scale);
}

char const* name_of(Arc arc)
{
    static constexpr char const* names[] = {"root",      "inherit", "variant",   "relocate",
                                            "reference", "payload", "specialize"};
    return names[static_cast<int>(arc)];
}

/// Some scenarios have variant selections in paths of arcs, which the text format forbids since. They are
/// read under another name and put back.
Result<std::shared_ptr<Layer const>> read_tolerantly(std::filesystem::path const& file)
{
    auto const text = TRY(read_file(file));
    auto const renamed =
        std::regex_replace(text, std::regex(R"((<[^<>{]*)\{(\w+)=(\w+)\}(\w))"), "$1/__$2__is__$3/$4");
    auto layer = std::make_shared<Layer>(TRY(Layer::read(std::as_bytes(std::span(renamed)), file.string())));
    layer->identifier = file.string();
    auto const restored = [](Path const& path) {
        static std::regex const mark("/__(.*)__is__(.*)/");
        return Path::parse(std::regex_replace(path.str(), mark, "{$1=$2}")).value();
    };
    for (auto const& path : layer->paths())
        for (auto& [name, value] : layer->edit(path)->fields) {
            if (auto const* paths = value.get<PathListOp>()) {
                auto edit = *paths;
                for (auto* list : {&edit.explicit_items, &edit.prepended})
                    for (auto& item : *list) item = restored(item);
                value = Value(edit);
            }
            if (auto const* references = value.get<ReferenceListOp>()) {
                auto edit = *references;
                for (auto* list : {&edit.explicit_items, &edit.prepended})
                    for (auto& item : *list)
                        if (!item.prim.empty()) item.prim = restored(item.prim);
                value = Value(edit);
            }
            if (auto const* pairs = value.get<Relocates>()) {
                auto edit = *pairs;
                for (auto& [source, target] : edit) source = restored(source), target = restored(target);
                value = Value(edit);
            }
        }
    return std::shared_ptr<Layer const>(std::move(layer));
}

struct Walk {
    Scenario const& scenario;
    LayerCache cache{{}};
    std::map<std::string, std::vector<std::string>> fallbacks{{"standin", {"render"}}};
    std::regex payloads;
    Inputs inputs{cache, fallbacks, nullptr};
    LayerStack const* stack = nullptr;
    std::filesystem::path folder;
    Outcome outcome;

    explicit Walk(Scenario const& s) : scenario(s), folder(s.root.parent_path())
    {
        if (s.payloads == "all") {
            inputs.includes_payload = [](Path const&) { return true; };
        } else {
            payloads = s.payloads;
            inputs.includes_payload = [this](Path const& path) {
                return std::regex_search(path.str(), payloads, std::regex_constants::match_continuous);
            };
        }
    }

    std::string stack_line(std::string const& layer, std::string const& path)
    {
        return fmt::format("    {:<20} {}\n", layer, path);
    }

    void note_problems(std::vector<Problem> const& problems, std::string const& where)
    {
        for (auto const& problem : problems) outcome.errors.emplace(problem.kind, where);
    }

    void time_offsets(PrimIndex const& index, std::string& out)
    {
        auto const moved = [](Node const& node) {
            return !node.to_parent->offset().is_identity() ||
                   std::any_of(node.site.stack->members.begin(), node.site.stack->members.end(),
                               [](auto const& member) { return !member.to_stack.is_identity(); });
        };
        if (std::none_of(index.nodes.begin(), index.nodes.end(), moved)) return;
        out += "\nTime Offsets:\n";
        for (auto const& node : index.nodes) {
            auto const& members = node.site.stack->members;
            out += fmt::format("    {:<20} {:<15} {:<10} {}\n", label(*members.front().layer, folder),
                               node.site.path.str(), name_of(node.arc), offset_text(node.to_root->offset()));
            for (auto const& member : members)
                if (!member.to_stack.is_identity())
                    out += fmt::format("        {:<32} {:<10} {}\n", label(*member.layer, folder), "sublayer",
                                       offset_text(member.to_stack));
        }
    }

    std::vector<PathOpinion> property_stack(PrimIndex const& index, Token name)
    {
        std::vector<PathOpinion> opinions;
        for (std::size_t i = 0; i < index.nodes.size(); ++i) {
            auto const id = static_cast<NodeId>(i);
            auto const& node = index.nodes[i];
            if (!index.can_contribute(id)) continue;
            auto const path = node.site.path.property(name);
            auto const inherited = node.arc == Arc::inherit ? index.path_at_introduction(id) : Path();
            for (auto const& member : node.site.stack->members)
                if (auto const spec = member.find(path))
                    if (opinions.empty() || opinions.front().spec.kind() == spec.kind())
                        opinions.push_back(
                            {spec, path, node.site.stack, &member, node.to_root.get(), inherited});
        }
        return opinions;
    }

    using Paths = std::map<Path, std::vector<Path>>;

    static void show(std::string const& title, Paths const& paths, std::string& out)
    {
        if (paths.empty()) return;
        out += "\n" + title + ":\n";
        for (auto const& [property, targets] : paths) {
            out += property.str() + ":\n";
            for (auto const& target : targets) out += "    " + target.str() + "\n";
        }
    }

    void properties(PrimIndex const& index, std::vector<Token> const& names, std::string& out)
    {
        if (names.empty()) return;
        out += "\nProperty names:\n" + listed(names);
        Paths targets, connections, deleted;
        std::map<Path, std::string> stacks;
        auto const inherits = [this](Path const& path, LayerStack const* where, Path const& inherited) {
            return inherits_from(compute_prim_index(inputs, {stack, path}, nullptr), where, inherited);
        };
        for (Token name : names) {
            auto const path = index.path().property(name);
            auto const opinions = property_stack(index, name);
            if (opinions.empty()) continue;
            for (auto const& opinion : opinions)
                stacks[path] += stack_line(label(*opinion.member->layer, folder), opinion.spec_path.str());
            bool const relationship = opinions.front().spec.kind() == SpecKind::relationship;
            auto composed = compose_targets(
                opinions, relationship ? field::target_paths : field::connection_paths, inherits);
            note_problems(composed.problems, index.path().str());
            if (!composed.paths.empty()) (relationship ? targets : connections)[path] = composed.paths;
            if (!composed.deleted.empty()) deleted[path] = composed.deleted;
        }
        if (!stacks.empty()) out += "\nProperty stacks:\n";
        for (auto const& [path, text] : stacks) out += path.str() + ":\n" + text;
        show("Relationship targets", targets, out);
        show("Attribute connections", connections, out);
        show("Deleted target paths", deleted, out);
    }

    std::vector<Token> prim(PrimIndex const& index, std::string& out)
    {
        out += fmt::format("{}\nResults for composing <{}>\n", rule, index.path().str());
        out += "\nPrim Stack:\n";
        auto& shown = outcome.prims[index.path().str()];
        for (std::size_t i = 0; i < index.nodes.size(); ++i)
            if (index.can_contribute(static_cast<NodeId>(i)))
                for (auto const& member : index.nodes[i].site.stack->members)
                    if (member.layer->find(index.nodes[i].site.path)) {
                        auto const file = label(*member.layer, folder);
                        shown.stack[file] = index.nodes[i].site.path.str();
                        out += stack_line(file, index.nodes[i].site.path.str());
                    }
        time_offsets(index, out);
        std::map<std::string, std::string> selections;
        for (auto const& node : index.nodes)
            if (node.site.path.is_variant_selection()) {
                auto const [set, selection] = node.site.path.variant_selection();
                selections.try_emplace(set.str(), selection.str());
            }
        if (!selections.empty()) out += "\nVariant Selections:\n";
        for (auto const& [set, selection] : selections)
            out += fmt::format("    {{{} = {}}}\n", set, selection);

        std::set<Token> prohibited;
        auto const children = child_names(index, &prohibited);
        if (!children.empty()) out += "\nChild names:\n" + listed(children);
        if (!prohibited.empty())
            out += "\nProhibited child names:\n" + listed({prohibited.begin(), prohibited.end()});
        properties(index, property_names(index), out);
        out += "\n";
        note_problems(index.problems, index.path().str());
        for (Token name : children) shown.children.push_back(name.str());
        for (Token name : prohibited) shown.prohibited.push_back(name.str());
        for (Token name : property_names(index)) shown.properties.push_back(name.str());
        shown.selections = std::move(selections);
        return children;
    }

    void below(PrimIndex const& parent, std::vector<Token> const& names)
    {
        for (Token name : names) {
            auto const index = compute_prim_index(inputs, {stack, parent.path().child(name)}, &parent);
            below(index, prim(index, outcome.dump));
        }
    }

    void run()
    {
        auto& out = outcome.dump;
        std::shared_ptr<Layer const> session;
        if (!scenario.session.empty()) {
            out += fmt::format("Loading session @{}@\n\n", scenario.shown_session);
            session = cache.layer(scenario.session.string()).value();
        }
        out += fmt::format("Loading @{}@\n\n", scenario.shown_root);
        auto const root_layer =
            scenario.tolerant ? read_tolerantly(scenario.root) : cache.layer(scenario.root.string());
        stack = cache.stack(root_layer.value(), session, nullptr);
        out += rule + "\nLayer Stack:\n";
        for (auto const& member : stack->members) out += "     " + label(*member.layer, folder) + "\n";
        out += "\n";
        note_problems(stack->problems, "");
        auto const root = compute_prim_index(inputs, {stack, Path::root()}, nullptr);
        if (scenario.graph_of.empty()) return below(root, child_names(root));
        auto const path = Path::parse(scenario.graph_of).value();
        auto const index = compute_prim_index(inputs, {stack, path}, nullptr);
        std::string text;
        prim(index, text);
        auto const heading = text.find("\nPrim Stack:");
        out += text.substr(0, heading) + graph(index) + text.substr(heading);
    }

    std::string stack_name(Node const& node)
    {
        return "@" +
               (std::filesystem::path(scenario.shown_root).parent_path() /
                label(*node.site.stack->root, folder))
                   .string() +
               "@";
    }

    static std::string mapping(MapFunction const& function)
    {
        std::map<std::string, std::string> pairs;
        if (function.has_root_identity()) pairs["/"] = "/";
        for (auto const& [source, target] : function.pairs()) pairs[source.str()] = target.str();
        std::string text;
        for (auto const& [source, target] : pairs) text += fmt::format("        {} -> {}\n", source, target);
        return text;
    }

    /// Every node with its mappings.
    std::string graph(PrimIndex const& index)
    {
        std::string out;
        auto const truth = [](bool value) { return value ? "TRUE" : "FALSE"; };
        for (std::size_t i = 0; i < index.nodes.size(); ++i) {
            auto const id = static_cast<NodeId>(i);
            auto const& node = index.nodes[i];
            bool const root = node.arc == Arc::root;
            out += fmt::format("Node {}:\n", i);
            auto line = [&](std::string_view name, auto const& value) {
                out += fmt::format("    {:<26}{}\n", name, value);
            };
            line("Parent node:", root ? "NONE" : std::to_string(node.parent));
            line("Type:", name_of(node.arc));
            line("DependencyType:", root                 ? "root"
                                    : node.from_ancestor ? "ancestral, non-virtual"
                                                         : "direct, non-virtual");
            line("Source path:", "<" + node.site.path.str() + ">");
            line("Source layer stack:", stack_name(node));
            line("Target path:", root ? "<NONE>" : "<" + index[node.parent].site.path.str() + ">");
            line("Target layer stack:", root ? "NONE" : stack_name(index[node.parent]));
            out += "    Map to parent:\n" + mapping(*node.to_parent) + "    Map to root:\n" +
                   mapping(*node.to_root);
            line("Namespace depth:", node.namespace_depth);
            line("Depth below introduction:", index.depth_below_introduction(id));
            line("Permission:", "Public");
            line("Is restricted:", "FALSE");
            line("Is inert:", truth(node.inert || node.culled));
            line("Contribute specs:", truth(index.can_contribute(id)));
            line("    Restricted at depth:", node.restricted_depth);
            line("Has specs:", truth(node.has_specs));
            line("Has symmetry:", "FALSE");
            bool first = true;
            for (auto const& member : node.site.stack->members)
                if (member.layer->find(node.site.path)) {
                    if (first) out += "    Prim stack:\n";
                    first = false;
                    auto const file = label(*member.layer, folder);
                    out += fmt::format(
                        "      <{}> {} - @{}@\n", node.site.path.str(), file,
                        (std::filesystem::path(scenario.shown_root).parent_path() / file).string());
                }
        }
        return out + std::string(index.nodes.size() + 1, '\n');
    }
};

Trouble kind_of(std::string const& sentence)
{
    static std::pair<char const*, Trouble> const marks[] = {
        {"Cycle detected", Trouble::cycle},
        {"Could not open asset", Trouble::unresolved_layer},
        {"Unresolved", Trouble::unresolved_prim},
        {"Invalid inherit path", Trouble::invalid_prim_path},
        {"Invalid reference path", Trouble::invalid_prim_path},
        {"Invalid reference offset", Trouble::invalid_offset},
        {"have the same owner", Trouble::invalid_sublayer_owner},
        {"is invalid and will be ignored", Trouble::invalid_relocate},
        {"invalid opinion at the relocation source", Trouble::opinion_at_relocate_source},
        {"which is a prohibited child", Trouble::prohibited_child},
        {"Error evaluating expression", Trouble::invalid_expression},
        {"The relationship target", Trouble::invalid_target},
        {"The attribute connection", Trouble::invalid_target},
    };
    for (auto const& [mark, kind] : marks)
        if (sentence.find(mark) != std::string::npos) return kind;
    return Trouble::limit; // in no baseline: an unknown sentence shows up as a difference
}

} // namespace

Outcome compose(Scenario const& scenario)
{
    Walk walk(scenario);
    walk.run();
    return std::move(walk.outcome);
}

std::set<std::pair<Trouble, std::string>> parse_errors(std::string const& baseline)
{
    std::set<std::pair<Trouble, std::string>> errors;
    std::string where, paragraph;
    auto flush = [&] {
        if (!paragraph.empty()) errors.emplace(kind_of(paragraph), where);
        paragraph.clear();
    };
    std::size_t at = 0;
    bool several_lines = false; // cycles and prohibited children go over several lines
    while (at < baseline.size()) {
        auto const end = std::min(baseline.find('\n', at), baseline.size());
        auto const line = baseline.substr(at, end - at);
        at = end + 1;
        if (line.starts_with("----") || line.empty() || line.starts_with("Errors while")) {
            flush();
            several_lines = false;
            if (line.starts_with("Errors while computing")) where.clear();
            if (auto const open = line.find('<'); line.starts_with("Errors while composing"))
                where = line.substr(open + 1, line.size() - open - 2);
            continue;
        }
        if (line.starts_with("Cycle detected") || line.starts_with("@")) several_lines = true;
        if (!several_lines) flush();
        paragraph += line + "\n";
    }
    flush();
    return errors;
}

namespace {

std::filesystem::path const data = std::filesystem::path(SOULVAN_SHARED_DIR) / "data/usd/openusd/pcp-museum";
std::filesystem::path const agreed =
    std::filesystem::path(SOULVAN_SOURCE_DIR) / "src/usd/tests/conformance/museum_agrees.txt";

std::set<std::string> lines_of(std::filesystem::path const& file)
{
    std::set<std::string> lines;
    std::istringstream text(read_file(file).value_or(""));
    for (std::string line; std::getline(text, line);)
        if (!line.empty() && !line.starts_with('#')) lines.insert(line);
    return lines;
}

TEST(Museum, ScenariosThatAgreeStayInAgreement)
{
    if (!std::filesystem::exists(data / "scenarios.json")) GTEST_SKIP() << "needs ../shared/data/usd/openusd";
    auto const scenarios = read_json(data / "scenarios.json");
    ASSERT_TRUE(scenarios);
    std::set<std::string> agreeing, differing;
    char const* const only = std::getenv("MUSEUM_ONLY");
    for (auto const& [folder, runs] : scenarios->items())
        for (auto const& run : runs) {
            auto const name = run.at("name").get<std::string>();
            if (only && name != only) continue;
            auto const session = run.at("session").is_null() ? "" : run.at("session").get<std::string>();
            auto const root = run.at("root").get<std::string>();
            Scenario const scenario{
                .name = name,
                .root = (data / folder / root).lexically_normal(),
                .session = session.empty() ? "" : (data / folder / session).lexically_normal(),
                .shown_root = root,
                .shown_session = session,
                .payloads = run.at("payloads").get<std::string>(),
                .graph_of = run.value("dump_path", ""),
                .tolerant = run.contains("env") &&
                            run.at("env").contains("SDF_SCHEMA_PROHIBIT_INVALID_VARIANT_SELECTIONS")};
            auto const outcome = compose(scenario);
            // Two scenarios that OpenUSD does not run have stale baselines; ours are what release 24.11 says.
            auto const fresh = agreed.parent_path() / "museum" / (name + ".txt");
            auto const expected = read_file(std::filesystem::exists(fresh)
                                                ? fresh
                                                : data / folder / run.at("expected").get<std::string>())
                                      .value();
            std::set<std::pair<Trouble, std::string>> errors;
            auto const fresh_errors = agreed.parent_path() / "museum" / (name + ".errors.txt");
            if (std::filesystem::exists(fresh_errors))
                errors = parse_errors(read_file(fresh_errors).value());
            else if (run.contains("expected_errors"))
                errors = parse_errors(
                    read_file(data / folder / run.at("expected_errors").get<std::string>()).value());
            bool const same = outcome.dump == expected && outcome.errors == errors;
            (same ? agreeing : differing).insert(name);
            if (!same)
                fmt::print("differs: {} ({}{})\n", name, outcome.dump != expected ? "dump " : "",
                           outcome.errors != errors ? "errors" : "");
            if (only) fmt::print("{}\n", outcome.dump);
        }
    fmt::print("museum: {} of {} scenarios agree\n", agreeing.size(), agreeing.size() + differing.size());
    for (auto const& name : lines_of(agreed))
        EXPECT_TRUE(agreeing.contains(name)) << name << " no longer agrees";
    if (only) return;
    for (auto const& name : agreeing)
        EXPECT_TRUE(lines_of(agreed).contains(name)) << name << " agrees: add it to " << agreed;
}

} // namespace

} // namespace soulvan::usd::museum
