/* A server on the loopback that answers when it is told: no test of waiting needs to sleep. */
#ifndef SERVER_H
#define SERVER_H

#ifdef __cplusplus
extern "C" {
#endif

struct server;

/* Starts one that keeps every request waiting. Ends the program if it cannot. */
struct server *server_start(void);

/* From now on every request, those that wait included, gets this answer. */
void server_answer(struct server *server, int http_status, const char *json);

/* From now on every request gets `token` and the next refresh token of `r0`, `r1` and so on, if it brings the one before that. */
void server_rotate(struct server *server);

/* How many requests of a server that rotates did not bring the refresh token that was given last. */
int server_misused(struct server *server);

/* From now on requests wait again. */
void server_hold(struct server *server);

/* Waits until this many requests have come; ends the program if that takes more than ten seconds. */
void server_wait_for(struct server *server, int requests);

/* How many have come. */
int server_requests(struct server *server);

/* Such as `http://127.0.0.1:4711`. */
const char *server_url(const struct server *server);

/* Drops what waits, and frees it. */
void server_stop(struct server *server);

#ifdef __cplusplus
}
#endif

#endif
