// `soulvan usd tree`: the prims of a layer or stage as a tree, as usdtree draws it.
#include "command_usd.h"
#include "exit_code.h"

#include "soulvan/usd/flatten.h"

#include <algorithm>
#include <set>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app::usd_tools {
namespace {

using usd::Token;
namespace field = usd::field;

struct TreeOptions {
    std::string input, mask;
    bool unloaded = false, attributes = false, metadata = false, simple = false;
    bool flatten = false, flatten_layer_stack = false;
};

/// What is shown of one prim, whichever it comes from.
struct Shown {
    std::string name, specifier, type, kind;
    std::optional<bool> active; ///< nothing: not authored
    std::vector<std::string> metadata, properties;
};

char const* word(usd::Specifier specifier)
{
    switch (specifier) {
    case usd::Specifier::def:
        return "def";
    case usd::Specifier::class_:
        return "class";
    case usd::Specifier::over:
        break;
    }
    return "over";
}

bool is_in_label(Token name)
{
    return name == field::type_name || name == field::specifier || name == field::kind ||
           name == field::active;
}

/// The prims of a layer.
class LayerTree {
public:
    using Node = usd::Path;
    explicit LayerTree(usd::Layer const& layer) : layer_(layer) {}
    Node root() const { return usd::Path::root(); }
    std::vector<Node> children(Node const& node) const
    {
        std::vector<Node> result;
        if (auto const spec = layer_.find(node))
            for (Token const name : spec.prim_children()) result.push_back(node.child(name));
        return result;
    }
    Shown shown(Node const& node) const
    {
        Shown result;
        auto const spec = layer_.find(node);
        result.name = node.name().str();
        for (auto const& [name, value] : spec.fields()) {
            if (auto const* type = value.get<Token>(); type && name == field::type_name)
                result.type = type->str();
            else if (auto const* kind = value.get<Token>(); kind && name == field::kind)
                result.kind = kind->str();
            else if (auto const* active = value.get<usd::Bool>(); active && name == field::active)
                result.active = active->value;
            else if (auto const* specifier = value.get<usd::Specifier>())
                result.specifier = word(*specifier);
            if (!is_in_label(name)) result.metadata.push_back(name.str());
        }
        // Child names are metadata to OpenUSD only where they are ordered.
        for (Token const name : spec.properties()) result.properties.push_back(name.str());
        return result;
    }

private:
    usd::Layer const& layer_;
};

/// The prims of a stage; those below instances belong to their prototypes and are not shown.
class StageTree {
public:
    using Node = usd::Prim;
    StageTree(usd::Stage const& stage, std::vector<usd::Path> mask) : stage_(stage), mask_(std::move(mask)) {}
    Node root() const { return stage_.pseudo_root(); }
    std::vector<Node> children(Node const& node) const
    {
        if (node.is_instance()) return {};
        auto result = node.all_children();
        std::erase_if(result, [&](Node const& child) { return !in_mask(child.path()); });
        return result;
    }
    Shown shown(Node const& node) const
    {
        Shown result;
        result.name = node.name().str();
        result.specifier = word(node.specifier());
        result.type = node.type_name().str();
        result.kind = node.kind().str();
        if (node.metadata(field::active)) result.active = node.is_active();
        std::set<Token> names;
        for (auto const& [layer, path] : node.prim_stack())
            if (auto const spec = layer->find(path))
                for (Token name : spec.field_names()) names.insert(name);
        for (Token const name : names)
            if (!is_in_label(name) && !is_composition(name)) result.metadata.push_back(name.str());
        for (Token const name : node.property_names()) result.properties.push_back(name.str());
        return result;
    }

private:
    bool in_mask(usd::Path const& path) const
    {
        return mask_.empty() || std::any_of(mask_.begin(), mask_.end(), [&](usd::Path const& wanted) {
                   return path.has_prefix(wanted) || wanted.has_prefix(path);
               });
    }
    static bool is_composition(Token name)
    {
        for (Token const arc :
             {field::references, field::payload, field::inherit_paths, field::specializes,
              field::variant_selection, field::variant_set_names, field::clips, field::clip_sets})
            if (name == arc) return true;
        return false;
    }

    usd::Stage const& stage_;
    std::vector<usd::Path> mask_;
};

std::string label(Shown const& prim, TreeOptions const& options)
{
    if (options.simple) return prim.name;
    auto text = prim.name + " [" + prim.specifier + (prim.type.empty() ? "" : " " + prim.type) + "]";
    std::string notes;
    if (prim.active) notes = *prim.active ? "active = true" : "active = false";
    if (!prim.kind.empty()) notes += (notes.empty() ? "kind = " : ", kind = ") + prim.kind;
    return notes.empty() ? text : text + " (" + notes + ")";
}

template <class Tree>
class Printer {
public:
    Printer(Tree const& tree, TreeOptions const& options) : tree_(tree), options_(options) {}

