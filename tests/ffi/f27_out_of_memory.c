/* F27: memory runs out. Rust ends the process then: it says how many bytes it wanted and aborts. So a call either returns, or ends in
 * that one documented way with no block damaged; and what a token can make the library ask for is bounded by the token's length. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "heap.h"
#include "tests.h"

enum { SOUND = 42, DAMAGED = 43 };

static const struct call *tried;
static size_t failing;
static bool every_later_one;

static void on_abort(int number) {
    (void)number;
    heap_fail(0, false);
    _exit(heap_is_sound() ? SOUND : DAMAGED);
}

static void run_with_a_failing_request(void) {
    signal(SIGABRT, on_abort);
    heap_fail(failing, every_later_one);
    jeton_status status = tried->run(&(struct spoil){-1, NOTHING, 0}, NULL);
    heap_fail(0, false);
    CHECK(status == JETON_OK || status == JETON_E_INTERNAL);
    CHECK(heap_is_sound());
}

/* Every request of every call fails once, alone and with all that follow. */
static void test_every_request_fails_once(void) {
    int aborts = 0;
    for (tried = TOKEN_CALLS; tried->name != NULL; tried++) {
        size_t before = heap_requests();
        CHECK_OK(tried->run(&(struct spoil){-1, NOTHING, 0}, NULL));
        size_t requests = heap_requests() - before;
        CHECK(requests > 0);
        for (size_t i = 0; i < 2 * requests; i++) {
            char output[1000];
            failing = i / 2 + 1;
            every_later_one = i % 2 == 1;
            int status = in_child(run_with_a_failing_request, output, sizeof output);
            bool returned = WIFEXITED(status) && WEXITSTATUS(status) == 0;
            bool aborted = WIFEXITED(status) && WEXITSTATUS(status) == SOUND && strstr(output, "memory allocation of ") != NULL;
            aborts += aborted;
            if (!returned && !aborted) {
                fprintf(stderr, "%s, request %zu: status %x: %s\n", tried->name, failing, status, output);
                check_failed(__FILE__, __LINE__, tried->name);
            }
        }
    }
    CHECK(aborts > 0);
}

/* A JSON text of about `len` bytes: `open`, then `item` (with a number in it, for names that differ) again and again, then `close`. */
static char *json_of(const char *open, const char *item, const char *close, size_t len) {
    char *json = malloc(len + 100);
    size_t at = (size_t)sprintf(json, "%s", open);
    for (unsigned i = 0; at < len; i++) {
        at += (size_t)sprintf(json + at, item, i);
    }
    strcpy(json + at, close);
    return json;
}

/* What looking at a token and verifying it asked for, in bytes, over all requests. */
static size_t cost_of(const jeton_verifier *judge, const char *token, size_t len) {
    size_t before = heap_bytes();
    jeton_result *result = NULL;
    if (jeton_inspect_unverified(token, len, &result, NULL) == JETON_OK) {
        jeton_result_free(result);
    }
    if (jeton_verifier_open(judge, token, len, NOW, &result, NULL) == JETON_OK) {
        jeton_result_free(result);
    }
    return heap_bytes() - before;
}

static void test_a_token_costs_what_its_length_allows(void) {
    static const struct {
        const char *open, *item, *close;
    } texts[] = {
        {"{\"a\":\"", "x", "\"}"},      {"{\"a\":\"", "\\u0041", "\"}"}, {"{\"a\":[0", ",%u", "]}"},
        {"{\"a\":[[]", ",[]", "]}"},    {"{\"\":0", ",\"%x\":0", "}"},   {"{\"\":0", ",\"\\u0041%x\":0", "}"},
        {"{\"a\":[{}", ",{\"\":{}}", "]}"}, {"{\"exp\":1", "0", "}"},        {"", "{\"\":[", ""},
        {"{\"aud\":[\"\"", ",\"\"", "]}"},
    };
    enum { TIMES = 32, FIXED = 4096, LARGEST = 48000 };
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{}");
    jeton_verifier *judge = verifier(key, "{\"algorithms\":[\"HS256\"],\"any_issuer\":true,\"audience\":\"a\"}");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t size = 16; size <= LARGEST; size = size * 8 > LARGEST && size < LARGEST ? LARGEST : size * 8) {
            char *json = json_of(texts[i].open, texts[i].item, texts[i].close, size);
            size_t len = 0, room = jeton_signer_bound(made, strlen(json));
            char *token = malloc(room);
            CHECK_OK(jeton_signer_sign_bytes(made, (const uint8_t *)json, strlen(json), token, room, &len, NULL));
            size_t cost = cost_of(judge, token, len);
            if (cost > TIMES * len + FIXED) {
                fprintf(stderr, "%zu bytes for %zu of %s%s\n", cost, len, texts[i].open, texts[i].item);
                check_failed(__FILE__, __LINE__, "a token costs too much");
            }
            free(token);
            free(json);
        }
    }
    /* Above the limit nothing is looked at: only the two failures cost. */
    char *long_token = malloc(65537);
    memset(long_token, 'A', 65537);
    CHECK(cost_of(judge, long_token, 65537) <= 512);
    free(long_token);
    jeton_verifier_free(judge);
    jeton_signer_free(made);
    jeton_key_free(key);
}

const struct test f27_tests[] = {
    {"f27_every_request_fails_once", test_every_request_fails_once},
    {"f27_a_token_costs_what_its_length_allows", test_a_token_costs_what_its_length_allows},
    {NULL, NULL},
};
