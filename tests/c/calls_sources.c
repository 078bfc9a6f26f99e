#include "calls.h"

#include <string.h>

#include "check.h"
#include "fixtures.h"
#include "sources.h"

/* Texts go in as copies with nothing behind them. */
#define TEXT_AT(i, text) P(i, (text).at), N(i, (text).len)
#define BYTES_AT(i, text) P(i, (const uint8_t *)(text).at), N(i, (text).len)

#define HOST "{\"driven_by\":\"host\"}"
#define ISSUERS \
    "[{\"issuer\":\"https://id.example\",\"jwks_url\":\"https://id.example/keys\",\"algorithms\":[\"RS256\"],\"any_audience\":true}]"

static jeton_cache *host_cache(void) {
    jeton_cache *cache = NULL;
    CHECK_OK(jeton_cache_new(HOST, strlen(HOST), &cache, NULL));
    return cache;
}

static jeton_remote_verifier *remote_verifier(void) {
    jeton_remote_verifier *verifier = NULL;
    CHECK_OK(jeton_remote_verifier_new(NULL, ISSUERS, strlen(ISSUERS), "{}", 2, &verifier, NULL));
    return verifier;
}

static jeton_wait *ended_wait(void) {
    jeton_source *source = static_source();
    jeton_wait *wait = begin(source, "token", 1000);
    CHECK_OK(jeton_wait_for(wait, 10000, NULL));
    jeton_source_free(source);
    return wait;
}

static jeton_status finish_wait(jeton_status status, jeton_wait *wait) {
    CHECK_OUT(status, wait);
    jeton_wait_free(wait);
    return status;
}

static jeton_status cache_new(const struct spoil *spoil, jeton_error *err) {
    struct text config = exact(HOST);
    jeton_cache *made = NULL;
    jeton_status status = jeton_cache_new(TEXT_AT(0, config), P(1, &made), err);
    CHECK_OUT(status, made);
    jeton_cache_free(made);
    free_text(config);
    return status;
}

static jeton_status cache_poll(const struct spoil *spoil, jeton_error *err) {
    jeton_cache *cache = host_cache();
    uint64_t lease = 0;
    int64_t next_due_ms = 0;
    jeton_result *out = NULL;
    jeton_status status = jeton_cache_poll(P(0, cache), NOW * 1000, P(1, &lease), P(2, &out), P(3, &next_due_ms), err);
    CHECK(out == NULL);
    jeton_cache_free(cache);
    return status;
}

static jeton_status cache_answer(const struct spoil *spoil, jeton_error *err) {
    jeton_cache *cache = host_cache();
    struct text headers = exact("{\"ETag\":\"1\"}"), body = exact("{}");
    jeton_status status = jeton_cache_answer(P(0, cache), 7, 200, TEXT_AT(1, headers), BYTES_AT(2, body), NOW * 1000, err);
    free_text(headers);
    free_text(body);
    jeton_cache_free(cache);
    return status;
}

static jeton_status cache_fail(const struct spoil *spoil, jeton_error *err) {
    jeton_cache *cache = host_cache();
    struct text fault = exact("refused");
    jeton_status status = jeton_cache_fail(P(0, cache), 7, TEXT_AT(1, fault), NOW * 1000, err);
    free_text(fault);
    jeton_cache_free(cache);
    return status;
}

static jeton_status source_new(const struct spoil *spoil, jeton_error *err) {
    struct text config = exact("{\"kind\":\"static\"}"), secrets = exact("{\"token\":\"fixed\"}"), environment = exact("{}");
    jeton_source *made = NULL;
    jeton_status status = jeton_source_new(NULL, TEXT_AT(0, config), TEXT_AT(1, secrets), TEXT_AT(2, environment), NULL, JETON_CLOCK,
                                           P(3, &made), err);
    CHECK_OUT(status, made);
    jeton_source_free(made);
    free_text(config);
    free_text(secrets);
    free_text(environment);
    return status;
}

static jeton_status source_token(const struct spoil *spoil, jeton_error *err) {
    jeton_source *source = static_source();
    uint8_t token[100] = "";
    size_t len = 0;
    int64_t end = 0;
    jeton_status status =
        jeton_source_token(P(0, source), JETON_CLOCK, P(1, token), N(1, sizeof token), P(2, &len), P(3, &end), err);
    CHECK((status == JETON_OK) == (token[0] != '\0'));
    jeton_source_free(source);
    return status;
}

