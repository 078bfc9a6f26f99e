/* Texts that lead somewhere, for the arguments of the calls. */
#ifndef TEXTS_H
#define TEXTS_H

static const char *const KEYS[] = {
    /* 64 bytes, for any HMAC. */
    "{\"kty\":\"oct\",\"kid\":\"a\",\"k\":"
    "\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\"}",
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgf1wsSBHNVwcDl7PV\n"
    "ANlqkiIBVjSgPJp5e+gWdwQGTGGhRANCAATuMerIbjvQG/FZdtLCrQBDA4gDfYNM\n"
    "WwNPoUkGmmof3818klTr7BC5P0BXvgJtjlnxJyvB8A4ldLhJIjDsxk2H\n"
    "-----END PRIVATE KEY-----\n",
    "a secret of a few more bytes than an HMAC of SHA-512 asks for, that is 64",
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7jHqyG470BvxWXbSwq0AQwOIA32D\n"
    "TFsDT6FJBppqH9/NfJJU6+wQuT9AV74CbY5Z8ScrwfAOJXS4SSIw7MZNhw==\n"
    "-----END PUBLIC KEY-----\n",
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\","
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"},"
    "{\"kty\":\"EC\",\"crv\":\"P-521\"}]}",
    "{\"keys\":[]}",
};

static const char *const ALGORITHMS[] = {"", "HS256", "ES256", "EdDSA", "HS512", "RS256", "none"};

static const char *const OPTIONS[] = {
    "",
    "{\"algorithm\":\"HS256\"}",
    "{\"algorithm\":\"ES256\",\"issuer\":\"a\",\"audience\":[\"b\"],\"ttl_s\":60,\"jti\":true}",
    "{\"algorithm\":\"EdDSA\",\"kid\":null,\"typ\":\"at+jwt\",\"header\":{\"x\":[]}}",
    "{\"unknown\":1}",
};

static const char *const POLICIES[] = {
    "{\"algorithms\":[\"HS256\",\"ES256\",\"EdDSA\"],\"any_issuer\":true,\"any_audience\":true,\"allow_missing_exp\":true}",
    "{\"algorithms\":[\"HS256\",\"ES256\",\"EdDSA\"],\"payload\":\"bytes\"}",
    "{\"algorithms\":[\"ES256\"],\"issuer\":\"a\",\"audience\":\"b\",\"required\":[\"jti\"],\"max_token_bytes\":256}",
    "{\"algorithms\":[]}",
};

static const char *const CLAIMS[] = {"{}", "{\"sub\":\"mia\"}", "{\"exp\":1800000001}", "{\"exp\":\"1\"}", "[]", "\x80"};

static const char *const TOKENS[] = {
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "eyJhbGciOiJub25lIn0.e30.",
    "..",
};

static const char *const PARTS[] = {"token",  "header",      "claims",     "payload",    "signing_input", "private_jwk", "private_pem",
                                    "jwk",    "public_jwk",  "public_pem", "jwks",       "pem",           "kty",         "kid",
                                    "identity", "thumbprint", "algorithm", "dashboardAccessToken", "nothing"};

static const char *const ARGS[] = {
    "{\"expiry_ttl_in_minutes\":20,\"project_id\":\"p\",\"user_reference\":\"u\"}",
    "{\"expiry_ttl_in_minutes\":0.5,\"data_set_ids\":\"*\",\"secure_filters\":{},\"registered_claims\":true}",
    "{\"expiry_ttl_in_minutes\":20,\"allow_data_preview_access\":true,\"allow_database_schema_access\":false}",
    "{\"dashboard\":{\"expiry_ttl_in_minutes\":20,\"project_id\":\"p\",\"user_reference\":\"u\"},"
    "\"query_engine\":{\"expiry_ttl_in_minutes\":1,\"allow_data_preview_access\":true,\"allow_database_schema_access\":true}}",
    "{}",
};

#endif
