/* Who is calling: signed tokens, tokens that the host looks up, allow blocks, API keys. */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"
#include "sources.h"

#define LOOK_UP "{\"query\":{\"sql\":\"select secret as token_secret, name as actor_id from t where id = :token_id\",\"database\":\"d\"}}"

static jeton_access *open_access(const char *config, const char *settings) {
    jeton_access *access = NULL;
    CHECK_OK(jeton_access_new(config, strlen(config), settings, strlen(settings), (const uint8_t *)"hush", 4, "{}", 2, &access, NULL));
    return access;
}

static jeton_result *call(const jeton_access *access, const char *operation, const char *args) {
    jeton_result *result = NULL;
    CHECK_OK(jeton_access_call(access, operation, strlen(operation), args, strlen(args), NOW, &result, NULL));
    return result;
}

/* The arguments of `authenticate` for a request with this token; none for NULL. The caller frees them. */
static char *bearer(const char *token) {
    char *args = malloc(600);
    if (args != NULL) {
        snprintf(args, 600, token == NULL ? "{\"headers\":{},\"query\":{}}" : "{\"headers\":{\"authorization\":\"Bearer %s\"},\"query\":{}}",
                 token);
    }
    return args;
}

static bool has_part(const jeton_result *result, const char *name) {
    const uint8_t *bytes = NULL;
    size_t len = 0;
    CHECK_OK(jeton_result_get(result, 0, name, strlen(name), &bytes, &len, NULL));
    return bytes != NULL;
}

static void test_signed_tokens(void) {
    static const struct {
        const char *token, *answer, *challenge;
    } nobody[] = {
        {NULL, "{\"actor\":null,\"scheme\":null,\"refused\":null}", "Bearer"},
        {"unknown", "\"refused\":\"UNKNOWN\"", "Bearer error=\"invalid_token\""},
        {"dstok_eyJhIjoiYSJ9.bad", "\"refused\":", "Bearer error=\"invalid_token\""},
    };
    jeton_access *access = open_access("{}", "{}");
    jeton_result *result = call(access, "sign_token", "{\"actor_id\":\"alice\",\"ttl_s\":60}");
    struct text answer = part_of(result, "answer"); /* {"token":"…"} */
    char token[400] = "";
    CHECK(answer.len > 12 && answer.len < sizeof token);
    memcpy(token, answer.at + 10, answer.len - 12);
    CHECK(strncmp(token, "dstok_", 6) == 0);
    free_text(answer);
    jeton_result_free(result);

    char *args = bearer(token);
    result = call(access, "authenticate", args);
    CHECK(part_holds(result, "actor", "\"id\":\"alice\"") && part_holds(result, "answer", "\"scheme\":\"dstok\""));
    CHECK(part_holds(result, "challenge", "insufficient_scope"));
    jeton_result_free(result);
    jeton_wait *wait = NULL;
    CHECK_OK(jeton_access_begin(access, "authenticate", 12, args, strlen(args), NOW, 10000, &wait, NULL));
    CHECK_OK(jeton_wait_for(wait, 0, NULL));
    CHECK_OK(jeton_wait_result(wait, &result, NULL));
    CHECK(part_holds(result, "actor", "\"id\":\"alice\""));
    jeton_result_free(result);
    jeton_wait_free(wait);
    CHECK_OK(jeton_access_call(access, "authenticate", 12, args, strlen(args), NOW + 61, &result, NULL));
    CHECK(!has_part(result, "actor") && part_holds(result, "answer", "\"refused\":\"EXPIRED\""));
    jeton_result_free(result);
    free(args);

    for (size_t i = 0; i < sizeof nobody / sizeof *nobody; i++) {
        args = bearer(nobody[i].token);
        result = call(access, "authenticate", args);
        struct text challenge = part_of(result, "challenge");
        CHECK(!has_part(result, "actor") && part_holds(result, "answer", nobody[i].answer));
        CHECK(same_text(challenge.at, challenge.len, nobody[i].challenge));
        free_text(challenge);
        jeton_result_free(result);
        free(args);
    }
    jeton_access_free(access);
}

