/* Answers as a Vizzly identity endpoint does, then checks each token of the answer: identity KEY.pem */
#include <jeton.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char ARGS[] =
    "{\"dashboard\":{\"expiry_ttl_in_minutes\":60,\"project_id\":\"prj_demo\",\"user_reference\":\"alice\"},"
    "\"data\":{\"expiry_ttl_in_minutes\":20,\"data_set_ids\":\"*\",\"secure_filters\":{},\"parameters\":{}},"
    "\"query_engine\":{\"expiry_ttl_in_minutes\":20,\"allow_data_preview_access\":true,\"allow_database_schema_access\":true}}";

static const char *const TOKENS[] = {"dashboardAccessToken", "dataAccessToken", "queryEngineAccessToken"};

/* Prints the claims of one token of the answer, if it verifies. */
static jeton_status show(const jeton_result *answer, const char *name, const jeton_verifier *verifier, jeton_error *err) {
    const uint8_t *token;
    uint8_t claims[4096];
    size_t token_len, claims_len;
    jeton_status status = jeton_result_get(answer, 0, name, strlen(name), &token, &token_len, err);
    if (status == JETON_OK)
        status = jeton_verifier_verify(verifier, (const char *)token, token_len, time(NULL), claims, sizeof claims, &claims_len, err);
    if (status == JETON_OK) printf("%s: %.*s\n", name, (int)claims_len, (const char *)claims);
    return status;
}

int main(int argc, char **argv) {
    char pem[8192];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        fputs("usage: identity KEY.pem\n", stderr);
        return 2;
    }
    size_t pem_len = fread(pem, 1, sizeof pem, file);
    fclose(file);

    jeton_error err = {0};
    jeton_key *key = NULL;
    jeton_vizzly *vizzly = NULL;
    jeton_verifier *verifier = NULL;
    jeton_result *answer = NULL;
    const uint8_t *json;
    size_t json_len;

    if (jeton_key_from_pem(pem, pem_len, NULL, 0, &key, &err) == JETON_OK && jeton_vizzly_new(key, &vizzly, &err) == JETON_OK &&
        jeton_vizzly_verifier(key, &verifier, &err) == JETON_OK &&
        jeton_vizzly_identity(vizzly, ARGS, strlen(ARGS), time(NULL), &answer, &err) == JETON_OK &&
        jeton_result_get(answer, 0, "identity", 8, &json, &json_len, &err) == JETON_OK) {
        printf("%.*s\n", (int)json_len, (const char *)json);
        for (size_t i = 0; i < 3; i++)
            if (show(answer, TOKENS[i], verifier, &err) != JETON_OK) break;
    }
    if (err.status != JETON_OK) fprintf(stderr, "%s: %s\n", jeton_status_name(err.status), err.message);

    jeton_result_free(answer);
    jeton_verifier_free(verifier);
    jeton_vizzly_free(vizzly);
    jeton_key_free(key);
    return err.status == JETON_OK ? 0 : 1;
}
