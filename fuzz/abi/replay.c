/* Makes the calls of each file that is named, once. */
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"

int main(int argc, char **argv) {
    static uint8_t seed[1 << 16];
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
        size_t len = fread(seed, 1, sizeof seed, file);
        fclose(file);
        uint8_t *exact = malloc(len ? len : 1);
        for (size_t at = 0; at < len; at++) exact[at] = seed[at];
        jeton_fuzz_calls(exact, len);
        free(exact);
    }
    printf("%d seeds\n", argc - 1);
    return EXIT_SUCCESS;
}
