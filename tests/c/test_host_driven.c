/* Hosts with an HTTP stack of their own: the library asks and is answered, on a clock that the test has in its hand. */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "sources.h"

static jeton_cache *host_cache(void) {
    jeton_cache *cache = NULL;
    CHECK_OK(jeton_cache_new("{\"driven_by\":\"host\"}", 20, &cache, NULL));
    return cache;
}

/* What the cache asks for, which must be something. */
static uint64_t asked(const jeton_cache *cache, int64_t now_ms, jeton_result **ask) {
    uint64_t lease = 0;
    int64_t next_due_ms = 0;
    CHECK_STATUS(JETON_ASK, jeton_cache_poll(cache, now_ms, &lease, ask, &next_due_ms, NULL));
    return lease;
}

/* When there is nothing to be done until. */
static int64_t idle_until(const jeton_cache *cache, int64_t now_ms) {
    uint64_t lease = 0;
    int64_t next_due_ms = 0;
    jeton_result *ask = NULL;
    CHECK_OK(jeton_cache_poll(cache, now_ms, &lease, &ask, &next_due_ms, NULL));
    CHECK(ask == NULL);
    return next_due_ms;
}

static jeton_source *open_source(const jeton_cache *cache, int64_t now_ms) {
    static const char config[] = "{\"kind\":\"oauth2\",\"token_url\":\"https://id.example/token\",\"grant\":\"client_credentials\","
                                 "\"client_id\":\"app\",\"retries\":0,\"leeway_s\":60,\"request_timeout_ms\":5000}";
    static const char secrets[] = "{\"client_secret\":\"hush-hush\"}";
    jeton_source *source = NULL;
    CHECK_OK(jeton_source_new(cache, config, strlen(config), secrets, strlen(secrets), "{}", 2, NULL, now_ms, &source, NULL));
    return source;
}

static void check_at_hand(const jeton_source *source, int64_t now_ms, jeton_status wanted, const char *token) {
    uint8_t text[100];
    size_t len = 0;
    int64_t end = 0;
    CHECK_STATUS(wanted, jeton_source_token(source, now_ms, text, sizeof text, &len, &end, NULL));
    CHECK(token == NULL || same_text(text, len, token));
}

static void answer(const jeton_cache *cache, uint64_t lease, const char *body, int64_t now_ms) {
    CHECK_OK(jeton_cache_answer(cache, lease, 200, NULL, 0, (const uint8_t *)body, strlen(body), now_ms, NULL));
}

static void test_source(void) {
    int64_t now_ms = NOW * 1000;
    jeton_cache *cache = host_cache();
    jeton_source *source = open_source(cache, now_ms);
    jeton_result *ask = NULL;
    CHECK(idle_until(cache, now_ms) == INT64_MAX); /* Nobody has asked for the token yet. */
    check_at_hand(source, now_ms, JETON_WAIT, NULL);
    uint64_t lease = asked(cache, now_ms, &ask);
    CHECK(part_holds(ask, "method", "POST") && part_holds(ask, "url", "https://id.example/token"));
    CHECK(part_holds(ask, "body", "grant_type=client_credentials") && part_holds(ask, "transport", "\"request_timeout_ms\":5000"));
    jeton_result_free(ask);
    answer(cache, lease, GRANT("first"), now_ms);
    check_at_hand(source, now_ms, JETON_OK, "first");

    now_ms += 3600000 - 30000; /* Inside the leeway: the old token is served, and a new one is asked for. */
    check_at_hand(source, now_ms, JETON_OK, "first");
    lease = asked(cache, now_ms, &ask);
    jeton_result_free(ask);
    check_at_hand(source, now_ms, JETON_OK, "first");
    answer(cache, lease, GRANT("second"), now_ms);
    check_at_hand(source, now_ms, JETON_OK, "second");
    answer(cache, lease, GRANT("late"), now_ms); /* A lease is answered once. */
    check_at_hand(source, now_ms, JETON_OK, "second");
    jeton_source *other = open_source(cache, now_ms);
    CHECK_OK(jeton_source_close(other, 0, NULL)); /* Which names no time, and so moves no clock. */
    jeton_source_free(other);
    check_at_hand(source, now_ms, JETON_OK, "second");
    jeton_cache_free(cache); /* The source keeps what it needs. */
    check_at_hand(source, now_ms, JETON_OK, "second");
    jeton_source_free(source);
}

