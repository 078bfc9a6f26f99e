/* Waiting: for a descriptor, for a time, together, in vain, and beyond the end of what is waited for. */
#define _POSIX_C_SOURCE 200809L

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "sources.h"

/* Whether a descriptor is readable, or becomes so in time. */
static bool is_readable(int fd, int timeout_ms) {
    struct pollfd watched = {fd, POLLIN, 0};
    return poll(&watched, 1, timeout_ms) == 1 && (watched.revents & POLLIN) != 0;
}

static void check_failure(const jeton_wait *wait, jeton_status wanted) {
    jeton_result *result = NULL;
    CHECK_OK(jeton_wait_for(wait, 10000, NULL));
    CHECK_STATUS(wanted, jeton_wait_result(wait, &result, NULL));
    CHECK(result == NULL);
}

static void test_descriptor(void) {
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    jeton_wait *wait = begin(source, "token", 10000);
    jeton_result *result = NULL;
    int fd = jeton_wait_fd(wait);
    CHECK(fd >= 0 && jeton_wait_fd(wait) == fd);
    server_wait_for(server, 1);
    CHECK(!is_readable(fd, 0));
    CHECK_STATUS(JETON_WAIT, jeton_wait_for(wait, 0, NULL));
    CHECK_STATUS(JETON_WAIT, jeton_wait_result(wait, &result, NULL));
    server_answer(server, 200, GRANT("first"));
    CHECK(is_readable(fd, 10000) && is_readable(fd, 0));
    check_token(wait, "first");
    jeton_wait_free(wait);

    wait = begin(source, "token", 10000); /* What is there already is readable from the start. */
    CHECK(is_readable(jeton_wait_fd(wait), 10000));
    check_token(wait, "first");
    jeton_wait_free(wait);
    jeton_source_free(source);
    server_stop(server);
}

static void *cancel(void *wait) {
    jeton_wait_cancel(wait);
    return NULL;
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* How long another thread's cancel takes to end a wait, in milliseconds. */
static int64_t cancelled_in(jeton_wait *wait) {
    pthread_t thread;
    int64_t began = now_ms(), took;
    CHECK(pthread_create(&thread, NULL, cancel, wait) == 0);
    check_failure(wait, JETON_E_CANCELLED);
    took = now_ms() - began;
    pthread_join(thread, NULL);
    return took;
}

/* Who gives up is let go at once, within 50 ms, if the machine leaves it that in one of five tries; the request goes on for the others. */
static void test_cancel(void) {
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    jeton_wait *given_up = begin(source, "token", 10000), *patient = begin(source, "token", 10000);
    int64_t took;
    server_wait_for(server, 1);
    took = cancelled_in(given_up);
    CHECK(is_readable(jeton_wait_fd(given_up), 0));
    for (int i = 1; i < 5 && took >= 50; i++) {
        jeton_wait *another = begin(source, "token", 10000);
        took = cancelled_in(another);
        jeton_wait_free(another);
    }
    CHECK(took < 50);
    server_answer(server, 200, GRANT("first"));
    check_token(patient, "first");
    jeton_wait_cancel(patient); /* Too late to change anything. */
    check_token(patient, "first");
    jeton_wait_cancel(NULL);
    CHECK(server_requests(server) == 1);
    jeton_wait_free(given_up);
    jeton_wait_free(patient);
    jeton_source_free(source);
    server_stop(server);
}

static void test_timeout(void) {
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    uint8_t token[100];
    size_t len;
    int64_t end;
    jeton_wait *hasty = begin(source, "token", 10), *patient = begin(source, "token", 10000);
    check_failure(hasty, JETON_E_TIMEOUT);
    CHECK_STATUS(JETON_E_TIMEOUT, jeton_source_wait(source, 0, token, sizeof token, &len, &end, NULL));
    CHECK_STATUS(JETON_E_TIMEOUT, jeton_source_wait(source, 5, token, sizeof token, &len, &end, NULL));
    server_answer(server, 200, GRANT("first"));
    check_token(patient, "first");
    CHECK(server_requests(server) == 1);
    jeton_wait_free(hasty);
    jeton_wait_free(patient);
    jeton_source_free(source);
    server_stop(server);
}

struct waiter {
    pthread_t thread;
    const jeton_source *source;
    jeton_status status;
    uint8_t token[100];
    size_t len;
};

static void *wait_for_token(void *argument) {
    struct waiter *waiter = argument;
    int64_t end;
    waiter->status = jeton_source_wait(waiter->source, 10000, waiter->token, sizeof waiter->token, &waiter->len, &end, NULL);
    return NULL;
}

static void start(struct waiter *waiter, const jeton_source *source) {
    waiter->source = source;
    CHECK(pthread_create(&waiter->thread, NULL, wait_for_token, waiter) == 0);
}

static void test_many_callers_cause_one_request(void) {
    enum { CALLERS = 100 };
    static struct waiter waiters[CALLERS];
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    for (int i = 0; i < CALLERS; i++) {
        start(&waiters[i], source);
    }
    server_wait_for(server, 1);
    server_answer(server, 200, GRANT("first"));
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(waiters[i].thread, NULL);
        CHECK_OK(waiters[i].status);
        CHECK(same_text(waiters[i].token, waiters[i].len, "first"));
    }
    CHECK(server_requests(server) == 1);
    jeton_source_free(source);
    server_stop(server);
}

