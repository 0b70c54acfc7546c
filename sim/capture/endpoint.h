/* An end of a connection as somebody names it: "10.0.0.1", "10.0.0.1:80", "2001:db8::1", "[2001:db8::1]:80".
 */
#ifndef TCPWALTZ_CAPTURE_ENDPOINT_H
#define TCPWALTZ_CAPTURE_ENDPOINT_H

#include "trace/addresses.h"

typedef struct CaptureEndpoint {
    gboolean is_ipv6;
    guint32 ipv4;
    guint8 ipv6[ADDRESS_IPV6_BYTES];
    guint16 port; /* 0: any */
} CaptureEndpoint;

/* FALSE: the text is none. */
gboolean capture_endpoint_read(const char *text, CaptureEndpoint *out);

/* Its address among those that were met; 0: it was not. */
guint32 capture_endpoint_address(const CaptureEndpoint *endpoint, const TraceAddresses *addresses);

#endif
