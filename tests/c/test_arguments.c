/* Every argument of every fallible function, spoiled: NULL, empty, of an impossible length; with an error to fill and without. */
#include <stdint.h>
#include <string.h>

#include "calls.h"
#include "check.h"

/* Runs a call and checks its status, and that the error tells the same or was left alone. */
static void expect(const struct call *call, struct spoil spoil, jeton_status wanted) {
    jeton_error error, untouched;
    memset(&error, 0xA5, sizeof error);
    memset(&untouched, 0xA5, sizeof untouched);
    jeton_status status = call->run(&spoil, &error);
    if (status != wanted) {
        fprintf(stderr, "%s, argument %d, spoiled as %d:\n", call->name, spoil.argument, (int)spoil.how);
    }
    CHECK_STATUS(wanted, status);
    if (status < JETON_E_NULL) { /* It went well: OK, WAIT or ASK. */
        CHECK(memcmp(&error, &untouched, sizeof error) == 0);
    } else {
        CHECK(error.status == status);
        CHECK(error.http_status == 0);
        CHECK(memchr(error.claim, '\0', sizeof error.claim) == error.claim);
        CHECK(memchr(error.message, '\0', sizeof error.message) != NULL && error.message[0] != '\0');
    }
    CHECK_STATUS(wanted, call->run(&spoil, NULL));
}

static const struct call *const TABLES[] = {TOKEN_CALLS, SOURCE_CALLS, ACCESS_CALLS};

/* Visits every call of the tables. */
static void for_each_call(void (*visit)(const struct call *call)) {
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++) {
        for (const struct call *call = TABLES[i]; call->name != NULL; call++) {
            visit(call);
        }
    }
}

static void good(const struct call *call) {
    expect(call, (struct spoil){-1, NOTHING, 0}, call->good);
}

static void with_null(const struct call *call) {
    for (int i = 0; call->arguments[i].kind != NONE; i++) {
        expect(call, (struct spoil){i, AS_NULL, 0}, JETON_E_NULL);
    }
}

static void with_nothing(const struct call *call) {
    for (int i = 0; call->arguments[i].kind != NONE; i++) {
        if (call->arguments[i].kind == TEXT) {
            expect(call, (struct spoil){i, AS_EMPTY, 0}, call->arguments[i].when_empty);
        } else if (call->arguments[i].kind == BUFFER) {
            expect(call, (struct spoil){i, AS_EMPTY, 0}, JETON_E_BUFFER);
        }
    }
}

static void with_impossible_lengths(const struct call *call) {
    static const size_t lengths[] = {SIZE_MAX, SIZE_MAX - 1, (size_t)PTRDIFF_MAX + 1};
    for (int i = 0; call->arguments[i].kind != NONE; i++) {
        for (size_t n = 0; n < sizeof lengths / sizeof *lengths; n++) {
            if (call->arguments[i].kind == TEXT) {
                expect(call, (struct spoil){i, AS_HUGE, lengths[n]}, JETON_E_LENGTH);
            } else if (call->arguments[i].kind == BUFFER) {
                /* The caller says that there is room, and no more of it is touched than is needed. */
                expect(call, (struct spoil){i, AS_HUGE, lengths[n]}, call->good);
            }
        }
    }
}

static void test_good_calls(void) {
    for_each_call(good);
}

static void test_null(void) {
    for_each_call(with_null);
}

static void test_null_and_no_length_is_empty(void) {
    for_each_call(with_nothing);
}

static void test_impossible_lengths(void) {
    for_each_call(with_impossible_lengths);
}

static void test_free_takes_null(void) {
    jeton_key_free(NULL);
    jeton_signer_free(NULL);
    jeton_external_signer_free(NULL);
    jeton_verifier_free(NULL);
    jeton_vizzly_free(NULL);
    jeton_result_free(NULL);
    jeton_cache_free(NULL);
    jeton_source_free(NULL);
    jeton_wait_free(NULL);
    jeton_wait_cancel(NULL);
    CHECK(jeton_wait_fd(NULL) == -1);
    jeton_operation_free(NULL);
    jeton_client_free(NULL);
    jeton_remote_verifier_free(NULL);
    jeton_access_free(NULL);
    CHECK(jeton_access_asks_rows(NULL) == 0);
}

/* Whether a function of the header is in the table above, or is known to take no pointer that could be wrong. */
static bool is_covered(const char *function) {
    static const char *const others[] = {
        "jeton_version", "jeton_abi_version", "jeton_status_name", "jeton_testing_panic", "jeton_result_count", "jeton_signer_bound",
        "jeton_verifier_gives_claims", "jeton_wait_fd", "jeton_wait_cancel", "jeton_runtime_stop", "jeton_access_asks_rows",
    };
    size_t len = strlen(function);
    if (len > 5 && strcmp(function + len - 5, "_free") == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(others[i], function) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++) {
        for (const struct call *call = TABLES[i]; call->name != NULL; call++) {
            if (strcmp(call->name, function) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void test_every_function_is_covered(void) {
    char line[100];
    int count = 0;
    FILE *symbols = fopen("symbols.txt", "r");
    CHECK(symbols != NULL);
    while (symbols != NULL && fgets(line, sizeof line, symbols) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        count++;
        if (!is_covered(line)) {
            check_failed(__FILE__, __LINE__, line);
        }
    }
    CHECK(count > 0);
    if (symbols != NULL) {
        fclose(symbols);
    }
}

const struct test argument_tests[] = {
    {"good_calls", test_good_calls},
    {"null", test_null},
    {"null_and_no_length_is_empty", test_null_and_no_length_is_empty},
    {"impossible_lengths", test_impossible_lengths},
    {"free_takes_null", test_free_takes_null},
    {"every_function_is_covered", test_every_function_is_covered},
    {NULL, NULL},
};
