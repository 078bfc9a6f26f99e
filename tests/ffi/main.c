/* Runs the tests of the ways in which a boundary between languages breaks: all, or those whose name is given. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int failed_checks = 0;

void check_failed(const char *file, int line, const char *what) {
    pthread_mutex_lock(&lock);
    failed_checks++;
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    pthread_mutex_unlock(&lock);
}

bool check_status(int actual, int wanted, const char *file, int line, const char *what) {
    char text[300];
    if (actual == wanted) {
        return true;
    }
    snprintf(text, sizeof text, "%d, not %d: %.200s", actual, wanted, what);
    check_failed(file, line, text);
    return false;
}

bool same_text(const void *actual, size_t len, const char *wanted) {
    return actual != NULL && len == strlen(wanted) && memcmp(actual, wanted, len) == 0;
}

void call_everything(void) {
    for (const struct call *call = TOKEN_CALLS; call->name != NULL; call++) {
        jeton_error error;
        if (call->run(&(struct spoil){-1, NOTHING, 0}, &error) != JETON_OK) {
            check_failed(__FILE__, __LINE__, call->name);
        }
    }
}

int in_child(void (*body)(void), char *output, size_t size) {
    int ends[2], status = 0;
    size_t len = 0;
    ssize_t got;
    CHECK(pipe(ends) == 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        dup2(ends[1], STDERR_FILENO);
        failed_checks = 0;
        body();
        _exit(failed_checks == 0 ? 0 : 1);
    }
    close(ends[1]);
    while (len < size - 1 && (got = read(ends[0], output + len, size - 1 - len)) > 0) {
        len += (size_t)got;
    }
    output[len] = '\0';
    close(ends[0]);
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    return status;
}

int main(int argc, char **argv) {
    const struct test *const files[] = {f01_tests, f07_tests, f08_tests, f18_tests, f20_tests, f27_tests, f31_tests};
    int passed = 0, failed = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        for (const struct test *test = files[i]; test->name != NULL; test++) {
            if (argc > 1 && strcmp(argv[1], test->name) != 0) {
                continue;
            }
            int before = failed_checks;
            test->run();
            printf("%s %s\n", failed_checks == before ? "ok" : "FAILED", test->name);
            *(failed_checks == before ? &passed : &failed) += 1;
        }
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