/* Who waits in the last moments of a token, while nobody drives the cache, gets that one when its time is over. */
static void test_last_moments(void) {
    int64_t now_ms = (int64_t)time(NULL) * 1000, end = 0;
    jeton_cache *cache = host_cache();
    jeton_source *source = open_source(cache, now_ms);
    jeton_result *ask = NULL;
    uint8_t text[100];
    size_t len = 0;
    check_at_hand(source, now_ms, JETON_WAIT, NULL);
    uint64_t lease = asked(cache, now_ms, &ask);
    jeton_result_free(ask);
    answer(cache, lease, GRANT("first"), now_ms);
    check_at_hand(source, now_ms + 3600000 - 10001, JETON_OK, "first");
    check_at_hand(source, now_ms + 3600000 - 9000, JETON_WAIT, NULL);
    CHECK_OK(jeton_source_wait(source, 1, text, sizeof text, &len, &end, NULL));
    CHECK(same_text(text, len, "first") && end == now_ms / 1000 + 3600);
    lease = asked(cache, now_ms, &ask);
    jeton_result_free(ask);
    CHECK_OK(jeton_cache_fail(cache, lease, "refused", 7, now_ms, NULL));
    check_at_hand(source, now_ms + 2000, JETON_OK, "first"); /* A try has failed; the clock was set back and goes on from here. */
    jeton_source_free(source);
    jeton_cache_free(cache);
}

static void test_failure(void) {
    int64_t now_ms = NOW * 1000;
    jeton_cache *cache = host_cache();
    jeton_source *source = open_source(cache, now_ms);
    jeton_result *ask = NULL;
    check_at_hand(source, now_ms, JETON_WAIT, NULL);
    uint64_t lease = asked(cache, now_ms, &ask);
    jeton_result_free(ask);
    CHECK_STATUS(JETON_E_CONFIG, jeton_cache_fail(cache, lease, "magic", 5, now_ms, NULL));
    CHECK_OK(jeton_cache_fail(cache, lease, "refused", 7, now_ms, NULL));
    check_at_hand(source, now_ms, JETON_E_UNAVAILABLE, NULL); /* At once, until the backoff has passed. */
    jeton_source_free(source);
    jeton_cache_free(cache);
}

/* A source whose first question was answered in such a way that another one follows, which nobody has polled for yet. */
static jeton_source *open_halfway(const jeton_cache *cache, int64_t now_ms) {
    static const char config[] = "{\"kind\":\"tigergraph\",\"restpp_url\":\"https://tg.example:9000\",\"gs_url\":\"https://tg.example:14240\"}";
    static const char secrets[] = "{\"secret\":\"hush-hush\"}";
    jeton_source *source = NULL;
    jeton_result *ask = NULL;
    CHECK_OK(jeton_source_new(cache, config, strlen(config), secrets, strlen(secrets), "{}", 2, NULL, now_ms, &source, NULL));
    check_at_hand(source, now_ms, JETON_WAIT, NULL);
    uint64_t lease = asked(cache, now_ms, &ask);
    jeton_result_free(ask);
    CHECK_OK(jeton_cache_answer(cache, lease, 404, NULL, 0, (const uint8_t *)"{}", 2, now_ms, NULL));
    answer(cache, lease, "{}", now_ms); /* What nobody was told to ask has no answer. */
    return source;
}

