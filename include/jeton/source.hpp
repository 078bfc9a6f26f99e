/**
 * @file
 * Sources: tokens that are always fresh.
 */
#ifndef JETON_SOURCE_HPP
#define JETON_SOURCE_HPP

#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache.hpp"
#include "pending.hpp"
#include "token.hpp"

namespace jeton {

/** A token that has not ended. */
struct FreshToken {
    /** What goes behind `Bearer `. */
    std::string text;
    /** When it ends, in Unix seconds; nothing where that is not known. */
    std::optional<std::int64_t> expires_at_s;
};

/** What a source is opened with beside its config and secrets; each may be left out. */
struct Surroundings {
    /** A JSON object of texts that stands for the environment of the process. */
    std::string_view environment = {};
    /** The signing key of the kind `signed`. */
    const Key *key = nullptr;
    /** Another cache than that of the process. */
    const Cache *cache = nullptr;
};

/**
 * One token that is kept fresh: fetched when first asked for, renewed ahead of its end, while callers are served the old one. Any
 * number of threads may use one at once. It is closed when it goes, without waiting; close() waits for what is to be done at the end.
 */
class Source {
public:
    /** Takes the config and secrets of jeton_source_new, JSON objects. Nothing is fetched yet. */
    explicit Source(std::string_view config, std::string_view secrets = {}, const Surroundings &around = {})
        : handle_((require_abi(),
                   detail::make<jeton_source>(jeton_source_new, around.cache == nullptr ? nullptr : around.cache->get(), config.data(),
                                              config.size(), secrets.data(), secrets.size(), around.environment.data(),
                                              around.environment.size(), around.key == nullptr ? nullptr : around.key->get(),
                                              std::int64_t{JETON_CLOCK}))) {}

    /** The token, for which it waits at most this long where one has to be fetched. */
    FreshToken token(Timeout timeout = DEFAULT_TIMEOUT) const {
        return read([&](std::uint8_t *token, std::size_t capacity, std::size_t *length, std::int64_t *end, jeton_error *error) {
            return jeton_source_wait(get(), detail::milliseconds(timeout), token, capacity, length, end, error);
        }).value();
    }

    /** The token, if one is at hand that is not in its last moments. Never waits; for an event loop, which goes on with begin_token(). */
    std::optional<FreshToken> token_at_hand(std::int64_t now_ms = JETON_CLOCK) const {
        return read([&](std::uint8_t *token, std::size_t capacity, std::size_t *length, std::int64_t *end, jeton_error *error) {
            return jeton_source_token(get(), now_ms, token, capacity, length, end, error);
        });
    }

    /** Fetches now. */
    FreshToken refresh(Timeout timeout = DEFAULT_TIMEOUT) const { return begin_refresh(timeout).get(); }

    /** What the token says of its subject, a JSON object; see jeton_source_begin. */
    std::string identity(Timeout timeout = DEFAULT_TIMEOUT) const { return begin_identity(timeout).get(); }

    /** Ends a token at its server, the current one if none is given. Says whether the server did that. */
    bool revoke(std::string_view token = {}, Timeout timeout = DEFAULT_TIMEOUT) const { return begin_revoke(token, timeout).get(); }

    /** As token(), for an event loop. */
    Pending<FreshToken> begin_token(Timeout timeout = DEFAULT_TIMEOUT, std::int64_t now_ms = JETON_CLOCK) const {
        return {begin("token", {}, timeout, now_ms), fresh};
    }

    /** As refresh(), for an event loop. */
    Pending<FreshToken> begin_refresh(Timeout timeout = DEFAULT_TIMEOUT, std::int64_t now_ms = JETON_CLOCK) const {
        return {begin("refresh", {}, timeout, now_ms), fresh};
    }

    /** As identity(), for an event loop. */
    Pending<std::string> begin_identity(Timeout timeout = DEFAULT_TIMEOUT, std::int64_t now_ms = JETON_CLOCK) const {
        return {begin("identity", {}, timeout, now_ms), [](const auto &result) { return detail::get(result, "identity"); }};
    }

    /** As revoke(), for an event loop. */
    Pending<bool> begin_revoke(std::string_view token = {}, Timeout timeout = DEFAULT_TIMEOUT, std::int64_t now_ms = JETON_CLOCK) const {
        return {begin("revoke", token, timeout, now_ms), [](const auto &result) { return detail::get(result, "revoked") == "true"; }};
    }

