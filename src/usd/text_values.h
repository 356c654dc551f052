// How typed values stand in text: scalars, tuples, lists, dictionaries, and values of unknown type kept as
// text.
#pragma once

#include "soulvan/usd/layer.h"
#include "text_scanner.h"

namespace soulvan::usd {

/// Reads one value of one type from the scanner.
class ValueReader {
public:
    ValueReader(TextScanner& scanner, ReadLimits const& limits) : scanner_(scanner), limits_(limits) {}

    /// A data type by the name it has in text, old names included; null when there is none.
    struct Type;
    static Type const* find_type(std::string_view name);
    /// "opaque" and "group" have no values.
    static bool has_values(Type const& type);

    /// A value of `type`, or for a null `type` any value, kept as an Opaque with normalised text.
    bool read(Type const* type, Value& value);
    /// "{ type key = value … }"
    bool read_dictionary(Dictionary& dictionary) { return read_dictionary(dictionary, 0); }
    /// "{ "key": "value", … }"
    bool read_string_dictionary(Dictionary& dictionary);

    TextScanner& scanner() { return scanner_; }
    ReadLimits const& limits() const { return limits_; }

private:
    bool read_dictionary(Dictionary& dictionary, int nesting);
    bool read_dictionary_item(Dictionary& dictionary, int nesting);
    bool read_opaque(std::string& text, int nesting);
    bool read_opaque_sequence(std::string& text, char close, int nesting);

    TextScanner& scanner_;
    ReadLimits const& limits_;
};

/// Reads "item, item, … close" after the opening bracket; a comma may end the list. `read_item` reads one.
template <class ReadItem>
bool read_sequence(TextScanner& scanner, char close, bool may_be_empty, ReadItem const& read_item)
{
    scanner.skip_lines();
    if (may_be_empty && scanner.take(close)) return true;
    for (;;) {
        if (!read_item()) return false;
        // A comma stands on the line of its item.
        scanner.skip_blanks();
        bool const more = scanner.take(',');
        scanner.skip_lines();
        if (scanner.take(close)) return true;
        if (!more) return scanner.fail(fmt::format("',' or '{}' is expected", close));
    }
}

/// Reads "statement; statement … close": statements end with ';' or the line.
template <class ReadItem>
bool read_statements(TextScanner& scanner, char close, ReadItem const& read_item)
{
    scanner.skip_lines();
    for (;;) {
        if (scanner.take(close)) return true;
        if (!read_item()) return false;
        scanner.skip_to_line_end();
        bool const more = scanner.take(';') || scanner.at_line_end();
        scanner.skip_lines();
        if (scanner.take(close)) return true;
        if (!more) return scanner.fail(fmt::format("a new line, ';' or '{}' is expected", close));
    }
}

} // namespace soulvan::usd