/* What an answer leads to is asked next, unless nobody wants it any more. */
static void test_next_question(void) {
    int64_t now_ms = NOW * 1000;
    jeton_cache *cache = host_cache();
    jeton_result *ask = NULL;
    jeton_source *source = open_halfway(cache, now_ms);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        int is_asked = idle_until(cache, now_ms) <= now_ms; /* The question is the parent's. */
        jeton_source_free(source);
        jeton_cache_free(cache);
        _exit(is_asked);
    }
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    asked(cache, now_ms, &ask);
    CHECK(part_holds(ask, "body", "hush-hush") || part_holds(ask, "url", "hush-hush"));
    jeton_result_free(ask);
    CHECK(idle_until(cache, now_ms) > now_ms);
    CHECK_OK(jeton_source_close(source, 0, NULL));
    jeton_source_free(source);

    source = open_halfway(cache, now_ms);
    CHECK_OK(jeton_source_close(source, 0, NULL));
    CHECK(idle_until(cache, now_ms) == INT64_MAX);
    jeton_source_free(source);

    source = open_halfway(cache, now_ms);
    now_ms += 10000000; /* Long after the lease has ended. */
    CHECK(idle_until(cache, now_ms) > now_ms);
    jeton_source_free(source);
    jeton_cache_free(cache);
}

/* A wait needs no runtime: its descriptor says when the host has brought the answer. */
static void test_wait(void) {
    int64_t now_ms = NOW * 1000;
    jeton_cache *cache = host_cache();
    jeton_source *source = open_source(cache, now_ms);
    jeton_wait *wait = NULL;
    jeton_result *ask = NULL;
    CHECK_OK(jeton_source_begin(source, "token", 5, NULL, 0, 10000, now_ms, &wait, NULL));
    CHECK_STATUS(JETON_WAIT, jeton_wait_for(wait, 10000, NULL));
    uint64_t lease = asked(cache, now_ms, &ask);
    jeton_result_free(ask);
    answer(cache, lease, GRANT("first"), now_ms);
    check_token(wait, "first");
    jeton_wait_free(wait);
    jeton_source_free(source);
    jeton_cache_free(cache);
}

static void check_keys(const jeton_remote_verifier *verifier, const char *stats) {
    jeton_result *told = NULL;
    CHECK_OK(jeton_remote_verifier_stats(verifier, &told, NULL));
    CHECK(jeton_result_count(told) == 1 && part_holds(told, "stats", stats));
    jeton_result_free(told);
}

