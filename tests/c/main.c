/* Runs the tests of the C ABI: all of them, or those whose names hold the given text. */
#include "check.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jeton.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int failed_checks = 0;

void check_failed(const char *file, int line, const char *what) {
    pthread_mutex_lock(&lock);
    failed_checks++;
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    pthread_mutex_unlock(&lock);
}

static const char *name_of(int status) {
    const char *name = jeton_status_name(status);
    return name == NULL ? "unknown" : name;
}

bool check_status(int actual, int wanted, const char *file, int line, const char *what) {
    char text[400];
    if (actual == wanted) {
        return true;
    }
    snprintf(text, sizeof text, "%s, not %s: %.300s", name_of(actual), name_of(wanted), what);
    check_failed(file, line, text);
    return false;
}

bool same_text(const void *actual, size_t len, const char *wanted) {
    return actual != NULL && len == strlen(wanted) && memcmp(actual, wanted, len) == 0;
}

int main(int argc, char **argv) {
    const struct test *const files[] = {
        version_tests, argument_tests, buffer_tests, error_tests,  key_tests,     result_tests,      signing_tests, verifying_tests,
        vizzly_tests,  thread_tests,   fork_tests,   source_tests, waiting_tests, host_driven_tests, client_tests,  access_tests,
    };
    int passed = 0, failed = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        for (const struct test *test = files[i]; test->name != NULL; test++) {
            if (argc > 1 && strstr(test->name, argv[1]) == NULL) {
                continue;
            }
            int before = failed_checks;
            test->run();
            if (failed_checks == before) {
                passed++;
            } else {
                failed++;
                fprintf(stderr, "FAILED: %s\n", test->name);
            }
        }
    }
    /* Nothing of the library is left: Valgrind would count the memory of its threads. */
    failed += !CHECK_OK(jeton_runtime_stop(10000, NULL));
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
