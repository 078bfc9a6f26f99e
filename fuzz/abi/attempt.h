/* One call of the C ABI in the making, the handles that earlier calls made, and what must hold after any call. */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include "input.h"
#include "jeton.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define TEXT(call, list) some_text(list, COUNT(list), &(call)->hopeless)
#define OUT(call, member) ((call)->has_out ? &(call)->out.member : NULL)

enum { SLOTS = 3, FILL = 0xa5, UNTOUCHED = 123456789 };

typedef enum { KEY, SIGNER, EXTERNAL, VERIFIER, VIZZLY, RESULT, CACHE, SOURCE, WAIT, CLIENT, OPERATION, REMOTE, ACCESS, KINDS } handle_kind;

typedef union {
    void *any;
    jeton_key *key;
    jeton_signer *signer;
    jeton_external_signer *external;
    jeton_verifier *verifier;
    jeton_vizzly *vizzly;
    jeton_result *result;
    jeton_cache *cache;
    jeton_source *source;
    jeton_wait *wait;
    jeton_client *client;
    jeton_operation *operation;
    jeton_remote_verifier *remote;
    jeton_access *access;
} any_handle;

/* What a call will be given, and what it must leave alone. */
typedef struct {
    jeton_error error;
    jeton_error *err;
    any_handle out;
    int has_out;
    /* Whether an argument is such that no success is possible. */
    int hopeless;
} attempt;

extern any_handle handles[KINDS][SLOTS];

/* Where an output points that was not written. */
extern char nowhere;

/* --- arguments --------------------------------------------------------------------------------------------------------------- */

int64_t some_time(void);
attempt some_call(void);

/* The error of a call has its address only when the call no longer moves. */
jeton_error *error_of(attempt *call);

/* Live or NULL, which is hopeless. */
const any_handle *some_handle(attempt *call, handle_kind kind);

/* --- what must hold ----------------------------------------------------------------------------------------------------------- */

int is_filled(const void *memory, size_t len);
void check_status(const attempt *call, jeton_status status);

/* Ends a call that makes a handle where its answer is `JETON_OK`, which is kept in a slot of its kind. */
void made(attempt *call, handle_kind kind, jeton_status status);

/* The same where the answer says whether there is a handle. */
void made_where(attempt *call, handle_kind kind, jeton_status status, int there);

void release(handle_kind kind, any_handle *handle);

#endif
