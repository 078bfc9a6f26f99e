/* F19: a plugin host loads the shared library, uses it in a thread, fetches, stops it, unloads it, and only then lets the thread end. */
#include <dlfcn.h>
#include <jeton.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <string.h>

/* Nobody listens there. */
static const char CONFIG[] =
    "{\"kind\":\"oauth2\",\"grant\":\"client_credentials\",\"token_url\":\"http://127.0.0.1:1/\",\"client_id\":\"a\",\"retries\":0}";
static const char SECRETS[] = "{\"client_secret\":\"s\"}";

static sem_t used, unloaded;
static jeton_status (*testing_panic)(jeton_error *);
static jeton_status (*source_new)(const jeton_cache *, const char *, size_t, const char *, size_t, const char *, size_t,
                                  const jeton_key *, int64_t, jeton_source **, jeton_error *);
static jeton_status (*source_wait)(const jeton_source *, uint64_t, uint8_t *, size_t, size_t *, int64_t *, jeton_error *);
static void (*source_free)(jeton_source *);
static jeton_status (*runtime_stop)(uint64_t, jeton_error *);
static int good = 1;

static void *thread(void *unused)
{
    (void)unused;
    if (testing_panic(NULL) != JETON_E_PANIC) {
        good = 0;
    }
    sem_post(&used);
    sem_wait(&unloaded);
    return NULL;
}

/* Fetches with threads of the library, and ends them. */
static int fetches(void)
{
    jeton_source *source = NULL;
    uint8_t token[100];
    size_t len;
    int64_t end;
    int refused = source_new(NULL, CONFIG, strlen(CONFIG), SECRETS, strlen(SECRETS), "{}", 2, NULL, JETON_CLOCK, &source, NULL)
            == JETON_OK
        && source_wait(source, 10000, token, sizeof token, &len, &end, NULL) == JETON_E_UNAVAILABLE;
    source_free(source);
    return refused && runtime_stop(10000, NULL) == JETON_OK;
}

/* ISO C has no cast from an object pointer to a function pointer; POSIX gives it this way. */
static int find(void *library, const char *name, void *function)
{
    *(void **)function = dlsym(library, name);
    return *(void **)function != NULL;
}

int main(int argc, char **argv)
{
    if (argc != 2 || sem_init(&used, 0, 0) != 0 || sem_init(&unloaded, 0, 0) != 0) {
        return 2;
    }
    for (int i = 0; i < 1000 && good; i++) {
        void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
        pthread_t other;
        if (library == NULL || !find(library, "jeton_testing_panic", &testing_panic) || !find(library, "jeton_source_new", &source_new)
            || !find(library, "jeton_source_wait", &source_wait) || !find(library, "jeton_source_free", &source_free)
            || !find(library, "jeton_runtime_stop", &runtime_stop)) {
            return 3;
        }
        if (pthread_create(&other, NULL, thread, NULL) != 0) {
            return 4;
        }
        sem_wait(&used);
        good = good && fetches();
        if (dlclose(library) != 0) {
            return 5;
        }
        sem_post(&unloaded);
        pthread_join(other, NULL);
    }
    return good ? 0 : 1;
}