    /**
     * Says that a server refused a token, the current one if none is given: it is not served again. True once for each distinct
     * token, so a thousand callers who saw the same 401 cause one fetch.
     */
    bool invalidate(std::string_view token = {}, std::int64_t now_ms = JETON_CLOCK) const {
        return detail::flag(jeton_source_invalidate, get(), token.data(), token.size(), now_ms);
    }

    /** What the source is, a JSON object without any secret. */
    std::string describe() const { return detail::get(detail::make<jeton_result>(jeton_source_describe, get()), "description"); }

    /** What was counted so far, a JSON object. */
    std::string stats() const { return detail::get(detail::make<jeton_result>(jeton_source_stats, get()), "stats"); }

    /**
     * What happened since the last call, oldest first: JSON objects of `code`, `warning`, `message`, `at_ms`. The first also has `lost`, how many
     * older ones were dropped, if any were. That of code `NEW_REFRESH_TOKEN` has `refresh_token`, which takes the place of the old one: it comes
     * only where no token file does that, and is for the program to store. So no event belongs into a log as a whole.
     */
    std::vector<std::string> events() const {
        const auto result = detail::make<jeton_result>(jeton_source_events, get());
        std::vector<std::string> events;
        for (std::size_t index = 0; index < jeton_result_count(result.get()); index++) {
            events.push_back(detail::get(result, "event", index));
        }
        return events;
    }

    /** Closes the source: whoever waits gets JETON_E_CLOSED, and so does every later call. Twice is fine. */
    void close(Timeout timeout = DEFAULT_TIMEOUT) const { detail::tell(jeton_source_close, get(), detail::milliseconds(timeout)); }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_source *get() const noexcept { return handle_.get(); }

private:
    /** Calls `ask(buffer, capacity, &length, &end, &error)` with as much room as it needs; nothing if the answer is not there yet. */
    template <class Ask>
    static std::optional<FreshToken> read(Ask ask) {
        FreshToken token{std::string(1024, '\0'), std::nullopt};
        std::size_t length = 0;
        std::int64_t end = 0;
        jeton_error error;
        jeton_status status;
        while ((status = ask(reinterpret_cast<std::uint8_t *>(token.text.data()), token.text.size(), &length, &end, &error)) ==
               JETON_E_BUFFER) {
            token.text.resize(length);
        }
        if (status == JETON_WAIT) {
            return std::nullopt;
        }
        if (status != JETON_OK) {
            throw Error(error);
        }
        token.text.resize(length);
        if (end != std::numeric_limits<std::int64_t>::max()) {
            token.expires_at_s = end;
        }
        return token;
    }

    static FreshToken fresh(const detail::Handle<jeton_result> &result) {
        const auto end = detail::find(result, "expires_at_s");
        return {detail::get(result, "token"), end ? std::optional<std::int64_t>(std::stoll(*end)) : std::nullopt};
    }

    detail::Handle<jeton_wait> begin(std::string_view operation, std::string_view token, Timeout timeout, std::int64_t now_ms) const {
        return detail::make<jeton_wait>(jeton_source_begin, get(), operation.data(), operation.size(), token.data(), token.size(),
                                        detail::milliseconds(timeout), now_ms);
    }

    detail::Handle<jeton_source> handle_;
};

namespace detail {

/** The source that a program keeps for those of its parts that are handed none. */
struct DefaultSource {
    std::mutex lock;
    std::shared_ptr<const Source> source;

    static DefaultSource &get() {
        static DefaultSource kept;
        return kept;
    }

    std::shared_ptr<const Source> look() {
        const std::lock_guard<std::mutex> guard(lock);
        return source;
    }
};

}  // namespace detail

/**
 * The source of the process: the one that set_default_source() was given, or else, from the first call on, Descartes Labs' with what the
 * environment and the token file say.
 */
inline std::shared_ptr<const Source> default_source() {
    auto &kept = detail::DefaultSource::get();
    if (auto known = kept.look()) {
        return known;
    }
    /* Not under the lock, for it reads files: a process that is forked meanwhile would find it held. If two make one, the first stays. */
    auto made = std::make_shared<const Source>(R"({"kind":"descarteslabs"})");
    const std::lock_guard<std::mutex> guard(kept.lock);
    if (!kept.source) {
        kept.source = std::move(made);
    }
    return kept.source;
}

/** Makes a source that of the process; null lets the next default_source() make one. The one that was there lives as long as it is held. */
inline void set_default_source(std::shared_ptr<const Source> source) {
    auto &kept = detail::DefaultSource::get();
    const std::lock_guard<std::mutex> guard(kept.lock);
    kept.source.swap(source);
}

}  // namespace jeton

#endif