static void test_remote_verifier(void) {
    static const char issuers[] = "[{\"issuer\":\"joe\",\"jwks_url\":\"https://id.example/keys\",\"algorithms\":[\"EdDSA\"],\"any_audience\":true}]";
    int64_t now_ms = NOW * 1000;
    char jwks[600];
    jeton_cache *cache = host_cache();
    jeton_result *generated = NULL, *result = NULL;
    jeton_remote_verifier *verifier = NULL;
    jeton_key *key = NULL;
    CHECK_OK(jeton_key_generate("EdDSA", 5, &generated, NULL));
    struct text private_jwk = part_of(generated, "private_jwk"), public_jwk = part_of(generated, "public_jwk");
    CHECK_OK(jeton_key_from_jwk(private_jwk.at, private_jwk.len, NULL, 0, &key, NULL));
    jeton_signer *made = signer(key, "{\"issuer\":\"joe\",\"ttl_s\":60}");
    char token[500];
    size_t len = 0;
    CHECK_OK(jeton_signer_sign(made, "{\"sub\":\"alice\"}", 15, NOW, token, sizeof token, &len, NULL));

    CHECK_OK(jeton_remote_verifier_new(cache, issuers, strlen(issuers), "{}", 2, &verifier, NULL));
    check_keys(verifier, "[{\"issuer\":\"joe\",\"jwks_url\":\"https://id.example/keys\",\"keys\":null,\"refreshes\":0,\"failures\":{},"
                         "\"last_failure\":null,\"is_stale\":false}]");
    CHECK_STATUS(JETON_WAIT, jeton_remote_verifier_verify(verifier, token, len, now_ms, &result, NULL));
    uint64_t lease = asked(cache, now_ms, &result);
    CHECK(part_holds(result, "method", "GET") && part_holds(result, "url", "https://id.example/keys"));
    jeton_result_free(result);
    snprintf(jwks, sizeof jwks, "{\"keys\":[%.*s]}", (int)public_jwk.len, public_jwk.at);
    answer(cache, lease, jwks, now_ms);
    CHECK_OK(jeton_remote_verifier_verify(verifier, token, len, now_ms, &result, NULL));
    CHECK(part_holds(result, "claims", "\"sub\":\"alice\"") && part_holds(result, "header", "EdDSA"));
    jeton_result_free(result);
    CHECK_STATUS(JETON_E_EXPIRED, jeton_remote_verifier_verify(verifier, token, len, now_ms + 60000, &result, NULL));
    check_keys(verifier, "\"keys\":1,\"refreshes\":1,\"failures\":{},\"last_failure\":null,\"is_stale\":false}]");
    token[len - 5] = token[len - 5] == 'A' ? 'B' : 'A';
    CHECK_STATUS(JETON_E_SIGNATURE, jeton_remote_verifier_verify(verifier, token, len, now_ms, &result, NULL));

    now_ms += 600000; /* The set is old, and its server is away. */
    CHECK_STATUS(JETON_WAIT, jeton_remote_verifier_verify(verifier, token, len, now_ms, &result, NULL));
    CHECK_OK(jeton_cache_fail(cache, asked(cache, now_ms, &result), "refused", 7, now_ms, NULL));
    jeton_result_free(result);
    CHECK_STATUS(JETON_E_SIGNATURE, jeton_remote_verifier_verify(verifier, token, len, now_ms, &result, NULL));
    check_keys(verifier, "\"keys\":1,\"refreshes\":1,\"failures\":{\"KEYS_UNAVAILABLE\":1},"
                         "\"last_failure\":\"the connection was refused\",\"is_stale\":true}]");
    jeton_remote_verifier_free(verifier);
    jeton_cache_free(cache);
    jeton_signer_free(made);
    jeton_key_free(key);
    jeton_result_free(generated);
    free_text(private_jwk);
    free_text(public_jwk);
}

/* Steps through an operation of a client. */
static void test_operation(void) {
    static const char config[] = "{\"restpp_url\":\"https://tg.example:9000\",\"gs_url\":\"https://tg.example:14240\"}";
    int64_t now_ms = NOW * 1000;
    jeton_client *client = NULL;
    jeton_operation *operation = NULL;
    jeton_result *result = NULL;
    CHECK_OK(jeton_client_new("tigergraph", 10, config, strlen(config), "{\"api_token\":\"t\"}", 17, "{}", 2, &client, NULL));
    CHECK_OK(jeton_client_operation(client, "get_version", 11, NULL, 0, &operation, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_operation_answer(operation, 200, NULL, 0, NULL, 0, NULL)); /* Nothing was asked. */
    CHECK_STATUS(JETON_ASK, jeton_operation_next(operation, now_ms, &result, NULL));
    CHECK(part_holds(result, "ask", "http") && part_holds(result, "url", "https://tg.example") && part_holds(result, "headers", "Bearer t"));
    jeton_result_free(result);
    CHECK_OK(jeton_operation_fail(operation, "tls", 3, NULL));
    CHECK_STATUS(JETON_E_UNAVAILABLE, jeton_operation_next(operation, now_ms, &result, NULL));
    CHECK_STATUS(JETON_E_UNAVAILABLE, jeton_operation_next(operation, now_ms, &result, NULL));
    jeton_operation_free(operation);
    jeton_client_free(client);
}

const struct test host_driven_tests[] = {
    {"host_driven_source", test_source},
    {"host_driven_last_moments", test_last_moments},
    {"host_driven_failure", test_failure},
    {"host_driven_next_question", test_next_question},
    {"host_driven_wait", test_wait},
    {"host_driven_remote_verifier", test_remote_verifier},
    {"host_driven_operation", test_operation},
    {NULL, NULL},
};
