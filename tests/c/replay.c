/*
 * Feeds a sample of the vectors to a driver and judges the verdicts of its answers:
 *
 *   replay requests STEP FILE...  writes every STEP-th request, one a line
 *   replay judge STEP FILE...     reads the answers and compares each verdict: the same status, or ok
 */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <string.h>

#include "../conformance/c/json.h"

static void die(const char *what) {
    fprintf(stderr, "replay: %s\n", what);
    exit(2);
}

static span read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    long len;
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (len = ftell(file)) < 0) {
        die(path);
    }
    rewind(file);
    char *text = malloc((size_t)len + 1);
    if (text == NULL || fread(text, 1, (size_t)len, file) != (size_t)len) {
        die(path);
    }
    fclose(file);
    return (span){text, (size_t)len};
}

static bool same(span a, span b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.text, b.text, a.len) == 0);
}

/* Writes what a case sends: a request, which gets an id, or a line as it stands. */
static void write_request(span item, unsigned long id) {
    span request = json_member(item, "request"), line = json_member(item, "line"), first;
    const char *cursor = NULL;
    if (json_is_object(request)) {
        printf("{\"id\":%lu%s", id, json_next(request, &cursor, &first) ? "," : "");
        put_json(stdout, (span){request.text + 1, request.len - 1});
    } else {
        char *text = malloc(line.len + 1);
        size_t len = 0;
        if (text == NULL || !json_string(line, text, &len)) {
            die("a case has neither a request nor a line");
        }
        fwrite(text, 1, len, stdout);
        free(text);
    }
    putchar('\n');
}

/* Whether the next answer has the verdict that the case expects. */
static bool judge(span item, unsigned long id, char **line, size_t *room) {
    ssize_t len = getline(line, room, stdin);
    span expected = json_member(item, "expect"), name = json_member(item, "name"), wanted_id = json_member(expected, "id");
    span answer, status, wanted = json_member(json_member(expected, "error"), "status");
    char number[24];
    if (len <= 0 || !json_parse((span){*line, (size_t)len}, &answer)) {
        die("an answer is missing or is not JSON");
    }
    snprintf(number, sizeof number, "%lu", id);
    if (wanted_id.text == NULL) {
        wanted_id = (span){number, strlen(number)};
    }
    status = json_member(json_member(answer, "error"), "status");
    if (!same(json_member(answer, "id"), wanted_id)) {
        die("an answer has another id");
    }
    if (same(status, wanted) && (status.text != NULL || json_member(answer, "ok").text != NULL)) {
        return true;
    }
    fprintf(stderr, "replay: %.*s: %.200s\n", (int)name.len, name.text, *line);
    return false;
}

int main(int argc, char **argv) {
    if (argc < 4 || (strcmp(argv[1], "requests") != 0 && strcmp(argv[1], "judge") != 0) || atol(argv[2]) < 1) {
        die("usage: replay requests|judge STEP FILE...");
    }
    bool judging = strcmp(argv[1], "judge") == 0;
    unsigned long step = strtoul(argv[2], NULL, 10), seen = 0, taken = 0, failed = 0;
    char *line = NULL;
    size_t room = 0;
    for (int i = 3; i < argc; i++) {
        span text = read_file(argv[i]), file, item;
        const char *cursor = NULL;
        if (!json_parse(text, &file) || !json_is_array(json_member(file, "cases"))) {
            die(argv[i]);
        }
        while (json_next(json_member(file, "cases"), &cursor, &item)) {
            if (seen++ % step != 0) {
                continue;
            }
            taken++;
            if (!judging) {
                write_request(item, taken);
            } else {
                failed += !judge(item, taken, &line, &room);
            }
        }
        free((char *)(size_t)text.text);
    }
    if (judging) {
        if (getline(&line, &room, stdin) >= 0) {
            die("more answers than requests");
        }
        printf("%lu passed, %lu failed\n", taken - failed, failed);
    }
    free(line);
    return failed == 0 && taken > 0 ? 0 : 1;
}