static void test_close_while_others_wait(void) {
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    struct waiter waiter;
    jeton_wait *wait = begin(source, "token", 10000);
    start(&waiter, source);
    server_wait_for(server, 1);
    CHECK_OK(jeton_source_close(source, 1000, NULL));
    pthread_join(waiter.thread, NULL);
    CHECK_STATUS(JETON_E_CLOSED, waiter.status);
    check_failure(wait, JETON_E_CLOSED);
    jeton_wait_free(wait);
    jeton_source_free(source);
    server_stop(server);
}

/* The handle may go before its wait. */
static void test_freed_source(void) {
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    jeton_wait *wait = begin(source, "token", 10000);
    jeton_source_free(source);
    check_failure(wait, JETON_E_CLOSED);
    jeton_wait_free(wait);
    server_stop(server);
}

static void test_stop(void) {
    struct server *server = server_start();
    jeton_source *source = oauth2_source(server);
    jeton_wait *wait = begin(source, "token", 10000);
    server_wait_for(server, 1);
    server_answer(server, 500, "{}");
    CHECK_OK(jeton_wait_for(wait, 10000, NULL));
    CHECK_OK(jeton_runtime_stop(10000, NULL));
    CHECK_OK(jeton_runtime_stop(10000, NULL));
    jeton_wait_free(wait);
    jeton_source_free(source);
    server_stop(server);

    server = server_start(); /* What needs threads starts them again. */
    source = oauth2_source(server);
    server_answer(server, 200, GRANT("again"));
    wait = begin(source, "token", 10000);
    check_token(wait, "again");
    jeton_wait_free(wait);
    jeton_source_free(source);
    server_stop(server);
}

/* A child serves the token that it inherited and fetches for itself. That it may be forked at any moment is tested in test_fork.c. */
static void test_fork(void) {
    static struct server *server; /* The child, which does not stop it, has it still. */
    server = server_start();
    jeton_source *source = oauth2_source(server);
    struct waiter waiter = {0};
    int status = -1;
    server_answer(server, 200, GRANT("first"));
    start(&waiter, source);
    pthread_join(waiter.thread, NULL);
    CHECK_OK(waiter.status);
    CHECK_OK(jeton_runtime_stop(10000, NULL));
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        uint8_t token[100];
        size_t len;
        int64_t end;
        int32_t invalidated;
        bool good = jeton_source_token(source, JETON_CLOCK, token, sizeof token, &len, &end, NULL) == JETON_OK &&
                    jeton_source_invalidate(source, NULL, 0, JETON_CLOCK, &invalidated, NULL) == JETON_OK && invalidated == 1 &&
                    jeton_source_wait(source, 10000, token, sizeof token, &len, &end, NULL) == JETON_OK &&
                    jeton_runtime_stop(10000, NULL) == JETON_OK;
        jeton_source_free(source);
        _exit(good ? 0 : 1);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(server_requests(server) == 2);
    wait_for_token(&waiter); /* Nothing of it reached the parent. */
    CHECK_OK(waiter.status);
    CHECK(server_requests(server) == 2);
    jeton_source_free(source);
    server_stop(server);
}

const struct test waiting_tests[] = {
    {"wait_descriptor", test_descriptor},
    {"wait_cancel", test_cancel},
    {"wait_timeout", test_timeout},
    {"wait_many_callers", test_many_callers_cause_one_request},
    {"wait_close", test_close_while_others_wait},
    {"wait_freed_source", test_freed_source},
    {"wait_stop", test_stop},
    {"wait_fork", test_fork},
    {NULL, NULL},
};
