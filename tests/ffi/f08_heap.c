/* F8: every block goes back to the heap that it came from. The library has a heap of its own here (heap.h), so a block that one side
 * takes and the other frees ends the program. All of tests/c runs like this too. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "heap.h"
#include "tests.h"

static void test_every_call_gives_back_what_it_took(void) {
    call_everything();
    for (const struct call *call = TOKEN_CALLS; call->name != NULL; call++) {
        size_t live = heap_live(), requests = heap_requests();
        jeton_error error;
        CHECK_OK(call->run(&(struct spoil){-1, NOTHING, 0}, &error));
        if (heap_live() != live || heap_requests() == requests) {
            check_failed(__FILE__, __LINE__, call->name);
        }
        for (int i = 0; call->arguments[i].kind != NONE; i++) {
            CHECK_STATUS(JETON_E_NULL, call->run(&(struct spoil){i, AS_NULL, 0}, &error));
        }
        if (heap_live() != live) {
            check_failed(__FILE__, __LINE__, call->name);
        }
    }
}

/* What has to be freed is a handle, made by the library and known by its heap; buffers and errors are the caller's. */
static void test_who_owns_what(void) {
    jeton_key *key = secret_key();
    jeton_signer *made = signer(key, "{}");
    jeton_result *result = NULL;
    const uint8_t *header = NULL;
    size_t len = 0, live = heap_live();
    char *token = malloc(300);
    CHECK(heap_owns(key) && heap_owns(made) && !heap_owns(token));
    CHECK_OK(jeton_signer_sign(made, "{}", 2, NOW, token, 300, &len, NULL));
    CHECK(heap_live() == live);
    CHECK_OK(jeton_inspect_unverified(token, len, &result, NULL));
    CHECK_OK(jeton_result_get(result, 0, "header", 6, &header, &len, NULL));
    CHECK(heap_owns(result) && heap_owns(header));
    jeton_result_free(result);
    CHECK(heap_live() == live && !heap_owns(header));
    CHECK(!heap_owns(jeton_version()) && !heap_owns(jeton_status_name(JETON_OK)));
    free(token);
    jeton_signer_free(made);
    jeton_key_free(key);
}

/* A defect that is met again and again does not eat the memory of its host. */
static void test_a_panic_costs_no_memory(void) {
    CHECK_STATUS(JETON_E_PANIC, jeton_testing_panic(NULL));
    size_t live = heap_live();
    for (int i = 0; i < 10; i++) {
        CHECK_STATUS(JETON_E_PANIC, jeton_testing_panic(NULL));
    }
    CHECK(heap_live() == live);
}

static void free_a_block_of_the_caller(void) {
    heap_free((char *)calloc(1, 1000) + 500);
}

static void write_behind_a_block(void) {
    char *block = heap_malloc(3);
    block[3] = 'x';
    CHECK(!heap_is_sound());
    heap_free(block);
}

/* The heap sees what it is there for. */
static void test_the_heap_is_strict(void) {
    char output[200];
    int status = in_child(free_a_block_of_the_caller, output, sizeof output);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 99 && strstr(output, "no block of its own") != NULL);
    status = in_child(write_behind_a_block, output, sizeof output);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 99 && strstr(output, "behind a block") != NULL);
    CHECK(heap_is_sound());
}

const struct test f08_tests[] = {
    {"f08_every_call_gives_back_what_it_took", test_every_call_gives_back_what_it_took},
    {"f08_who_owns_what", test_who_owns_what},
    {"f08_a_panic_costs_no_memory", test_a_panic_costs_no_memory},
    {"f08_the_heap_is_strict", test_the_heap_is_strict},
    {NULL, NULL},
};
