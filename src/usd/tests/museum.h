// A composition scenario of OpenUSD's "museum", composed and dumped as its baselines are.
#pragma once

#include "compose.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace soulvan::usd::museum {

struct Scenario {
    std::string name;
    std::filesystem::path root;
    std::filesystem::path session; ///< empty: none
    std::string shown_root;        ///< as the baseline names it
    std::string shown_session;
    std::string payloads;  ///< "all" or a regular expression over prim paths
    std::string graph_of;  ///< dump the graph of this prim only
    bool tolerant = false; ///< variant selections stand where the text format forbids them
};

/// What is shown of one prim, for suites that compare parts of a dump.
struct Shown {
    std::vector<std::string> children, properties, prohibited;
    std::map<std::string, std::string> stack; ///< layer → the weakest of its paths
    std::map<std::string, std::string> selections;
};

struct Outcome {
    std::string dump;
    std::map<std::string, Shown> prims;
    /// (kind, composed prim or "" for the layer stack) of every error.
    std::set<std::pair<Trouble, std::string>> errors;
};

Outcome compose(Scenario const& scenario);
/// The same from the text of a baseline of errors.
std::set<std::pair<Trouble, std::string>> parse_errors(std::string const& baseline);

} // namespace soulvan::usd::museum
