/* The ops of the driver, by what they are about, and how several of them answer. */
#ifndef JETON_CONFORMANCE_OPS_H
#define JETON_CONFORMANCE_OPS_H

#include "call.h"

struct op {
    const char *name;
    /* Writes the answer and returns true, or notes in the call what went wrong. */
    bool (*run)(struct call *);
};

/* The last one has no name. */
extern const struct op TOKEN_OPS[], SOURCE_OPS[], CLIENT_OPS[], ACCESS_OPS[];

/* Writes the member `error`: what the library reported. */
void put_library_error(const jeton_error *error);

/* Writes the member `warnings` after `separator`: those among what happened to a source since it was last asked. */
void put_warnings(const jeton_source *source, const char *separator);

/* Answers with nothing, with one text, with true or false. */
bool answer_nothing(const struct call *call);
bool answer_text(const struct call *call, const char *name, span text);
bool answer_bool(const struct call *call, const char *name, bool value);

/* Answers with a part of the result that is a whole JSON object. */
bool answer_object(const struct call *call, const char *name);

/* Answers with what the result says of a token. */
bool answer_token_parts(const struct call *call);

/* Writes what an entry says of a token: `header`, and `claims` or `payload_b64u`. */
void put_token_parts(const struct call *call, size_t index);

/* Writes a part as a text or as JSON, or null where the result does not have it. */
void put_part(const struct call *call, const char *name, const char *separator, void (*put)(FILE *, span));

#endif
