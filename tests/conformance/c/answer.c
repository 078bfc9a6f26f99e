#include "answer.h"

#include <string.h>

span text_span(const char *text) {
    return (span){text, strlen(text)};
}

void begin_answer(span id) {
    put_name("id", "{");
    put_json(stdout, id.text == NULL ? text_span("null") : id);
}

void end_answer(void) {
    fputs("}\n", stdout);
    fflush(stdout);
}

void begin_ok(span id) {
    begin_answer(id);
    put_name("ok", ",");
    fputs("{", stdout);
}

bool end_ok(void) {
    fputs("}", stdout);
    end_answer();
    return true;
}

void put_name(const char *name, const char *separator) {
    fprintf(stdout, "%s\"%s\":", separator, name);
}

void put_error(span status, span claim, span message) {
    put_name("error", "");
    put_name("status", "{");
    put_string(stdout, status);
    put_name("claim", ",");
    if (claim.len == 0) {
        fputs("null", stdout);
    } else {
        put_string(stdout, claim);
    }
    put_name("message", ",");
    put_string(stdout, message);
    fputs(",\"http_status\":null,\"code\":null}", stdout);
}
