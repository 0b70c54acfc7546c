/* Keys as settings of a kernel.  sim/live/settings.c does the same with system calls. */
#include "view/pkt_settings.h"

#include <string.h>

enum { IP_AND_TCP_HEADER = 40, WINDOW_MAX = 65535 };

/* Sysctls whose name or folder is not the key's; all other keys tcp_… are net.ipv4's. */
static const struct {
    const char *key, *sysctl;
    const char * not ; /* a value that it does not take; NULL: it takes all */
} sysctls[] = {
    {"somaxconn", "net.core.somaxconn", NULL},
    {"congestion", "net.ipv4.tcp_congestion_control", "none"},
};

/* By key; `value` NULL: the key's own number. */
static const struct {
    const char *key, *when; /* the key's value; NULL: any */
    const char *level, *option, *value;
} socket_options[] = {
    {"nagle", "no", "IPPROTO_TCP", "TCP_NODELAY", "1"},
    {"keepalive", "yes", "SOL_SOCKET", "SO_KEEPALIVE", "1"},
    {"window", NULL, "SOL_SOCKET", "SO_RCVBUF", NULL},
};

/* tcp_rmem does the first; the others are about our timers, and a kernel's are what they are. */
static const char *const elsewhere[] = {"window-scale", "timers",   "timer-model", "tick",
                                        "tick-phase",   "wheel-hz", "wheel-phase", NULL};

/* NULL: the setting is none. */
static char *sysctl_of(const TraceSetting *setting)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sysctls); i++) {
        if (strcmp(sysctls[i].key, setting->key) == 0)
            return g_strcmp0(sysctls[i].not, setting->value) == 0 ? NULL
                                                                  : g_strdup(sysctls[i].sysctl);
    }
    return g_str_has_prefix(setting->key, "tcp_") ? g_strdup_printf("net.ipv4.%s", setting->key)
                                                  : NULL;
}

static gboolean is_socket_option(const char *key)
{
    for (gsize i = 0; i < G_N_ELEMENTS(socket_options); i++) {
        if (strcmp(socket_options[i].key, key) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Where a setting goes: the three texts are the head's three kinds of lines. */
static void sort_out(const TraceSetting *setting, GString *cannot, GString *options, GString *set)
{
    g_autofree char *sysctl = sysctl_of(setting);

    if (sysctl != NULL)
        g_string_append_printf(set, " %s=%s", sysctl, setting->value);
    else if (strcmp(setting->key, "ip") == 0)
        g_string_append_printf(options, "--ip_version=ipv%s\n", setting->value);
    else if (strcmp(setting->key, "mss") == 0)
        g_string_append_printf(options, "--mtu=%" G_GUINT64_FORMAT "\n",
                               g_ascii_strtoull(setting->value, NULL, 10) + IP_AND_TCP_HEADER);
    else if (!is_socket_option(setting->key) && !g_strv_contains(elsewhere, setting->key))
        g_string_append_printf(cannot, " %s=%s", setting->key, setting->value);
}

/* Linux shifts as often as the most that it might offer needs (tcp_select_initial_window); the other
 * two numbers are its own. */
static void set_window_scale(int window_scale, GString *set)
{
    if (window_scale >= 0)
        g_string_append_printf(set, " net.ipv4.tcp_rmem=\"4096 131072 %u\"",
                               (guint)WINDOW_MAX << window_scale);
}

void pkt_settings_head(const Trace *trace, TraceHost host, int window_scale, GString *out)
{
    g_autoptr(GString) cannot = g_string_new(NULL);
    g_autoptr(GString) options = g_string_new(NULL);
    g_autoptr(GString) set = g_string_new(NULL);

    for (guint i = 0; i < trace->settings->len; i++) {
        const TraceSetting *setting = &g_array_index(trace->settings, TraceSetting, i);

        if (setting->host == host)
            sort_out(setting, cannot, options, set);
    }
    set_window_scale(window_scale, set);
    if (cannot->len > 0)
        g_string_append_printf(out, "// Linux has no setting for:%s\n", cannot->str);
    g_string_append(out, options->str);
    if (set->len > 0)
        g_string_append_printf(out, "`sysctl -q -w%s`\n", set->str);
}

/* The option that the setting is of a socket; -1: it is none. */
static int option_of(const TraceSetting *setting)
{
    for (gsize i = 0; i < G_N_ELEMENTS(socket_options); i++) {
        if (strcmp(socket_options[i].key, setting->key) == 0 &&
            (socket_options[i].when == NULL || strcmp(socket_options[i].when, setting->value) == 0))
            return (int)i;
    }
    return -1;
}

char *pkt_settings_of_socket(const Trace *trace, TraceHost host, guint fd, guint n)
{
    for (guint i = 0; i < trace->settings->len; i++) {
        const TraceSetting *setting = &g_array_index(trace->settings, TraceSetting, i);
        int option = setting->host == host ? option_of(setting) : -1;

        if (option < 0 || n-- > 0)
            continue;
        const char *value = socket_options[option].value;

        return g_strdup_printf("setsockopt(%u, %s, %s, [%s], 4) = 0", fd,
                               socket_options[option].level, socket_options[option].option,
                               value != NULL ? value : setting->value);
    }
    return NULL;
}
