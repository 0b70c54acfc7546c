/* What the numbers of IPv6 addresses stand for (proto/address.h) where they are not made up: those of a
 * capture, numbered from 1 in the order in which they are met.  And how addresses of both families are
 * written.
 */
#ifndef TCPWALTZ_TRACE_ADDRESSES_H
#define TCPWALTZ_TRACE_ADDRESSES_H

#include <glib.h>

#include "proto/address.h"

typedef struct TraceAddresses TraceAddresses;

TraceAddresses *trace_addresses_new(void);
void trace_addresses_free(TraceAddresses *addresses); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TraceAddresses, trace_addresses_free)

/* The number of the address, which gets one when it is new; at most ADDRESS_IPV6_MAX may be. */
guint32 trace_addresses_number(TraceAddresses *addresses, const guint8 bytes[ADDRESS_IPV6_BYTES]);

/* 0: it was not met. */
guint32 trace_addresses_find(const TraceAddresses *addresses,
                             const guint8 bytes[ADDRESS_IPV6_BYTES]);

/* The bytes of number `address`, which is one of IPv6.  `addresses` NULL: it is made up. */
void trace_addresses_bytes(const TraceAddresses *addresses, guint32 address,
                           guint8 out[ADDRESS_IPV6_BYTES]);

/* "10.0.0.1", "2001:db8::1" (RFC 5952).  `addresses` NULL: those of IPv6 are made up. */
void trace_addresses_write(const TraceAddresses *addresses, guint32 address, GString *out);

/* "10.0.0.1:80", "[2001:db8::1]:80" (RFC 3986 §3.2.2). */
void trace_addresses_write_end(const TraceAddresses *addresses, guint32 address, guint16 port,
                               GString *out);

#endif
