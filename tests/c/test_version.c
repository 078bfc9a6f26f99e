/* Which library this is, and what it calls its statuses. */
#include <string.h>

#include "check.h"
#include "jeton.h"

/* The statuses of the header, as the Makefile reads them there. */
static const struct {
    const char *name;
    jeton_status number;
} STATUSES[] = {
#include "statuses.inc"
};

static void test_abi(void) {
    CHECK(jeton_abi_version() == JETON_ABI_VERSION);
}

static void test_version(void) {
    CHECK(strcmp(jeton_version(), CARGO_VERSION) == 0);
    CHECK(jeton_version() == jeton_version());
}

static void test_every_status_has_its_name(void) {
    CHECK(sizeof STATUSES / sizeof *STATUSES >= 20);
    for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++) {
        const char *name = jeton_status_name(STATUSES[i].number);
        if (name == NULL || strcmp(name, STATUSES[i].name) != 0) {
            check_failed(__FILE__, __LINE__, STATUSES[i].name);
        }
    }
    CHECK(strcmp(jeton_status_name(JETON_OK), "OK") == 0);
    CHECK(strcmp(jeton_status_name(JETON_WAIT), "WAIT") == 0);
    CHECK(strcmp(jeton_status_name(JETON_ASK), "ASK") == 0);
}

static void test_other_numbers_have_no_name(void) {
    static const jeton_status others[] = {3, -1, 99, 100, 109, 999, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        CHECK(jeton_status_name(others[i]) == NULL);
    }
}

const struct test version_tests[] = {
    {"abi", test_abi},
    {"version", test_version},
    {"every_status_has_its_name", test_every_status_has_its_name},
    {"other_numbers_have_no_name", test_other_numbers_have_no_name},
    {NULL, NULL},
};
