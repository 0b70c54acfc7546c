/* An endpoint's text: address, perhaps port. */
#include "capture/endpoint.h"

#include <arpa/inet.h>
#include <string.h>

static gboolean read_port(const char *text, guint16 *out)
{
    guint64 port;

    if (!g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT16, &port, NULL))
        return FALSE;
    *out = (guint16)port;
    return TRUE;
}

static gboolean read_ipv6(const char *text, CaptureEndpoint *out)
{
    out->is_ipv6 = inet_pton(AF_INET6, text, out->ipv6) == 1;
    return out->is_ipv6;
}

/* "[2001:db8::1]", "[2001:db8::1]:80" */
static gboolean read_bracketed(const char *text, CaptureEndpoint *out)
{
    const char *end = strchr(text, ']');

    if (end == NULL)
        return FALSE;
    g_autofree char *address = g_strndup(text + 1, (gsize)(end - text) - 1);

    return read_ipv6(address, out) &&
           (end[1] == '\0' || (end[1] == ':' && read_port(end + 2, &out->port)));
}

static gboolean read_ipv4(const char *text, CaptureEndpoint *out)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", 2);
    guint32 bytes;

    if (parts[0] == NULL || inet_pton(AF_INET, parts[0], &bytes) != 1)
        return FALSE;
    out->ipv4 = ntohl(bytes);
    return parts[1] == NULL || read_port(parts[1], &out->port);
}

gboolean capture_endpoint_read(const char *text, CaptureEndpoint *out)
{
    *out = (CaptureEndpoint){0};
    if (text[0] == '[')
        return read_bracketed(text, out);
    return read_ipv6(text, out) || read_ipv4(text, out);
}

guint32 capture_endpoint_address(const CaptureEndpoint *endpoint, const TraceAddresses *addresses)
{
    return endpoint->is_ipv6 ? trace_addresses_find(addresses, endpoint->ipv6) : endpoint->ipv4;
}
