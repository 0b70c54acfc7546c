/* Frames of a capture as IP packets: what a link puts in front of them, and what tunnels do. */
#ifndef TCPWALTZ_CAPTURE_FRAMES_H
#define TCPWALTZ_CAPTURE_FRAMES_H

#include <glib.h>

/* What the way through a frame's headers leads to. */
typedef enum FrameEnd {
    FRAME_IPV4, /* a packet that is no tunnel */
    FRAME_IPV6,
    FRAME_NOT_IP,
    FRAME_CUT,          /* it ends within a header */
    FRAME_TOO_DEEP,     /* more headers than anybody needs */
    FRAME_UNKNOWN_LINK, /* nobody knows how it begins */
} FrameEnd;

/* "Ethernet, raw IP, …": links that can be read; free with g_free(). */
char *frame_link_names(void);

/* Finds the innermost IP packet of a frame of this link (LINKTYPE_…): behind tags of VLANs, MPLS, PPPoE and
 * PPP, inside IP-in-IP, GRE, VXLAN and Geneve.  FRAME_IPV4, FRAME_IPV6: *offset is where it begins. */
FrameEnd frame_find_packet(guint32 link, const guint8 *frame, gsize length, gsize *offset);

#endif
