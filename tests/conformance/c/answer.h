/* How an answer is written to standard output: one JSON object on one line. */
#ifndef JETON_CONFORMANCE_ANSWER_H
#define JETON_CONFORMANCE_ANSWER_H

#include "json.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes of a C string. */
span text_span(const char *text);

/* Starts an answer with the id as it came, null where there is none. */
void begin_answer(span id);

/* Ends an answer and flushes it. */
void end_answer(void);

/* Starts the answer of an op that went well: the next thing to write is a member of `ok`. */
void begin_ok(span id);

/* Ends it; returns true. */
bool end_ok(void);

/* Writes a member's name and colon after `separator`. */
void put_name(const char *name, const char *separator);

/* Why an op failed. An empty claim or code is null, and so is an HTTP status of 0. */
struct failure {
    span status, claim, message;
    int32_t http_status;
    span code;
};

/* Writes the member `error`. */
void put_error(const struct failure *failure);

#ifdef __cplusplus
}
#endif

#endif
