/* What both C programs share: reading a fixture, and measuring. */
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *const ALGORITHMS[] = {"HS256", "RS256", "PS256", "ES256", "ES384", "EdDSA"};
enum { ALGORITHM_COUNT = sizeof ALGORITHMS / sizeof *ALGORITHMS };

static void die(const char *what, const char *why)
{
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

/* The text of bench/fixtures/NAME, with a NUL; the program runs in the root folder. */
static char *fixture(const char *name, size_t *length)
{
    char path[128];
    static char buffer[8192];
    snprintf(path, sizeof path, "bench/fixtures/%s", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        die(path, "cannot be read");
    }
    *length = fread(buffer, 1, sizeof buffer - 1, file);
    fclose(file);
    char *copy = calloc(1, *length + 1);
    if (copy == NULL) {
        die(path, "no memory");
    }
    for (size_t i = 0; i < *length; i++) {
        copy[i] = buffer[i];
    }
    return copy;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double timed(void (*call)(void *), void *context, long calls)
{
    double start = seconds();
    for (long i = 0; i < calls; i++) {
        call(context);
    }
    return seconds() - start;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Prints the median of seven batches of about 20 ms. */
static void measure(const char *lib, const char *op, const char *alg, void (*call)(void *), void *context)
{
    long calls = 1;
    double batches[7];
    while (timed(call, context, calls) < 0.010) {
        calls *= 2;
    }
    for (int i = 0; i < 7; i++) {
        batches[i] = timed(call, context, calls * 2) * 1e9 / (double)(calls * 2);
    }
    qsort(batches, 7, sizeof *batches, ascending);
    printf("%s %s %s %.1f\n", lib, op, alg, batches[3]);
}

#endif
