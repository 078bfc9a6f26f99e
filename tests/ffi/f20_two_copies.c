/* F20: two copies of the library in one process, the archive that this program is linked with and the shared library: each has its
 * own runtime and catches its own panics. tests/embedding links the archive beside another Rust archive. */
#include <dlfcn.h>
#include <string.h>

#include "tests.h"

static void test_two_copies_in_one_process(void) {
    void *library = dlopen(SHARED_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    jeton_status (*panic)(jeton_error *) = NULL;
    jeton_status (*inspect)(const char *, size_t, jeton_result **, jeton_error *) = NULL;
    void (*free_result)(jeton_result *) = NULL;
    CHECK(library != NULL);
    if (library == NULL) {
        return;
    }
    *(void **)&panic = dlsym(library, "jeton_testing_panic");
    *(void **)&inspect = dlsym(library, "jeton_inspect_unverified");
    *(void **)&free_result = dlsym(library, "jeton_result_free");
    CHECK(panic != NULL && panic != jeton_testing_panic && inspect != NULL && free_result != NULL);
    for (int i = 0; i < 3; i++) {
        jeton_result *theirs = NULL, *ours = NULL;
        CHECK_STATUS(JETON_E_PANIC, panic(NULL));
        CHECK_OK(inspect(RFC_TOKEN, strlen(RFC_TOKEN), &theirs, NULL));
        CHECK_STATUS(JETON_E_PANIC, jeton_testing_panic(NULL));
        CHECK_OK(jeton_inspect_unverified(RFC_TOKEN, strlen(RFC_TOKEN), &ours, NULL));
        free_result(theirs);
        jeton_result_free(ours);
    }
    call_everything();
    CHECK(dlclose(library) == 0);
    call_everything();
}

const struct test f20_tests[] = {
    {"f20_two_copies_in_one_process", test_two_copies_in_one_process},
    {NULL, NULL},
};