/* The host looks up the row; the library compares. */
static void test_rows(void) {
    jeton_access *other = open_access("{}", "{\"databases\":{\"d\":null}}");
    CHECK(jeton_access_asks_rows(other) == 0);
    jeton_access_free(other);
    static const struct {
        const char *row, *wanted;
    } cases[] = {
        {"{\"token_secret\":\"abc\",\"actor_id\":\"alice\"}", "{\"id\":\"alice\"}"},
        {"{\"token_secret\":\"xyz\",\"actor_id\":\"alice\"}", NULL},
        {NULL, NULL},
    };
    char *args = bearer("7-abc");
    jeton_access *access = open_access(LOOK_UP, "{\"databases\":{\"d\":null}}");
    jeton_result *result = NULL;
    CHECK_STATUS(JETON_ASK, jeton_access_call(access, "authenticate", 12, args, strlen(args), NOW, &result, NULL));
    CHECK(result == NULL);
    CHECK(jeton_access_asks_rows(access) == 1);
    jeton_wait *wait = NULL;
    CHECK_OK(jeton_access_begin(access, "authenticate", 12, args, strlen(args), NOW, 10000, &wait, NULL));
    CHECK_STATUS(JETON_E_CONFIG, jeton_wait_result(wait, &result, NULL));
    jeton_wait_free(wait);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        jeton_operation *operation = NULL;
        CHECK_OK(jeton_access_operation(access, "authenticate", 12, args, strlen(args), NOW, &operation, NULL));
        CHECK_STATUS(JETON_ASK, jeton_operation_next(operation, NOW * 1000, &result, NULL));
        CHECK(part_holds(result, "ask", "row") && part_holds(result, "database", "d") && part_holds(result, "sql", "from t"));
        CHECK(part_holds(result, "parameters", "{\"token_id\":\"7\"}"));
        jeton_result_free(result);
        CHECK_OK(jeton_operation_row(operation, cases[i].row, cases[i].row == NULL ? 0 : strlen(cases[i].row), NULL));
        CHECK_OK(jeton_operation_next(operation, NOW * 1000, &result, NULL));
        CHECK(cases[i].wanted == NULL ? !has_part(result, "actor") : part_holds(result, "actor", cases[i].wanted));
        jeton_result_free(result);
        jeton_operation_free(operation);
    }
    free(args);
    jeton_access_free(access);
}

static void test_no_database(void) {
    static const char config[] = "{\"manage_tokens\":true}", settings[] = "{\"databases\":{\"d\":\"/no/such/folder/tokens.db\"}}";
    jeton_access *access = NULL;
    CHECK_STATUS(JETON_E_STORE, jeton_access_new(config, strlen(config), settings, strlen(settings), (const uint8_t *)"s", 1, "{}", 2,
                                                 &access, NULL));
    CHECK(access == NULL);
}

static void test_allowed(void) {
    static const struct {
        const char *actor, *allow;
        int32_t allowed;
    } cases[] = {
        {"{\"id\":\"root\"}", "{\"id\":\"root\"}", 1}, {"{\"id\":\"root\"}", "{\"id\":[\"a\",\"root\"]}", 1}, {"{\"id\":\"a\"}", "{\"id\":\"root\"}", 0},
        {"null", "{\"unauthenticated\":true}", 1},     {"null", "true", 1},                                       {"{\"id\":\"root\"}", "[]", 0},
    };
    int32_t allowed = -1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *actor = cases[i].actor, *allow = cases[i].allow;
        CHECK_OK(jeton_allowed(actor, strlen(actor), allow, strlen(allow), &allowed, NULL));
        CHECK(allowed == cases[i].allowed);
    }
    static const char restricted[] = "{\"id\":\"a\",\"_r\":{\"d\":{\"db\":[\"vd\"]}}}";
    CHECK_OK(jeton_allowed_action(restricted, strlen(restricted), "view-database", 13, "[\"db\"]", 6, &allowed, NULL));
    CHECK(allowed == 1);
    CHECK_OK(jeton_allowed_action(restricted, strlen(restricted), "view-database", 13, "[\"other\"]", 9, &allowed, NULL));
    CHECK(allowed == 0);
}

static void test_api_keys(void) {
    jeton_result *generated = NULL, *checked = NULL;
    CHECK_OK(jeton_api_key_generate("demo", 4, &generated, NULL));
    struct text key = part_of(generated, "api_key"), digest = part_of(generated, "digest");
    CHECK(key.len == 4 + 1 + 30 + 6 && digest.len == 32);
    CHECK_OK(jeton_api_key_check((const uint8_t *)key.at, key.len, &checked, NULL));
    struct text again = part_of(checked, "digest");
    CHECK(part_holds(checked, "prefix", "demo") && again.len == 32 && memcmp(again.at, digest.at, 32) == 0);
    free_text(again);
    jeton_result_free(checked);
    key.at[10] = key.at[10] == 'a' ? 'b' : 'a';
    CHECK_OK(jeton_api_key_check((const uint8_t *)key.at, key.len, &checked, NULL));
    CHECK(!has_part(checked, "prefix") && !has_part(checked, "digest"));
    jeton_result_free(checked);
    free_text(key);
    free_text(digest);
    jeton_result_free(generated);
}

const struct test access_tests[] = {
    {"access_signed_tokens", test_signed_tokens},
    {"access_rows", test_rows},
    {"access_no_database", test_no_database},
    {"access_allowed", test_allowed},
    {"access_api_keys", test_api_keys},
    {NULL, NULL},
};
