/* Names of ICMP messages. */
#include "proto/icmp.h"

#include <string.h>

static const struct {
    const char *name;
    uint8_t type, code;
} names[] = {
    {"net-unreachable", ICMP_UNREACHABLE, 0},
    {"host-unreachable", ICMP_UNREACHABLE, 1},
    {"protocol-unreachable", ICMP_UNREACHABLE, 2},
    {"port-unreachable", ICMP_UNREACHABLE, 3},
    {"fragmentation-needed", ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED},
    {"net-prohibited", ICMP_UNREACHABLE, 9},
    {"host-prohibited", ICMP_UNREACHABLE, 10},
    {"admin-prohibited", ICMP_UNREACHABLE, 13},
    {"time-exceeded", ICMP_TIME_EXCEEDED, 0},
    {"parameter-problem", ICMP_PARAMETER_PROBLEM, 0},
};

enum { NAMES = sizeof names / sizeof *names };

const char *icmp_name(uint8_t type, uint8_t code)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (names[i].type == type && names[i].code == code)
            return names[i].name;
    }
    return NULL;
}

const char *icmp_name_at(size_t n)
{
    return n < NAMES ? names[n].name : NULL;
}

/* Up to three digits; the number of characters that they take, 0: it is no byte. */
static size_t read_byte(const char *text, size_t length, uint8_t *out)
{
    unsigned value = 0;
    size_t i = 0;

    for (; i < length && i < 3 && text[i] >= '0' && text[i] <= '9'; i++)
        value = value * 10 + (unsigned)(text[i] - '0');
    *out = (uint8_t)value;
    return value <= UINT8_MAX ? i : 0;
}

bool icmp_from_name(const char *name, size_t length, IcmpMessage *out)
{
    *out = (IcmpMessage){0};
    for (size_t i = 0; i < NAMES; i++) {
        if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0) {
            out->type = names[i].type;
            out->code = names[i].code;
            return true;
        }
    }
    size_t type = read_byte(name, length, &out->type);
    if (type == 0 || type >= length || name[type] != ',')
        return false;
    size_t code = read_byte(name + type + 1, length - type - 1, &out->code);
    return code > 0 && type + 1 + code == length;
}

bool icmp_of_ipv6(uint8_t type, uint8_t code, uint32_t mtu, IcmpMessage *out)
{
    enum { UNREACHABLE = 1, TOO_BIG = 2, TIME_EXCEEDED = 3, PARAMETER_PROBLEM = 4, CODES = 7 };
    /* No route, prohibited, beyond the scope, address, port; a policy, a rejected route (Linux icmpv6_err_convert()). */
    static const uint8_t codes[CODES] = {0, 13, 1, 1, 3, 13, 13};

    switch (type) {
    case UNREACHABLE:
        *out = (IcmpMessage){ICMP_UNREACHABLE, code < CODES ? codes[code] : 1, 0};
        return true;
    case TOO_BIG:
        *out = (IcmpMessage){ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED, mtu};
        return true;
    case TIME_EXCEEDED: *out = (IcmpMessage){ICMP_TIME_EXCEEDED, code, 0}; return true;
    case PARAMETER_PROBLEM: *out = (IcmpMessage){ICMP_PARAMETER_PROBLEM, 0, 0}; return true;
    default: return false;
    }
}
