/* How the ops answer. */
#ifndef JETON_CONFORMANCE_ANSWER_HPP
#define JETON_CONFORMANCE_ANSWER_HPP

#include <cstdio>
#include <string>

#include "../c/answer.h"
#include "jeton.hpp"
#include "request.hpp"

inline void put_text(const char *name, const std::string &text, const char *separator = "") {
    put_name(name, separator);
    put_string(stdout, as_span(text));
}

/* Writes a member that may be null. */
inline void put_optional(const char *name, Text value, void (*put)(FILE *, span)) {
    put_name(name, ",");
    if (value) {
        put(stdout, as_span(*value));
    } else {
        std::fputs("null", stdout);
    }
}

/* Writes a boolean. */
inline void put_bool(const char *name, bool value) {
    put_name(name, "");
    std::fputs(value ? "true" : "false", stdout);
}

/* Writes the members of a JSON object. */
inline void put_members(std::string_view object) {
    put_json(stdout, as_span(object.substr(1, object.size() - 2)));
}

/* Writes what a token says, a jeton::Verified or a jeton::Unverified. */
template <class Token>
void put_token(const Token &token) {
    put_name("header", "");
    put_json(stdout, as_span(token.header));
    put_name(token.claims ? "claims" : "payload_b64u", ",");
    if (token.claims) {
        put_json(stdout, as_span(*token.claims));
    } else {
        put_base64url(stdout, as_span(token.payload.value()));
    }
}

inline void put_error(const jeton::Error &error) {
    const failure why = {text_span(error.status_name()), as_span(error.claim()), as_span(error.message()), error.http_status(),
                         as_span(error.code())};
    put_error(&why);
}

/* Starts an answer, and ends it when it goes. */
class Ok {
public:
    explicit Ok(span id) { begin_ok(id); }
    ~Ok() { end_ok(); }
    Ok(const Ok &) = delete;
    Ok &operator=(const Ok &) = delete;
};

#endif
