#include "attempt.h"

#include <string.h>

any_handle handles[KINDS][SLOTS];
char nowhere;

int64_t some_time(void) {
    static const int64_t times[] = {1800000000, 0, 1300819379, 1300819380, -1, INT64_MAX, INT64_MIN, 253402300799};
    return times[byte() % COUNT(times)];
}

const any_handle *some_handle(attempt *call, handle_kind kind) {
    static const any_handle none;
    unsigned choice = byte() % 16;
    const any_handle *chosen = choice == 15 ? &none : &handles[kind][choice % SLOTS];
    if (chosen->any == NULL) call->hopeless = 1;
    return chosen;
}

attempt some_call(void) {
    attempt call = {.out = {&nowhere}};
    memset(&call.error, FILL, sizeof call.error);
    call.has_out = !one_in(16);
    call.hopeless = !call.has_out;
    return call;
}

jeton_error *error_of(attempt *call) {
    call->err = one_in(8) ? NULL : &call->error;
    return call->err;
}

int is_filled(const void *memory, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (((const unsigned char *)memory)[i] != FILL) return 0;
    }
    return 1;
}

static int is_answer(jeton_status status) { return status == JETON_OK || status == JETON_WAIT || status == JETON_ASK; }

void check_status(const attempt *call, jeton_status status) {
    const char *name = jeton_status_name(status);
    CHECK(name != NULL && name[0] != '\0');
    CHECK(status != JETON_E_PANIC && status != JETON_E_INTERNAL);
    CHECK(!call->hopeless || !is_answer(status));
    if (is_answer(status) || call->err == NULL) {
        CHECK(is_filled(&call->error, sizeof call->error));
        return;
    }
    CHECK(call->error.status == status && call->error.http_status >= 0 && call->error.http_status < 600);
    CHECK(memchr(call->error.claim, '\0', sizeof call->error.claim) != NULL);
    CHECK(memchr(call->error.message, '\0', sizeof call->error.message) != NULL && call->error.message[0] != '\0');
}

void release(handle_kind kind, any_handle *handle) {
    switch (kind) {
    case KEY: jeton_key_free(handle->key); break;
    case SIGNER: jeton_signer_free(handle->signer); break;
    case EXTERNAL: jeton_external_signer_free(handle->external); break;
    case VERIFIER: jeton_verifier_free(handle->verifier); break;
    case VIZZLY: jeton_vizzly_free(handle->vizzly); break;
    case CACHE: jeton_cache_free(handle->cache); break;
    case SOURCE: jeton_source_free(handle->source); break;
    case WAIT: jeton_wait_free(handle->wait); break;
    case CLIENT: jeton_client_free(handle->client); break;
    case OPERATION: jeton_operation_free(handle->operation); break;
    case REMOTE: jeton_remote_verifier_free(handle->remote); break;
    case ACCESS: jeton_access_free(handle->access); break;
    default: jeton_result_free(handle->result); break;
    }
    handle->any = NULL;
}

void made(attempt *call, handle_kind kind, jeton_status status) { made_where(call, kind, status, status == JETON_OK); }

void made_where(attempt *call, handle_kind kind, jeton_status status, int there) {
    check_status(call, status);
    if (!there) {
        CHECK(call->out.any == &nowhere || (is_answer(status) && call->out.any == NULL));
        return;
    }
    CHECK(call->out.any != &nowhere && call->out.any != NULL);
    any_handle *slot = &handles[kind][byte() % SLOTS];
    release(kind, slot);
    *slot = call->out;
}
