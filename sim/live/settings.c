/* Keys of the language as settings of a kernel, sysctls, options of sockets, metrics of the route: a row each for
 * those that are more than a sysctl of the same name.
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
    {"min_pmtu", "ipv4/route/min_pmtu"},
};

/* What the route to all others says of their connections (ip-route(8)): here each has a name that is no sysctl,
 * or one that older kernels lack. */
typedef struct RouteMetric {
    const char *key;
    gint64 least, most; /* of the key, in its own unit … */
    gint64 unit;        /* … of which one of the metric's are so many */
    int name;           /* RTAX_ of linux/rtnetlink.h */
    gboolean is_locked; /* the kernel takes it for no more than a first guess, else */
    gboolean is_switch; /* 0 in the language is 1 for the route */
    const char *not_so; /* what to say of others */
} RouteMetric;

static const RouteMetric route_metrics[] = {
    {"initial-window", 1, G_MAXUINT32, 1, RTAX_INITCWND, FALSE, FALSE, NULL},
    {"tcp_rto_min_us", SIM_MILLISECOND, SIM_HOUR, SIM_MILLISECOND, RTAX_RTO_MIN, TRUE, FALSE,
     "this kernel has no such sysctl, and its routes have whole milliseconds (rto_min)"},
    {"delayed-ack", 0, 0, 1, RTAX_QUICKACK, FALSE, TRUE,
     "a kernel has no such setting but 0 (quickack)"},
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

/* NULL: the key is none. */
static const RouteMetric *metric_of(const Key *key)
{
    for (gsize i = 0; i < G_N_ELEMENTS(route_metrics); i++) {
        if (strcmp(route_metrics[i].key, key->name) == 0)
            return &route_metrics[i];
    }
    return NULL;
}

static gboolean apply_metric(const PlanHost *host, const Key *key, const RouteMetric *metric,
                             RouteMetrics *route, char **trouble)
{
    gint64 value = value_of(host, key);

    if (value < metric->least || value > metric->most || value % metric->unit != 0)
        return fail(host, key, metric->not_so, trouble);
    route->values[metric->name] = metric->is_switch ? 1 : (guint32)(value / metric->unit);
    if (metric->is_locked)
        route->values[RTAX_LOCK] |= 1U << metric->name;
    return space_route(host->config.ip == IP_6 ? AF_INET6 : AF_INET, route) ||
           fail(host, key, g_strerror(errno), trouble);
}

/* As the file has it: a number without units. */
static char *sysctl_value(const PlanHost *host, const Key *key)
{
    char text[KEY_TEXT_MAX];

    if (key->type == KEY_BYTES)
        return g_strdup_printf("%" G_GINT64_FORMAT, value_of(host, key));
    (void)key_format(key, &host->config, text);
    return g_strdup(text);
}

static gboolean apply(const PlanHost *host, const Key *key, RouteMetrics *route, char **trouble)
{
    g_autofree char *sysctl = sysctl_of(key), *value = sysctl_value(host, key);
    const RouteMetric *metric = metric_of(key);

    if (sysctl != NULL && space_sysctl(sysctl, value))
        return TRUE;
    if (metric != NULL && (sysctl == NULL || errno == ENOENT))
        return apply_metric(host, key, metric, route, trouble);
    if (sysctl == NULL)
        return fail(host, key, "a kernel has no such setting", trouble);
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
    RouteMetrics route = {{0}};

    if (!lenient && !mtu_fits(host, trouble))
        return FALSE;
    for (size_t i = 0; i < count; i++) {
        if (!plan_host_sets(host, &keys[i]) || is_socket_option(&keys[i]) ||
            g_strv_contains(elsewhere, keys[i].name))
            continue;
        if (!apply(host, &keys[i], &route, trouble) && !lenient)
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
