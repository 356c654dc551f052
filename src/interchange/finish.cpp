// What is this made of? The words of material and texture names, in the languages that model libraries use.
#include "looks.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace soulvan::interchange {

namespace {

/// Words that name a finish. A word of five letters and more also counts inside a longer one
/// ("blackplastic"), one of four at its start or end ("teakwood"); "=x" counts only as a whole word.
struct Rule {
    Finish finish;
    std::string_view words;
};

/// In order of precedence: what is special stands above what is general, so that "METAL_brass_polish" is
/// brass and "rubber-wheel-metal" is rubber. English, then Spanish, Catalan, French, Italian, Portuguese,
/// German, Swedish, as found in the five archives of sweethome3d-furniture.
constexpr std::array rules = {
    Rule{Finish::flame, "flame =fire llama fuego fuoco"},
    Rule{Finish::lamp,
         "=bulb =bulbs light_bulb lightbulb fluorescent incandescent =led =leds =neon bombilla ampoule "
         "=luz emit =emitter"},
    Rule{Finish::glass, "windscreen windshield window_pane"},
    Rule{Finish::screen, "screen display pantalla =ecran =lcd teleimage"}, // a "monitor" is its case
    Rule{Finish::mirror, "mirror espejo miroir specchio spegel =retro rearview rearviews"},
    Rule{Finish::fabric, "lampshade =shade abatjour"},
    Rule{Finish::frosted_glass, "frosted =opal semitrans translucent"},
    Rule{Finish::glass, "glass =glas glasy vidre vidro vidrio cristal crystal =vit =vitre =verre =vetro"
                        " =pane =cornea transparent =trans diamon =lens carafe =botella =bottle"},
    Rule{Finish::water, "water =agua =eau =acqua liquid liquido"},
    Rule{Finish::leaf,
         "leaf leaves foliage =hoja =hojas feuille foglia petal petals flower flowers =lily =grass =fern "
         "needles =twigs blossom =rose pollen =stem =stalk hedge cactus blume"},
    Rule{Finish::rubber,
         "rubber tire =tyre =tyres tires neumatico =pneu =pneus =goma caucho =tread =sole =insole "
         "gomma"},
    Rule{Finish::chrome, "chrome =chrom chromes =cromo cromado =krom =tap =taps faucet shower_handle llantas "
                         "metalchrome"},
    Rule{Finish::brass, "brass laiton laton ottone bronze"},
    Rule{Finish::gold, "gold =oro =dore =dorado golden"},
    Rule{Finish::copper, "copper cobre cuivre =rame"},
    Rule{Finish::aluminium, "aluminum aluminium =alu alumain alumin"},
    Rule{Finish::steel,
         "steel stainless =inox =acero =acier acciaio silver silvered cutlery cuttelry flatware blade "
         "knife spoon fork_ =fork =tines =mast"},
    Rule{Finish::leather, "leather =cuir =cuero =piel =pelle doeskin skai"},
    Rule{Finish::car_paint, "car_paint carpaint carrosserie bodywork car_body =carroceria =chapa =bodypaint"},
    Rule{Finish::ceramic,
         "ceramic porcelain porcelaine ceramica =china enamel crockery earthenware =sanitary =tile "
         "=tiles =azulejo basin toilet lavabo"},
    Rule{Finish::polished_stone,
         "marble marmol marbre marmo granite granit worktop worktops countertop terrazzo "
         "quartz"},
    Rule{Finish::wicker, "rattan wicker mimbre bamboo osier =cane basquet basket_weave"},
    Rule{Finish::bark, "trunk =bark corteza tronco ecorce =branch branches twig stammen"},
    Rule{Finish::soil, "=soil =earth =tierra terre =ground gravel =sand =dirt"},
    Rule{Finish::skin,
         "skin =face =hand =hands =arm =arms =lips =neck =wrists bodyskin =ear =ears =leg_skin faceskin "
         "=gums"},
    Rule{Finish::eye, "=eye =eyes =iris =pupil eyeball =teeth"},
    Rule{Finish::hair, "=hair eyelash eyebrow =pelo =cheveux capelli =beard =fur"},
    Rule{Finish::fabric,
         "fabric cloth textile =tela =telas tissu tessuto stoff cushion cosins cojin coixi coussin cuscino "
         "pillow almohada sheet =sofa couch mattress matress colchon sobrecolchon blanket toalla towel "
         "carpet =rug curtain upholstery cotton velvet =wool linen canvas =shirt =pants =suit =tie "
         "=jeans =shorts =dress =sock =socks =sleeve =tatami tapestry =seat =seats =sillon asiento "
         "asientos =jacket =skirt =belt =strap =rope =ropes =flag sweater chamise =net"},
    Rule{Finish::fabric, "=shoe =shoes =laces sneaker"},
    Rule{Finish::cardboard, "cardboard carton cartone karton =box_paper"},
    Rule{Finish::paper,
         "paper =papel papier carta =page =pages =book =books libros bookpage documents etiqueta "
         "=label poster =card =cards photo picture dibujo map_paper archiv archivador euros"},
    Rule{Finish::concrete, "concrete beton hormigon cemento cement asphalt"},
    Rule{Finish::stone, "stone stones =rock =rocks piedra pierre pietra brick ladrillo slate"},
    Rule{Finish::plaster, "plaster stucco =wall =walls =yeso platre intonaco chalk"},
    Rule{Finish::varnished_wood,
         "parquet varnish mohogany mahogany walnut wenge =piano lacquer =vern cherry"},
    Rule{Finish::wood,
         "wood wooden madera madeira =bois legno fusta =holz =oak =pine =pino teak =teca =beech birch =ash "
         "maple plywood timber plank planks pallet =crate bareoak =alder =cedar roure =faig bookcase "
         "=mdf chipboard burlwood laminat chopping ceruse"},
    Rule{Finish::gloss_paint, "=gloss glossy =enamel ceramic_paint whitesop =shiny lacada"},
    Rule{Finish::gloss_plastic, "headlights taillights brakelight =faro =faros =signals"}, // off, by day
    Rule{Finish::gloss_plastic,
         "blackshinyplastic glossplastic plastic_gloss melamine formica =resin acrylic vinyl =pvc"},
    Rule{Finish::plastic,
         "plastic plastico plastique plastica plast plastiques blackplastics bakelite nylon =pole_cap "
         "=keys =button =buttons =teclado =plug =socket =lastic polystyrene =plzstic =cable =wire"},
    Rule{Finish::iron, "=iron =hierro =fer =ferro =cast wrought =burner =burners =grill rejilla =barbecue"},
    Rule{Finish::metal,
         "metal metall metallic metalic metallique metallo =metalico =gonds hinge hinges =screw =screws "
         "=lock metalscrews =bolt =bolts =spring =chain =axis =tube =handles =tin"},
    Rule{Finish::paint, "paint painted =pintura peinture vernice whitepaint coating"},
    Rule{Finish::food,
         "=cake chocolat chocolate =bread banana =apple =pear hamburger =fries chicken salad butter "
         "=fruit vegetable coconut =orange_fruit"},
};

/// What an object of a kind is mostly made of, by words of its name, tags and category.
constexpr std::array usual_rules = {
    Rule{Finish::fabric,
         "sofa couch armchair =bed mattress pillow cushion curtain carpet =rug =puff ottoman blanket towel "
         "=tent hammock"},
    Rule{Finish::car_paint, "=car truck =bus =van motorbike motorcycle scooter trailer vehicle vehicles"},
    Rule{Finish::ceramic, "sink toilet bathtub =bath washbasin shower bidet vase =cup =plate teapot"},
    Rule{Finish::gloss_paint, "oven fridge refrigerator dishwasher washing dryer freezer microwave cooker"},
    Rule{Finish::plastic,
         "computer =tv television keyboard printer phone radio toaster mixer =toy helmet laptop"},
    Rule{Finish::wood, "bookcase shelf shelves wardrobe cabinet dresser desk sideboard piano =crate =door"},
    Rule{Finish::leaf, "plant =tree flower bush =fern palm"},
    Rule{Finish::fabric, "=man =woman =boy =girl human people character characters"},
};

/// "METAL_brassPolish.001" → metal brass polish
std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    auto const flush = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t i = 0; i < text.size() && words.size() < 64; ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (!std::isalpha(c)) {
            flush();
            continue;
        }
        auto const next_is_lower =
            i + 1 < text.size() && std::islower(static_cast<unsigned char>(text[i + 1]));
        auto const after_lower = i > 0 && std::islower(static_cast<unsigned char>(text[i - 1]));
        if (std::isupper(c) && (after_lower || (next_is_lower && !word.empty()))) flush();
        word += static_cast<char>(std::tolower(c));
    }
    flush();
    return words;
}

