/* The two structs of sockaddr, in one place. */
#include "live/ends.h"

#include <netinet/in.h>
#include <string.h>

#include "proto/address.h"

static SocketEnd end_of_ipv4(guint32 address, guint16 port)
{
    const struct sockaddr_in in = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(address), .sin_port = htons(port)};
    SocketEnd end = {.length = sizeof in};

    memcpy(&end.address, &in, sizeof in);
    return end;
}

/* `address` 0: any. */
static SocketEnd end_of_ipv6(guint32 address, guint16 port)
{
    struct sockaddr_in6 in = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    SocketEnd end = {.length = sizeof in};

    if (address != 0)
        address_made_up(address, in.sin6_addr.s6_addr);
    memcpy(&end.address, &in, sizeof in);
    return end;
}

int end_family(guint32 address)
{
    return address_is_ipv6(address) ? AF_INET6 : AF_INET;
}

SocketEnd end_of(guint32 address, guint16 port)
{
    return address_is_ipv6(address) ? end_of_ipv6(address, port) : end_of_ipv4(address, port);
}

SocketEnd end_at_port(int family, guint16 port)
{
    return family == AF_INET6 ? end_of_ipv6(0, port) : end_of_ipv4(INADDR_ANY, port);
}

guint32 end_address(const SocketEnd *end)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;

    if (end->address.ss_family == AF_INET6) {
        memcpy(&in6, &end->address, sizeof in6);
        return address_made_up_number(in6.sin6_addr.s6_addr);
    }
    memcpy(&in, &end->address, sizeof in);
    return ntohl(in.sin_addr.s_addr);
}

guint16 end_port(const SocketEnd *end)
{
    struct sockaddr_in in; /* in both the port has the same place */

    memcpy(&in, &end->address, sizeof in);
    return ntohs(in.sin_port);
}
