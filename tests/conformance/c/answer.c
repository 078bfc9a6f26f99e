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

static void put_nullable(const char *name, span text) {
    put_name(name, ",");
    if (text.len == 0) {
        fputs("null", stdout);
    } else {
        put_string(stdout, text);
    }
}

void put_error(const struct failure *failure) {
    put_name("error", "");
    put_name("status", "{");
    put_string(stdout, failure->status);
    put_nullable("claim", failure->claim);
    put_name("message", ",");
    put_string(stdout, failure->message);
    put_name("http_status", ",");
    if (failure->http_status == 0) {
        fputs("null", stdout);
    } else {
        fprintf(stdout, "%d", (int)failure->http_status);
    }
    put_nullable("code", failure->code);
    fputs("}", stdout);
}
