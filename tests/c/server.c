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
    char response[2048];
};

static void die(const char *what) {
    perror(what);
    exit(EXIT_FAILURE);
}

/* Reads a whole request: its head, and as many bytes as `Content-Length` says. False if the client went. */
static bool read_request(int client) {
    char text[8192] = "";
    size_t len = 0, body = 0;
    const char *end = NULL;
    while (end == NULL || len < (size_t)(end - text) + body) {
        ssize_t count = read(client, text + len, sizeof text - 1 - len);
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

/* Counts a request and copies what it is answered with; false if the server ends first. */
static bool response_for(struct server *server, char *response) {
    pthread_mutex_lock(&server->lock);
    server->requests++;
    pthread_cond_broadcast(&server->changed);
    while (!server->answers && !server->ends) {
        pthread_cond_wait(&server->changed, &server->lock);
    }
    bool good = !server->ends;
    strcpy(response, server->response);
    pthread_mutex_unlock(&server->lock);
    return good;
}

/* One exchange at a time: who holds a request holds those behind it, too. */
static void *serve(void *argument) {
    struct server *server = argument;
    int client;
    while ((client = accept(server->listener, NULL, NULL)) >= 0) {
        char response[sizeof server->response];
        if (read_request(client) && response_for(server, response)) {
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
    snprintf(server->response, sizeof server->response,
             "HTTP/1.1 %d Told\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", http_status,
             strlen(json), json);
    server->answers = true;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
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
