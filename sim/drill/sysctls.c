/* Sysctls that a script sets: what each means for the stack's keys, its sockets, or nothing.
 *
 * One that nobody knows, or whose value is not simulated, makes the script out of reach.
 */
#include <stdio.h>
#include <string.h>

#include "drill/session.h"

/* ---- What they set ---- */

typedef struct Setter {
    DrillSession *session;
    const DrillEvent *event;
} Setter;

static gboolean set(const Setter *setter, const char *key, const char *value)
{
    const Key *found = key_find(KEY_SCOPE_HOST, key, strlen(key));

    if (found == NULL ||
        key_set(found, &setter->session->config, value, strlen(value), NULL) != KEY_OK)
        return drill_out_of_reach(setter->session, setter->event, "%s=%s", key, value);
    return TRUE;
}

/* Of the host's sockets, made from now on. */
static SocketSettings *sockets_of(const Setter *setter)
{
    return sockets_settings(setter->session->local.sockets);
}

static gboolean is_not_simulated(const Setter *setter, const char *name, const char *value)
{
    return drill_out_of_reach(setter->session, setter->event, "%s=%s", name, value);
}

/* "4096 50000 4194304": least, at first, greatest.  FALSE: there are not three. */
typedef struct Sizes {
    guint32 least, first, greatest;
} Sizes;

static gboolean read_sizes(const char *value, Sizes *out)
{
    return sscanf(value, "%u %u %u", &out->least, &out->first, &out->greatest) == 3;
}

static guint32 number_of(const char *value)
{
    return (guint32)MIN(g_ascii_strtoull(value, NULL, 0), G_MAXUINT32);
}

/* ---- Sysctls ---- */

typedef struct Sysctl Sysctl;

struct Sysctl {
    const char *name;
    gboolean (*set)(const Setter *setter, const Sysctl *sysctl, const char *value);
    const char *key, *key_too; /* that it stands for */
    const char *unit;          /* behind its number */
};

static gboolean set_key(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    g_autofree char *text = g_strconcat(value, sysctl->unit, NULL);

    return set(setter, sysctl->key, text) &&
           (sysctl->key_too == NULL || set(setter, sysctl->key_too, text));
}

/* ---- Buffers ---- */

/* FreeBSD sys/netinet/tcp_usrreq.c, tcp_usr_attach(): the buffers of new sockets. */
static gboolean set_recvspace(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    sockets_of(setter)->rmem_default = number_of(value);
    return set(setter, sysctl->key, value);
}

static gboolean set_sendspace(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    (void)sysctl;
    sockets_of(setter)->wmem_default = number_of(value);
    return TRUE;
}

/* The window scale is the least that can tell of the largest buffer (tcp_syncache.c, tcp_usrreq.c). */
static gboolean set_maxsockbuf(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    enum { SCALE_MAX = 14 };
    guint32 most = number_of(value);
    gint64 scale = 0;

    (void)sysctl;
    while (scale < SCALE_MAX && ((guint64)G_MAXUINT16 << scale) < most)
        scale++;
    sockets_of(setter)->core_wmem_max = sockets_of(setter)->core_rmem_max = most;
    setter->session->config.window_scale = scale;
    setter->session->scale_is_set = TRUE;
    return TRUE;
}

/* Linux net/ipv4/tcp_output.c, tcp_select_initial_window(): a scale with which the field can tell of the
 * greatest buffer that a socket may have. */
static gboolean set_scale(const Setter *setter)
{
    enum { FIELD_BITS = 15, SCALE_MAX = 14 };
    const SocketSettings *settings = sockets_of(setter);
    guint32 space = MAX(settings->rmem_max, settings->core_rmem_max);
    gint64 bits = (gint64)g_bit_storage(space) - 1;

    setter->session->config.window_scale = CLAMP(bits - FIELD_BITS, 0, SCALE_MAX);
    setter->session->scale_is_set = TRUE;
    return TRUE;
}

/* Half of a buffer is window (tcp_win_from_space()), a whole number of segments (tcp_select_initial_window()); of
 * which a connection offers at first what it can tell of without a scale. */
static gboolean set_rmem(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    SocketSettings *settings = sockets_of(setter);
    Sizes sizes;

    if (!read_sizes(value, &sizes))
        return is_not_simulated(setter, sysctl->name, value);
    g_autofree char *window = g_strdup_printf("%u", MIN(sizes.first / 2, G_MAXUINT16));
    gboolean is_cut = sizes.first / 2 >= G_MAXUINT16 + (guint32)setter->session->config.mss;
    settings->rmem_default = sizes.first;
    settings->rmem_max = sizes.greatest;
    setter->session->room.first = sizes.first;
    setter->session->room.most = sizes.greatest;
    tcp_stack_receive_room(setter->session->local.stack, &setter->session->room);
    return set(setter, "window", window) &&
           set(setter, "window-in-segments", is_cut ? "no" : "yes") && set_scale(setter);
}

