/* How the hosts of a scenario are called behind a TUN device: the stack there has an address and a port of its
 * own, and knows the others by whatever addresses it was told.
 *
 *     NAME[=HOST[@ADDRESS[:PORT]]][,HOST@ADDRESS[:PORT]]...
 *
 * HOST behind the equals sign is who sits behind the device NAME; without it, the one host for which the
 * scenario's script has no line.  ADDRESS is that of the host there (its own in the scenario where none is given),
 * and PORT the one there that stands for the port at which the scenario has it called.
 */
#ifndef TCPWALTZ_LIVE_TUN_NAMES_H
#define TCPWALTZ_LIVE_TUN_NAMES_H

#include <glib.h>

#include "scenario/plan.h"

/* What was asked for. */
typedef struct TunWish {
    char *device;
    GArray *hosts; /* TunWishHost; the first is who sits there */
} TunWish;

typedef struct TunWishHost {
    char *name;      /* NULL, of the first: whoever has no line */
    guint32 address; /* 0: that of the scenario */
    guint16 port;    /* 0: those of the scenario */
} TunWishHost;

/* NULL: *trouble says what makes no sense; free with g_free(). */
TunWish *tun_wish_new(const char *text, char **trouble);
void tun_wish_free(TunWish *wish); /* NULL is allowed */

/* A host here, and there. */
typedef struct TunName {
    guint32 here, there;           /* addresses */
    guint16 port_here, port_there; /* 0: ports are the same */
} TunName;

typedef struct TunNames {
    guint host;    /* who sits there */
    GArray *names; /* TunName, a host of the plan */
} TunNames;

/* FALSE: *trouble says why the plan does not fit the wish. */
gboolean tun_names_init(TunNames *names, const TunWish *wish, const Plan *plan, char **trouble);
void tun_names_clear(TunNames *names); /* zeroed ones are allowed */

/* Rewrites a packet of IPv4 for there, or for here.  Checksums are carried along: what was wrong stays so. */
void tun_names_to_there(const TunNames *names, guint8 *packet, gsize size);
void tun_names_to_here(const TunNames *names, guint8 *packet, gsize size);

#endif
