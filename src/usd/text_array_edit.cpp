// How array edits stand in text.
#include "text_array_edit.h"

#include "text_format.h"
#include "text_write_values.h"

namespace soulvan::usd {
namespace {

using Op = ArrayEdit::Op;

template <class T>
bool gathered(std::vector<Value> const& values, Value& array)
{
    if (!array.holds<Array<T>>()) return false;
    std::vector<T> items;
    for (auto const& value : values)
        if (auto const* item = value.get<T>()) items.push_back(*item);
    array = Value(Array<T>(std::move(items)));
    return true;
}

/// Reads the inside of one "edit [ … ]".
class EditReader {
public:
    EditReader(ValueReader& values, ValueReader::Type const* type)
        : values_(values),
          scanner_(values.scanner()),
          type_(type)
    {}
    bool read_instruction();
    ArrayEdit edit;
    std::vector<Value> literals;

private:
    bool read_index(std::int64_t& index)
    {
        return scanner_.expect('[') && read_whole(index) && (scanner_.skip_blanks(), scanner_.expect(']'));
    }
    bool read_whole(std::int64_t& whole)
    {
        scanner_.skip_blanks();
        auto const start = scanner_.position();
        Number number;
        if (!scanner_.read_number(number)) return false;
        double const value = number.as_double();
        if (!(value > -9e15 && value < 9e15) ||
            value != static_cast<double>(static_cast<std::int64_t>(value)))
            return scanner_.fail_at(start, "a whole number is expected");
        whole = static_cast<std::int64_t>(value);
        return true;
    }
    bool read_literal(std::int64_t& index)
    {
        Value value;
        index = static_cast<std::int64_t>(literals.size());
        if (!values_.read(type_, value)) return false;
        literals.push_back(std::move(value));
        return true;
    }
    /// A literal, or the index of an element in brackets; then the operation is the one after `op`.
    bool read_source(Op op, ArrayEdit::Instruction& step)
    {
        scanner_.skip_blanks();
        step.op = op;
        if (scanner_.peek() != '[') return read_literal(step.a);
        step.op = static_cast<Op>(static_cast<int>(op) + 1);
        return read_index(step.a);
    }
    bool expect_word(std::string_view word)
    {
        scanner_.skip_blanks();
        if (!scanner_.take_word(word)) return scanner_.fail(fmt::format("'{}' is expected", word));
        scanner_.skip_blanks();
        return true;
    }
    bool read_size(Op op, ArrayEdit::Instruction& step)
    {
        step.op = op;
        if (!read_whole(step.a)) return false;
        auto const after = scanner_.position();
        scanner_.skip_blanks();
        if (!scanner_.take_word("fill")) {
            scanner_.move_to(after);
            return true;
        }
        scanner_.skip_blanks();
        step.op = static_cast<Op>(static_cast<int>(op) + 1);
        return read_literal(step.b);
    }

