// `soulvan usd diff`: what differs between two layers, stages, packages or folders of them, as usddiff shows
// it.
#include "command_usd.h"
#include "exit_code.h"

#include "soulvan/base/file.h"
#include "soulvan/usd/diff.h"
#include "soulvan/usd/flatten.h"
#include "soulvan/usd/package.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace soulvan::app::usd_tools {
namespace {

namespace fs = std::filesystem;

// usddiff's exit codes, which scripts around diff tools rely on.
constexpr int same = 0, different = 1, trouble = 2;
constexpr std::size_t longest_value = 400; // in JSON

struct DiffOptions {
    std::vector<std::string> files;
    bool flatten = false, brief = false, no_effect = false;
};

char const* word(usd::Change change)
{
    return change == usd::Change::added ? "added" : change == usd::Change::removed ? "removed" : "changed";
}

char const* word(usd::SpecKind kind)
{
    switch (kind) {
    case usd::SpecKind::pseudo_root:
        return "layer";
    case usd::SpecKind::prim:
        return "prim";
    case usd::SpecKind::attribute:
        return "attribute";
    case usd::SpecKind::relationship:
        return "relationship";
    case usd::SpecKind::variant_set:
        return "variant set";
    case usd::SpecKind::variant:
        return "variant";
    }
    return "";
}

std::string shortened(usd::Value const& value)
{
    auto text = usd::value_text(value);
    if (text.size() <= longest_value) return text;
    auto end = longest_value;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end; // not within UTF-8
    return text.substr(0, end) + "…";
}

Json to_json(std::vector<usd::SpecDifference> const& differences)
{
    auto result = Json::array();
    for (auto const& difference : differences) {
        Json entry = {{"change", word(difference.change)},
                      {"path", difference.path.str()},
                      {"kind", word(difference.kind)}};
        if (difference.reordered) entry["reordered"] = true;
        for (auto const& each : difference.fields) {
            Json one = {{"change", word(each.change)}, {"field", each.field.str()}};
            if (!each.before.empty()) one["before"] = shortened(each.before);
            if (!each.after.empty()) one["after"] = shortened(each.after);
            entry["fields"].push_back(std::move(one));
        }
        result.push_back(std::move(entry));
    }
    return result;
}

/// The layer of a file; an empty file, as version control leaves for what is new, is an empty layer.
Result<usd::Layer> load(std::string const& path, DiffOptions const& options)
{
    std::error_code error;
    if (fs::is_regular_file(path, error) && fs::file_size(path, error) == 0) return usd::Layer();
    if (!options.flatten) return *TRY(usd::Layer::open(path));
    return usd::flatten(*TRY(usd::Stage::open(path)), {.source_comment = false});
}

class Differ {
public:
    Differ(Context& context, DiffOptions const& options) : context_(context), options_(options) {}

    Result<int> run()
    {
        auto const pairs = TRY(find_pairs());
        for (auto const& [before, after] : pairs) TRY(compare(before, after));
        if (context_.json) {
            Json json = {{"equal", !differs_}, {"files", std::move(files_)}};
            if (!unmatched_.empty()) json["unmatched"] = unmatched_;
            context_.print(json, "");
        } else {
            for (auto const& file : unmatched_)
                std::printf("No corresponding file found for %s, skipping.\n", file.c_str());
        }
        return differs_ ? different : same;
    }

private:
    using Pairs = std::vector<std::pair<std::string, std::string>>;

