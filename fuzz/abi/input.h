/* What an input decides, and memory whose ends are watched. */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>
#include <stdint.h>

/* Ends the program where something is not as it must be. */
#define CHECK(condition) ((condition) ? (void)0 : broken(#condition, __FILE__, __LINE__))
void broken(const char *condition, const char *file, int line);

void begin_input(const uint8_t *data, size_t len);
int has_input(void);
void end_input(void);

/* The next byte; 0 where there is none. */
unsigned byte(void);

/* Whether the next byte says so, as one in so many do. */
int one_in(unsigned chances);

/* Pages, of which the last is forbidden. */
typedef struct {
    uint8_t *pages;
    size_t size;
} guarded;

/* A text argument and the memory it is in. */
typedef struct {
    guarded memory;
    const char *data;
    size_t len;
} argument;

/* Memory whose last `len` bytes are in front of a forbidden page. */
guarded guard(size_t len, uint8_t **data);
void unguard(guarded memory);

/* A text of the list, of an earlier call, or of the input; now and then with a pointer or length that cannot be, which is hopeless. */
argument some_text(const char *const *list, size_t count, int *hopeless);

/* Keeps what a call returned for later arguments. */
void keep(const void *data, size_t len);

#endif
