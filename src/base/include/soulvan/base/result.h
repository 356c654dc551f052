// One way to fail: Result<T>, an error with a code for programs and a sentence for people.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace soulvan {

/// What a program decides on. The exit codes of the command line follow from it (app/exit_code.h).
enum class Errc {
    invalid_input, ///< the caller's data or arguments are wrong; the sentence says where
    not_found,     ///< something that was named does not exist
    unsupported,   ///< well-formed, but not done here; the sentence says what to do instead
    io,            ///< the operating system refused: permissions, full disk, broken pipe
    limit,         ///< over a stated limit (bytes, depth, count)
    denied,        ///< a secret is missing or wrong, or a signature does not hold
    cancelled,     ///< a stop was requested
    internal,      ///< our fault
};

/// The name of `code` as it stands in JSON output ("invalid_input", ...).
std::string_view name_of(Errc code);

struct [[nodiscard]] Error {
    Errc code = Errc::internal;
    /// One sentence for a person: what happened, where in the input, what to try.
    std::string what;
};

/// A type of its own, because GCC 12's std::expected lets a failure be dropped in silence.
template <class T = void>
struct [[nodiscard]] Result : std::expected<T, Error> {
    using std::expected<T, Error>::expected;
};

/// `return fail(Errc::io, "{}: cannot be written", path);`
template <class... Args>
std::unexpected<Error> fail(Errc code, fmt::format_string<Args...> format, Args&&... args)
{
    return std::unexpected(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

/// The same error with `where` in front of its sentence: "scene.usda: line 4: ...".
inline std::unexpected<Error> within(std::string_view where, Error error)
{
    return std::unexpected(Error{error.code, fmt::format("{}: {}", where, error.what)});
}

/// Ends the program: a broken invariant, never a judgement of input.
[[noreturn]] void check_failed(char const* expression, char const* file, int line);

} // namespace soulvan

/// Unwraps a Result or returns its error from the enclosing function. Nested uses warn of shadowing: name the
/// middle value.
#define TRY(...)                                                                                             \
    __extension__({                                                                                          \
        auto result_ = (__VA_ARGS__);                                                                        \
        if (!result_) return std::unexpected(std::move(result_).error());                                    \
        *std::move(result_);                                                                                 \
    })

#define SOULVAN_CHECK(expression)                                                                            \
    ((expression) ? void() : ::soulvan::check_failed(#expression, __FILE__, __LINE__))
