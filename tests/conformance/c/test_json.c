/* The drivers' JSON slicer against RFC 8259: what is JSON, what is not, and what is cut out of it. */
#include "json.h"

#include <stdlib.h>
#include <string.h>

static int failures = 0;

static void check(bool good, const char *what) {
    if (!good) {
        fprintf(stderr, "test_json: %s\n", what);
        failures++;
    }
}

static span of(const char *text) {
    return (span){text, strlen(text)};
}

static bool is(span value, const char *text) {
    return value.text != NULL && value.len == strlen(text) && memcmp(value.text, text, value.len) == 0;
}

static const char *const JSON[] = {
    "{}", "[]", " [ ] ", "0", "-0", "-0.5e+10", "1E5", "\"\"", "\"\\u00e9\\\\\\\"\"", "true", "false", "null", "[1,[2,{\"a\":[]}],\"x\"]",
    "{\"a\":1,\"b\":{\"c\":null}}", "\t{ \"a\" : [ ] , \"b\" : 0 }\r", "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"", "\"\x7F\"",
};

static const char *const NOT_JSON[] = {
    "", " ", "{", "}", "[", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:2}", "[1 2]", "[1}", "{\"a\":1]", "01", "1.",
    ".5", "+1", "-", "1e", "1e+", "0x1", "NaN", "tru", "truex", "nul", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "'a'", "{} {}",
    "[] x", "\xEF\xBB\xBF{}", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xE2\x82\"", "\"\x80\"",
};

static void test_grammar(void) {
    span value;
    for (size_t i = 0; i < sizeof JSON / sizeof *JSON; i++) {
        check(json_parse(of(JSON[i]), &value), JSON[i]);
    }
    for (size_t i = 0; i < sizeof NOT_JSON / sizeof *NOT_JSON; i++) {
        check(!json_parse(of(NOT_JSON[i]), &value), NOT_JSON[i]);
    }
    check(!json_parse((span){"[\0]", 3}, &value), "a NUL between values");
}

static void test_depth(void) {
    enum { DEPTH = 1000000 };
    char *text = malloc(2 * DEPTH);
    span value;
    check(text != NULL, "memory");
    memset(text, '[', DEPTH);
    memset(text + DEPTH, ']', DEPTH);
    check(json_parse((span){text, 2 * DEPTH}, &value), "a million levels");
    check(!json_parse((span){text, 2 * DEPTH - 1}, &value), "a million levels, one not closed");
    free(text);
}

static void test_members(void) {
    span object, item;
    const char *cursor = NULL;
    check(json_parse(of(" {\"a\" : [1, {\"b\":\"]}\"}] ,\"\\u0062\":2,\"c\":3,\"c\":{\"c\":4} , \"n\":null} "), &object), "the object");
    check(is(json_member(object, "a"), "[1, {\"b\":\"]}\"}]"), "a member, byte for byte");
    check(is(json_member(object, "b"), "2"), "a name that is written with escapes");
    check(is(json_member(object, "c"), "{\"c\":4}"), "the last of two");
    check(is(json_member(object, "n"), "null"), "null is a value");
    check(json_member(object, "d").text == NULL, "no such member");
    check(json_member(json_member(object, "a"), "b").text == NULL, "a list has no members");
    check(json_next(json_member(object, "a"), &cursor, &item) && is(item, "1"), "the first item");
    check(json_next(json_member(object, "a"), &cursor, &item) && is(item, "{\"b\":\"]}\"}"), "the second item");
    check(!json_next(json_member(object, "a"), &cursor, &item), "the end");
    cursor = NULL;
    check(!json_next(of("[ ]"), &cursor, &item), "an empty list");
    check(!json_next(of("7"), &cursor, &item), "not a container");
}

static void test_strings(void) {
    static const struct {
        const char *json, *text;
        size_t len;
    } cases[] = {
        {"\"\"", "", 0},
        {"\"\\u0000\"", "\0", 1},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8},
        {"\"\\u00E9\\u20ac\\ud83d\\ude00\"", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 9},
        {"\"\xC3\xA9\"", "\xC3\xA9", 2},
    };
    static const char *const not_texts[] = {"\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\u0041\"", "1", "null", "[]"};
    char out[64];
    size_t len;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool good = json_string(of(cases[i].json), out, &len) && len == cases[i].len && memcmp(out, cases[i].text, len) == 0;
        check(good, cases[i].json);
    }
    for (size_t i = 0; i < sizeof not_texts / sizeof *not_texts; i++) {
        check(!json_string(of(not_texts[i]), out, &len), not_texts[i]);
    }
}

static void test_integers(void) {
    static const char *const not_integers[] = {"1.0", "1e3", "\"1\"", "null", "-", "9223372036854775808", "-9223372036854775809", "99999999999999999999"};
    int64_t number;
    check(json_integer(of("0"), &number) && number == 0, "0");
    check(json_integer(of("-1"), &number) && number == -1, "-1");
    check(json_integer(of("9223372036854775807"), &number) && number == INT64_MAX, "INT64_MAX");
    check(json_integer(of("-9223372036854775808"), &number) && number == INT64_MIN, "INT64_MIN");
    for (size_t i = 0; i < sizeof not_integers / sizeof *not_integers; i++) {
        check(!json_integer(of(not_integers[i]), &number), not_integers[i]);
    }
}

/* RFC 4648 section 10, without padding. */
static void test_base64url(void) {
    static const char *const good[] = {"", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"};
    static const char *const bad[] = {"Z", "Zg==", "Zh", "Zm9", "Zm9vY", "Zm 8", "Zm+v", "Zm/v", "Zm8=", "\xC3\xA9"};
    uint8_t out[16];
    char written[64];
    size_t len;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        check(base64url_decode(of(good[i]), out, &len) && len == i && memcmp(out, "foobar", i) == 0, good[i]);
        FILE *file = tmpfile();
        check(file != NULL, "tmpfile");
        put_base64url(file, (span){"foobar", i});
        rewind(file);
        size_t count = fread(written, 1, sizeof written, file);
        fclose(file);
        check(count == strlen(good[i]) + 2 && memcmp(written + 1, good[i], count - 2) == 0, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        check(!base64url_decode(of(bad[i]), out, &len), bad[i]);
    }
    check(base64url_decode(of("-_8"), out, &len) && len == 2 && out[0] == 0xFB && out[1] == 0xFF, "-_8");
}

int main(void) {
    test_grammar();
    test_depth();
    test_members();
    test_strings();
    test_integers();
    test_base64url();
    if (failures == 0) {
        puts("6 passed, 0 failed");
    }
    return failures == 0 ? 0 : 1;
}
