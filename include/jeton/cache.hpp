/**
 * @file
 * For hosts with an HTTP stack of their own: what the library asks for, and how it is answered.
 */
#ifndef JETON_CACHE_HPP
#define JETON_CACHE_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base.hpp"

namespace jeton {

/** An HTTP exchange that the library asks for. */
struct Exchange {
    /** Such as `POST`. */
    std::string method;
    /** Where to. */
    std::string url;
    /** A JSON object of texts. */
    std::string headers;
    /** Nothing if there is none. */
    std::optional<std::string> body;
    /** A JSON object: files of certificates, timeouts and so on, from the configuration. */
    std::string transport;
};

/** A row of a database that the library asks for. */
struct Query {
    /** The database's name. */
    std::string database;
    /** The statement. */
    std::string sql;
    /** A JSON object: its named parameters. */
    std::string parameters;
};

/** An exchange, and the name by which it is answered. */
struct Lease {
    /** For Cache::answer and Cache::fail. */
    std::uint64_t id;
    /** What is to be done. */
    Exchange exchange;
};

/** Nothing is to be done for now. */
struct Idle {
    /** When to ask again, in Unix milliseconds; INT64_MAX: when something else has happened. */
    std::int64_t next_due_ms;
};

namespace detail {

inline Exchange exchange(const Handle<jeton_result> &result) {
    return {get(result, "method"), get(result, "url"), get(result, "headers"), find(result, "body"), get(result, "transport")};
}

/** Calls something that answers with its status alone. */
template <class Tell, class... Args>
void tell(Tell tell, Args... args) {
    jeton_error error;
    if (tell(args..., &error) != JETON_OK) {
        throw Error(error);
    }
}

}  // namespace detail

/** Holds the tokens of sources and the key sets of remote verifiers. Most programs need none: that of the process serves them. */
class Cache {
public:
    /** Takes the config of jeton_cache_new, a JSON object; `{"driven_by": "host"}` for one that this program drives. */
    explicit Cache(std::string_view config = {})
        : handle_((require_abi(), detail::make<jeton_cache>(jeton_cache_new, config.data(), config.size()))) {}

    /** What is to be done at this time, in Unix milliseconds. Ask again until it is Idle. */
    std::variant<Lease, Idle> poll(std::int64_t now_ms) const {
        std::uint64_t lease = 0;
        std::int64_t next_due_ms = 0;
        jeton_result *result = nullptr;
        jeton_error error;
        const auto status = jeton_cache_poll(get(), now_ms, &lease, &result, &next_due_ms, &error);
        if (status == JETON_ASK) {
            return Lease{lease, detail::exchange(detail::Handle<jeton_result>(result))};
        }
        if (status != JETON_OK) {
            throw Error(error);
        }
        return Idle{next_due_ms};
    }

    /** Answers a lease with what the server said; `headers` is a JSON object of texts. */
    void answer(std::uint64_t lease, int http_status, std::string_view headers, std::string_view body, std::int64_t now_ms) const {
        detail::tell(jeton_cache_answer, get(), lease, http_status, headers.data(), headers.size(), detail::bytes(body), body.size(), now_ms);
    }

    /** Answers a lease that got no answer, with a fault that jeton_cache_fail knows, such as `refused`. */
    void fail(std::uint64_t lease, std::string_view fault, std::int64_t now_ms) const {
        detail::tell(jeton_cache_fail, get(), lease, fault.data(), fault.size(), now_ms);
    }

    /** The handle, lent for calls of the C functions; NULL after a move. */
    const jeton_cache *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<jeton_cache> handle_;
};

/** An operation that this program runs, step by step. One thread at a time. */
template <class T>
class Operation {
public:
    /** How a T is read from a result. */
    using Read = T (*)(const detail::Handle<jeton_result> &);

    /** Takes over what a jeton_…_operation gave. */
    Operation(detail::Handle<jeton_operation> handle, Read read) noexcept : handle_(std::move(handle)), read_(read) {}

    /** The next step at this time, in Unix milliseconds: what is to be found out, or the result. Throws why there is none. */
    std::variant<Exchange, Query, T> next(std::int64_t now_ms) const {
        jeton_result *out = nullptr;
        jeton_error error;
        const auto status = jeton_operation_next(handle_.get(), now_ms, &out, &error);
        const detail::Handle<jeton_result> result(out);
        if (status != JETON_ASK && status != JETON_OK) {
            throw Error(error);
        }
        if (status == JETON_OK) {
            return std::variant<Exchange, Query, T>(std::in_place_index<2>, read_(result));
        }
        if (detail::get(result, "ask") == "row") {
            return Query{detail::get(result, "database"), detail::get(result, "sql"), detail::get(result, "parameters")};
        }
        return detail::exchange(result);
    }

    /** Answers an Exchange with what the server said; `headers` is a JSON object of texts. */
    void answer(int http_status, std::string_view headers, std::string_view body) const {
        detail::tell(jeton_operation_answer, handle_.get(), http_status, headers.data(), headers.size(), detail::bytes(body), body.size());
    }

    /** Answers what could not be done: an Exchange with a fault as Cache::fail, a Query with any text. */
    void fail(std::string_view fault) const { detail::tell(jeton_operation_fail, handle_.get(), fault.data(), fault.size()); }

    /** Answers a Query with its first row, a JSON object; nothing if there is none. */
    void row(std::optional<std::string_view> row) const {
        const auto text = row.value_or(std::string_view());
        detail::tell(jeton_operation_row, handle_.get(), text.data(), text.size());
    }

private:
    detail::Handle<jeton_operation> handle_;
    Read read_;
};

}  // namespace jeton

#endif
