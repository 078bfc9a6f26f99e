#define _POSIX_C_SOURCE 200809L

#include "server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct server {
    int listener;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char url[64];
    /* Guarded by `lock`. */
    int requests;
    bool answers;
    bool ends;
    bool rotates;
    int rotated;
    int misused;
    char response[2048];
};

static void die(const char *what) {
    perror(what);
    exit(EXIT_FAILURE);
}

/* Reads a whole request: its head, and as many bytes as `Content-Length` says. False if the client went. */
static bool read_request(int client, char *text, size_t room) {
    size_t len = 0, body = 0;
    const char *end = NULL;
    while (end == NULL || len < (size_t)(end - text) + body) {
        ssize_t count = read(client, text + len, room - 1 - len);
        if (count <= 0) {
            return false;
        }
        len += (size_t)count;
        text[len] = '\0';
        if (end == NULL && (end = strstr(text, "\r\n\r\n")) != NULL) {
            end += 4;
            for (const char *line = text; line < end; line = strstr(line, "\r\n") + 2) {
                if (strncasecmp(line, "content-length:", 15) == 0) {
                    body = strtoul(line + 15, NULL, 10);
                }
            }
        }
    }
    return true;
}

static void set_response(struct server *server, int http_status, const char *json) {
    snprintf(server->response, sizeof server->response,
             "HTTP/1.1 %d Told\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", http_status,
             strlen(json), json);
}

/* Takes the refresh token that was given last, and no other. */
static void rotate(struct server *server, const char *request) {
    char wanted[40], json[200];
    const char *body = strstr(request, "\r\n\r\n"), *sent = strstr(body, "refresh_token=");
    snprintf(wanted, sizeof wanted, "refresh_token=r%d", server->rotated);
    size_t len = sent == NULL ? 0 : strcspn(sent, "&");
    if (len != strlen(wanted) || strncmp(sent, wanted, len) != 0) {
        server->misused++;
        set_response(server, 400, "{\"error\":\"invalid_grant\"}");
        return;
    }
    server->rotated++;
    snprintf(json, sizeof json, "{\"access_token\":\"token\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_token\":\"r%d\"}",
             server->rotated);
    set_response(server, 200, json);
}

/* Counts a request and copies what it is answered with; false if the server ends first. */
static bool response_for(struct server *server, const char *request, char *response) {
    pthread_mutex_lock(&server->lock);
    server->requests++;
    pthread_cond_broadcast(&server->changed);
    while (!server->answers && !server->ends) {
        pthread_cond_wait(&server->changed, &server->lock);
    }
    bool good = !server->ends;
    if (server->rotates) {
        rotate(server, request);
    }
    strcpy(response, server->response);
    pthread_mutex_unlock(&server->lock);
    return good;
}

/* One exchange at a time: who holds a request holds those behind it, too. */
static void *serve(void *argument) {
    struct server *server = argument;
    int client;
    while ((client = accept(server->listener, NULL, NULL)) >= 0) {
        char request[8192] = "", response[sizeof server->response];
        if (read_request(client, request, sizeof request) && response_for(server, request, response)) {
            ssize_t sent = send(client, response, strlen(response), MSG_NOSIGNAL);
            (void)sent; /* Whoever does not wait any more gets nothing. */
        }
        close(client);
    }
    return NULL;
}

struct server *server_start(void) {
    struct sockaddr_in address = {0};
    socklen_t len = sizeof address;
    struct server *server = calloc(1, sizeof *server);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (server == NULL || (server->listener = socket(AF_INET, SOCK_STREAM, 0)) < 0 ||
        bind(server->listener, (struct sockaddr *)&address, len) != 0 || listen(server->listener, 64) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &len) != 0) {
        die("server");
    }
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, NULL);
    if (pthread_create(&server->thread, NULL, serve, server) != 0) {
        die("server");
    }
    return server;
}

void server_answer(struct server *server, int http_status, const char *json) {
    pthread_mutex_lock(&server->lock);
    set_response(server, http_status, json);
    server->answers = true;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

void server_rotate(struct server *server) {
    pthread_mutex_lock(&server->lock);
    server->rotates = true;
    server->answers = true;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

int server_misused(struct server *server) {
    pthread_mutex_lock(&server->lock);
    int misused = server->misused;
    pthread_mutex_unlock(&server->lock);
    return misused;
}

void server_hold(struct server *server) {
    pthread_mutex_lock(&server->lock);
    server->answers = false;
    pthread_mutex_unlock(&server->lock);
}

void server_wait_for(struct server *server, int requests) {
    struct timespec patience;
    clock_gettime(CLOCK_REALTIME, &patience);
    patience.tv_sec += 10;
    pthread_mutex_lock(&server->lock);
    while (server->requests < requests) {
        if (pthread_cond_timedwait(&server->changed, &server->lock, &patience) != 0) {
            fprintf(stderr, "server: %d requests instead of %d\n", server->requests, requests);
            exit(EXIT_FAILURE);
        }
    }
    pthread_mutex_unlock(&server->lock);
}

int server_requests(struct server *server) {
    pthread_mutex_lock(&server->lock);
    int requests = server->requests;
    pthread_mutex_unlock(&server->lock);
    return requests;
}

const char *server_url(const struct server *server) {
    return server->url;
}

void server_stop(struct server *server) {
    pthread_mutex_lock(&server->lock);
    server->ends = true;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
