/* Keys of the language as settings of a kernel: a row each for those that are more than a sysctl of the
 * same name.
 *
 * Only what the scenario sets by itself is asked of a kernel: a profile tells what kernels do by
 * themselves. */
#include "live/settings.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "live/space.h"
#include "proto/keys.h"

enum {
    IP_AND_TCP_HEADER = 40,
    IPV6_LEAST_MTU = 1280, /* RFC 8200 §5: below it a device has no IPv6 */
};

static gint64 value_of(const PlanHost *host, const Key *key)
{
    gint64 value;

    memcpy(&value, (const char *)&host->config + key->offset, sizeof value);
    return value;
}

/* ---- Options of sockets ---- */

typedef struct SocketOption {
    const char *key;
    int level, name;
    gboolean is_negated; /* 1 in the language is 0 for the socket */
} SocketOption;

static const SocketOption socket_options[] = {
    {"nagle", IPPROTO_TCP, TCP_NODELAY, TRUE},
    {"keepalive", SOL_SOCKET, SO_KEEPALIVE, FALSE},
    {"window", SOL_SOCKET, SO_RCVBUF, FALSE}, /* which the kernel doubles, and offers half of */
};

/* Of one connection, by `set`: those above, and what is a sysctl for a whole host. */
static const SocketOption connection_options[] = {
    {"nagle", IPPROTO_TCP, TCP_NODELAY, TRUE},
    {"keepalive", SOL_SOCKET, SO_KEEPALIVE, FALSE},
    {"tcp_keepalive_time", IPPROTO_TCP, TCP_KEEPIDLE, FALSE},
    {"tcp_keepalive_intvl", IPPROTO_TCP, TCP_KEEPINTVL, FALSE},
    {"tcp_keepalive_probes", IPPROTO_TCP, TCP_KEEPCNT, FALSE},
    {"tcp_fin_timeout", IPPROTO_TCP, TCP_LINGER2, FALSE},
};

/* The value in the key's own unit, which is the option's for all of these (times are in seconds). */
static int option_value(const SocketOption *option, gint64 value)
{
    return option->is_negated ? !value : (int)value;
}

gboolean settings_set_on_socket(const PlanSetting *setting, int socket)
{
    for (gsize i = 0; i < G_N_ELEMENTS(connection_options); i++) {
        const SocketOption *option = &connection_options[i];

        if (strcmp(option->key, setting->key->name) != 0)
            continue;
        gint64 unit = setting->key->type == KEY_SECONDS ? SIM_SECOND : 1;
        int value = option_value(option, setting->value / unit);

        return setsockopt(socket, option->level, option->name, &value, sizeof value) == 0;
    }
    errno = EINVAL;
    return FALSE;
}

void settings_apply_to_socket(const PlanHost *host, int socket)
{
    for (gsize i = 0; i < G_N_ELEMENTS(socket_options); i++) {
        const SocketOption *option = &socket_options[i];
        const Key *key = key_find(KEY_SCOPE_HOST, option->key, strlen(option->key));

        if (!plan_host_sets(host, key))
            continue;
        int value = option_value(option, value_of(host, key));

        (void)setsockopt(socket, option->level, option->name, &value, sizeof value);
    }
}

static gboolean is_socket_option(const Key *key)
{
    for (gsize i = 0; i < G_N_ELEMENTS(socket_options); i++) {
        if (strcmp(socket_options[i].key, key->name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* ---- The whole host ---- */

/* Known here: the address's family and the MTU do the first two; the others are about our timers, and a
 * kernel's are what they are. */
static const char *const elsewhere[] = {"ip", "mss", "timers", "timer-model", NULL};

/* Sysctls whose name or folder is not the key's. */
static const struct {
    const char *key, *sysctl;
} sysctls[] = {
    {"somaxconn", "core/somaxconn"},
    {"congestion", "ipv4/tcp_congestion_control"},
};

/* NULL: the key is none. */
static char *sysctl_of(const Key *key)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sysctls); i++) {
        if (strcmp(sysctls[i].key, key->name) == 0)
            return g_strdup(sysctls[i].sysctl);
    }
    return g_str_has_prefix(key->name, "tcp_") ? g_strdup_printf("ipv4/%s", key->name) : NULL;
}

guint settings_mtu(const PlanHost *host)
{
    guint mtu = (guint)host->config.mss + IP_AND_TCP_HEADER;

    return host->config.ip == IP_6 ? MAX(mtu, IPV6_LEAST_MTU) : mtu;
}

static gboolean fail(const PlanHost *host, const Key *key, const char *why, char **trouble)
{
    *trouble = g_strdup_printf("%s:%u: %s cannot have %s: %s (--lenient goes on without it)",
                               host->place.file, host->place.line, host->name, key->name, why);
    return FALSE;
}

static gboolean apply(const PlanHost *host, const Key *key, char **trouble)
{
    g_autofree char *sysctl = sysctl_of(key);
    char value[KEY_TEXT_MAX];

    if (sysctl == NULL)
        return fail(host, key, "a kernel has no such setting", trouble);
    (void)key_format(key, &host->config, value);
    if (space_sysctl(sysctl, value))
        return TRUE;
    return fail(host, key, errno == ENOENT ? "this kernel has no such sysctl" : g_strerror(errno),
                trouble);
}

static gboolean mtu_fits(const PlanHost *host, char **trouble)
{
    if (host->config.mss + IP_AND_TCP_HEADER >= (gint64)settings_mtu(host))
        return TRUE;
    return fail(host, key_find(KEY_SCOPE_HOST, "mss", 3),
                "with ip=6 packets have 1280 bytes at least, so mss is 1240 or more", trouble);
}

gboolean settings_apply(const PlanHost *host, gboolean lenient, char **trouble)
{
    size_t count;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);

    if (!lenient && !mtu_fits(host, trouble))
        return FALSE;
    for (size_t i = 0; i < count; i++) {
        if (!plan_host_sets(host, &keys[i]) || is_socket_option(&keys[i]) ||
            g_strv_contains(elsewhere, keys[i].name))
            continue;
        if (!apply(host, &keys[i], trouble) && !lenient)
            return FALSE;
        g_clear_pointer(trouble, g_free);
    }
    return TRUE;
}

gboolean settings_are_none(const PlanHost *host, char **trouble)
{
    size_t count;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);

    for (size_t i = 0; i < count; i++)
        if (plan_host_sets(host, &keys[i]))
            return fail(host, &keys[i], "whoever starts the stack there sets it up", trouble);
    return TRUE;
}
