/* A plugin host loads the shared library, uses it in a thread, unloads it, and only then lets the thread end. */
#include <dlfcn.h>
#include <jeton.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static sem_t used, unloaded;
static jeton_status (*testing_panic)(jeton_error *);
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

int main(int argc, char **argv)
{
    if (argc != 2 || sem_init(&used, 0, 0) != 0 || sem_init(&unloaded, 0, 0) != 0) {
        return 2;
    }
    for (int i = 0; i < 200 && good; i++) {
        void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
        pthread_t other;
        if (library == NULL) {
            return 3;
        }
        /* ISO C has no cast from an object pointer to a function pointer; POSIX gives it this way. */
        *(void **)&testing_panic = dlsym(library, "jeton_testing_panic");
        if (testing_panic == NULL || pthread_create(&other, NULL, thread, NULL) != 0) {
            return 4;
        }
        sem_wait(&used);
        if (dlclose(library) != 0) {
            return 5;
        }
        sem_post(&unloaded);
        pthread_join(other, NULL);
    }
    return good ? 0 : 1;
}
