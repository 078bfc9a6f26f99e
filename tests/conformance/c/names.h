/* What the `….open` ops gave a name: it stays open from one request to the next, until it is closed. */
#ifndef JETON_CONFORMANCE_NAMES_H
#define JETON_CONFORMANCE_NAMES_H

#include "call.h"

/* What a name can stand for. Each sort has names of its own. */
enum sort { SOURCE, CLIENT, ACCESS, KEYSET };

struct named {
    enum sort sort;
    span name;
    void *handle;
    /* Of a client: the operations of its vendor; the last one is NULL. */
    const char *const *operations;
    struct named *next;
};

/* Gives the name to the handle, which belongs to the name from now on. What had the name is closed. */
struct named *give_name(enum sort sort, span name, void *handle);

/* What the member `member` names: CONFIG if that is not open. */
bool need_named(struct call *call, enum sort sort, const char *member, struct named **named);

/* Takes the name away and frees what had it. */
void close_named(struct named *named);

/* Closes all. */
void close_all(void);

#endif
