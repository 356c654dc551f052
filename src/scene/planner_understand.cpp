// From a sentence to a plan: language, spelling, grammar, and the answer when there is nothing to build.
#include "grammar.h"

#include <algorithm>
#include <array>

namespace soulvan::scene {

namespace {

/// Replaces foreign phrases by English ones; returns how many tokens were read so.
int translate(std::vector<Token>& tokens, std::string_view language, Lexicon const& lexicon, bool write)
{
    int read = 0;
    std::vector<Token> out;
    for (std::size_t at = 0; at < tokens.size();) {
        std::size_t taken = 0;
        for (std::size_t count = std::min<std::size_t>(4, tokens.size() - at); count > 0 && taken == 0;
             --count) {
            std::string phrase;
            for (std::size_t i = at; i < at + count; ++i) phrase += (i > at ? " " : "") + tokens[i].word;
            auto const english = lexicon.english(language, phrase);
            if (english.empty()) continue;
            taken = count;
            read += static_cast<int>(count);
            std::string typed;
            for (std::size_t i = at; i < at + count; ++i) typed += (i > at ? " " : "") + tokens[i].typed;
            for (auto word : tokenise(english)) {
                word.typed = typed;
                out.push_back(std::move(word));
            }
        }
        if (taken == 0) out.push_back(tokens[at]), taken = 1;
        at += taken;
    }
    if (write) tokens = std::move(out);
    return read;
}

struct Spoken {
    bool foreign = false; ///< no words that we read
    std::string language; ///< "de", "fr", "es" when translated
};

/// Which language is it? Words that only one of them has decide.
Spoken settle_language(std::vector<Token>& tokens, CatalogView const& catalog, Lexicon const& lexicon)
{
    int words = 0, english = 0, script = 0, strange = 0;
    for (auto const& token : tokens) {
        if (token.kind != Token::Kind::word) continue;
        ++words;
        script += token.foreign;
        bool const known = lexicon.knows(token.word);
        english += known;
        bool const word = known || (catalog.wordnet && catalog.wordnet->is_word(token.word));
        strange += !word;
    }
    if (words == 0) return {};
    if (script * 3 > words) return {.foreign = true};
    int best = 0;
    std::string language;
    for (auto const& name : lexicon.languages()) {
        int const read = translate(tokens, name, lexicon, false);
        if (read > best) best = read, language = name;
    }
    if (best > english && best * 2 >= words) {
        translate(tokens, language, lexicon, true);
        return {.language = language};
    }
    // Strange words in plenty, yet few that English is full of: another language, or no language at all.
    bool const accents = std::any_of(tokens.begin(), tokens.end(), [](Token const& token) {
        return std::any_of(token.typed.begin(), token.typed.end(),
                           [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    });
    if (strange * 2 > words && (accents || words >= 3)) return {.foreign = true};
    return {};
}

/// Words that are in no dictionary become the nearest one of the lexicon, and the plan says so.
void settle_spelling(std::vector<Token>& tokens, CatalogView const& catalog, Lexicon const& lexicon,
                     Plan& plan)
{
    for (auto& token : tokens) {
        if (token.kind != Token::Kind::word || token.foreign || token.word.size() < 4 ||
            lexicon.knows(token.word))
            continue;
        if (catalog.wordnet && catalog.wordnet->is_word(token.word)) continue;
        auto const near = lexicon.near(token.word);
        if (near.empty()) continue;
        plan.report.warnings.push_back({"typo", "Read '" + token.typed + "' as " + near.front() + "."});
        token.word = near.front();
    }
}

bool has_content(std::vector<Item> const& items)
{
    return std::any_of(items.begin(), items.end(), [](Item const& item) {
        return item.mark == 0 && !item.is(Kind::greet) && !item.word_is("filler") &&
               !item.word_is("please") && !item.word_is("and");
    });
}

Plan answer(std::string_view sentence, std::uint64_t seed, Outcome outcome, std::string message,
            std::string question, Report report)
{
    Plan plan;
    plan.outcome = outcome;
    plan.sentences.emplace_back(sentence);
    plan.seed = seed;
    plan.message = std::move(message);
    plan.question = std::move(question);
    plan.report = std::move(report);
    return plan;
}

constexpr std::string_view example =
    "\"A warehouse with 3 forklifts and 8 pallet racks, camera at eye level.\"";

bool asks_for_undo(std::string_view sentence)
{
    bool undo = false;
    for (auto const& item : read_items(tokenise(sentence), Lexicon::standard())) {
        bool const filler = item.mark != 0 || item.word_is("filler") || item.word_is("please") ||
                            item.word_is("it") || item.word_is("the");
        if (item.is(Kind::verb, "undo"))
            undo = true;
        else if (!filler && !item.is(Kind::which) && item.word != "step" && item.word != "change")
            return false;
    }
    return undo;
}

} // namespace

Plan understand_turn(std::string_view sentence, std::uint64_t seed, Plan const* previous,
                     CatalogView const& catalog)
{
    if (!previous || !asks_for_undo(sentence)) return understand(sentence, seed, previous, catalog);
    // The plan before the last turn, made again from its sentences: equal to what it was.
    auto const& turns = previous->sentences;
    if (turns.size() < 2) {
        Plan plan = *previous;
        plan.edits.clear();
        plan.report.warnings = {{"nothing_to_undo", "This is the first turn; there is nothing to undo."}};
        plan.message = plan.report.warnings[0].text;
        return plan;
    }
    std::optional<Plan> plan;
    for (std::size_t i = 0; i + 1 < turns.size(); ++i) {
        if (plan && catalog.furnish) plan = catalog.furnish(std::move(*plan));
        plan = understand(turns[i], previous->seed, plan ? &*plan : nullptr, catalog);
    }
    return std::move(*plan);
}

Plan understand(std::string_view sentence, std::uint64_t seed, Plan const* previous,
                CatalogView const& catalog)
{
    auto const& lexicon = Lexicon::standard();
    auto tokens = tokenise(sentence);
    auto const ask = [&](std::string message, std::string question, Report report = {}) {
        return answer(sentence, seed, Outcome::clarify, std::move(message), std::move(question),
                      std::move(report));
    };
    bool const any = std::any_of(tokens.begin(), tokens.end(),
                                 [](Token const& token) { return token.kind != Token::Kind::mark; });
    if (!any)
        return ask("There is nothing to build yet.",
                   std::string("What should the scene show? For example ") + std::string(example));
    auto const spoken = settle_language(tokens, catalog, lexicon);
    if (spoken.foreign)
        return ask("This does not seem to be English, the language that is read best; simple German, French "
                   "and Spanish sentences work too.",
                   "Could you describe the scene in English? I could not recognise the language of the "
                   "sentence, or too many of its words.");

    Plan plan;
    if (previous) {
        plan = *previous;
        plan.outcome = Outcome::scene;
        plan.question.clear();
        plan.edits.clear();
        plan.report = {};
    } else {
        plan.seed = seed;
    }
    plan.sentences.emplace_back(sentence);
    if (!spoken.language.empty()) {
        static std::map<std::string, std::string, std::less<>> const names{
            {"de", "German"}, {"es", "Spanish"}, {"fr", "French"}};
        plan.report.warnings.push_back(
            {"language", "Read as " + names.at(spoken.language) + ", word by word; English is read best."});
    }
    settle_spelling(tokens, catalog, lexicon, plan);
    auto items = read_items(tokens, lexicon);
    if (!has_content(items))
        return ask("Hello! I build scenes from descriptions.",
                   std::string("What should the scene show? For example ") + std::string(example));

    Grammar grammar(std::move(plan), previous != nullptr, catalog);
    grammar.read(std::move(items));
    if (grammar.refused())
        return answer(sentence, seed, Outcome::reject,
                      "This does not describe a scene. I build 3D scenes from sentences, for example " +
                          std::string(example),
                      "", {});
    bool const said = grammar.said_something();
    auto result = std::move(grammar).conclude();
    if (said) return result;
    Report report = std::move(result.report);
    std::string const words = report.not_understood.empty() ? "" : " (" + report.not_understood.front() + ")";
    return ask("No thing or place in this sentence is known" + words + ".",
               std::string("Which things should the scene show, and where? For example ") +
                   std::string(example),
               std::move(report));
}

} // namespace soulvan::scene
