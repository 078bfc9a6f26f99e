/* Texts for the arguments of sources, clients, remote verifiers and access. */
#ifndef SERVICES_TEXTS_H
#define SERVICES_TEXTS_H

#define URL "\"token_url\":\"https://id.example/token\",\"client_id\":\"me\""

static const char *const SOURCES[] = {
    "{\"kind\":\"oauth2\",\"grant\":\"client_credentials\"," URL ",\"leeway_s\":1}",
    "{\"kind\":\"oauth2\",\"grant\":\"refresh_token\"," URL ",\"revocation_url\":\"https://id.example/revoke\"}",
    "{\"kind\":\"oauth2\",\"grant\":\"jwt_bearer\"," URL ",\"assertion_claims\":{\"iss\":\"me\"},\"private_key_algorithm\":\"ES256\"}",
    "{\"kind\":\"descarteslabs\",\"token_info_path\":null}",
    "{\"kind\":\"tigergraph\",\"host\":\"http://127.0.0.1\",\"graph\":\"g\",\"delete_on_close\":true}",
    "{\"kind\":\"signed\",\"claims\":{\"sub\":\"x\"},\"options\":{\"ttl_s\":60}}",
    "{\"kind\":\"static\"}",
};

static const char *const SECRETS[] = {
    "", "{\"client_secret\":\"s\",\"refresh_token\":\"r\"}", "{\"secret\":\"s\"}", "{\"token\":\"t\"}", "{\"api_key\":\"k\"}", "{}",
};

static const char *const ENVIRONMENTS[] = {"{}", "{\"DATASETTE_SECRET\":\"s\",\"CLIENT_ID\":\"c\",\"BOT\":\"b\"}", "[]"};

static const char *const SOURCE_OPERATIONS[] = {"token", "refresh", "identity", "revoke", "close", "nothing"};

static const char *const ANSWER_HEADERS[] = {
    "", "{}", "{\"Retry-After\":\"120\"}", "{\"Retry-After\":\"Wed, 21 Oct 2037 07:28:00 GMT\"}",
    "{\"Cache-Control\":\"max-age=60, must-revalidate\",\"ETag\":\"\\\"1\\\"\"}", "{\"Cache-Control\":\"no-store\"}", "{\"x\":1}",
};

static const char *const BODIES[] = {
    "{\"access_token\":\"a\",\"expires_in\":3600,\"refresh_token\":\"r2\",\"token_type\":\"Bearer\"}",
    "{\"access_token\":\"a\",\"expires_in\":0}",
    "{\"error\":\"invalid_grant\",\"error_description\":\"no\"}",
    "{\"error\":false,\"message\":\"\",\"results\":{\"token\":\"t\"},\"expiration\":1800003600}",
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
    "[]", "", "<html>",
};

static const char *const FAULTS[] = {"refused", "dropped", "unresolved", "tls", "timeout", "too_large", "garbled", "nothing"};

static const char *const CLIENTS[] = {
    "{\"host\":\"http://127.0.0.1\",\"graph\":\"g\",\"username\":\"u\",\"version\":\"3.9.1\"}",
    "{\"host\":\"http://127.0.0.1\",\"graph\":\"g\",\"version\":\"4.1.0\"}",
    "{\"host\":\"https://dss.example\"}",
    "{}",
};

static const char *const VENDORS[] = {"tigergraph", "dataiku", "nobody"};

static const char *const CLIENT_OPERATIONS[] = {
    "token", "refresh_token", "delete_token", "check_token", "create_secret", "secrets", "drop_secret", "auth_info", "auth_info_from_headers",
    "ticket_from_headers", "own_user", "user", "save_user", "nothing",
};

static const char *const CLIENT_ARGS[] = {
    "", "{}", "{\"lifetime_s\":60}", "{\"secret\":\"s\",\"token\":\"t\"}", "{\"with_secrets\":true}", "{\"headers\":{\"Cookie\":\"a=b\"}}",
    "{\"login\":\"u\"}",
};

static const char *const ISSUERS[] = {
    "[{\"issuer\":\"joe\",\"jwks_url\":\"https://id.example/keys\",\"algorithms\":[\"EdDSA\"],\"any_audience\":true,\"allow_missing_exp\":true}]",
    "[]",
};

static const char *const ACCESSES[] = {
    "{}",
    "{\"tokens\":[{\"token\":\"t\",\"actor\":{\"id\":\"a\"}},{\"token\":{\"$env\":\"BOT\"},\"actor\":{\"id\":\"bot\"}}],\"param\":\"_t\"}",
    "{\"query\":{\"sql\":\"select secret as token_secret from s where id = :token_id\",\"database\":\"d\"}}",
    "{\"manage_tokens\":true}",
};

static const char *const SETTINGS[] = {"", "{\"databases\":{\"d\":null,\"tokens\":null}}", "{\"max_signed_tokens_ttl\":60}", "{\"allow_signed_tokens\":false}"};

static const char *const ACCESS_OPERATIONS[] = {
    "authenticate", "create_token", "list_tokens", "token_details", "revoke_token", "sign_token", "auth_info", "act_as", "nothing",
};

static const char *const ACCESS_ARGS[] = {
    "{\"headers\":{\"Authorization\":\"Bearer t\"},\"query\":{}}",
    "{\"headers\":{},\"query\":{\"_t\":\"t\"}}",
    "{\"headers\":{\"authorization\":\"Bearer 1-secret\"}}",
    "{\"headers\":{\"Authorization\":\"Bearer dstok_eyJhIjoiYSJ9.x\"}}",
    "{\"headers\":{\"Authorization\":\"Bearer dstok_.eJyrVkpUslJKVKoFABDhAt4.x\"}}",
    "{\"actor_id\":\"a\",\"ttl_s\":60}",
    "{\"actor\":{\"id\":\"a\"},\"subject\":{\"id\":\"b\"}}",
    "{}",
};

static const char *const ROWS[] = {"", "{\"token_secret\":\"secret\"}", "{\"token_secret\":null}", "[]"};

static const char *const ACTORS[] = {"null", "{\"id\":\"a\",\"roles\":[\"x\"]}", "{\"id\":\"a\",\"_r\":{\"a\":[\"vi\"],\"d\":{\"db\":[\"vt\"]}}}", "1"};
static const char *const ALLOWS[] = {"true", "null", "{\"id\":\"a\"}", "{\"roles\":[\"x\",\"y\"]}", "{\"unauthenticated\":true}", "{\"id\":\"*\"}"};
static const char *const ACTIONS[] = {"view-instance", "view-table", "x"};
static const char *const RESOURCES[] = {"[]", "[\"db\"]", "[\"db\",\"t\"]", "[1]", "{}"};
static const char *const PREFIXES[] = {"jt", "a", "service"};
static const char *const API_KEYS[] = {"jt_000000000000000000000000000000000000", "jt_", ""};

#endif
