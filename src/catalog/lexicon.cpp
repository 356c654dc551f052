// The lexicon: what people call things, places and looks.
#include "soulvan/catalog/lexicon.h"

#include "tables.h"

#include "soulvan/base/result.h"

namespace soulvan::catalog {

std::vector<LexiconRow> const& lexicon()
{
    static std::vector<LexiconRow> const rows = [] {
        std::vector<LexiconRow> read;
        for (auto const line : split(data::lexicon_tsv, '\n')) {
            if (line.empty() || line.starts_with('#')) continue;
            auto const cells = split(line, '\t');
            SOULVAN_CHECK(cells.size() >= 3);
            LexiconRow row{.kind = cells[0], .value = cells[1], .forms = split(cells[2], ','), .extras = {}};
            if (cells.size() > 3) row.extras = split(cells[3], ' ');
            read.push_back(std::move(row));
        }
        return read;
    }();
    return rows;
}

} // namespace soulvan::catalog