static jeton_status source_wait(const struct spoil *spoil, jeton_error *err) {
    jeton_source *source = static_source();
    uint8_t token[100] = "";
    size_t len = 0;
    int64_t end = 0;
    jeton_status status = jeton_source_wait(P(0, source), 1000, P(1, token), N(1, sizeof token), P(2, &len), P(3, &end), err);
    CHECK((status == JETON_OK) == (token[0] != '\0'));
    jeton_source_free(source);
    return status;
}

static jeton_status source_begin(const struct spoil *spoil, jeton_error *err) {
    jeton_source *source = static_source();
    struct text operation = exact("token"), token = exact("fixed");
    jeton_wait *wait = NULL;
    jeton_status status =
        jeton_source_begin(P(0, source), TEXT_AT(1, operation), TEXT_AT(2, token), 1000, JETON_CLOCK, P(3, &wait), err);
    jeton_source_free(source);
    free_text(operation);
    free_text(token);
    return finish_wait(status, wait);
}

static jeton_status source_invalidate(const struct spoil *spoil, jeton_error *err) {
    jeton_source *source = static_source();
    struct text token = exact("fixed");
    int32_t invalidated = -1;
    jeton_status status = jeton_source_invalidate(P(0, source), TEXT_AT(1, token), JETON_CLOCK, P(2, &invalidated), err);
    CHECK((status == JETON_OK) == (invalidated == 1));
    jeton_source_free(source);
    free_text(token);
    return status;
}

typedef jeton_status source_tell(const jeton_source *, jeton_result **, jeton_error *);

static jeton_status source_told(const struct spoil *spoil, jeton_error *err, source_tell *tell) {
    jeton_source *source = static_source();
    jeton_result *result = NULL;
    jeton_status status = tell(P(0, source), P(1, &result), err);
    jeton_source_free(source);
    return finish_result(status, result);
}

static jeton_status source_describe(const struct spoil *spoil, jeton_error *err) {
    return source_told(spoil, err, jeton_source_describe);
}

static jeton_status source_stats(const struct spoil *spoil, jeton_error *err) {
    return source_told(spoil, err, jeton_source_stats);
}

static jeton_status source_events(const struct spoil *spoil, jeton_error *err) {
    return source_told(spoil, err, jeton_source_events);
}

static jeton_status source_default(const struct spoil *spoil, jeton_error *err) {
    jeton_source *source = static_source(), *opened = NULL;
    CHECK_OK(jeton_source_make_default(source, NULL));
    jeton_status status = jeton_source_default(P(0, &opened), err);
    CHECK_OUT(status, opened);
    jeton_source_free(opened);
    jeton_source_free(source);
    CHECK_OK(jeton_source_make_default(NULL, NULL));
    return status;
}

static jeton_status source_make_default(const struct spoil *spoil, jeton_error *err) {
    (void)spoil;
    return jeton_source_make_default(NULL, err);
}

static jeton_status source_close(const struct spoil *spoil, jeton_error *err) {
    jeton_source *source = static_source();
    jeton_status status = jeton_source_close(P(0, source), 1000, err);
    jeton_source_free(source);
    return status;
}

static jeton_status wait_for(const struct spoil *spoil, jeton_error *err) {
    jeton_wait *wait = ended_wait();
    jeton_status status = jeton_wait_for(P(0, wait), 1000, err);
    jeton_wait_free(wait);
    return status;
}

static jeton_status wait_result(const struct spoil *spoil, jeton_error *err) {
    jeton_wait *wait = ended_wait();
    jeton_result *result = NULL;
    jeton_status status = jeton_wait_result(P(0, wait), P(1, &result), err);
    jeton_wait_free(wait);
    return finish_result(status, result);
}

static jeton_status remote_verifier_new(const struct spoil *spoil, jeton_error *err) {
    struct text issuers = exact(ISSUERS), environment = exact("{}");
    jeton_remote_verifier *made = NULL;
    jeton_status status = jeton_remote_verifier_new(NULL, TEXT_AT(0, issuers), TEXT_AT(1, environment), P(2, &made), err);
    CHECK_OUT(status, made);
    jeton_remote_verifier_free(made);
    free_text(issuers);
    free_text(environment);
    return status;
}

/* A token of nobody, so that nothing has to be fetched to judge it. */
#define NO_TOKEN "nonsense"

static jeton_status remote_verifier_verify(const struct spoil *spoil, jeton_error *err) {
    jeton_remote_verifier *verifier = remote_verifier();
    struct text token = exact(NO_TOKEN);
    jeton_result *result = NULL;
    jeton_status status = jeton_remote_verifier_verify(P(0, verifier), TEXT_AT(1, token), JETON_CLOCK, P(2, &result), err);
    jeton_remote_verifier_free(verifier);
    free_text(token);
    return finish_result(status, result);
}

