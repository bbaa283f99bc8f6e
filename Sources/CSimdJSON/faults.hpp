// What can be wrong with a document, and where. Included once for each instruction set, as decoder.hpp.

struct Fault {
    std::string path, message;
    bool malformed = false;
};

/// simdjson's errors that mean "this is no JSON", rather than JSON of another shape.
bool is_malformed(error_code code) {
    return code != INCORRECT_TYPE && code != NUMBER_OUT_OF_RANGE && code != NUMBER_ERROR &&
           code != NO_SUCH_FIELD && code != INDEX_OUT_OF_BOUNDS && code != INVALID_JSON_POINTER;
}

/// The way from the document to what is read just now, told as a JSON pointer where something is wrong.
class Place {
public:
    void enter(const char *name, size_t length) { parts.push_back({std::string_view(name, length), 0, false}); }
    void enter(const esiwh_member &member) { enter(member.name, member.name_length); }
    void enter_array() { parts.push_back({{}, 0, true}); }
    /// Moves to an element of the array that was entered last.
    void at(size_t index) { parts.back().index = index; }
    void leave() { parts.pop_back(); }

    std::string text() const {
        std::string text;
        for (const Part &part : parts) {
            text += '/';
            text += part.is_index ? std::to_string(part.index) : std::string(part.name);
        }
        return text;
    }

    std::string text(const esiwh_member &member) const {
        return text() + "/" + std::string(member.name, member.name_length);
    }

    void check(error_code code, const char *what) const {
        if (code != SUCCESS) fail(code, what);
    }

    [[noreturn, gnu::noinline, gnu::cold]] void fail(error_code code, const char *what) const {
        throw Fault{text(), std::string(what) + " (" + error_message(code) + ")", is_malformed(code)};
    }

private:
    struct Part {
        std::string_view name;
        size_t index;
        bool is_index;
    };

    std::vector<Part> parts;
};

/// A scalar as it stands in the document, without the white space behind it; empty for an array or object.
inline std::string_view token_of(ondemand::value &value) {
    if (!value.is_scalar().value_unsafe()) return {};
    std::string_view token = value.raw_json_token();
    while (!token.empty() && uint8_t(token.back()) <= ' ') token.remove_suffix(1);
    return token;
}

/// Whether a scalar's token is none of JSON's.
inline bool is_bad_token(std::string_view token) {
    if (token.empty()) return false;
    if (token[0] == '-' || (token[0] >= '0' && token[0] <= '9'))
        return token.find_first_not_of("0123456789+-.eE") != token.npos;
    return token[0] != '"' && token != "true" && token != "false" && token != "null";
}
