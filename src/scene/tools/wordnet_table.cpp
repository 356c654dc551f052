// Makes share/soulvan/wordnet.tsv of Debian's wordnet-base: the nouns that name physical things, with their
// hypernyms, and the bare list of all other words.
//
//   wordnet_table /usr/share/wordnet wordnet.tsv
//
// Lines are sorted by their bytes, so that a reader can bisect: "!…" is WordNet's licence,
// "#offset<tab>hypernym offset<tab>word<tab>gloss" a synset, "word<tab>offset,offset" a noun with its
// physical senses ("~" before the first one when another sense is commoner), "word<tab>=word" an irregular
// plural, "word" any other word. Source   wndb(5WN) and lexnames(5WN), WordNet 3.0.
#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

// Tops, animal, artifact, body, food, object, person, plant, substance
bool is_physical(std::string const& lexname)
{
    static std::set<std::string> const physical{"03", "05", "06", "08", "13", "17", "18", "20", "27"};
    return physical.contains(lexname);
}

std::string spaced(std::string word)
{
    std::replace(word.begin(), word.end(), '_', ' ');
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
    return word;
}

struct Synset {
    std::string hypernym, word, gloss;
    bool physical = false;
};

std::map<std::string, Synset> read_synsets(std::string const& path, std::vector<std::string>& licence)
{
    std::map<std::string, Synset> synsets;
    std::ifstream in(path);
    int number = 1000;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("  ")) {
            licence.push_back("!" + std::to_string(++number).substr(1) + line.substr(4));
            continue;
        }
        std::istringstream fields(line);
        std::string offset, lexname, type, count, word, id, pointers;
        fields >> offset >> lexname >> type >> count;
        Synset synset;
        synset.physical = is_physical(lexname);
        for (int i = std::stoi(count, nullptr, 16); i > 0; --i) {
            fields >> word >> id;
            if (synset.word.empty()) synset.word = spaced(word);
        }
        fields >> pointers;
        for (int i = std::stoi(pointers); i > 0; --i) {
            std::string symbol, target, part, link;
            fields >> symbol >> target >> part >> link;
            if ((symbol == "@" || symbol == "@i") && synset.hypernym.empty()) synset.hypernym = target;
        }
        auto const bar = line.find(" | ");
        if (bar != std::string::npos)
            synset.gloss = line.substr(bar + 3, line.find_first_of(";\"", bar) - bar - 3);
        while (synset.gloss.ends_with(' ')) synset.gloss.pop_back();
        synsets.emplace(offset, std::move(synset));
    }
    return synsets;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) return std::cerr << "usage: wordnet_table FOLDER FILE\n", 2;
    std::string const folder = argv[1];
    std::vector<std::string> lines;
    auto const synsets = read_synsets(folder + "/data.noun", lines);
    std::set<std::string> used;
    std::map<std::string, std::string> words;

    std::ifstream nouns(folder + "/index.noun");
    for (std::string line; std::getline(nouns, line);) {
        if (line.starts_with("  ")) continue;
        std::istringstream fields(line);
        std::string word, type, skip;
        int senses = 0, pointers = 0;
        fields >> word >> type >> senses >> pointers;
        for (int i = 0; i < pointers + 2; ++i) fields >> skip;
        std::string list;
        for (int i = 0; i < senses && fields >> skip; ++i) {
            auto const found = synsets.find(skip);
            if (found == synsets.end() || !found->second.physical) continue;
            if (list.empty() && i > 0) list = "~";
            list += (list.empty() || list == "~" ? "" : ",") + skip;
            for (std::string at = skip; !at.empty() && used.insert(at).second;) at = synsets.at(at).hypernym;
        }
        // Of what is no thing, only single words are asked for: whether they are spelt right.
        if (!list.empty() || word.find('_') == std::string::npos) words.emplace(spaced(word), list);
    }
    for (char const* name : {"/index.verb", "/index.adj", "/index.adv", "/verb.exc", "/adj.exc"}) {
        std::ifstream in(folder + name);
        for (std::string line; std::getline(in, line);) {
            std::string const word = line.substr(0, line.find(' '));
            if (!word.empty() && word.find('_') == std::string::npos) words.emplace(spaced(word), "");
        }
    }
    std::ifstream exceptions(folder + "/noun.exc");
    for (std::string plural, singular; exceptions >> plural >> singular;)
        if (plural != singular) words.emplace(spaced(plural), "=" + spaced(singular));

    for (auto const& [word, list] : words) lines.push_back(list.empty() ? word : word + "\t" + list);
    for (auto const& offset : used) {
        auto const& synset = synsets.at(offset);
        lines.push_back("#" + offset + "\t" + synset.hypernym + "\t" + synset.word + "\t" + synset.gloss);
    }
    std::sort(lines.begin(), lines.end());
    std::ofstream out(argv[2], std::ios::binary);
    for (auto const& line : lines) out << line << '\n';
    return out.flush() ? 0 : 1;
}
