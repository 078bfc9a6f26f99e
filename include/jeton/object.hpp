/**
 * @file
 * JSON objects for the functions that take one.
 */
#ifndef JETON_OBJECT_HPP
#define JETON_OBJECT_HPP

#include <string>
#include <string_view>

namespace jeton {

/**
 * A JSON object that is being written, where a literal will not do: `Object().text("name", name).json("settings", settings)`. Texts
 * are escaped; JSON goes in as it stands. The library judges the whole, whoever wrote it.
 */
class Object {
public:
    /** Adds a text, which is UTF-8. */
    Object &text(std::string_view name, std::string_view value) {
        open(name);
        quote(value);
        close();
        return *this;
    }

    /** Adds a number, a boolean, null, a list or an object. */
    Object &json(std::string_view name, std::string_view value) {
        open(name);
        json_.append(value);
        close();
        return *this;
    }

    /** Lends the text of the object, until the next member comes. */
    operator std::string_view() const noexcept { return json_; }

    /** Copies it. */
    std::string str() const { return json_; }

private:
    void open(std::string_view name) {
        json_.pop_back();
        if (json_.size() > 1) {
            json_ += ',';
        }
        quote(name);
        json_ += ':';
    }

    void close() { json_ += '}'; }

    void quote(std::string_view text) {
        constexpr char digits[] = "0123456789abcdef";
        json_ += '"';
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20) {
                json_.append("\\u00").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
            } else {
                json_.append(c == '"' || c == '\\' ? 1 : 0, '\\').append(1, c);
            }
        }
        json_ += '"';
    }

    std::string json_ = "{}";
};

}  // namespace jeton

#endif
