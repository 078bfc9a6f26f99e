#include "ops.h"

#include <string.h>

#include "answer.h"

void put_library_error(const jeton_error *error) {
    /* From 500 on it is no claim that decides: there the member holds the server's own code. */
    bool answered = error->status >= 500 && error->status < 900;
    span none = {NULL, 0}, claim = text_span(error->claim);
    put_error(&(struct failure){text_span(jeton_status_name(error->status)), answered ? none : claim, text_span(error->message),
                                error->http_status, answered ? claim : none});
}

void put_warnings(const jeton_source *source, const char *separator) {
    const uint8_t *bytes;
    size_t len;
    jeton_result *events = NULL;
    span event;
    const char *before = "[";
    put_name("warnings", separator);
    if (jeton_source_events(source, &events, NULL) != JETON_OK) {
        events = NULL;
    }
    for (size_t i = 0; i < jeton_result_count(events); i++) {
        if (jeton_result_get(events, i, "event", 5, &bytes, &len, NULL) != JETON_OK ||
            !json_parse((span){(const char *)bytes, len}, &event) || json_member(event, "warning").text[0] != 't') {
            continue;
        }
        fputs(before, stdout);
        put_name("code", "{");
        put_json(stdout, json_member(event, "code"));
        put_name("message", ",");
        put_json(stdout, json_member(event, "message"));
        fputs("}", stdout);
        before = ",";
    }
    fputs(before[0] == '[' ? "[]" : "]", stdout);
    jeton_result_free(events);
}

/* Ends an answer that went well; `members` says whether any were written. */
static bool finish_ok(const struct call *call, bool members) {
    if (call->source != NULL) {
        put_warnings(call->source, members ? "," : "");
    }
    return end_ok();
}

bool answer_nothing(const struct call *call) {
    begin_ok(call->id);
    return finish_ok(call, false);
}

bool answer_text(const struct call *call, const char *name, span text) {
    begin_ok(call->id);
    put_name(name, "");
    put_string(stdout, text);
    return finish_ok(call, true);
}

bool answer_bool(const struct call *call, const char *name, bool value) {
    begin_ok(call->id);
    put_name(name, "");
    fputs(value ? "true" : "false", stdout);
    return finish_ok(call, true);
}

bool answer_object(const struct call *call, const char *name) {
    span object = part(call, 0, name), first;
    const char *cursor = NULL;
    begin_ok(call->id);
    put_json(stdout, (span){object.text + 1, object.len - 2});
    return finish_ok(call, json_next(object, &cursor, &first));
}

bool answer_token_parts(const struct call *call) {
    begin_ok(call->id);
    put_token_parts(call, 0);
    return end_ok();
}

void put_token_parts(const struct call *call, size_t index) {
    span claims = part(call, index, "claims");
    put_name("header", "");
    put_json(stdout, part(call, index, "header"));
    if (claims.text != NULL) {
        put_name("claims", ",");
        put_json(stdout, claims);
    } else {
        put_name("payload_b64u", ",");
        put_base64url(stdout, part(call, index, "payload"));
    }
}

void put_part(const struct call *call, const char *name, const char *separator, void (*put)(FILE *, span)) {
    span value = part(call, 0, name);
    put_name(name, separator);
    if (value.text == NULL) {
        fputs("null", stdout);
    } else {
        put(stdout, value);
    }
}
