/* One request on its way through the driver, and what it owns: everything is freed together when its answer is out. */
#ifndef JETON_CONFORMANCE_CALL_H
#define JETON_CONFORMANCE_CALL_H

#include "jeton.h"
#include "json.h"

struct call {
    span request;
    span id;
    int64_t now_s;
    /* Why the library failed; `status` is JETON_OK while it did not. */
    jeton_error error;
    /* Why the driver itself refused; NULL while it did not. */
    const char *refusal;
    const char *refusal_message;
    /* At most one handle of each kind. */
    jeton_key *key;
    jeton_signer *signer;
    jeton_external_signer *external_signer;
    jeton_verifier *verifier;
    jeton_vizzly *vizzly;
    jeton_wait *wait;
    jeton_result *result;
    /* The source that the op is about: its warnings are part of the answer. */
    const jeton_source *source;
    struct block *blocks;
};

/* A key as the request names it. */
struct key_source {
    const char *form;
    span material;
    span algorithm;
};

/* Memory that lives as long as the call. */
void *call_alloc(struct call *call, size_t len);

/* Frees all that the call owns. */
void call_end(struct call *call);

/* Notes why the driver refuses; returns false. */
bool call_refuse(struct call *call, const char *status, const char *message);

/* A member that the op needs: any JSON, a text, bytes. False, with BAD_REQUEST noted, if it is not there or not that. */
bool need_json(struct call *call, const char *name, span *json);
bool need_string(struct call *call, const char *name, span *text);
bool need_bytes(struct call *call, const char *name, span *bytes);

/* As need_string, for a member that may be missing: `text` is none then. */
bool may_string(struct call *call, const char *name, span *text);

/* The member `now_s`, or the system clock. */
bool need_now(struct call *call);

/* The member `now_s` in milliseconds, the furthest where it does not fit; or JETON_CLOCK. */
bool need_moment(struct call *call, int64_t *now_ms);

/* The member `timeout_ms`, or 30 seconds. */
bool need_timeout(struct call *call, uint64_t *timeout_ms);

/* The member `key`: exactly one form, its material decoded as far as the form says. */
bool need_key(struct call *call, struct key_source *source);

/* Unescapes `value` into memory of the call. */
bool take_string(struct call *call, const char *name, span value, span *text);

/* Has the library build the key. */
bool make_key(struct call *call, const struct key_source *source);

/* Joins members of the request to one JSON object: those inside the object `inner`, then the named ones that are there. */
span join_members(struct call *call, span inner, const char *const *names);

/* Waits for the call's wait to end and takes its result. */
bool finish_wait(struct call *call);

/* One part of an entry of the call's result; none if the entry does not have it. */
span part(const struct call *call, size_t index, const char *name);

#endif
