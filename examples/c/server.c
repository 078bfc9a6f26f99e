/*
 * A server that knows who is calling: server PORT
 *
 * It prints a token of Alice's, with which `curl -H "Authorization: Bearer …" http://127.0.0.1:PORT/` is let in. Who has no token
 * gets 401, who is known but not allowed gets 403.
 */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <jeton.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TEXT(literal) literal, sizeof literal - 1

static const char ALLOW[] = "{\"id\":[\"alice\",\"root\"]}";

/* Points at the value of the header `name` and ends it; NULL if there is none. */
static char *header(char *head, const char *name) {
    for (char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':') {
            char *value = line + strlen(name) + 1, *end = strstr(value, "\r\n");
            if (end != NULL) *end = '\0';
            return value;
        }
    }
    return NULL;
}

/* Writes the arguments of `authenticate`. What a stranger sent is escaped before it becomes JSON. */
static void write_request(char *json, const char *authorization) {
    json += sprintf(json, "{\"headers\":{\"authorization\":\"");
    for (; authorization != NULL && *authorization != '\0'; authorization++)
        json += sprintf(json, (unsigned char)*authorization < 0x20 || strchr("\"\\", *authorization) ? "\\u%04x" : "%c", *authorization);
    sprintf(json, "\"},\"query\":{}}");
}

/* Reads until the head of a request ends, there is no more room, or the client went. */
static void read_head(int client, char *head, size_t room) {
    size_t len = 0;
    ssize_t count;
    head[0] = '\0';
    while (len + 1 < room && strstr(head, "\r\n\r\n") == NULL && (count = read(client, head + len, room - 1 - len)) > 0)
        head[len += (size_t)count] = '\0';
}

static void answer(int client, const char *status, const char *more, const char *body, int body_len) {
    dprintf(client, "HTTP/1.1 %s\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%.*s", status, more,
            body_len, body_len, body);
}

/* Answers one request. What was wrong with a token is said to nobody. */
static void serve(int client, const jeton_access *access) {
    char head[8192], request[6 * sizeof head + 100], challenge[200] = "";
    read_head(client, head, sizeof head);
    write_request(request, header(head, "authorization"));

    jeton_result *caller = NULL;
    jeton_error err;
    const uint8_t *actor, *text;
    size_t actor_len, text_len;
    int32_t allowed;
    if (jeton_access_call(access, TEXT("authenticate"), request, strlen(request), time(NULL), &caller, &err) != JETON_OK ||
        jeton_result_get(caller, 0, TEXT("actor"), &actor, &actor_len, &err) != JETON_OK ||
        jeton_result_get(caller, 0, TEXT("challenge"), &text, &text_len, &err) != JETON_OK) {
        fprintf(stderr, "%s: %s\n", jeton_status_name(err.status), err.message);
        answer(client, "500 Internal Server Error", "", "{}", 2);
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

/* Prints a signed token for `actor`: the answer is `{"token":"…"}`. */
static jeton_status print_token(const jeton_access *access, const char *args, jeton_error *err) {
    jeton_result *made = NULL;
    const uint8_t *json;
    size_t len;
    jeton_status status = jeton_access_call(access, TEXT("sign_token"), args, strlen(args), time(NULL), &made, err);
    if (status == JETON_OK) status = jeton_result_get(made, 0, TEXT("answer"), &json, &len, err);
    if (status == JETON_OK) printf("%.*s\n", (int)len, (const char *)json);
    jeton_result_free(made);
    return status;
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(argc == 2 ? atoi(argv[1]) : 8080))};
    socklen_t address_len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    jeton_error err;
    jeton_access *access = NULL;
    jeton_result *secret = NULL;
    const uint8_t *bytes;
    size_t len;
    /* Tokens of this server end with it. One that lives longer has its secret from the environment: DATASETTE_SECRET. */
    if (jeton_api_key_generate(TEXT("secret"), &secret, &err) != JETON_OK ||
        jeton_result_get(secret, 0, TEXT("api_key"), &bytes, &len, &err) != JETON_OK ||
        jeton_access_new(TEXT("{}"), NULL, 0, bytes, len, NULL, 0, &access, &err) != JETON_OK ||
        print_token(access, "{\"actor_id\":\"alice\",\"ttl_s\":3600}", &err) != JETON_OK ||
        print_token(access, "{\"actor_id\":\"mallory\",\"ttl_s\":3600}", &err) != JETON_OK)
        return fprintf(stderr, "%s: %s\n", jeton_status_name(err.status), err.message), 1;
    jeton_result_free(secret);

    int listener = socket(AF_INET, SOCK_STREAM, 0), client;
    if (bind(listener, (struct sockaddr *)&address, address_len) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &address_len) != 0)
        return perror("server"), 1;
    printf("http://127.0.0.1:%d/\n", ntohs(address.sin_port));
    fflush(stdout);
    while ((client = accept(listener, NULL, NULL)) >= 0) {
        serve(client, access);
        close(client);
    }
    jeton_access_free(access);
}
