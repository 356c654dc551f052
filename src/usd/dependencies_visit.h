// Where in a layer may the path of an outside file stand? One walk, for those who list and those who change.
#pragma once

#include "soulvan/usd/dependencies.h"

#include <optional>

namespace soulvan::usd::dependencies {

/// A place in a layer that names an outside file.
struct Mention {
    DependencyKind kind;
    Path const& site;
    Token field;
    std::string const& authored;
    std::string const& key; ///< inside dictionaries: "identifier", "set:assetPaths"; else ""
};

/// Called for each mention. Nothing: leave it as it is; "": take it away; else: the new path.
using Change = std::function<std::optional<std::string>(Mention const&)>;

/// Visits everything that `layer` mentions in the order of layer_dependencies(), and returns the layer with
/// the changes made; nothing when there were none. Mentions inside the deleted items of a list are changed
/// too but only listed when `with_deleted`.
std::optional<Layer> changed(Layer const& layer, Change const& change, bool keep_empty_elements);
/// The same walk for reading alone: deleted items are left out.
void visit(Layer const& layer, std::function<void(Mention const&)> const& read);

/// The files that a pattern of `layer` matches, authored as the pattern is; empty for what is no pattern.
std::vector<std::string> files_of_pattern(std::string const& layer_identifier, DependencyKind kind,
                                          std::string const& authored);

/// Whether the extension is that of a layer or package.
bool is_layer_name(std::string const& identifier);
/// `assetInfo["identifier"]` names the asset that it stands in, which is no dependency.
bool names_itself(Mention const& mention);

} // namespace soulvan::usd::dependencies
