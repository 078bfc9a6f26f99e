/*
 * A server that knows who is calling: server PORT [CONFIG]
 *
 * It prints a token of Alice's, with which `curl -H "Authorization: Bearer …" http://127.0.0.1:PORT/` is let in. Who has no token
 * gets 401, who is known but not allowed gets 403. CONFIG, a JSON text, says who else is known: see docs/ACCESS.md.
 */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <jeton.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define TEXT(literal) literal, sizeof literal - 1

static const char ALLOW[] = "{\"id\":[\"alice\",\"root\"]}";

static jeton_access *authenticator;

/* Gives the value of the header `name`, up to the end of its line, and of several the last; an empty one if there is none. */
static const char *header(const char *head, const char *name) {
    const char *value = "";
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':') value = line + strlen(name) + 1;
    }
    return value;
}

/* Writes the arguments of `authenticate`. A byte of a header is a character of Latin-1, and its number is that of Unicode. */
static void write_request(char *json, const char *authorization) {
    json += sprintf(json, "{\"headers\":{\"authorization\":\"");
    for (; *authorization != '\0' && strncmp(authorization, "\r\n", 2) != 0; authorization++) {
        const unsigned char byte = (unsigned char)*authorization;
        json += sprintf(json, byte < 0x20 || byte > 0x7e || byte == '"' || byte == '\\' ? "\\u%04x" : "%c", byte);
    }
    sprintf(json, "\"},\"query\":{}}");
}

/* Reads until the head of a request ends. False if it does not, in time and in the room that there is, or if there is a NUL in it. */
static bool read_head(int client, char *head, size_t room) {
    const struct timeval patience = {.tv_sec = 10};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    size_t len = 0;
    ssize_t count;
    while (len + 1 < room && (count = read(client, head + len, room - 1 - len)) > 0) {
        head[len += (size_t)count] = '\0';
        if (strlen(head) != len) return false;
        if (strstr(head, "\r\n\r\n") != NULL) return true;
    }
    return false;
}

static void answer(int client, const char *status, const char *more, const char *body, int body_len) {
    dprintf(client, "HTTP/1.1 %s\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%.*s", status, more,
            body_len, body_len, body);
}

/* Says who sent a request. Keys of an issuer may have to be fetched for it, so the answer is waited for. */
static jeton_status authenticate(const char *request, jeton_result **caller, jeton_error *err) {
    jeton_wait *wait = NULL;
    jeton_status status =
        jeton_access_begin(authenticator, TEXT("authenticate"), request, strlen(request), JETON_CLOCK, 30000, &wait, err);
    if (status == JETON_OK) status = jeton_wait_for(wait, UINT64_MAX, err);
    if (status == JETON_OK) status = jeton_wait_result(wait, caller, err);
    jeton_wait_free(wait);
    return status;
}

/* Answers one request. What was wrong is said to nobody. */
static void serve(int client) {
    char head[8192], request[6 * sizeof head + 100], challenge[200] = "";
    if (!read_head(client, head, sizeof head)) {
        answer(client, "400 Bad Request", "", "{}", 2);
        return;
    }
    write_request(request, header(head, "authorization"));

    jeton_result *caller = NULL;
    jeton_error err;
    const uint8_t *actor, *text;
    size_t actor_len, text_len;
    int32_t allowed;
    if (authenticate(request, &caller, &err) != JETON_OK ||
        jeton_result_get(caller, 0, TEXT("actor"), &actor, &actor_len, &err) != JETON_OK ||
        jeton_result_get(caller, 0, TEXT("challenge"), &text, &text_len, &err) != JETON_OK) {
        fprintf(stderr, "%s: %s\n", jeton_status_name(err.status), err.message);
        answer(client, "503 Service Unavailable", "", "{}", 2);
        jeton_result_free(caller);
        return;
    }
    snprintf(challenge, sizeof challenge, "WWW-Authenticate: %.*s\r\n", (int)text_len, (const char *)text);
    if (actor == NULL) {
        answer(client, "401 Unauthorized", challenge, "{}", 2);
    } else if (jeton_allowed((const char *)actor, actor_len, TEXT(ALLOW), &allowed, &err) != JETON_OK || !allowed) {
        answer(client, "403 Forbidden", challenge, "{}", 2);
    } else {
        answer(client, "200 OK", "", (const char *)actor, (int)actor_len);
    }
    jeton_result_free(caller);
}

/* Serves one client on a thread of its own, so that one who says nothing keeps nobody waiting. */
static void *serve_and_close(void *client) {
    serve((int)(intptr_t)client);
    close((int)(intptr_t)client);
    return NULL;
}

/* Prints a signed token for `actor`: the answer is `{"token":"…"}`. */
static jeton_status print_token(const char *args, jeton_error *err) {
    jeton_result *made = NULL;
    const uint8_t *json;
    size_t len;
    jeton_status status = jeton_access_call(authenticator, TEXT("sign_token"), args, strlen(args), JETON_CLOCK, &made, err);
    if (status == JETON_OK) status = jeton_result_get(made, 0, TEXT("answer"), &json, &len, err);
    if (status == JETON_OK) printf("%.*s\n", (int)len, (const char *)json);
    jeton_result_free(made);
    return status;
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 8080))};
    socklen_t address_len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    const char *config = argc > 2 ? argv[2] : "{}";
    jeton_error err;
    jeton_result *secret = NULL;
    const uint8_t *bytes;
    size_t len;
    /* Tokens of this server end with it. One that lives longer has its secret from the environment: DATASETTE_SECRET. */
    if (jeton_api_key_generate(TEXT("secret"), &secret, &err) != JETON_OK ||
        jeton_result_get(secret, 0, TEXT("api_key"), &bytes, &len, &err) != JETON_OK ||
        jeton_access_new(config, strlen(config), NULL, 0, bytes, len, NULL, 0, &authenticator, &err) != JETON_OK ||
        print_token("{\"actor_id\":\"alice\",\"ttl_s\":3600}", &err) != JETON_OK ||
        print_token("{\"actor_id\":\"mallory\",\"ttl_s\":3600}", &err) != JETON_OK)
        return fprintf(stderr, "%s: %s\n", jeton_status_name(err.status), err.message), 1;
    jeton_result_free(secret);

    signal(SIGPIPE, SIG_IGN); /* A client that went is no reason to end. */
    int listener = socket(AF_INET, SOCK_STREAM, 0), client;
    if (bind(listener, (struct sockaddr *)&address, address_len) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &address_len) != 0)
        return perror("server"), 1;
    printf("http://127.0.0.1:%d/\n", ntohs(address.sin_port));
    fflush(stdout);
    while ((client = accept(listener, NULL, NULL)) >= 0) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve_and_close, (void *)(intptr_t)client) != 0) close(client);
        else pthread_detach(thread);
    }
    return perror("server"), 1;
}