    std::string print()
    {
        out_ = "/\n";
        print_children(tree_.root(), "");
        return std::move(out_);
    }
    Json json() const { return json(tree_.root()); }

private:
    void print_children(typename Tree::Node const& node, std::string const& prefix)
    {
        auto const children = tree_.children(node);
        for (auto const& child : children) {
            bool const last = &child == &children.back();
            print_prim(child, prefix, last);
            print_children(child, prefix + (last ? "    " : " |  "));
        }
    }

    void print_prim(typename Tree::Node const& node, std::string const& prefix, bool last)
    {
        auto const prim = tree_.shown(node);
        bool const has_children = !tree_.children(node).empty();
        out_ += prefix + (last ? " `--" : " |--") + label(prim, options_) + "\n";
        std::string const indent = prefix + (last ? "    " : " |  ") + (has_children ? " |" : "  ");
        auto const lines = details(prim);
        for (auto const& line : lines)
            out_ += indent + (&line == &lines.back() ? " `--" : " :--") + line + "\n";
    }

    std::vector<std::string> details(Shown const& prim) const
    {
        std::vector<std::string> lines;
        if (options_.metadata) {
            auto names = prim.metadata;
            std::sort(names.begin(), names.end());
            for (auto const& name : names) lines.push_back("(" + name + ")");
        }
        if (options_.attributes)
            for (auto const& name : prim.properties) lines.push_back("." + name);
        return lines;
    }

    Json json(typename Tree::Node const& node) const
    {
        auto result = Json::array();
        for (auto const& child : tree_.children(node)) {
            auto const prim = tree_.shown(child);
            Json entry = {{"name", prim.name}};
            if (!options_.simple) {
                entry["specifier"] = prim.specifier;
                entry["type"] = prim.type;
                if (!prim.kind.empty()) entry["kind"] = prim.kind;
                if (prim.active) entry["active"] = *prim.active;
            }
            if (options_.metadata) entry["metadata"] = prim.metadata;
            if (options_.attributes) entry["properties"] = prim.properties;
            if (auto children = json(child); !children.empty()) entry["children"] = std::move(children);
            result.push_back(std::move(entry));
        }
        return result;
    }

    Tree const& tree_;
    TreeOptions const& options_;
    std::string out_;
};

template <class Tree>
int print(Context& context, Tree const& tree, TreeOptions const& options)
{
    Printer<Tree> printer(tree, options);
    if (context.json)
        context.print({{"stage", options.input}, {"prims", printer.json()}}, "");
    else
        context.print({}, printer.print());
    return ok;
}

Result<int> tree(Context& context, TreeOptions const& options)
{
    if (!options.mask.empty() && !options.flatten)
        return fail(Errc::invalid_input, "--mask needs --flatten: a layer has no prims to leave out");
    if (options.flatten) {
        auto mask = TRY(parse_mask(options.mask));
        auto const stage = TRY(usd::Stage::open(options.input, {.load_payloads = !options.unloaded}));
        print_errors(context, stage->errors());
        return print(context, StageTree(*stage, std::move(mask)), options);
    }
    if (options.flatten_layer_stack) {
        auto const flattened = TRY(usd::flatten_layer_stack(options.input));
        print_errors(context, flattened.errors);
        return print(context, LayerTree(flattened.layer), options);
    }
    return print(context, LayerTree(*TRY(usd::Layer::open(options.input))), options);
}

} // namespace

void add_tree(CLI::App& parent, Context& context)
{
    auto const options = std::make_shared<TreeOptions>();
    auto* command = parent.add_subcommand("tree", "Draw the prims of a layer, or of a composed stage");
    command->add_option("inputPath", options->input, "A .usda, .usdc, .usd or .usdz file")->required();
    command->add_flag("--unloaded", options->unloaded, "With --flatten: leave payloads out");
    command->add_flag("-a,--attributes", options->attributes, "Show authored properties");
    command->add_flag("-m,--metadata", options->metadata, "Show which metadata is authored");
    command->add_flag("-s,--simple", options->simple, "Names only: no specifier, type, kind or active");
    auto* flatten = command->add_flag("-f,--flatten", options->flatten, "Compose a stage first");
    command
        ->add_flag("--flattenLayerStack", options->flatten_layer_stack,
                   "Fold the sublayers in; references and other arcs stay")
        ->excludes(flatten);
    command
        ->add_option("--mask", options->mask,
                     "With --flatten: only these prims, their ancestors and descendants")
        ->option_text("PATH[,PATH...]");
    command->callback(
        [options, &context] { context.run = [options, &context] { return tree(context, *options); }; });
}

} // namespace soulvan::app::usd_tools
