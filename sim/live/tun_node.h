/* A host whose TCP is whatever has a TUN device open: a stack in somebody's program. */
#ifndef TCPWALTZ_LIVE_TUN_NODE_H
#define TCPWALTZ_LIVE_TUN_NODE_H

#include "lab/node_conns.h"
#include "live/tun_device.h"
#include "live/tun_names.h"

typedef struct TunConn {
    LabNodeConn seen; /* first */
    Seq sent_to;      /* up to here bytes have been sent to it */
} TunConn;

typedef struct TunNode {
    LabNode node; /* first */
    const TunDevice *device;
    TunNames names;
    LabNodeConns conns; /* of TunConn: those whose SYN has been seen */
    SimTime last;       /* when a packet came of it last … */
    SimTime longest;    /* … and how long it has ever let us wait for the next */
    gboolean is_gone;   /* nobody has the device open any more */
    GArray *remarks;    /* TunRemark */
} TunNode;

/* `names` are taken over. */
TunNode *tun_node_new(LabHost *host, const TunDevice *device, TunNames *names);

/* Something may have come: passes on all that has. */
void tun_node_settle(TunNode *tun);

/* See LabReality. */
void tun_node_remarks(const TunNode *tun, GPtrArray *out);

#endif
