/* The kernel side of a TUN device. */
#define _DEFAULT_SOURCE /* struct ifreq */
#include "live/tun_device.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/time.h"

enum {
    ETHERTYPE_OF_IPV4 = 0x0800,
    ROOM_BYTES = 4 << 20, /* for packets that wait for us */
    NO_FILE = -1,
};

static const SimTime wait_most = 10 * SIM_SECOND, wait_step = 10 * SIM_MILLISECOND;

static gboolean fail(char **trouble, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean fail(char **trouble, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    *trouble = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return FALSE;
}

/* ---- What it is ---- */

/* Asks for one thing of a device; FALSE with errno. */
static gboolean ask(const TunDevice *device, unsigned long what, struct ifreq *request)
{
    g_strlcpy(request->ifr_name, device->name, sizeof request->ifr_name);
    return ioctl(device->packets, what, request) == 0;
}

static gboolean has_flag(const TunDevice *device, short flag)
{
    struct ifreq request = {0};

    return ask(device, SIOCGIFFLAGS, &request) && (request.ifr_flags & flag) != 0;
}

/* Of a TUN device: somebody has it open.  What ifr_flags says of it comes a moment later. */
static gboolean has_link(const TunDevice *device)
{
    struct ethtool_value value = {.cmd = ETHTOOL_GLINK};
    struct ifreq request = {.ifr_data = (void *)&value};

    return ask(device, SIOCETHTOOL, &request) && value.data != 0;
}

static gboolean is_fit(TunDevice *device, char **trouble)
{
    struct ifreq request = {0};

    if (strlen(device->name) >= IFNAMSIZ || !ask(device, SIOCGIFINDEX, &request))
        return fail(trouble, "there is no such device (ip tuntap add mode tun name %s)",
                    device->name);
    device->index = request.ifr_ifindex;
    if (!ask(device, SIOCGIFHWADDR, &request) || request.ifr_hwaddr.sa_family != ARPHRD_NONE)
        return fail(trouble, "it is no TUN device: its packets have headers of a link");
    return has_flag(device, IFF_UP) ||
           fail(trouble, "it is down (ip link set %s up)", device->name);
}

/* ---- Opening ---- */

static struct sockaddr_ll address_of(const TunDevice *device)
{
    return (struct sockaddr_ll){.sll_family = AF_PACKET,
                                .sll_protocol = htons(ETHERTYPE_OF_IPV4),
                                .sll_ifindex = device->index};
}

/* Of no protocol until it is bound, or it would take the packets of all devices. */
static gboolean open_packets(TunDevice *device, char **trouble)
{
    const int room = ROOM_BYTES;

    device->packets = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (device->packets < 0)
        return fail(trouble,
                    "a packet socket: %s (root may have one, and everybody in a network of his "
                    "own: unshare -rn)",
                    g_strerror(errno));
    (void)setsockopt(device->packets, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (!is_fit(device, trouble))
        return FALSE;
    const struct sockaddr_ll here = address_of(device);

    return bind(device->packets, (const struct sockaddr *)&here, sizeof here) == 0 ||
           fail(trouble, "a packet socket: %s", g_strerror(errno));
}

static gboolean open_links(TunDevice *device, char **trouble)
{
    const struct sockaddr_nl here = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};

    device->links = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    return (device->links >= 0 &&
            bind(device->links, (const struct sockaddr *)&here, sizeof here) == 0) ||
           fail(trouble, "watching it: %s", g_strerror(errno));
}

gboolean tun_device_open(TunDevice *device, const char *name, char **trouble)
{
    *device = (TunDevice){.name = g_strdup(name), .packets = NO_FILE, .links = NO_FILE};
    return open_packets(device, trouble) && open_links(device, trouble);
}

void tun_device_close(TunDevice *device)
{
    if (device->packets != NO_FILE)
        close(device->packets);
    if (device->links != NO_FILE)
        close(device->links);
    g_free(device->name);
}

/* ---- The machine's kernel ---- */

static gboolean is_address(const struct ifaddrs *of, guint32 address)
{
    const struct sockaddr_in *in = (const void *)of->ifa_addr;

    return in != NULL && in->sin_family == AF_INET && ntohl(in->sin_addr.s_addr) == address;
}

/* FALSE also where nobody knows. */
static gboolean is_local(guint32 address)
{
    struct ifaddrs *all;
    gboolean is = FALSE;

    if (getifaddrs(&all) != 0)
        return FALSE;
    for (const struct ifaddrs *one = all; one != NULL && !is; one = one->ifa_next)
        is = is_address(one, address);
    freeifaddrs(all);
    return is;
}

/* FALSE also where nobody knows. */
static gboolean sends_on(const TunDevice *device)
{
    g_autofree char *path = g_strdup_printf("/proc/sys/net/ipv4/conf/%s/forwarding", device->name);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) && text[0] == '1';
}

gboolean tun_device_is_ours(const TunDevice *device, guint32 address, char **trouble)
{
    const struct in_addr shown = {htonl(address)};
    char text[INET_ADDRSTRLEN];

    if (sends_on(device))
        return fail(trouble,
                    "this machine sends on what comes out of it (sysctl -w "
                    "net.ipv4.conf.%s.forwarding=0)",
                    device->name);
    return !is_local(address) ||
           fail(trouble,
                "%s is an address of this machine, whose kernel would answer, too: take it away "
                "(ip addr), or say another (HOST@ADDRESS)",
                inet_ntop(AF_INET, &shown, text, sizeof text));
}

/* ---- Who is there ---- */

static gboolean drop_all(int file)
{
    char bytes[4096];
    gboolean any = FALSE;

    while (recv(file, bytes, sizeof bytes, 0) > 0)
        any = TRUE;
    return any;
}

gboolean tun_device_has_changed(const TunDevice *device)
{
    return drop_all(device->links);
}

gboolean tun_device_has_somebody(const TunDevice *device)
{
    return has_link(device) && has_flag(device, IFF_RUNNING);
}

gboolean tun_device_wait(const TunDevice *device, char **trouble)
{
    const struct timespec step = {.tv_nsec = wait_step};

    (void)drop_all(device->packets);
    (void)drop_all(device->links);
    (void)tun_device_missed(device);
    for (SimTime waited = 0; waited < wait_most; waited += wait_step) {
        if (tun_device_has_somebody(device))
            return TRUE;
        nanosleep(&step, NULL);
    }
    return fail(trouble, "nobody has opened it within 10 s: is the stack running?");
}

/* ---- Packets ---- */

gssize tun_device_receive(const TunDevice *device, guint8 *packet, gsize room)
{
    struct sockaddr_ll from = {0};
    socklen_t length;
    gssize size;

    do {
        length = sizeof from;
        size = recvfrom(device->packets, packet, room, 0, (struct sockaddr *)&from, &length);
    } while (size >= 0 && from.sll_pkttype == PACKET_OUTGOING); /* ours, or the kernel's */
    return size < 0 && errno == EAGAIN ? 0 : size;
}

gboolean tun_device_send(const TunDevice *device, const guint8 *packet, gsize size)
{
    const struct sockaddr_ll there = address_of(device);

    return sendto(device->packets, packet, size, 0, (const struct sockaddr *)&there,
                  sizeof there) >= 0;
}

guint tun_device_missed(const TunDevice *device)
{
    struct tpacket_stats stats = {0};
    socklen_t length = sizeof stats;

    return getsockopt(device->packets, SOL_PACKET, PACKET_STATISTICS, &stats, &length) == 0
               ? stats.tp_drops
               : 0;
}
