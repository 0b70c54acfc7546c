/* Namespaces, TUN devices, sysctls, routes: what is Linux's own of it (network_namespaces(7), tuntap.rst). */
#include "live/space.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/ends.h"
#include "proto/address.h"

static int home = SPACE_NONE;   /* the namespace that a thread goes back to */
static int cradle = SPACE_NONE; /* an empty one, in which all others are born */

static const char device[] = "tcpwaltz";

static gboolean fail(char **trouble, const char *what)
{
    *trouble = g_strdup_printf("%s: %s", what, g_strerror(errno));
    return FALSE;
}

/* What to do about a refusal: the first row that fits. */
typedef struct Hint {
    int error; /* 0: ends the table */
    const char *says;
} Hint;

/* The same, with the hint for errno where the table has one. */
static gboolean fail_with(char **trouble, const char *what, const Hint *hints)
{
    int error = errno;

    while (hints->error != 0 && hints->error != error)
        hints++;
    if (hints->error == 0)
        return fail(trouble, what);
    *trouble = g_strdup_printf("%s: %s: %s", what, g_strerror(error), hints->says);
    return FALSE;
}

static gboolean write_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);

    if (file < 0)
        return FALSE;
    ssize_t written = write(file, text, strlen(text));
    int error = errno;

    close(file);
    errno = error;
    return written == (ssize_t)strlen(text);
}

gboolean space_sysctl(const char *name, const char *value)
{
    g_autofree char *path = g_strdup_printf("/proc/sys/net/%s", name);

    return write_file(path, value);
}

gboolean space_route(int family, const RouteMetrics *metrics)
{
    return route_set(family, device, metrics);
}

static void close_one(int *file)
{
    if (*file != SPACE_NONE)
        close(*file);
    *file = SPACE_NONE;
}

/* ---- Rights ---- */

/* Who we are outside is who we are inside: files keep their owner. */
static gboolean map_user(uid_t user, gid_t group)
{
    g_autofree char *users = g_strdup_printf("%u %u 1", user, user);
    g_autofree char *groups = g_strdup_printf("%u %u 1", group, group);

    return write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/uid_map", users) &&
           write_file("/proc/self/gid_map", groups);
}

static gboolean enter_user_namespace(void)
{
    uid_t user = geteuid();
    gid_t group = getegid();

    return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && map_user(user, group);
}

static int this_namespace(void)
{
    return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

/* It is open, and ours; but entering takes memory. */
static gboolean enter(int net)
{
    return setns(net, CLONE_NEWNET) == 0;
}

gboolean space_enter(const Space *space)
{
    return enter(space->net);
}

/* Whoever cannot go back is in a namespace that he has no more to do with, and leaves it for the next. */
void spaces_leave(void)
{
    (void)enter(home);
}

static const char network_namespace[] = "a network namespace";

#define LIMIT "the limit is reached (sysctl user.max_net_namespaces, user.max_user_namespaces)"
#define FORBIDDEN                                                                                  \
    "nobody but root may here, or is to (sysctl kernel.unprivileged_userns_clone, "                \
    "kernel.apparmor_restrict_unprivileged_userns; a container's seccomp)"

static const Hint hints_of_namespaces[] = {
    {ENOSPC, LIMIT},
    {EUSERS, LIMIT}, /* Linux before 4.9, and too many nested ones */
    {EPERM, FORBIDDEN},
    {EACCES, FORBIDDEN},
    {EINVAL, "this kernel has none (CONFIG_NET_NS, CONFIG_USER_NS)"},
    {0, NULL},
};

/* What root may do by itself; everybody else needs a user namespace, which systems can forbid. */
static gboolean gain_rights(char **trouble)
{
    if (unshare(CLONE_NEWNET) == 0)
        return TRUE;
    if (errno != EPERM)
        return fail_with(trouble, network_namespace, hints_of_namespaces);
    close_one(&home); /* nobody gets back there from a user namespace */
    return enter_user_namespace() || fail_with(trouble, network_namespace, hints_of_namespaces);
}

/* A host has a few connections, and a table of its own for them: sock_diag goes through all of it each
 * time, and the machine's has a place for each of a million.  Linux before 6.1 has only that one. */
static const char entries_of_a_host[] = "256";

gboolean spaces_begin(char **trouble)
{
    if (cradle != SPACE_NONE)
        return TRUE;
    home = this_namespace();
    if (!gain_rights(trouble))
        return FALSE;
    cradle = this_namespace();
    if (cradle < 0)
        return fail(trouble, "/proc/thread-self/ns/net");
    (void)space_sysctl("ipv4/tcp_child_ehash_entries", entries_of_a_host);
    if (home == SPACE_NONE)
        home = cradle;
    spaces_leave();
    return TRUE;
}

/* ---- The device ---- */

/* /dev/net/tun is everybody's on most systems; what may be made of it is the namespace's. */
static const Hint hints_of_tun[] = {
    {ENOENT, "it is not there (modprobe tun; in a container: --device /dev/net/tun)"},
    {ENXIO, "this kernel has none (modprobe tun, CONFIG_TUN)"},
    {ENODEV, "this kernel has none (modprobe tun, CONFIG_TUN)"},
    {EACCES, "only root may open it here (chmod 666 /dev/net/tun)"},
    {EPERM, FORBIDDEN},
    {0, NULL},
};

static gboolean open_tun(Space *space, char **trouble)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};

    space->tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (space->tun < 0)
        return fail_with(trouble, "/dev/net/tun", hints_of_tun);
    memcpy(request.ifr_name, device, sizeof device);
    return ioctl(space->tun, TUNSETIFF, &request) == 0 ||
           fail_with(trouble, "a TUN device", hints_of_tun);
}

