/* Every fallible function of the header as a good call in which one argument can be spoiled. */
#ifndef CALLS_H
#define CALLS_H

#include "jeton.h"

/* What an argument is, which says how it can be spoiled. */
enum kind {
    NONE,
    HANDLE,  /* must not be NULL */
    TEXT,    /* pointer and length: (NULL, n) and impossible lengths are refused, (NULL, 0) is empty */
    OUTPUT,  /* must not be NULL */
    BUFFER,  /* pointer and capacity: (NULL, n) is refused, any capacity is believed */
};

struct argument {
    enum kind kind;
    /* For TEXT: what the call answers when this argument is empty. */
    jeton_status when_empty;
};

/* How one argument is spoiled; `len` is the impossible length. */
struct spoil {
    int argument;
    enum { NOTHING, AS_NULL, AS_EMPTY, AS_HUGE } how;
    size_t len;
};

struct call {
    const char *name;
    jeton_status (*run)(const struct spoil *spoil, jeton_error *err);
    struct argument arguments[7];
    /* What the good call answers. */
    jeton_status good;
};

/* The tables by what they are about. The last one of each has no name. */
extern const struct call TOKEN_CALLS[], SOURCE_CALLS[], ACCESS_CALLS[];

/* The pointer and the length of argument `i` of a call, good unless this is the one that is spoiled. */
#define P(i, good) (spoil->argument == (i) && (spoil->how == AS_NULL || spoil->how == AS_EMPTY) ? NULL : (good))
#define N(i, good) (spoil->argument != (i) ? (good) : spoil->how == AS_EMPTY ? 0 : spoil->how == AS_HUGE ? spoil->len : (good))

/* A call that fails leaves its output alone; one that does not makes a handle. */
#define CHECK_OUT(status, out) CHECK(((status) == JETON_OK || (status) == JETON_ASK) == ((out) != NULL))

/* Checks the output of a call and frees it; returns the status. */
jeton_status finish_result(jeton_status status, jeton_result *result);

#define TEXT_OR(status) {TEXT, status}
#define OF(kind) {kind, JETON_OK}

#endif
