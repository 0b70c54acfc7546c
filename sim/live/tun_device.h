/* A TUN device of this machine from its kernel side: somebody else has it open, reads what is sent through it and
 * writes what is to come out of it (Documentation/networking/tuntap.rst).
 *
 * We are at its other end with a packet socket (packet(7)): nothing of the machine is changed, and nothing but IPv4 is
 * looked at.  The kernel sees those packets, too, and must have no use for them: tun_device_is_ours().
 */
#ifndef TCPWALTZ_LIVE_TUN_DEVICE_H
#define TCPWALTZ_LIVE_TUN_DEVICE_H

#include <glib.h>

typedef struct TunDevice {
    char *name;
    int index;
    int packets; /* the packet socket … */
    int links; /* … and one that has something to read when a device of this machine changes: rtnetlink(7) */
} TunDevice;

/* In the network namespace of the calling thread.  FALSE: *trouble says what is missing, and what to do; free with
 * g_free(). */
gboolean tun_device_open(TunDevice *device, const char *name, char **trouble);
void tun_device_close(TunDevice *device); /* zeroed ones are not allowed */

/* Would this machine's kernel answer a packet for the address, or send it on?  FALSE: *trouble says so. */
gboolean tun_device_is_ours(const TunDevice *device, guint32 address, char **trouble);

/* Throws away what has come so far, then waits until somebody has the device open.  FALSE: nobody had, within ten
 * seconds. */
gboolean tun_device_wait(const TunDevice *device, char **trouble);

/* Has somebody the device open, and is it up? */
gboolean tun_device_has_somebody(const TunDevice *device);

/* Takes what `links` says.  TRUE: something was said; that may have changed. */
gboolean tun_device_has_changed(const TunDevice *device);

/* The next packet: its bytes; 0: none has come; -1 with errno. */
gssize tun_device_receive(const TunDevice *device, guint8 *packet, gsize room);

/* FALSE: errno says why it was not taken. */
gboolean tun_device_send(const TunDevice *device, const guint8 *packet, gsize size);

/* Packets that came faster than they were taken, and were lost, since it was asked last. */
guint tun_device_missed(const TunDevice *device);

#endif