static gboolean set_wmem(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    SocketSettings *settings = sockets_of(setter);
    Sizes sizes;

    if (!read_sizes(value, &sizes))
        return is_not_simulated(setter, sysctl->name, value);
    settings->wmem_default = sizes.first;
    settings->wmem_max = sizes.greatest;
    return TRUE;
}

static gboolean set_core_rmem_max(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    (void)sysctl;
    sockets_of(setter)->core_rmem_max = number_of(value);
    return set_scale(setter);
}

static gboolean set_core_wmem_max(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    (void)sysctl;
    sockets_of(setter)->core_wmem_max = number_of(value);
    return TRUE;
}

static gboolean set_notsent_lowat(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    (void)sysctl;
    sockets_of(setter)->notsent_lowat = number_of(value);
    return TRUE;
}

/* ---- Others ---- */

/* Of no consequence to what is simulated. */
static gboolean set_nothing(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    (void)setter;
    (void)sysctl;
    (void)value;
    return TRUE;
}

/* What is not simulated may be set to what it is here. */
static gboolean only_off(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    return g_ascii_strtoull(value, NULL, 0) == 0 || is_not_simulated(setter, sysctl->name, value);
}

/* FreeBSD has milliseconds where the key has seconds. */
static gboolean set_seconds(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    guint64 ms = g_ascii_strtoull(value, NULL, 10);
    g_autofree char *seconds = g_strdup_printf("%" G_GUINT64_FORMAT, ms / 1000);

    return ms % 1000 == 0 ? set(setter, sysctl->key, seconds)
                          : is_not_simulated(setter, sysctl->name, value);
}

/* FreeBSD switches each side of Fast Open by itself. */
static gboolean set_fast_open_side(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    enum { CLIENT = 0x1, SERVER = 0x2 };
    gboolean is_client = g_str_has_suffix(sysctl->name, "client_enable");
    gint64 side = is_client ? CLIENT : SERVER, *sides = &setter->session->config.tcp_fastopen;

    *sides = number_of(value) != 0 ? *sides | side : *sides & ~side;
    if (is_client && number_of(value) == 0) /* its cookies go, too */
        tcp_fast_open_forget(setter->session->local.stack);
    return TRUE;
}

/* 0: resets and SYNs are checked as RFC 5961 wants it. */
static gboolean set_insecure(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    return set(setter, sysctl->key, strcmp(value, "0") == 0 ? "rfc5961" : "rfc793");
}

static gboolean set_yes_no(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    return set(setter, sysctl->key, strcmp(value, "0") == 0 ? "no" : "yes");
}

/* 1: segments without the agreed timestamps are taken. */
static gboolean set_tolerance(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    return set(setter, sysctl->key, strcmp(value, "0") == 0 ? "drop" : "take");
}

/* 0: no router ends a connect. */
static gboolean set_may_rst(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    return set(setter, sysctl->key, strcmp(value, "0") == 0 ? "ignore" : "refused");
}

static gboolean set_cookies_only(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    return strcmp(value, "0") == 0 || set(setter, sysctl->key, "2");
}

/* "0x403" */
static gboolean set_hexadecimal(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    g_autofree char *decimal =
        g_strdup_printf("%" G_GUINT64_FORMAT, g_ascii_strtoull(value, NULL, 0));

    return set(setter, sysctl->key, decimal);
}

/* "a0bf63f7-ed803d81-cd641d30-cebc4a90[,…]": four words, each as the kernel's memory has it (Linux
 * net/ipv4/sysctl_net_ipv4.c, proc_tcp_fastopen_key). */
static gboolean set_fast_open_key(const Setter *setter, const Sysctl *sysctl, const char *value)
{
    g_auto(GStrv) keys = g_strsplit(value, ",", 2);
    TcpFastOpenKeys out = {.count = g_strv_length(keys)};

    for (guint i = 0; i < out.count; i++) {
        unsigned a, b, c, d;

        if (sscanf(keys[i], "%8x-%8x-%8x-%8x", &a, &b, &c, &d) != 4)
            return is_not_simulated(setter, sysctl->name, value);
        out.keys[i] = (SipKey){a | (guint64)b << 32, c | (guint64)d << 32};
    }
    (void)tcp_fast_open_set_keys(setter->session->local.stack, 0, &out);
    return TRUE;
}

