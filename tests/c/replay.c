/*
 * Feeds a sample of the vectors to a driver and judges the verdicts of its answers:
 *
 *   replay requests STEP FILE...  writes every STEP-th request, one a line
 *   replay judge STEP FILE...     reads the answers and compares each verdict: the same status and claim, or ok, and what is in
 *                                 it where the case says that exactly
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

/* Whether both are strings, and the same one. */
static bool same_string(span a, span b) {
    char *one = malloc(a.len + 1), *other = malloc(b.len + 1);
    size_t one_len = 0, other_len = 0;
    bool both = one != NULL && other != NULL && json_string(a, one, &one_len) && json_string(b, other, &other_len);
    bool equal = both && same((span){one, one_len}, (span){other, other_len});
    free(one);
    free(other);
    return equal;
}

static bool same_value(span value, span wanted);

static bool same_failure(span error, span wanted) {
    return same_value(json_member(error, "status"), json_member(wanted, "status")) &&
           same_value(json_member(error, "claim"), json_member(wanted, "claim"));
}

static bool same_members(span object, span wanted) {
    const char *outer = NULL, *inner;
    size_t wanted_count = 0, count = 0, found = 0;
    span name, member, other_name, other;
    while (json_next_member(wanted, &outer, &name, &member)) {
        wanted_count++;
        for (inner = NULL, count = 0; json_next_member(object, &inner, &other_name, &other); count++) {
            found += same_string(name, other_name) && same_value(other, member);
        }
    }
    return wanted_count == 0 ? !json_next(object, &outer, &other) : found == wanted_count && count == wanted_count;
}

static bool same_items(span list, span wanted) {
    const char *outer = NULL, *inner = NULL;
    span item, other;
    while (json_next(wanted, &outer, &item)) {
        if (!json_next(list, &inner, &other) || !same_value(other, item)) {
            return false;
        }
    }
    return !json_next(list, &inner, &other);
}

/* Compares JSON: the order of members and how a string is escaped are free, and so is the message of a failure in a batch. */
static bool same_value(span value, span wanted) {
    if (json_is_object(wanted)) {
        span error = json_member(wanted, "error");
        return error.text != NULL ? same_failure(json_member(value, "error"), error)
                                  : json_is_object(value) && same_members(value, wanted);
    }
    if (json_is_array(wanted)) {
        return json_is_array(value) && same_items(value, wanted);
    }
    return same(value, wanted) || same_string(value, wanted);
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

/* Whether the next answer is what the case expects, as far as the case says it exactly. */
static bool judge(span item, unsigned long id, char **line, size_t *room) {
    ssize_t len = getline(line, room, stdin);
    span expected = json_member(item, "expect"), name = json_member(item, "name"), wanted_id = json_member(expected, "id");
    span answer, ok, exact = json_member(expected, "ok"), failure = json_member(expected, "error");
    char number[24];
    if (len <= 0 || !json_parse((span){*line, (size_t)len}, &answer)) {
        die("an answer is missing or is not JSON");
    }
    snprintf(number, sizeof number, "%lu", id);
    if (wanted_id.text == NULL) {
        wanted_id = (span){number, strlen(number)};
    }
    if (!same(json_member(answer, "id"), wanted_id)) {
        die("an answer has another id");
    }
    ok = json_member(answer, "ok");
    if (failure.text != NULL ? same_failure(json_member(answer, "error"), failure)
                             : ok.text != NULL && (exact.text == NULL || same_value(ok, exact))) {
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
