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
    struct argument arguments[5];
};

/* The last one has no name. */
extern const struct call CALLS[];

#endif
