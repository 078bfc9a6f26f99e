/* Signs a token and verifies it, with nothing but the header. */
#include <jeton.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int main(void) {
    const char *secret = "a secret of thirty-two bytes or more", *claims = "{\"sub\":\"alice\"}";
    const char *options = "{\"issuer\":\"https://id.example\",\"audience\":\"api\",\"ttl_s\":60}";
    const char *policy = "{\"algorithms\":[\"HS256\"],\"issuer\":\"https://id.example\",\"audience\":\"api\"}";
    jeton_key *key = NULL; jeton_signer *signer = NULL; jeton_verifier *verifier = NULL; jeton_error err = {0};
    char token[1024]; uint8_t verified[1024]; size_t token_len, verified_len;

    if (jeton_key_from_secret((const uint8_t *)secret, strlen(secret), "HS256", 5, &key, &err) == JETON_OK &&
        jeton_signer_new(key, options, strlen(options), &signer, &err) == JETON_OK &&
        jeton_signer_sign(signer, claims, strlen(claims), time(NULL), token, sizeof token, &token_len, &err) == JETON_OK &&
        jeton_verifier_new(key, policy, strlen(policy), &verifier, &err) == JETON_OK &&
        jeton_verifier_verify(verifier, token, token_len, time(NULL), verified, sizeof verified, &verified_len, &err) == JETON_OK)
        printf("%.*s\n", (int)verified_len, (const char *)verified);
    else
        fprintf(stderr, "refused (%s, claim %s): %s\n", jeton_status_name(err.status), err.claim, err.message);

    jeton_verifier_free(verifier); jeton_signer_free(signer); jeton_key_free(key);
    return err.status == JETON_OK ? 0 : 1;
}