static jeton_status remote_verifier_begin(const struct spoil *spoil, jeton_error *err) {
    jeton_remote_verifier *verifier = remote_verifier();
    struct text token = exact(NO_TOKEN);
    jeton_wait *wait = NULL;
    jeton_status status = jeton_remote_verifier_begin(P(0, verifier), TEXT_AT(1, token), 1000, JETON_CLOCK, P(2, &wait), err);
    jeton_remote_verifier_free(verifier);
    free_text(token);
    return finish_wait(status, wait);
}

static jeton_status remote_verifier_wait(const struct spoil *spoil, jeton_error *err) {
    jeton_remote_verifier *verifier = remote_verifier();
    struct text token = exact(NO_TOKEN);
    jeton_result *result = NULL;
    jeton_status status = jeton_remote_verifier_wait(P(0, verifier), TEXT_AT(1, token), 1000, P(2, &result), err);
    jeton_remote_verifier_free(verifier);
    free_text(token);
    return finish_result(status, result);
}

static jeton_status remote_verifier_stats(const struct spoil *spoil, jeton_error *err) {
    jeton_remote_verifier *verifier = remote_verifier();
    jeton_result *result = NULL;
    jeton_status status = jeton_remote_verifier_stats(P(0, verifier), P(1, &result), err);
    jeton_remote_verifier_free(verifier);
    return finish_result(status, result);
}

const struct call SOURCE_CALLS[] = {
    {"jeton_cache_new", cache_new, {TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_cache_poll", cache_poll, {OF(HANDLE), OF(OUTPUT), OF(OUTPUT), OF(OUTPUT)}, JETON_OK},
    {"jeton_cache_answer", cache_answer, {OF(HANDLE), TEXT_OR(JETON_OK), TEXT_OR(JETON_OK)}, JETON_OK},
    {"jeton_cache_fail", cache_fail, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG)}, JETON_OK},
    {"jeton_source_new", source_new, {TEXT_OR(JETON_E_CONFIG), TEXT_OR(JETON_OK), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_source_token", source_token, {OF(HANDLE), OF(BUFFER), OF(OUTPUT), OF(OUTPUT)}, JETON_OK},
    {"jeton_source_wait", source_wait, {OF(HANDLE), OF(BUFFER), OF(OUTPUT), OF(OUTPUT)}, JETON_OK},
    {"jeton_source_begin", source_begin, {OF(HANDLE), TEXT_OR(JETON_E_CONFIG), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_source_invalidate", source_invalidate, {OF(HANDLE), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_source_describe", source_describe, {OF(HANDLE), OF(OUTPUT)}, JETON_OK},
    {"jeton_source_stats", source_stats, {OF(HANDLE), OF(OUTPUT)}, JETON_OK},
    {"jeton_source_events", source_events, {OF(HANDLE), OF(OUTPUT)}, JETON_OK},
    {"jeton_source_default", source_default, {OF(OUTPUT)}, JETON_OK},
    {"jeton_source_make_default", source_make_default, {OF(NONE)}, JETON_OK},
    {"jeton_source_close", source_close, {OF(HANDLE)}, JETON_OK},
    {"jeton_wait_for", wait_for, {OF(HANDLE)}, JETON_OK},
    {"jeton_wait_result", wait_result, {OF(HANDLE), OF(OUTPUT)}, JETON_OK},
    {"jeton_remote_verifier_new", remote_verifier_new, {TEXT_OR(JETON_E_CONFIG), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_remote_verifier_verify",
     remote_verifier_verify,
     {OF(HANDLE), TEXT_OR(JETON_E_MALFORMED), OF(OUTPUT)},
     JETON_E_MALFORMED},
    {"jeton_remote_verifier_begin", remote_verifier_begin, {OF(HANDLE), TEXT_OR(JETON_OK), OF(OUTPUT)}, JETON_OK},
    {"jeton_remote_verifier_wait", remote_verifier_wait, {OF(HANDLE), TEXT_OR(JETON_E_MALFORMED), OF(OUTPUT)}, JETON_E_MALFORMED},
    {"jeton_remote_verifier_stats", remote_verifier_stats, {OF(HANDLE), OF(OUTPUT)}, JETON_OK},
    {NULL, NULL, {{NONE, JETON_OK}}, JETON_OK},
};
