/* Vizzly tokens: each kind alone, the identity answer, and the verifier that honours `expires`. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fixtures.h"

/* 2030-01-02T03:04:05Z */
#define VIZZLY_NOW INT64_C(1893553445)

static jeton_vizzly *vizzly(jeton_key *key) {
    jeton_vizzly *made = NULL;
    CHECK_OK(jeton_vizzly_new(key, &made, NULL));
    return made;
}

static jeton_verifier *vizzly_verifier(jeton_key *key) {
    jeton_verifier *made = NULL;
    CHECK_OK(jeton_vizzly_verifier(key, &made, NULL));
    return made;
}

/* The claims of a part that holds a token, as a Vizzly verifier sees them one second before the token ends. */
static struct text claims_of(const jeton_result *tokens, const char *part) {
    jeton_key *key = ec_public_key();
    jeton_verifier *made = vizzly_verifier(key);
    struct text token = part_of(tokens, part), claims = {malloc(token.len + 1), 0};
    size_t len = 0;
    CHECK_OK(jeton_verifier_verify(made, token.at, token.len, VIZZLY_NOW + 20 * 60 - 1, (uint8_t *)claims.at, token.len, &claims.len, NULL));
    jeton_error error;
    CHECK_STATUS(JETON_E_EXPIRED, jeton_verifier_verify(made, token.at, token.len, VIZZLY_NOW + 20 * 60, NULL, 0, &len, &error));
    CHECK(strcmp(error.claim, "expires") == 0);
    claims.at[claims.len] = '\0';
    free(token.at);
    jeton_verifier_free(made);
    jeton_key_free(key);
    return claims;
}

#define EXPIRES "\"expires\":\"2030-01-02T03:24:05+00:00\"}"
#define DASHBOARD_CLAIMS "{\"accessType\":\"standard\",\"projectId\":\"p\",\"userReference\":\"u\",\"scope\":\"read_write\","

static void test_tokens(void) {
    static const struct {
        jeton_status (*sign)(const jeton_vizzly *, const char *, size_t, int64_t, jeton_result **, jeton_error *);
        const char *args, *claims;
    } cases[] = {
        {jeton_vizzly_dashboard, DASHBOARD_ARGS, DASHBOARD_CLAIMS EXPIRES},
        {jeton_vizzly_data, DATA_ARGS, "{\"dataSetIds\":\"*\",\"secureFilters\":{},\"parameters\":{}," EXPIRES},
        {jeton_vizzly_query_engine, QUERY_ENGINE_ARGS,
         "{\"allowDataPreviewAccess\":true,\"allowDatabaseSchemaAccess\":false," EXPIRES},
    };
    jeton_key *key = ec_private_key();
    jeton_vizzly *made = vizzly(key);
    jeton_key_free(key);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        jeton_result *result = NULL;
        CHECK_OK(cases[i].sign(made, cases[i].args, strlen(cases[i].args), VIZZLY_NOW, &result, NULL));
        struct text claims = claims_of(result, "token");
        if (!same_text(claims.at, claims.len, cases[i].claims)) {
            check_failed(__FILE__, __LINE__, claims.at);
        }
        free(claims.at);
        jeton_result_free(result);
    }
    jeton_vizzly_free(made);
}

static void test_identity(void) {
    static const char args[] = "{\"dashboard\":" DASHBOARD_ARGS ",\"data\":" DATA_ARGS ",\"query_engine\":" QUERY_ENGINE_ARGS "}";
    jeton_key *key = ec_private_key();
    jeton_vizzly *made = vizzly(key);
    jeton_result *result = NULL;
    char wanted[4000];
    CHECK_OK(jeton_vizzly_identity(made, args, strlen(args), VIZZLY_NOW, &result, NULL));
    struct text identity = part_of(result, "identity"), dashboard = part_of(result, "dashboardAccessToken"),
                data = part_of(result, "dataAccessToken"), query_engine = part_of(result, "queryEngineAccessToken");
    snprintf(wanted, sizeof wanted, "{\"dashboardAccessToken\":\"%.*s\",\"dataAccessToken\":\"%.*s\",\"queryEngineAccessToken\":\"%.*s\"}",
             (int)dashboard.len, dashboard.at, (int)data.len, data.at, (int)query_engine.len, query_engine.at);
    CHECK(same_text(identity.at, identity.len, wanted));
    struct text claims = claims_of(result, "queryEngineAccessToken");
    CHECK(strstr(claims.at, "allowDataPreviewAccess") != NULL);
    free(claims.at);
    jeton_result_free(result);

    CHECK_OK(jeton_vizzly_identity(made, "{\"dashboard\":" DASHBOARD_ARGS "}", strlen("{\"dashboard\":" DASHBOARD_ARGS "}"), VIZZLY_NOW, &result, NULL));
    struct text absent = part_of(result, "dataAccessToken");
    CHECK(absent.len == 0);
    free(absent.at);
    jeton_result_free(result);
    free(identity.at);
    free(dashboard.at);
    free(data.at);
    free(query_engine.at);
    jeton_vizzly_free(made);
    jeton_key_free(key);
}

static void test_wrong_keys(void) {
    jeton_key *keys[] = {secret_key(), ec_public_key()};
    jeton_verifier *verifier = NULL;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        jeton_vizzly *made = NULL;
        CHECK_STATUS(JETON_E_KEY, jeton_vizzly_new(keys[i], &made, NULL));
        CHECK(made == NULL);
    }
    CHECK_STATUS(JETON_E_KEY, jeton_vizzly_verifier(keys[0], &verifier, NULL));
    CHECK(verifier == NULL);
    jeton_key_free(keys[0]);
    jeton_key_free(keys[1]);
}

static void test_wrong_arguments(void) {
    static const char *const wrong[] = {
        "[]", "{}", "{\"expiry_ttl_in_minutes\":0,\"project_id\":\"p\",\"user_reference\":\"u\"}", "{\"expiry_ttl_in_minutes\":20,\"project_id\":\"p\"}",
        "{\"expiry_ttl_in_minutes\":20,\"project_id\":\"p\",\"user_reference\":\"u\",\"unknown\":1}",
    };
    jeton_key *key = ec_private_key();
    jeton_vizzly *made = vizzly(key);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        jeton_result *result = NULL;
        CHECK_STATUS(JETON_E_CONFIG, jeton_vizzly_dashboard(made, wrong[i], strlen(wrong[i]), VIZZLY_NOW, &result, NULL));
        CHECK(result == NULL);
    }
    jeton_vizzly_free(made);
    jeton_key_free(key);
}

const struct test vizzly_tests[] = {
    {"vizzly_tokens", test_tokens},
    {"vizzly_identity", test_identity},
    {"vizzly_wrong_keys", test_wrong_keys},
    {"vizzly_wrong_arguments", test_wrong_arguments},
    {NULL, NULL},
};
