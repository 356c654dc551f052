// Progress for people: one moving line on a terminal, a plain line now and then elsewhere.
#include "context.h"

#include <chrono>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

namespace soulvan::app {
namespace {

using Clock = std::chrono::steady_clock;

std::string duration_text(double seconds)
{
    auto const whole = static_cast<long>(seconds + 0.5);
    if (whole >= 3600) return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
    if (whole >= 60) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} s", whole);
}

class TerminalProgress final : public Progress {
public:
    TerminalProgress(bool quiet, bool colour)
        : quiet_(quiet),
          colour_(colour),
          terminal_(::isatty(STDERR_FILENO) != 0)
    {}
    ~TerminalProgress() override { clear(); }

    void report(std::string_view step, std::int64_t done, std::int64_t of) override
    {
        if (quiet_ || of <= 0) return;
        std::scoped_lock lock(mutex_);
        auto const now = Clock::now();
        auto [entry, fresh] = begun_.try_emplace(std::string(step), Start{now, done});
        if (done < entry->second.done || (fresh && done > 0)) entry->second = {now, done > 0 ? done - 1 : 0};
        bool const last = done >= of;
        auto const pause = terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(10);
        // In a log nobody waits for the first line: it comes when there is something to tell.
        if (!terminal_ && drawn_ == Clock::time_point()) drawn_ = now;
        if (!last && drawn_ != Clock::time_point() && now - drawn_ < pause) return;
        if (last && !terminal_ && now - drawn_ < pause) {
            begun_.erase(entry);
            return;
        }
        drawn_ = now;
        auto const line = line_of(step, done, of, entry->second, now);
        if (last) begun_.erase(entry);
        if (terminal_) {
            std::fprintf(stderr, "\r\033[K%s", line.c_str());
            on_line_ = true;
        } else {
            std::fprintf(stderr, "%s\n", line.c_str());
        }
        std::fflush(stderr);
    }

    void note(std::string_view line) override
    {
        if (quiet_) return;
        std::scoped_lock lock(mutex_);
        clear();
        std::fprintf(stderr, "%s%.*s%s\n", colour_ ? "\033[2m" : "", static_cast<int>(line.size()),
                     line.data(), colour_ ? "\033[0m" : "");
        std::fflush(stderr);
    }

private:
    struct Start {
        Clock::time_point when;
        std::int64_t done;
    };

    void clear()
    {
        if (!on_line_) return;
        std::fprintf(stderr, "\r\033[K");
        on_line_ = false;
    }

    std::string line_of(std::string_view step, std::int64_t done, std::int64_t of, Start const& start,
                        Clock::time_point now) const
    {
        double const fraction = static_cast<double>(done) / static_cast<double>(of);
        double const elapsed = std::chrono::duration<double>(now - start.when).count();
        std::string left;
        if (done > start.done && done < of && elapsed > 0.5)
            left = ", " +
                   duration_text(elapsed / static_cast<double>(done - start.done) *
                                 static_cast<double>(of - done)) +
                   " left";
        if (!terminal_) return fmt::format("{}: {} of {} ({:.0f} %){}", step, done, of, fraction * 100, left);
        winsize size{};
        int const columns =
            ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
        auto text = fmt::format("{:<20.20} {:>3.0f} %  {}/{}{}", step, fraction * 100, done, of, left);
        int const room = columns - static_cast<int>(text.size()) - 4;
        if (room < 10) return text.substr(0, static_cast<std::size_t>(columns - 1));
        int const width = std::min(room, 30), filled = static_cast<int>(fraction * width);
        std::string bar;
        for (int i = 0; i < width; ++i) bar += i < filled ? "━" : "─";
        return fmt::format("{} {}{}{}", text, colour_ ? "\033[36m" : "", bar, colour_ ? "\033[0m" : "");
    }

    bool quiet_, colour_, terminal_, on_line_ = false;
    Clock::time_point drawn_;
    std::map<std::string, Start> begun_;
    std::mutex mutex_;
};

} // namespace

std::unique_ptr<Progress> make_terminal_progress(bool quiet, bool colour)
{
    return std::make_unique<TerminalProgress>(quiet, colour);
}

} // namespace soulvan::app