    Result<Pairs> find_pairs()
    {
        auto const& names = options_.files;
        std::error_code error;
        auto const is_folder = [&](std::string const& name) { return fs::is_directory(name, error); };
        auto const folders = std::count_if(names.begin(), names.end(), is_folder);
        if (names.size() == 2 && folders == 0) return Pairs{{names[0], names[1]}};
        if (names.size() == 2 && folders == 2) return folder_pairs(names[0], names[1]);
        bool const first = is_folder(names.front()), last = is_folder(names.back());
        if (names.size() < 2 || folders != 1 || (!first && !last))
            return fail(Errc::invalid_input,
                        "give two files, two folders, a folder and files, or files and a folder");
        Pairs pairs;
        auto const& folder = first ? names.front() : names.back();
        for (auto const& name : names) {
            if (name == folder) continue;
            auto const other = (fs::path(folder) / fs::path(name).lexically_normal()).string();
            if (!fs::exists(other, error))
                unmatched_.push_back(name);
            else if (first)
                pairs.emplace_back(other, name);
            else
                pairs.emplace_back(name, other);
        }
        return pairs;
    }

    static std::set<std::string> files_in(std::string const& folder)
    {
        std::set<std::string> result;
        std::error_code error;
        for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
             at.increment(error))
            if (at->is_regular_file(error)) result.insert(fs::relative(at->path(), folder, error).string());
        return result;
    }

    Pairs folder_pairs(std::string const& before, std::string const& after)
    {
        auto const left = files_in(before), right = files_in(after);
        Pairs pairs;
        for (auto const& name : left)
            if (right.contains(name))
                pairs.emplace_back((fs::path(before) / name).string(), (fs::path(after) / name).string());
            else
                unmatched_.push_back((fs::path(before) / name).string());
        for (auto const& name : right)
            if (!left.contains(name)) unmatched_.push_back((fs::path(after) / name).string());
        return pairs;
    }

    Result<> compare(std::string const& before, std::string const& after)
    {
        bool const packages = before.ends_with(".usdz") && after.ends_with(".usdz");
        if (packages && !options_.flatten) {
            auto const old_package = TRY(usd::Package::open(before));
            auto const new_package = TRY(usd::Package::open(after));
            return compare_packages(*old_package, before, *new_package, after, 0);
        }
        auto const old_layer = TRY(load(before, options_)), new_layer = TRY(load(after, options_));
        show_layers(old_layer, new_layer, before, after, false);
        return {};
    }

    void show_layers(usd::Layer const& old_layer, usd::Layer const& new_layer, std::string const& before,
                     std::string const& after, bool with_names)
    {
        auto const old_text = usd::write_text(old_layer), new_text = usd::write_text(new_layer);
        bool const equal = old_text == new_text;
        if (context_.json) {
            files_.push_back({{"before", before},
                              {"after", after},
                              {"equal", equal},
                              {"differences", to_json(usd::differences(old_layer, new_layer))}});
            differs_ = differs_ || !equal;
        } else if (!equal) {
            show_texts(old_text, new_text, before, after, with_names);
        }
    }

    void show_texts(std::string_view old_text, std::string_view new_text, std::string const& before,
                    std::string const& after, bool with_names)
    {
        differs_ = true;
        if (with_names) std::printf("Differences in %s and %s:\n", before.c_str(), after.c_str());
        if (options_.brief) {
            std::printf("Files %s and %s differ\n", before.c_str(), after.c_str());
            return;
        }
        auto const text = usd::unified_diff(old_text, new_text);
        std::fwrite(text.data(), 1, text.size(), stdout);
    }

    Result<> compare_packages(usd::Package const& old_package, std::string const& before,
                              usd::Package const& new_package, std::string const& after, int nesting)
    {
        if (nesting > 8) return fail(Errc::limit, "{}: packages are nested more than 8 deep", before);
        std::set<std::string> common;
        for (auto const& entry : old_package.entries())
            if (new_package.find(entry.name)) common.insert(entry.name);
        for (auto const& name : common) {
            auto const& old_entry = *old_package.find(name);
            auto const& new_entry = *new_package.find(name);
            if (old_entry.crc == new_entry.crc && old_entry.size == new_entry.size) continue;
            TRY(compare_entries(old_package.bytes(old_entry), inside(before, name),
                                new_package.bytes(new_entry), inside(after, name), nesting));
        }
        for (auto const& entry : old_package.entries())
            if (!common.contains(entry.name)) alone("Only in baseline", inside(before, entry.name));
        for (auto const& entry : new_package.entries())
            if (!common.contains(entry.name)) alone("Not in baseline", inside(after, entry.name));
        return {};
    }

