/* Addresses by number and numbers by address, and their text. */
#include "trace/addresses.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct Ipv6 {
    guint8 bytes[ADDRESS_IPV6_BYTES];
} Ipv6;

struct TraceAddresses {
    GPtrArray *known;    /* Ipv6 *: number N is at N - 1 */
    GHashTable *numbers; /* Ipv6 *, owned by `known`, → number */
};

static guint ipv6_hash(gconstpointer key)
{
    const Ipv6 *address = key;
    guint hash = 5381;

    for (gsize i = 0; i < sizeof address->bytes; i++)
        hash = hash * 33 + address->bytes[i];
    return hash;
}

static gboolean ipv6_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(Ipv6)) == 0;
}

TraceAddresses *trace_addresses_new(void)
{
    TraceAddresses *addresses = g_new(TraceAddresses, 1);

    addresses->known = g_ptr_array_new_with_free_func(g_free);
    addresses->numbers = g_hash_table_new(ipv6_hash, ipv6_equal);
    return addresses;
}

void trace_addresses_free(TraceAddresses *addresses)
{
    if (addresses == NULL)
        return;
    g_hash_table_destroy(addresses->numbers);
    g_ptr_array_unref(addresses->known);
    g_free(addresses);
}

guint32 trace_addresses_find(const TraceAddresses *addresses,
                             const guint8 bytes[ADDRESS_IPV6_BYTES])
{
    Ipv6 wanted;

    memcpy(wanted.bytes, bytes, sizeof wanted.bytes);
    return GPOINTER_TO_UINT(g_hash_table_lookup(addresses->numbers, &wanted));
}

guint32 trace_addresses_number(TraceAddresses *addresses, const guint8 bytes[ADDRESS_IPV6_BYTES])
{
    guint32 number = trace_addresses_find(addresses, bytes);

    if (number > 0)
        return number;
    Ipv6 *added = g_new(Ipv6, 1);

    memcpy(added->bytes, bytes, sizeof added->bytes);
    g_ptr_array_add(addresses->known, added);
    g_assert(addresses->known->len <= ADDRESS_IPV6_MAX);
    g_hash_table_insert(addresses->numbers, added, GUINT_TO_POINTER(addresses->known->len));
    return addresses->known->len;
}

void trace_addresses_bytes(const TraceAddresses *addresses, guint32 address,
                           guint8 out[ADDRESS_IPV6_BYTES])
{
    if (addresses == NULL) {
        address_made_up(address, out);
        return;
    }
    g_assert(address_is_ipv6(address) && address <= addresses->known->len);
    const Ipv6 *known = g_ptr_array_index(addresses->known, address - 1);
    memcpy(out, known->bytes, ADDRESS_IPV6_BYTES);
}

void trace_addresses_write(const TraceAddresses *addresses, guint32 address, GString *out)
{
    char text[INET6_ADDRSTRLEN];

    if (address_is_ipv6(address)) {
        guint8 bytes[ADDRESS_IPV6_BYTES];

        trace_addresses_bytes(addresses, address, bytes);
        (void)inet_ntop(AF_INET6, bytes, text, sizeof text);
    } else {
        const guint32 bytes = htonl(address);

        (void)inet_ntop(AF_INET, &bytes, text, sizeof text);
    }
    g_string_append(out, text);
}

void trace_addresses_write_end(const TraceAddresses *addresses, guint32 address, guint16 port,
                               GString *out)
{
    gboolean is_ipv6 = address_is_ipv6(address);

    g_string_append(out, is_ipv6 ? "[" : "");
    trace_addresses_write(addresses, address, out);
    g_string_append_printf(out, "%s:%u", is_ipv6 ? "]" : "", port);
}
