/* Sources that the tests share, and what is in a result. */
#ifndef SOURCES_H
#define SOURCES_H

#include "jeton.h"
#include "server.h"

/* What a token server answers. */
#define GRANT(token) "{\"access_token\":\"" token "\",\"token_type\":\"Bearer\",\"expires_in\":3600}"

/* A source whose token is `fixed` until the second 4000000000. */
jeton_source *static_source(void);

/* A source of the grant client_credentials at `server`; one fetch is one request. The caller frees it. */
jeton_source *oauth2_source(const struct server *server);

/* A source of the grant refresh_token, whose first is `r0`, with or without a token file. The caller frees it. */
jeton_source *refresh_source(const struct server *server, const char *token_file);

/* Begins an operation of a source; the caller frees the wait. */
jeton_wait *begin(const jeton_source *source, const char *operation, uint64_t timeout_ms);

/* Checks that a wait ends, and with a token of this text. */
void check_token(const jeton_wait *wait, const char *token);

/* Whether the part of entry 0 holds `wanted`. */
int part_holds(const jeton_result *result, const char *part, const char *wanted);

#endif
