#ifndef CALLS_H
#define CALLS_H

#include <stddef.h>
#include <stdint.h>

/* Makes the calls that an input says; ends the program where the library breaks its contract. */
void jeton_fuzz_calls(const uint8_t *data, size_t len);

#endif