static gboolean raise_device(int control, const char *name)
{
    struct ifreq request = {0};

    g_strlcpy(request.ifr_name, name, sizeof request.ifr_name);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    return ioctl(control, SIOCSIFFLAGS, &request) == 0;
}

static gboolean set_mtu(int control, guint mtu)
{
    struct ifreq request = {.ifr_mtu = (int)mtu};

    memcpy(request.ifr_name, device, sizeof device);
    return ioctl(control, SIOCSIFMTU, &request) == 0;
}

/* ---- IPv4 ---- */

static void set_address(struct sockaddr *out, guint32 address)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = g_htonl(address)};

    memcpy(out, &in, sizeof in);
}

static gboolean give_address(int control, guint32 address)
{
    struct ifreq request = {0};

    memcpy(request.ifr_name, device, sizeof device);
    set_address(&request.ifr_addr, address);
    return ioctl(control, SIOCSIFADDR, &request) == 0;
}

/* ---- IPv6 (ipv6(7)) ---- */

/* As linux/ipv6.h has them, which does not go with netinet/in.h. */
struct Ipv6Address {
    struct in6_addr address;
    guint32 prefix_bits;
    int device;
};

static gboolean give_ipv6_address(int control, guint32 address)
{
    struct Ipv6Address request = {.prefix_bits = 128, .device = (int)if_nametoindex(device)};

    address_made_up(address, request.address.s6_addr);
    return request.device > 0 && ioctl(control, SIOCSIFADDR, &request) == 0;
}

/* No routers are looked for, and no address but ours is made; what a system lacks of these, it lacks. */
static void calm_ipv6(void)
{
    static const struct {
        const char *name, *value;
    } sysctls[] = {
        {"ipv6/conf/all/disable_ipv6", "0"},      {"ipv6/conf/default/disable_ipv6", "0"},
        {"ipv6/conf/default/accept_ra", "0"},     {"ipv6/conf/default/router_solicitations", "0"},
        {"ipv6/conf/default/addr_gen_mode", "1"}, {"ipv6/conf/default/accept_dad", "0"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(sysctls); i++)
        (void)space_sysctl(sysctls[i].name, sysctls[i].value);
}

/* ---- All of it ---- */

/* Of IPv6 an address is valid at once where the device is up. */
static gboolean set_address_up(int control, guint32 address)
{
    if (address_is_ipv6(address))
        return raise_device(control, "lo") && raise_device(control, device) &&
               give_ipv6_address(control, address);
    return give_address(control, address) && raise_device(control, "lo") &&
           raise_device(control, device);
}

static gboolean set_up(int control, guint32 address, guint mtu)
{
    static const RouteMetrics of_the_kernel = {{0}};

    return set_mtu(control, mtu) && set_address_up(control, address) &&
           space_route(end_family(address), &of_the_kernel);
}

static const Hint hints_of_control[] = {
    {EAFNOSUPPORT, "this kernel has none"},
    {0, NULL},
};

static gboolean wire_up(int family, guint32 address, guint mtu, char **trouble)
{
    int control = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (control < 0)
        return fail_with(trouble, family == AF_INET6 ? "IPv6 (ip=6)" : "IPv4", hints_of_control);
    gboolean good = set_up(control, address, mtu);

    if (!good)
        (void)fail(trouble, "setting up a TUN device");
    close(control);
    return good;
}

gboolean space_open(Space *space, guint32 address, guint mtu, char **trouble)
{
    *space = (Space){SPACE_NONE, SPACE_NONE, SPACE_NONE, end_family(address)};
    if (!enter(cradle) || unshare(CLONE_NEWNET) != 0)
        return fail_with(trouble, network_namespace, hints_of_namespaces);
    if (space->family == AF_INET6)
        calm_ipv6();
    else /* else it would look for routers; where there is no IPv6, it cannot */
        (void)space_sysctl("ipv6/conf/default/disable_ipv6", "1");
    space->net = this_namespace();
    space->diag = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (space->net >= 0 && space->diag >= 0)
        return open_tun(space, trouble) && wire_up(space->family, address, mtu, trouble);
    return fail(trouble, space->net < 0 ? "/proc/thread-self/ns/net" : "sock_diag");
}

/* The device first: what ends with the namespace reaches nobody. */
void space_close(Space *space)
{
    close_one(&space->tun);
    close_one(&space->diag);
    close_one(&space->net);
}
