/* The core through its C ABI: JSON in, token into the caller's buffer; token in, claims into the caller's buffer. */
#include "bench.h"

#include <jeton.h>
#include <string.h>

struct subject {
    jeton_signer *signer;
    jeton_verifier *verifier;
    const char *claims;
    size_t claims_len, token_len;
    char token[2048];
    uint8_t verified[2048];
};

static void must(jeton_status status, const jeton_error *err)
{
    if (status != JETON_OK) {
        die(jeton_status_name(status), err->message);
    }
}

static void sign(void *context)
{
    struct subject *s = context;
    jeton_error err;
    must(jeton_signer_sign(s->signer, s->claims, s->claims_len, time(NULL), s->token, sizeof s->token, &s->token_len, &err), &err);
}

static void verify(void *context)
{
    struct subject *s = context;
    jeton_error err;
    size_t length;
    must(jeton_verifier_verify(s->verifier, s->token, s->token_len, time(NULL), s->verified, sizeof s->verified, &length, &err), &err);
}

/* The same where the policy has `more`, and the token was verified before. */
static void measure_again(struct subject *s, const jeton_key *key, const char *row, const char *more)
{
    jeton_error err;
    char policy[192];
    snprintf(policy, sizeof policy, "{\"algorithms\":[\"ES256\"],\"issuer\":\"https://issuer.example\",\"audience\":\"api.example\"%s}", more);
    must(jeton_verifier_new(key, policy, strlen(policy), &s->verifier, &err), &err);
    measure("C", "again", row, verify, s);
    jeton_verifier_free(s->verifier);
}

static jeton_key *key_of(const char *alg)
{
    jeton_key *key = NULL;
    jeton_error err;
    size_t length;
    char name[32];
    if (strcmp(alg, "HS256") == 0) {
        char *secret = fixture("HS256.secret", &length);
        must(jeton_key_from_secret((const uint8_t *)secret, length, alg, strlen(alg), &key, &err), &err);
        free(secret);
        return key;
    }
    snprintf(name, sizeof name, "%s.pem", alg[1] == 'S' && alg[0] != 'E' ? "RSA" : alg);
    char *pem = fixture(name, &length);
    must(jeton_key_from_pem(pem, length, alg, strlen(alg), &key, &err), &err);
    free(pem);
    return key;
}

static void read_source(void *context)
{
    uint8_t token[1024];
    size_t length;
    int64_t end;
    jeton_error err;
    must(jeton_source_token(context, JETON_CLOCK, token, sizeof token, &length, &end, &err), &err);
}

/* What it costs to be given a token that is at hand. */
static void measure_source(void)
{
    static const char config[] = "{\"kind\":\"signed\",\"claims\":{\"sub\":\"me\"},\"options\":{\"ttl_s\":3600}}";
    jeton_key *key = key_of("HS256");
    jeton_source *source = NULL;
    jeton_error err;
    must(jeton_source_new(NULL, config, sizeof config - 1, NULL, 0, "{}", 2, key, JETON_CLOCK, &source, &err), &err);
    measure("C", "read", "source", read_source, source);
    jeton_source_free(source);
    jeton_key_free(key);
}

int main(void)
{
    struct subject s = {0};
    s.claims = fixture("claims.json", &s.claims_len);
    for (int i = 0; i < ALGORITHM_COUNT; i++) {
        const char *alg = ALGORITHMS[i];
        jeton_error err;
        char policy[160];
        jeton_key *key = key_of(alg);
        snprintf(policy, sizeof policy, "{\"algorithms\":[\"%s\"],\"issuer\":\"https://issuer.example\",\"audience\":\"api.example\"}", alg);
        must(jeton_signer_new(key, NULL, 0, &s.signer, &err), &err);
        must(jeton_verifier_new(key, policy, strlen(policy), &s.verifier, &err), &err);
        measure("C", "sign", alg, sign, &s);
        measure("C", "verify", alg, verify, &s);
        jeton_verifier_free(s.verifier);
        if (strcmp(alg, "ES256") == 0) {
            measure_again(&s, key, "computed", "");
            measure_again(&s, key, "remembered", ",\"verified_cache_bytes\":1048576");
        }
        jeton_signer_free(s.signer);
        jeton_key_free(key);
    }
    measure_source();
    free((char *)s.claims);
    return 0;
}
