#include "heap.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MARK_LEN = 32, KEPT = 1024, FREED = 0xDD, MARK = 0x5A };

/* In front of every block, and in a list of all. */
struct block {
    struct block *previous, *next;
    void *start; /* what malloc gave */
    size_t size;
    uint8_t mark[MARK_LEN];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void close_heap(void) {
    pthread_mutex_lock(&lock);
}

static void open_heap(void) {
    pthread_mutex_unlock(&lock);
}

/* A forked child finds the heap open, as it does with the C library's own. */
__attribute__((constructor)) static void open_heap_in_children(void) {
    pthread_atfork(close_heap, open_heap, open_heap);
}

static struct block blocks = {&blocks, &blocks, NULL, 0, {0}};
static struct block *kept[KEPT];
static size_t live, requests, bytes, frees, fail_at;
static bool fail_all;

static uint8_t *data_of(struct block *block) {
    return (uint8_t *)(block + 1);
}

static bool all_are(const uint8_t *at, size_t len, uint8_t value) {
    for (size_t i = 0; i < len; i++) {
        if (at[i] != value) {
            return false;
        }
    }
    return true;
}

static bool is_marked(struct block *block) {
    return all_are(block->mark, MARK_LEN, MARK) && all_are(data_of(block) + block->size, MARK_LEN, MARK);
}

static void broken(const char *what) {
    fprintf(stderr, "heap: %s\n", what);
    _exit(99);
}

static bool must_fail(void) {
    requests++;
    if (fail_at == 0 || --fail_at != 0) {
        return false;
    }
    fail_at = fail_all ? 1 : 0;
    return true;
}

static void *take(size_t size, size_t alignment) {
    size_t room = sizeof(struct block) + alignment;
    uint8_t *start = size > SIZE_MAX - room - MARK_LEN ? NULL : malloc(room + size + MARK_LEN);
    if (start == NULL) {
        return NULL;
    }
    uintptr_t data = (uintptr_t)(start + room) & ~(uintptr_t)(alignment - 1);
    struct block *block = (struct block *)data - 1;
    *block = (struct block){&blocks, blocks.next, start, size, {0}};
    memset(block->mark, MARK, MARK_LEN);
    memset((uint8_t *)data + size, MARK, MARK_LEN);
    blocks.next->previous = block;
    blocks.next = block;
    live++;
    bytes += size;
    return (void *)data;
}

static struct block *find(const void *pointer) {
    for (struct block *block = blocks.next; block != &blocks; block = block->next) {
        if (data_of(block) == pointer) {
            return block;
        }
    }
    return NULL;
}

static void give_back(void *pointer) {
    struct block *block = (struct block *)pointer - 1;
    if (!all_are(block->mark, MARK_LEN, MARK) || block->next->previous != block || block->previous->next != block) {
        broken("the library freed what is no block of its own");
    }
    if (!is_marked(block)) {
        broken("the library wrote behind a block");
    }
    block->next->previous = block->previous;
    block->previous->next = block->next;
    memset(data_of(block), FREED, block->size);
    memset(block->mark, FREED, MARK_LEN);
    live--;
    struct block **oldest = &kept[frees++ % KEPT];
    if (*oldest != NULL) {
        if (!all_are(data_of(*oldest), (*oldest)->size, FREED)) {
            broken("the library wrote to a block after it had freed it");
        }
        free((*oldest)->start);
    }
    *oldest = block;
}

static void *request(size_t size, size_t alignment) {
    pthread_mutex_lock(&lock);
    void *data = must_fail() ? NULL : take(size, alignment);
    pthread_mutex_unlock(&lock);
    return data;
}

void *heap_malloc(size_t size) {
    return request(size, 16);
}

void *heap_calloc(size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    void *data = request(count * size, 16);
    if (data != NULL) {
        memset(data, 0, count * size);
    }
    return data;
}

void *heap_realloc(void *old, size_t size) {
    void *data = request(size, 16);
    if (data != NULL && old != NULL) {
        size_t had = ((struct block *)old - 1)->size;
        memcpy(data, old, had < size ? had : size);
        heap_free(old);
    }
    return data;
}

int heap_posix_memalign(void **out, size_t alignment, size_t size) {
    void *data = request(size, alignment < 16 ? 16 : alignment);
    if (data == NULL) {
        return ENOMEM;
    }
    *out = data;
    return 0;
}

void heap_free(void *pointer) {
    if (pointer == NULL) {
        return;
    }
    pthread_mutex_lock(&lock);
    give_back(pointer);
    pthread_mutex_unlock(&lock);
}

size_t heap_live(void) {
    return live;
}

size_t heap_requests(void) {
    return requests;
}

size_t heap_bytes(void) {
    return bytes;
}

bool heap_owns(const void *pointer) {
    return find(pointer) != NULL;
}

void heap_fail(size_t nth, bool all) {
    fail_at = nth;
    fail_all = all;
}

bool heap_is_sound(void) {
    for (struct block *block = blocks.next; block != &blocks; block = block->next) {
        if (!is_marked(block)) {
            return false;
        }
    }
    for (size_t i = 0; i < KEPT && kept[i] != NULL; i++) {
        if (!all_are(data_of(kept[i]), kept[i]->size, FREED)) {
            return false;
        }
    }
    return true;
}

/* The size and the pages of a block stand in its first page; the block ends where the last one, without rights, begins. */
struct guarded {
    uint8_t *pages;
    size_t len;
};

void *guarded_malloc(size_t size) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (size + page - 1) / page * page;
    size_t len = room + 2 * page;
    uint8_t *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page + room, page, PROT_NONE) != 0) {
        broken("no pages");
    }
    *(struct guarded *)(void *)pages = (struct guarded){pages, len};
    return pages + page + room - size;
}

void guarded_free(void *pointer) {
    if (pointer == NULL) {
        return;
    }
    /* Every block begins in its second page. */
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct guarded head = *(struct guarded *)((uintptr_t)pointer / page * page - page);
    if (munmap(head.pages, head.len) != 0) {
        broken("guarded_free: no block");
    }
}