bool names(std::string_view rule_word, std::string_view word)
{
    if (rule_word.starts_with('=')) return word == rule_word.substr(1);
    if (word == rule_word) return true;
    if (rule_word.size() >= 5) return word.find(rule_word) != word.npos;
    return rule_word.size() == 4 && (word.starts_with(rule_word) || word.ends_with(rule_word));
}

template <std::size_t N>
Finish first_match(std::array<Rule, N> const& table, std::string_view text)
{
    auto const words = words_of(text);
    for (auto const& rule : table) {
        auto rest = rule.words;
        while (!rest.empty()) {
            auto const end = std::min(rest.find(' '), rest.size());
            auto const rule_word = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (rule_word.empty()) continue;
            if (std::any_of(words.begin(), words.end(),
                            [&](auto const& word) { return names(rule_word, word); }))
                return rule.finish;
        }
    }
    return Finish::unknown;
}

} // namespace

bool speaks_of(std::string_view text, std::string_view words)
{
    return first_match(std::array{Rule{Finish::lamp, words}}, text) == Finish::lamp;
}

Finish finish_of(std::string_view text)
{
    return first_match(rules, text);
}

Finish usual_finish(std::string_view hints)
{
    return first_match(usual_rules, hints);
}

} // namespace soulvan::interchange
