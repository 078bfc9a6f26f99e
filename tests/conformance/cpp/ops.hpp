/* The ops of the driver, by what they are about, and what the `….open` ops gave a name. */
#ifndef JETON_CONFORMANCE_OPS_HPP
#define JETON_CONFORMANCE_OPS_HPP

#include <map>
#include <string>
#include <utility>

#include "request.hpp"

/* Takes a request and its id. Writes the answer only when all that can fail is done. */
using Op = void (*)(const Request &, span);

extern const std::map<std::string, Op> TOKEN_OPS, SOURCE_OPS, CLIENT_OPS, ACCESS_OPS;

/* What is open under names, from one request to the next, until it is closed. */
template <class T>
class Names {
public:
    /* Gives what `make` makes the name that `member` is. What had the name is closed. */
    template <class Make>
    T &open(const Request &request, const char *member, Make make) {
        const auto name = request.text(member);
        return open_.insert_or_assign(name, make()).first->second;
    }

    /* What `member` names. */
    T &find(const Request &request, const char *member) {
        const auto found = open_.find(request.text(member));
        if (found == open_.end()) {
            throw Refusal{"CONFIG", "nothing of this name is open"};
        }
        return found->second;
    }

    /* Takes it out of here. */
    T close(const Request &request, const char *member) {
        T closed = std::move(find(request, member));
        open_.erase(request.text(member));
        return closed;
    }

private:
    std::map<std::string, T> open_;
};

#endif
