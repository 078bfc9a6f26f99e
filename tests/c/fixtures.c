#include "fixtures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char EC_PRIVATE_PEM[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgf1wsSBHNVwcDl7PV\n"
    "ANlqkiIBVjSgPJp5e+gWdwQGTGGhRANCAATuMerIbjvQG/FZdtLCrQBDA4gDfYNM\n"
    "WwNPoUkGmmof3818klTr7BC5P0BXvgJtjlnxJyvB8A4ldLhJIjDsxk2H\n"
    "-----END PRIVATE KEY-----\n";

const char EC_PUBLIC_PEM[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7jHqyG470BvxWXbSwq0AQwOIA32D\n"
    "TFsDT6FJBppqH9/NfJJU6+wQuT9AV74CbY5Z8ScrwfAOJXS4SSIw7MZNhw==\n"
    "-----END PUBLIC KEY-----\n";

const uint8_t EC_PRIVATE_DER[] = {
    0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20, 0x7f, 0x5c, 0x2c, 0x48, 0x11, 0xcd, 0x57, 0x07, 0x03,
    0x97, 0xb3, 0xd5, 0x00, 0xd9, 0x6a, 0x92, 0x22, 0x01, 0x56, 0x34, 0xa0, 0x3c, 0x9a, 0x79, 0x7b,
    0xe8, 0x16, 0x77, 0x04, 0x06, 0x4c, 0x61, 0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
    0x03, 0x01, 0x07, 0xa1, 0x44, 0x03, 0x42, 0x00, 0x04, 0xee, 0x31, 0xea, 0xc8, 0x6e, 0x3b, 0xd0,
    0x1b, 0xf1, 0x59, 0x76, 0xd2, 0xc2, 0xad, 0x00, 0x43, 0x03, 0x88, 0x03, 0x7d, 0x83, 0x4c, 0x5b,
    0x03, 0x4f, 0xa1, 0x49, 0x06, 0x9a, 0x6a, 0x1f, 0xdf, 0xcd, 0x7c, 0x92, 0x54, 0xeb, 0xec, 0x10,
    0xb9, 0x3f, 0x40, 0x57, 0xbe, 0x02, 0x6d, 0x8e, 0x59, 0xf1, 0x27, 0x2b, 0xc1, 0xf0, 0x0e, 0x25,
    0x74, 0xb8, 0x49, 0x22, 0x30, 0xec, 0xc6, 0x4d, 0x87,
};
const size_t EC_PRIVATE_DER_LEN = sizeof EC_PRIVATE_DER;

const char RFC_JWK[] = "{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":"
                       "\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\"}";
const char RFC_TOKEN[] = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
                         "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
                         "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const char RFC_HEADER[] = "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}";
const char RFC_CLAIMS[] = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

/* Ends the program if a fixture could not be made. */
static void must(jeton_status status, const jeton_error *error) {
    if (status != JETON_OK) {
        fprintf(stderr, "fixture: %d: %s\n", (int)status, error->message);
        exit(EXIT_FAILURE);
    }
}

jeton_key *rfc_key(void) {
    jeton_key *key;
    jeton_error error;
    must(jeton_key_from_jwk(RFC_JWK, strlen(RFC_JWK), NULL, 0, &key, &error), &error);
    return key;
}

jeton_key *ec_private_key(void) {
    jeton_key *key;
    jeton_error error;
    must(jeton_key_from_pem(EC_PRIVATE_PEM, strlen(EC_PRIVATE_PEM), NULL, 0, &key, &error), &error);
    return key;
}

jeton_key *ec_public_key(void) {
    jeton_key *key;
    jeton_error error;
    must(jeton_key_from_pem(EC_PUBLIC_PEM, strlen(EC_PUBLIC_PEM), NULL, 0, &key, &error), &error);
    return key;
}

jeton_key *secret_key(void) {
    jeton_key *key;
    jeton_error error;
    must(jeton_key_from_secret((const uint8_t *)SECRET, strlen(SECRET), "HS256", 5, &key, &error), &error);
    return key;
}

jeton_signer *signer(jeton_key *key, const char *options) {
    jeton_signer *made;
    jeton_error error;
    must(jeton_signer_new(key, options, strlen(options), &made, &error), &error);
    return made;
}

jeton_external_signer *external_signer(jeton_key *key, const char *options) {
    jeton_external_signer *made;
    jeton_error error;
    must(jeton_external_signer_new(key, options, strlen(options), &made, &error), &error);
    return made;
}

jeton_verifier *verifier(jeton_key *key, const char *policy) {
    jeton_verifier *made;
    jeton_error error;
    must(jeton_verifier_new(key, policy, strlen(policy), &made, &error), &error);
    return made;
}

struct text exact_bytes(const void *bytes, size_t len) {
    struct text text = {malloc(len == 0 ? 1 : len), len};
    if (text.at == NULL) {
        fputs("fixture: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    if (len != 0) {
        memcpy(text.at, bytes, len);
    }
    return text;
}

struct text exact(const char *text) {
    return exact_bytes(text, strlen(text));
}

void free_text(struct text text) {
    free(text.at);
}

struct text part_of(const jeton_result *result, const char *name) {
    const uint8_t *bytes = NULL;
    size_t len = 0;
    jeton_error error;
    must(jeton_result_get(result, 0, name, strlen(name), &bytes, &len, &error), &error);
    return exact_bytes(bytes, len);
}
