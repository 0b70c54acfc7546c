/* The reasons: their texts, sources and names, all made from the one list in reason.h. */
#include "proto/reason.h"

#include <assert.h>

static const char *const reason_texts[TCP_REASON_COUNT] = {
#define TCP_REASON_TEXT_(name, text, source) text,
    TCP_REASONS(TCP_REASON_TEXT_)
#undef TCP_REASON_TEXT_
};

static const char *const reason_sources[TCP_REASON_COUNT] = {
#define TCP_REASON_SOURCE_(name, text, source) source,
    TCP_REASONS(TCP_REASON_SOURCE_)
#undef TCP_REASON_SOURCE_
};

/* The names are the constants' own, put into lower case by the compiler, so that they stand in
 * one place only: NAME_(CLOSE_CALLED) is {'c', 'l', 'o', 's', 'e', '-', 'c', …, 0}.  */
enum { REASON_NAME_MAX = 32 };

#define LETTER_(string, i) ((i) < sizeof(string) ? (string)[(i) < sizeof(string) ? (i) : 0] : '\0')
#define LOWER_(c) ((char)((c) == '_' ? '-' : (c) >= 'A' && (c) <= 'Z' ? (c) - 'A' + 'a' : (c)))
#define NAME_1_(string, i) LOWER_(LETTER_(string, i))
#define NAME_4_(string, i)                                                                         \
    NAME_1_(string, i), NAME_1_(string, i + 1), NAME_1_(string, i + 2), NAME_1_(string, i + 3)
#define NAME_16_(string, i)                                                                        \
    NAME_4_(string, i), NAME_4_(string, i + 4), NAME_4_(string, i + 8), NAME_4_(string, i + 12)
#define NAME_(name, text, source) {NAME_16_(#name, 0), NAME_16_(#name, 16)},
#define NAME_FITS_(name, text, source)                                                             \
    _Static_assert(sizeof #name <= REASON_NAME_MAX, "the name of reason " #name " is too long");

static const char reason_names[TCP_REASON_COUNT][REASON_NAME_MAX] = {TCP_REASONS(NAME_)};
TCP_REASONS(NAME_FITS_)

const char *tcp_reason_text(TcpReason reason)
{
    assert(reason < TCP_REASON_COUNT);
    return reason_texts[reason];
}

const char *tcp_reason_source(TcpReason reason)
{
    assert(reason < TCP_REASON_COUNT);
    return reason_sources[reason];
}

const char *tcp_reason_name(TcpReason reason)
{
    assert(reason < TCP_REASON_COUNT);
    return reason_names[reason];
}