static const Sysctl sysctls[] = {
    /* FreeBSD: tcp(4) */
    {.name = "net.inet.tcp.sack.enable", .set = set_key, .key = "tcp_sack"},
    {.name = "net.inet.tcp.rfc1323",
     .set = set_key,
     .key = "tcp_timestamps",
     .key_too = "tcp_window_scaling"},
    {.name = "net.inet.tcp.recvspace", .set = set_recvspace, .key = "window"},
    {.name = "net.inet.tcp.sendspace", .set = set_sendspace},
    {.name = "kern.ipc.maxsockbuf", .set = set_maxsockbuf},
    {.name = "net.inet.tcp.hostcache.purgenow", .set = set_nothing},
    {.name = "net.inet.tcp.ecn.enable", .set = set_key, .key = "tcp_ecn"},
    {.name = "net.inet.tcp.ecn.maxretries", .set = set_key, .key = "ecn-retries"},
    {.name = "net.inet.tcp.blackhole", .set = only_off},
    {.name = "net.inet.tcp.insecure_rst", .set = set_insecure, .key = "reset-check"},
    {.name = "net.inet.tcp.insecure_syn", .set = set_insecure, .key = "reset-check"},
    {.name = "net.inet.tcp.rexmit_slop",
     .set = set_key,
     .key = "rto-slop",
     .key_too = "syn-rto-slop",
     .unit = "ms"},
    {.name = "net.inet.tcp.rexmit_initial", .set = set_key, .key = "initial-rto", .unit = "ms"},
    {.name = "net.inet.tcp.syncookies", .set = set_key, .key = "tcp_syncookies"},
    {.name = "net.inet.tcp.syncookies_only", .set = set_cookies_only, .key = "tcp_syncookies"},
    {.name = "net.inet.tcp.keepinit", .set = set_key, .key = "connect-timeout", .unit = "ms"},
    {.name = "net.inet.tcp.keepidle", .set = set_seconds, .key = "tcp_keepalive_time"},
    {.name = "net.inet.tcp.keepintvl", .set = set_seconds, .key = "tcp_keepalive_intvl"},
    {.name = "net.inet.tcp.keepcnt", .set = set_key, .key = "tcp_keepalive_probes"},
    {.name = "net.inet.tcp.delacktime", .set = set_key, .key = "delayed-ack", .unit = "ms"},
    {.name = "net.inet.tcp.drop_synfin", .set = set_yes_no, .key = "drop-synfin"},
    {.name = "net.inet.tcp.rexmit_drop_options", .set = only_off},
    {.name = "net.inet.tcp.fastopen.client_enable", .set = set_fast_open_side},
    {.name = "net.inet.tcp.fastopen.path_disable_time",
     .set = set_key,
     .key = "fast-open-path-pause",
     .unit = "s"},
    {.name = "net.inet.tcp.tolerate_missing_ts", .set = set_tolerance, .key = "missing-timestamps"},
    {.name = "net.inet.tcp.icmp_may_rst", .set = set_may_rst, .key = "icmp-unreachable"},
    {.name = "net.inet.tcp.fastopen.server_enable", .set = set_fast_open_side},
    {.name = "net.inet.tcp.udp_tunneling_port", .set = only_off},
    {.name = "net.inet.tcp.udp_tunneling_overhead", .set = set_nothing},

    /* Linux: ip-sysctl; those that the key table has itself need no row */
    {.name = "tcp_rmem", .set = set_rmem},
    {.name = "tcp_wmem", .set = set_wmem},
    {.name = "rmem_max", .set = set_core_rmem_max},
    {.name = "wmem_max", .set = set_core_wmem_max},
    {.name = "tcp_notsent_lowat", .set = set_notsent_lowat},
    {.name = "tcp_congestion_control", .set = set_key, .key = "congestion"},
    {.name = "tcp_tso_win_divisor", .set = set_nothing},
    {.name = "tcp_no_metrics_save", .set = set_nothing},
    {.name = "tcp_fastopen", .set = set_hexadecimal, .key = "tcp_fastopen"},
    {.name = "tcp_fastopen_key", .set = set_fast_open_key},
};

/* "net.ipv4.tcp_sack", "net/ipv4/tcp_sack", "/proc/sys/net/ipv4/tcp_sack" → "tcp_sack" */
static char *sysctl_name(const char *written)
{
    static const char *const folders[] = {"/proc/sys/", "net.ipv4.", "net.core."};
    g_autofree char *name = g_strdup(written);
    char *rest = name;

    if (g_str_has_prefix(rest, folders[0]))
        rest += strlen(folders[0]);
    g_strdelimit(rest, "/", '.');
    for (gsize i = 1; i < G_N_ELEMENTS(folders); i++) {
        if (g_str_has_prefix(rest, folders[i]))
            rest += strlen(folders[i]);
    }
    return g_strdup(rest);
}

gboolean drill_sysctl(DrillSession *session, const DrillEvent *event, const char *setting)
{
    const Setter setter = {session, event};
    const char *equals = strchr(setting, '=');

    if (equals == NULL)
        return TRUE; /* it is only shown */
    g_autofree char *written = g_strndup(setting, (gsize)(equals - setting));
    g_autofree char *name = sysctl_name(written);

    for (gsize i = 0; i < G_N_ELEMENTS(sysctls); i++) {
        if (strcmp(sysctls[i].name, name) == 0)
            return sysctls[i].set(&setter, &sysctls[i], equals + 1);
    }
    return set(&setter, name, equals + 1);
}