    ValueReader& values_;
    TextScanner& scanner_;
    ValueReader::Type const* type_;
};

bool EditReader::read_instruction()
{
    ArrayEdit::Instruction step{Op::write};
    auto const word = scanner_.peek_word();
    auto const is = [&](std::string_view name) { return word == name && scanner_.take_word(name); };
    bool good = false;
    if (is("write")) {
        good = read_source(Op::write, step) && expect_word("to") && read_index(step.b);
    } else if (is("insert")) {
        good = read_source(Op::insert, step) && expect_word("at") && read_index(step.b);
    } else if (is("append")) {
        good = read_source(Op::insert, step);
        step.b = ArrayEdit::end;
    } else if (is("prepend")) {
        good = read_source(Op::insert, step);
    } else if (is("erase")) {
        step.op = Op::erase;
        scanner_.skip_blanks();
        good = read_index(step.a);
    } else if (is("minsize")) {
        good = read_size(Op::min_size, step);
    } else if (is("resize")) {
        good = read_size(Op::set_size, step);
    } else if (is("maxsize")) {
        step.op = Op::max_size;
        good = read_whole(step.a);
    } else {
        return scanner_.fail("an instruction is expected: write, insert, append, prepend, erase, minsize, …");
    }
    if (good) edit.instructions.push_back(step);
    return good;
}

void append_index(std::string& out, std::int64_t index)
{
    out += '[';
    append_number(out, index);
    out += ']';
}

/// The literals, each as text.
template <class T>
bool spelled(Value const& literals, std::vector<std::string>& texts)
{
    auto const* items = literals.get<Array<T>>();
    if (!items) return false;
    for (auto const& item : *items) append_value(texts.emplace_back(), Value(T(item)));
    return true;
}

} // namespace

bool read_array_edit(ValueReader& values, std::string_view type_name, Value& value)
{
    auto& scanner = values.scanner();
    auto const* const type = find_value_type(type_name);
    if (!type || !type->is_array) return scanner.fail("only arrays can be edited");
    EditReader reader(values, ValueReader::find_type(type_name.substr(0, type_name.size() - 2)));
    scanner.skip_blanks();
    if (!scanner.expect('[')) return false;
    if (!read_statements(scanner, ']', [&] { return reader.read_instruction(); })) return false;
    reader.edit.literals = type->fallback;
    bool known = false;
#define SOULVAN_USD_GATHER(T) known = known || gathered<T>(reader.literals, reader.edit.literals);
    SOULVAN_USD_SCALARS(SOULVAN_USD_GATHER)
#undef SOULVAN_USD_GATHER
    if (!known) return scanner.fail("arrays of this type cannot be edited");
    value = Value(std::move(reader.edit));
    return true;
}

void append_array_edit(std::string& out, ArrayEdit const& edit)
{
    std::vector<std::string> texts;
#define SOULVAN_USD_SPELL(T) (void)(texts.empty() && spelled<T>(edit.literals, texts));
    SOULVAN_USD_SCALARS(SOULVAN_USD_SPELL)
#undef SOULVAN_USD_SPELL
    auto const literal = [&](std::int64_t index) {
        if (index >= 0 && index < static_cast<std::int64_t>(texts.size()))
            out += texts[static_cast<std::size_t>(index)];
    };
    auto const source = [&](ArrayEdit::Instruction const& step) {
        bool const is_literal = step.op == Op::write || step.op == Op::insert;
        is_literal ? literal(step.a) : append_index(out, step.a);
    };
    auto const size = [&](std::string_view word, ArrayEdit::Instruction const& step) {
        out += word;
        append_number(out, step.a);
        if (step.op != Op::min_size_fill && step.op != Op::set_size_fill) return;
        out += " fill ";
        literal(step.b);
    };
    // Edits came with version 1.2 of the format.
    constexpr std::string_view version = "#usda 1.";
    if (out.starts_with(version) && out.size() > version.size() && out[version.size()] < '2')
        out[version.size()] = '2';
    out += "edit [";
    bool first = true;
    for (auto const& step : edit.instructions) {
        if (!first) out += "; ";
        first = false;
        switch (step.op) {
        case Op::write:
        case Op::write_from:
            out += "write ";
            source(step);
            out += " to ";
            append_index(out, step.b);
            break;
        case Op::insert:
        case Op::insert_from:
            out += step.b == ArrayEdit::end ? "append " : step.b == 0 ? "prepend " : "insert ";
            source(step);
            if (step.b == ArrayEdit::end || step.b == 0) break;
            out += " at ";
            append_index(out, step.b);
            break;
        case Op::erase:
            out += "erase ";
            append_index(out, step.a);
            break;
        case Op::min_size:
        case Op::min_size_fill:
            size("minsize ", step);
            break;
        case Op::set_size:
        case Op::set_size_fill:
            size("resize ", step);
            break;
        case Op::max_size:
            size("maxsize ", step);
            break;
        }
    }
    out += ']';
}

} // namespace soulvan::usd
