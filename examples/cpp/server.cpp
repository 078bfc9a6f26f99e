// A server that knows who is calling: server PORT [CONFIG]
//
// It prints a token of Alice's, with which `curl -H "Authorization: Bearer …" http://127.0.0.1:PORT/` is let in. Who has no token
// gets 401, who is known but not allowed gets 403. CONFIG, a JSON text, says who else is known: see docs/ACCESS.md.
#include <arpa/inet.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <jeton.hpp>
#include <string>
#include <thread>

constexpr auto ALLOW = R"({"id": ["alice", "root"]})";

// The value of a header, of several the last; empty if there is none. A byte of it is a character of Latin-1, which becomes UTF-8.
std::string header(const std::string &head, const std::string &name) {
    std::string value;
    for (auto at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at)) {
        at += 2;
        if (strncasecmp(head.c_str() + at, (name + ":").c_str(), name.size() + 1) == 0) {
            const auto start = at + name.size() + 1;
            value = head.substr(start, head.find("\r\n", start) - start);
        }
    }
    std::string text;
    for (const unsigned char byte : value) {
        if (byte < 0x80) {
            text += static_cast<char>(byte);
        } else {
            text += {static_cast<char>(0xc0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3f))};
        }
    }
    return text;
}

// Reads until the head of a request ends; empty if it does not, in time and in 8192 bytes, or if there is a NUL in it.
std::string read_head(int client) {
    const timeval patience{10, 0};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string head;
    char some[1024];
    while (head.size() < 8192 && head.find('\0') == std::string::npos) {
        if (head.find("\r\n\r\n") != std::string::npos) {
            return head;
        }
        const auto length = read(client, some, sizeof some);
        if (length <= 0) {
            break;
        }
        head.append(some, static_cast<std::size_t>(length));
    }
    return {};
}

std::string response(const std::string &status, const std::string &more, const std::string &body) {
    return "HTTP/1.1 " + status + "\r\n" + more + "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
}

// Answers one request. What was wrong is said to nobody.
std::string answer(const jeton::Access &access, const std::string &head) try {
    if (head.empty()) {
        return response("400 Bad Request", "", "{}");
    }
    const auto headers = jeton::Object().text("authorization", header(head, "authorization"));
    const auto caller = access.authenticate(jeton::Object().json("headers", headers).json("query", "{}"));
    if (!caller.actor) {
        return response("401 Unauthorized", "WWW-Authenticate: " + caller.challenge + "\r\n", "{}");
    }
    if (!jeton::allowed(*caller.actor, ALLOW)) {
        return response("403 Forbidden", "WWW-Authenticate: " + caller.challenge + "\r\n", "{}");
    }
    return response("200 OK", "", *caller.actor);
} catch (const jeton::Error &error) {
    std::cerr << error.what() << '\n';
    return response("503 Service Unavailable", "", "{}");
}

void serve(const jeton::Access &access, int client) {
    const auto text = answer(access, read_head(client));
    if (write(client, text.data(), text.size()) < 0) {
        std::cerr << "server: the client went\n";
    }
    close(client);
}

int main(int argc, char **argv) try {
    // Tokens of this server end with it. One that lives longer has its secret from the environment: DATASETTE_SECRET.
    const jeton::Access access(argc > 2 ? argv[2] : "{}", {}, jeton::generate_api_key("secret").text);
    for (const auto *actor : {"alice", "mallory"}) {
        std::cout << access.sign_token(jeton::Object().text("actor_id", actor).json("ttl_s", "3600")) << '\n';
    }

    sockaddr_in address{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 8080));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::signal(SIGPIPE, SIG_IGN); // A client that went is no reason to end.
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
        std::cerr << "server: cannot listen\n";
        return 1;
    }
    std::cout << "http://127.0.0.1:" << ntohs(address.sin_port) << '/' << std::endl;
    // A thread for each client, so that one who says nothing keeps nobody waiting.
    for (int client; (client = accept(listener, nullptr, nullptr)) >= 0;) {
        std::thread(serve, std::cref(access), client).detach();
    }
    std::cerr << "server: cannot accept\n";
    return 1;
} catch (const std::exception &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
