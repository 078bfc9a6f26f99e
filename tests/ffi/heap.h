/* Two heaps of the tests' own, so that every mistake about memory is seen.
 *
 * The library's: the archive is linked with its allocator functions renamed to heap_*, so that no block of the library is one
 * of the C library's. Blocks have marks before and behind them; freed ones are filled and kept for a while. A pointer of
 * another heap, a mark that changed or a write after a free ends the program.
 *
 * The caller's: guarded_malloc puts a page behind every block that cannot be touched. */
#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* Blocks that the library holds, and what it has asked for since the program began. */
size_t heap_live(void);
size_t heap_requests(void);
size_t heap_bytes(void);

/* Whether a pointer is the beginning of a block that the library holds. */
bool heap_owns(const void *pointer);

/* From here, the request `nth` (1 is the next) and, if `all`, every later one gets NULL. 0: none does. */
void heap_fail(size_t nth, bool all);

/* Whether all marks of all blocks are as they should be. */
bool heap_is_sound(void);

void *heap_malloc(size_t size);
void *heap_calloc(size_t count, size_t size);
void *heap_realloc(void *old, size_t size);
int heap_posix_memalign(void **out, size_t alignment, size_t size);
void heap_free(void *pointer);

void *guarded_malloc(size_t size);
void guarded_free(void *pointer);

#endif
