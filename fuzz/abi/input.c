#define _DEFAULT_SOURCE
#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { KEPT = 4, PAGE = 4096 };

/* A copy of something that a call returned. */
typedef struct {
    char *data;
    size_t len;
} copy;

static const uint8_t *input;
static size_t input_len;
static copy kept[KEPT];
static size_t next_kept;

void broken(const char *condition, const char *file, int line) {
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
    abort();
}

void begin_input(const uint8_t *data, size_t len) {
    input = data;
    input_len = len;
    next_kept = 0;
}

int has_input(void) { return input_len > 0; }

void end_input(void) {
    for (size_t i = 0; i < KEPT; i++) free(kept[i].data);
    memset(kept, 0, sizeof kept);
}

unsigned byte(void) {
    if (input_len == 0) return 0;
    input_len--;
    return *input++;
}

int one_in(unsigned chances) { return byte() % chances == chances - 1; }

guarded guard(size_t len, uint8_t **data) {
    guarded made = {NULL, (len / PAGE + 2) * PAGE};
    made.pages = mmap(NULL, made.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(made.pages != MAP_FAILED && mprotect(made.pages + made.size - PAGE, PAGE, PROT_NONE) == 0);
    *data = made.pages + made.size - PAGE - len;
    return made;
}

void unguard(guarded memory) { CHECK(munmap(memory.pages, memory.size) == 0); }

static argument guarded_text(const void *bytes, size_t len) {
    uint8_t *data;
    argument made = {.memory = guard(len, &data), .len = len};
    if (len) memcpy(data, bytes, len);
    made.data = (const char *)data;
    return made;
}

argument some_text(const char *const *list, size_t count, int *hopeless) {
    unsigned choice = byte();
    argument made;
    if (choice < 176) {
        const char *fixed = list[choice % count];
        made = guarded_text(fixed, strlen(fixed));
    } else if (choice < 240) {
        made = guarded_text(kept[choice % KEPT].data, kept[choice % KEPT].len);
    } else {
        size_t len = byte() % 64;
        if (len > input_len) len = input_len;
        made = guarded_text(input, len);
        input += len;
        input_len -= len;
    }
    switch (byte()) {
    case 250: made.data = NULL, made.len = 0; break;
    case 251: made.data = NULL, made.len = 1, *hopeless = 1; break;
    case 252: made.len = (size_t)PTRDIFF_MAX + 1, *hopeless = 1; break;
    case 253: made.len = SIZE_MAX, *hopeless = 1; break;
    case 254: made.len = 0; break;
    case 255: made.len /= 2; break;
    default: break;
    }
    return made;
}

void keep(const void *data, size_t len) {
    copy *place = &kept[next_kept++ % KEPT];
    free(place->data);
    *place = (copy){malloc(len ? len : 1), len};
    CHECK(place->data != NULL);
    if (len) memcpy(place->data, data, len);
}
