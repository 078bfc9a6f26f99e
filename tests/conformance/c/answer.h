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

/* Writes the member `error`; an empty claim is null. */
void put_error(span status, span claim, span message);

#ifdef __cplusplus
}
#endif

#endif
