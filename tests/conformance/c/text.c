#include "json.h"

#include <string.h>

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool base64url_decode(span text, uint8_t *out, size_t *out_len) {
    uint32_t bits = 0;
    size_t len = 0;
    unsigned held = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *digit = text.text[i] == '\0' ? NULL : strchr(ALPHABET, text.text[i]);
        if (digit == NULL) {
            return false;
        }
        bits = bits << 6 | (uint32_t)(digit - ALPHABET);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[len++] = (uint8_t)(bits >> held);
            bits &= (1u << held) - 1;
        }
    }
    *out_len = len;
    return held < 6 && bits == 0;
}

void put_base64url(FILE *out, span bytes) {
    uint32_t bits = 0;
    unsigned held = 0;
    fputc('"', out);
    for (size_t i = 0; i < bytes.len; i++) {
        bits = (bits & 0xFF) << 8 | (unsigned char)bytes.text[i];
        for (held += 8; held >= 6; held -= 6) {
            fputc(ALPHABET[bits >> (held - 6) & 63], out);
        }
    }
    if (held > 0) {
        fputc(ALPHABET[bits << (6 - held) & 63], out);
    }
    fputc('"', out);
}

void put_string(FILE *out, span text) {
    fputc('"', out);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.text[i];
        if (c == '"' || c == '\\') {
            fputc('\\', out);
        }
        if (c < 0x20) {
            fprintf(out, "\\u%04x", c);
        } else {
            fputc(c, out);
        }
    }
    fputc('"', out);
}

void put_json(FILE *out, span json) {
    for (size_t i = 0; i < json.len; i++) {
        fputc(json.text[i] == '\r' || json.text[i] == '\n' ? ' ' : json.text[i], out);
    }
}
