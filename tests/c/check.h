/* The whole test framework: a test is a function, a check that fails is reported and the test goes on. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct test {
    const char *name;
    void (*run)(void);
};

/* The tests of one file; the last one has no name. */
extern const struct test version_tests[], argument_tests[], buffer_tests[], error_tests[], key_tests[], result_tests[], signing_tests[],
    verifying_tests[], vizzly_tests[], thread_tests[], fork_tests[], source_tests[], waiting_tests[], host_driven_tests[], client_tests[],
    access_tests[];

/* Reports a failed check and counts it; may be called from any thread. */
void check_failed(const char *file, int line, const char *what);

/* Whether the status is the wanted one; reports both where it is not. */
bool check_status(int actual, int wanted, const char *file, int line, const char *what);

/* Whether `len` bytes at `actual` are the text `wanted`. */
bool same_text(const void *actual, size_t len, const char *wanted);

#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition))
#define CHECK_STATUS(wanted, call) check_status((call), (wanted), __FILE__, __LINE__, #call)
#define CHECK_OK(call) CHECK_STATUS(JETON_OK, call)

#endif
