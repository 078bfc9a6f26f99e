/* The conformance driver of the C ABI: one JSON request a line in, one JSON answer a line out. It decides nothing. */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "names.h"
#include "ops.h"

/* Reads the request and runs its op; the op writes its answer only if it went well. */
static bool dispatch(struct call *call, span line) {
    const struct op *const groups[] = {TOKEN_OPS, SOURCE_OPS, CLIENT_OPS, ACCESS_OPS};
    span name;
    if (!json_parse(line, &call->request) || !json_is_object(call->request)) {
        return call_refuse(call, "BAD_REQUEST", "the line is not a JSON object");
    }
    call->id = json_member(call->request, "id");
    if (!need_string(call, "op", &name)) {
        return false;
    }
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        for (const struct op *op = groups[i]; op->name != NULL; op++) {
            if (name.len == strlen(op->name) && memcmp(name.text, op->name, name.len) == 0) {
                return op->run(call);
            }
        }
    }
    return call_refuse(call, "UNSUPPORTED_OP", "this driver does not know the op");
}

static void answer(span line) {
    struct call call;
    memset(&call, 0, sizeof call);
    if (!dispatch(&call, line)) {
        begin_answer(call.id);
        fputs(",", stdout);
        if (call.refusal != NULL) {
            span none = {NULL, 0};
            put_error(&(struct failure){text_span(call.refusal), none, text_span(call.refusal_message), 0, none});
        } else {
            put_library_error(&call.error);
        }
        if (call.source != NULL) {
            put_warnings(call.source, ",");
        }
        end_answer();
    }
    call_end(&call);
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    if (jeton_abi_version() != JETON_ABI_VERSION) {
        fputs("drive_c: the library speaks another ABI than the header\n", stderr);
        return 2;
    }
    while ((len = getline(&line, &room, stdin)) >= 0) {
        size_t end = (size_t)len;
        answer((span){line, end > 0 && line[end - 1] == '\n' ? end - 1 : end});
    }
    free(line);
    close_all();
    return ferror(stdin) || ferror(stdout) ? 1 : 0;
}