    static std::string inside(std::string const& package, std::string const& name)
    {
        auto result = package;
        auto const closing = package.size() - package.find_last_not_of(']') - 1;
        return result.insert(package.size() - closing, "[" + name + "]");
    }

    void alone(char const* where, std::string const& name)
    {
        differs_ = true;
        if (context_.json)
            unmatched_.push_back(name);
        else
            std::printf("%s: %s.\n", where, name.c_str());
    }

    Result<> compare_entries(std::span<std::byte const> old_bytes, std::string const& before,
                             std::span<std::byte const> new_bytes, std::string const& after, int nesting)
    {
        auto const text = [](std::span<std::byte const> bytes) {
            return std::string_view(reinterpret_cast<char const*>(bytes.data()), bytes.size());
        };
        if (before.find(".usdz]") != before.npos) {
            auto const old_package = TRY(usd::Package::open(old_bytes, nullptr, before));
            auto const new_package = TRY(usd::Package::open(new_bytes, nullptr, after));
            return compare_packages(*old_package, before, *new_package, after, nesting + 1);
        }
        auto const old_text = text(old_bytes), new_text = text(new_bytes);
        bool const is_layer = (old_text.starts_with("#usda") || old_text.starts_with("PXR-USDC")) &&
                              (new_text.starts_with("#usda") || new_text.starts_with("PXR-USDC"));
        bool const both_text = old_text.starts_with("#usda") && new_text.starts_with("#usda");
        if (is_layer && (context_.json || !both_text)) {
            auto const old_layer = TRY(usd::Layer::read(old_bytes, before));
            auto const new_layer = TRY(usd::Layer::read(new_bytes, after));
            show_layers(old_layer, new_layer, before, after, true);
        } else if (context_.json) {
            differs_ = true;
            files_.push_back({{"before", before}, {"after", after}, {"equal", false}});
        } else if (both_text || (is_readable(old_text) && is_readable(new_text))) {
            show_texts(old_text, new_text, before, after, true);
        } else {
            differs_ = true;
            std::printf("Differences in %s and %s:\n", before.c_str(), after.c_str());
        }
        return {};
    }

    static bool is_readable(std::string_view text)
    {
        return text.size() < (64u << 20) && std::all_of(text.begin(), text.end(), [](unsigned char c) {
                   return c >= ' ' || c == '\n' || c == '\t' || c == '\r';
               });
    }

    Context& context_;
    DiffOptions const& options_;
    bool differs_ = false;
    Json files_ = Json::array();
    std::vector<std::string> unmatched_;
};

Result<int> diff(Context& context, DiffOptions const& options)
{
    auto result = Differ(context, options).run();
    if (result) return result;
    if (context.json)
        std::fprintf(
            stderr, "%s\n",
            Json{{"error", {{"code", name_of(result.error().code)}, {"message", result.error().what}}}}
                .dump()
                .c_str());
    else
        std::fprintf(stderr, "soulvan: %s\n", result.error().what.c_str());
    return trouble;
}

} // namespace

void add_diff(CLI::App& parent, Context& context)
{
    auto const options = std::make_shared<DiffOptions>();
    auto* command = parent.add_subcommand(
        "diff",
        "What differs between layers, stages or packages. Exit code 0: nothing, 1: something, 2: trouble");
    command->add_option("files", options->files, "FILE FILE, FOLDER FOLDER, FILE... FOLDER or FOLDER FILE...")
        ->required();
    command->add_flag("-f,--flatten", options->flatten, "Compose both as stages and compare what they say");
    command->add_flag("-q,--brief", options->brief, "Only say that files differ");
    command->add_flag("-n,--noeffect", options->no_effect, "Edit neither file; this tool never does");
    command->callback(
        [options, &context] { context.run = [options, &context] { return diff(context, *options); }; });
}

} // namespace soulvan::app::usd_tools
