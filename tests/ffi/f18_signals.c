/* F18: the library leaves signals alone: no handler, no mask, no alternate stack, neither when it is loaded nor in any call. */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tests.h"

enum { SIGNALS = 64 };

struct state {
    /* The five masks of the kernel for this thread: pending, shared pending, blocked, ignored, caught. */
    char masks[500];
    struct sigaction actions[SIGNALS + 1];
    stack_t stack;
};

static struct state *state_of_signals(void) {
    struct state *state = calloc(1, sizeof *state);
    FILE *status = fopen("/proc/thread-self/status", "r");
    char line[200];
    CHECK(state != NULL && status != NULL);
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "Sig", 3) == 0 && strncmp(line, "SigQ", 4) != 0) {
            strcat(state->masks, line);
        }
    }
    fclose(status);
    CHECK(strstr(state->masks, "SigBlk") != NULL && strstr(state->masks, "SigCgt") != NULL);
    for (int i = 1; i <= SIGNALS; i++) {
        sigaction(i, NULL, &state->actions[i]);
    }
    sigaltstack(NULL, &state->stack);
    return state;
}

/* The rest of a struct sigaction is not the kernel's and may be anything. */
static bool is_same_action(const struct sigaction *one, const struct sigaction *other) {
    for (int i = 1; i <= SIGNALS; i++) {
        if (sigismember(&one->sa_mask, i) != sigismember(&other->sa_mask, i)) {
            return false;
        }
    }
    return one->sa_sigaction == other->sa_sigaction && one->sa_flags == other->sa_flags;
}

static void check_same(struct state *before) {
    struct state *after = state_of_signals();
    CHECK(strcmp(before->masks, after->masks) == 0);
    for (int i = 1; i <= SIGNALS; i++) {
        CHECK(is_same_action(&before->actions[i], &after->actions[i]));
    }
    CHECK(memcmp(&before->stack, &after->stack, sizeof after->stack) == 0);
    free(after);
    free(before);
}

static void test_loading(void) {
    struct state *before = state_of_signals();
    void *library = dlopen(SHARED_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    jeton_status (*panic)(jeton_error *) = NULL;
    CHECK(library != NULL);
    if (library != NULL) {
        *(void **)&panic = dlsym(library, "jeton_testing_panic");
        CHECK_STATUS(JETON_E_PANIC, panic(NULL));
        CHECK(dlclose(library) == 0);
    }
    check_same(before);
}

static void *calls_and_a_panic(void *unused) {
    struct state *before = state_of_signals();
    call_everything();
    CHECK_STATUS(JETON_E_PANIC, jeton_testing_panic(NULL));
    check_same(before);
    return unused;
}

static void test_calls(void) {
    pthread_t thread;
    calls_and_a_panic(NULL);
    CHECK(pthread_create(&thread, NULL, calls_and_a_panic, NULL) == 0 && pthread_join(thread, NULL) == 0);
}

static void handler(int number, siginfo_t *info, void *context) {
    (void)number;
    (void)info;
    (void)context;
}

/* A host such as Go's runtime has handlers, masks and stacks of its own. */
static void test_a_hosts_own_handlers_stay(void) {
    static const int own[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGPIPE, SIGPROF, SIGSEGV, SIGTRAP, SIGURG, SIGUSR1};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART}, old[sizeof own / sizeof *own];
    char *room = malloc(65536);
    stack_t stack = {.ss_sp = room, .ss_size = 65536}, old_stack;
    sigset_t mask, old_mask;
    action.sa_sigaction = handler;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        CHECK(sigaction(own[i], &action, &old[i]) == 0);
    }
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGCHLD);
    CHECK(pthread_sigmask(SIG_BLOCK, &mask, &old_mask) == 0 && sigaltstack(&stack, &old_stack) == 0);
    calls_and_a_panic(NULL);
    CHECK(pthread_sigmask(SIG_SETMASK, &old_mask, NULL) == 0);
    stack.ss_flags = SS_DISABLE;
    CHECK(sigaltstack(&stack, NULL) == 0);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        CHECK(sigaction(own[i], &old[i], NULL) == 0);
    }
    free(room);
}

const struct test f18_tests[] = {
    {"f18_loading", test_loading},
    {"f18_calls", test_calls},
    {"f18_a_hosts_own_handlers_stay", test_a_hosts_own_handlers_stay},
    {NULL, NULL},
};
