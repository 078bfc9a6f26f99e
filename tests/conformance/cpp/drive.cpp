/* The conformance driver of jeton.hpp: one JSON request a line in, one JSON answer a line out. It decides nothing. */
#include <iostream>
#include <string>

#include "answer.hpp"
#include "ops.hpp"

namespace {

Op find_op(const std::string &name) {
    for (const auto *ops : {&TOKEN_OPS, &SOURCE_OPS, &CLIENT_OPS, &ACCESS_OPS}) {
        const auto op = ops->find(name);
        if (op != ops->end()) {
            return op->second;
        }
    }
    throw Refusal{"UNSUPPORTED_OP", "this driver does not know the op"};
}

/* Answers one line. */
void answer(std::string_view line) {
    span id = {nullptr, 0};
    try {
        span object;
        if (!json_parse(as_span(line), &object) || !json_is_object(object)) {
            bad_request("the line is not a JSON object");
        }
        id = json_member(object, "id");
        const Request request(object);
        find_op(request.text("op"))(request, id);
    } catch (const Refusal &refusal) {
        begin_answer(id);
        std::fputs(",", stdout);
        const failure why = {as_span(refusal.status), {nullptr, 0}, as_span(refusal.message), 0, {nullptr, 0}};
        put_error(&why);
        end_answer();
    } catch (const jeton::Error &error) {
        begin_answer(id);
        std::fputs(",", stdout);
        put_error(error);
        end_answer();
    }
}

}  // namespace

int main() {
    std::string line;
    jeton::require_abi();
    std::ios::sync_with_stdio(false);
    while (std::getline(std::cin, line)) {
        answer(line);
    }
    return std::ferror(stdout) != 0;
}
