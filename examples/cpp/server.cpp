// A server that knows who is calling: server PORT
//
// It prints a token of Alice's, with which `curl -H "Authorization: Bearer …" http://127.0.0.1:PORT/` is let in. Who has no token
// gets 401, who is known but not allowed gets 403.
#include <arpa/inet.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <jeton.hpp>
#include <string>

constexpr auto ALLOW = R"({"id": ["alice", "root"]})";

// The value of a header; empty if there is none.
std::string header(const std::string &head, const std::string &name) {
    for (auto at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at)) {
        at += 2;
        if (strncasecmp(head.c_str() + at, (name + ":").c_str(), name.size() + 1) == 0) {
            const auto value = at + name.size() + 1;
            return head.substr(value, head.find("\r\n", value) - value);
        }
    }
    return {};
}

// Reads until the head of a request ends, or the client went.
std::string read_head(int client) {
    std::string head;
    char some[1024];
    while (head.size() < 8192 && head.find("\r\n\r\n") == std::string::npos) {
        const auto length = read(client, some, sizeof some);
        if (length <= 0) {
            break;
        }
        head.append(some, static_cast<std::size_t>(length));
    }
    return head;
}

std::string response(const std::string &status, const std::string &more, const std::string &body) {
    return "HTTP/1.1 " + status + "\r\n" + more + "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
}

// Answers one request. What was wrong with a token is said to nobody.
std::string serve(const jeton::Access &access, const std::string &head) try {
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
    return response("500 Internal Server Error", "", "{}");
}

int main(int argc, char **argv) try {
    // Tokens of this server end with it. One that lives longer has its secret from the environment: DATASETTE_SECRET.
    const jeton::Access access("{}", {}, jeton::generate_api_key("secret").text);
    for (const auto *actor : {"alice", "mallory"}) {
        std::cout << access.sign_token(jeton::Object().text("actor_id", actor).json("ttl_s", "3600")) << '\n';
    }

    sockaddr_in address{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(argc == 2 ? std::atoi(argv[1]) : 8080));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
        std::cerr << "server: cannot listen\n";
        return 1;
    }
    std::cout << "http://127.0.0.1:" << ntohs(address.sin_port) << '/' << std::endl;
    for (int client; (client = accept(listener, nullptr, nullptr)) >= 0; close(client)) {
        const auto answer = serve(access, read_head(client));
        if (write(client, answer.data(), answer.size()) < 0) {
            std::cerr << "server: the client went\n";
        }
    }
} catch (const std::exception &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
