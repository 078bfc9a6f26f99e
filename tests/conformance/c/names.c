#include "names.h"

#include <stdlib.h>
#include <string.h>

static struct named *names = NULL;

static struct named *find(enum sort sort, span name) {
    for (struct named *named = names; named != NULL; named = named->next) {
        if (named->sort == sort && named->name.len == name.len && memcmp(named->name.text, name.text, name.len) == 0) {
            return named;
        }
    }
    return NULL;
}

struct named *give_name(enum sort sort, span name, void *handle) {
    struct named *earlier = find(sort, name);
    /* The name stands behind its entry. */
    struct named *named = malloc(sizeof *named + name.len);
    if (named == NULL) {
        fputs("drive_c: out of memory\n", stderr);
        abort();
    }
    memcpy(named + 1, name.text, name.len);
    *named = (struct named){sort, {(char *)(named + 1), name.len}, handle, NULL, names};
    names = named;
    if (earlier != NULL) {
        close_named(earlier);
    }
    return named;
}

bool need_named(struct call *call, enum sort sort, const char *member, struct named **named) {
    span name;
    if (!need_string(call, member, &name)) {
        return false;
    }
    *named = find(sort, name);
    return *named != NULL || call_refuse(call, "CONFIG", "nothing of this name is open");
}

static void free_handle(enum sort sort, void *handle) {
    switch (sort) {
    case SOURCE:
        jeton_source_free(handle);
        break;
    case CLIENT:
        jeton_client_free(handle);
        break;
    case ACCESS:
        jeton_access_free(handle);
        break;
    case KEYSET:
        jeton_remote_verifier_free(handle);
        break;
    }
}

void close_named(struct named *named) {
    struct named **link = &names;
    while (*link != named) {
        link = &(*link)->next;
    }
    *link = named->next;
    free_handle(named->sort, named->handle);
    free(named);
}

void close_all(void) {
    while (names != NULL) {
        close_named(names);
    }
}
