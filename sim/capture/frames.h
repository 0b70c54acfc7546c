/* Frames of a capture as IP packets: which link type puts what in front of them. */
#ifndef TCPWALTZ_CAPTURE_FRAMES_H
#define TCPWALTZ_CAPTURE_FRAMES_H

#include <glib.h>

typedef struct LinkType LinkType;

/* NULL: a link type (DLT_…) that we cannot read. */
const LinkType *link_type_find(int dlt);

/* "Ethernet, raw IP, …": those that we can; free with g_free(). */
char *link_type_names(void);

/* Where the IP packet begins in the frame, VLAN tags skipped; NULL when it holds something else,
 * or is cut before. */
const guint8 *link_type_packet(const LinkType *type, const guint8 *frame, gsize length);

#endif
