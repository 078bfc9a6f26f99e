/* A request of the conformance driver: its members as raw JSON text, and those that the driver has to decode. */
#ifndef JETON_CONFORMANCE_REQUEST_HPP
#define JETON_CONFORMANCE_REQUEST_HPP

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../c/json.h"
#include "jeton.hpp"

using Text = std::optional<std::string_view>;

/* What the driver itself refuses, without asking the library. */
struct Refusal {
    std::string status;
    std::string message;
};

inline span as_span(std::string_view text) {
    return {text.data(), text.size()};
}

inline Text as_text(span text) {
    return text.text == nullptr ? Text() : Text(std::string_view(text.text, text.len));
}

[[noreturn]] inline void bad_request(const std::string &message) {
    throw Refusal{"BAD_REQUEST", message};
}

inline std::string unescape(const std::string &name, std::string_view json) {
    std::string out(json.size(), '\0');
    std::size_t length = 0;
    if (!json_string(as_span(json), out.data(), &length)) {
        bad_request(name + " is not a text");
    }
    out.resize(length);
    return out;
}

inline std::string decode(const std::string &name, std::string_view json) {
    const std::string text = unescape(name, json);
    std::string out(text.size(), '\0');
    std::size_t length = 0;
    if (!base64url_decode(as_span(text), reinterpret_cast<std::uint8_t *>(out.data()), &length)) {
        bad_request(name + " is not base64url");
    }
    out.resize(length);
    return out;
}

/* A key as the request names it; building it comes after the rest of the request is read. */
struct KeySource {
    std::string form;
    std::string material;
    Text algorithm;

    jeton::Key make() const {
        std::string name;
        if (algorithm) {
            /* What is no text is handed on as it stands, a name that no algorithm has: the key's faults come first. */
            try {
                name = unescape("key.algorithm", *algorithm);
            } catch (const Refusal &) {
                name = *algorithm;
            }
        }
        const std::string_view bound = algorithm ? std::string_view(name) : std::string_view();
        if (form == "pem") {
            return jeton::Key::from_pem(material, bound);
        }
        if (form == "der_b64u") {
            return jeton::Key::from_der(material, bound);
        }
        if (form == "jwk") {
            return jeton::Key::from_jwk(material, bound);
        }
        if (form == "jwks") {
            return jeton::Key::from_jwks(material, bound);
        }
        return jeton::Key::from_secret(material, bound);
    }
};

/* The members of one request, as raw JSON text unless the name of the function says otherwise. */
class Request {
public:
    explicit Request(span object) : object_(object) {}

    Text find(const std::string &name) const { return as_text(json_member(object_, name.c_str())); }

    std::string_view json(const std::string &name) const {
        if (const Text value = find(name)) {
            return *value;
        }
        bad_request(name + " is missing");
    }

    std::string text(const std::string &name) const { return unescape(name, json(name)); }

    std::string bytes(const std::string &name) const { return decode(name, json(name)); }

    std::int64_t now_s() const {
        const Text value = find("now_s");
        std::int64_t seconds = 0;
        if (value && !json_integer(as_span(*value), &seconds)) {
            bad_request("now_s is not an integer");
        }
        return value ? seconds : jeton::now();
    }

    /* The same in milliseconds, the furthest where it does not fit. */
    std::int64_t now_ms() const {
        constexpr auto furthest = std::numeric_limits<std::int64_t>::max() / 1000;
        return std::clamp(now_s(), -furthest, furthest) * 1000;
    }

    /* A text that may be missing. */
    std::optional<std::string> may_text(const std::string &name) const {
        return find(name) ? std::optional<std::string>(text(name)) : std::nullopt;
    }

    /* JSON that may be missing, as the functions take it that need none. */
    std::string_view may_json(const std::string &name) const { return find(name).value_or(std::string_view()); }

    jeton::Timeout timeout() const {
        const Text value = find("timeout_ms");
        std::int64_t milliseconds = 30000;
        if (value && (!json_integer(as_span(*value), &milliseconds) || milliseconds < 0)) {
            bad_request("timeout_ms is not a number of milliseconds");
        }
        return jeton::Timeout(milliseconds);
    }

    KeySource key() const {
        const span object = as_span(json("key"));
        KeySource source;
        std::string_view value;
        for (const char *form : {"pem", "der_b64u", "jwk", "jwks", "secret", "secret_b64u"}) {
            const Text found = as_text(json_member(object, form));
            if (found && !source.form.empty()) {
                bad_request("key has two forms");
            }
            if (found) {
                source.form = form;
                value = *found;
            }
        }
        if (source.form.empty()) {
            bad_request("key has no form");
        }
        source.algorithm = as_text(json_member(object, "algorithm"));
        if (source.form == "jwk" || source.form == "jwks") {
            source.material = value;
        } else if (source.form == "pem" || source.form == "secret") {
            source.material = unescape(source.form, value);
        } else {
            source.material = decode(source.form, value);
        }
        return source;
    }

    /* One JSON object of the members inside the object `inner` and those of these names that are there. */
    std::string join(Text inner, const std::vector<std::string> &names) const {
        std::string out = "{";
        const char *cursor = nullptr;
        span first;
        if (inner && json_next(as_span(*inner), &cursor, &first)) {
            out += inner->substr(1, inner->size() - 2);
        }
        for (const auto &name : names) {
            if (const Text value = find(name)) {
                out.append(out.size() > 1 ? "," : "").append("\"").append(name).append("\":").append(*value);
            }
        }
        return out + "}";
    }

private:
    span object_;
};

/* What `sign` and `sign_begin` read of a request. */
struct Signing {
    KeySource key;
    std::string options;
    bool options_are_clean;
    Text claims;
    std::optional<std::string> payload;
    std::int64_t now_s;

    explicit Signing(const Request &request) : now_s(request.now_s()) {
        const Text raw = request.find("options");
        const span object = as_span(raw.value_or("{}"));
        options = json_is_object(object) ? request.join(raw, {"algorithm", "header"}) : std::string(*raw);
        options_are_clean = !as_text(json_member(object, "algorithm")) && !as_text(json_member(object, "header"));
        key = request.key();
        claims = request.find("claims");
        if (request.find("payload_b64u")) {
            payload = request.bytes("payload_b64u");
        }
    }

    /* The key; once it is built, `algorithm` and `header`, which stand beside the options, may not be in them. */
    jeton::Key make_key() const {
        auto made = key.make();
        if (!options_are_clean) {
            throw Refusal{"CONFIG", "options: algorithm and header stand beside the options"};
        }
        return made;
    }

    /* What no option can say: which of claims and payload is meant. */
    void check() const {
        if (claims.has_value() == payload.has_value()) {
            throw Refusal{"CONFIG", "exactly one of claims and payload_b64u is needed"};
        }
    }
};

#endif
