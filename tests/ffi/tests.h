/* The tests of this folder. Their names begin with the class of failures in docs/FFI.md that they stand for. */
#ifndef TESTS_H
#define TESTS_H

#include "../c/calls.h"
#include "../c/check.h"
#include "../c/fixtures.h"

extern const struct test f01_tests[], f07_tests[], f08_tests[], f18_tests[], f20_tests[], f27_tests[], f31_tests[];

/* Makes every fallible call of the header once, well. */
void call_everything(void);

/* Runs `body` in a child process and gives its wait status; what the child writes to standard error goes to `output`. */
int in_child(void (*body)(void), char *output, size_t size);

#endif
