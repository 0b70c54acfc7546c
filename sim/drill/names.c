/* See names.h: what is like a right word and is none was misspelt. */
#include "drill/names.h"

#include "scenario/diagnostics.h"

/* Calls of POSIX, Linux and FreeBSD that a script may make, and that nobody answers here. */
static const char *const other_calls[] = {
    "cap_set",  "dup",        "dup2",        "dup3",        "epoll_pwait", "epoll_pwait2",
    "eventfd",  "ftruncate",  "getpeername", "getsockname", "kevent",      "kqueue",
    "lseek",    "mmap",       "munmap",      "open",        "openat",      "pipe",
    "pipe2",    "ppoll",      "pread",       "preadv",      "preadv2",     "pselect",
    "pwrite",   "pwritev",    "pwritev2",    "recvmmsg",    "select",      "sendfile",
    "sendmmsg", "socketpair", "splice",      "tee",         "usleep",      "vmsplice",
};

/* Members of Linux's struct tcp_info (include/uapi/linux/tcp.h) and of FreeBSD's that are not simulated. */
static const char *const other_fields[] = {
    "tcpi_pacing_rate",
    "tcpi_max_pacing_rate",
    "tcpi_delivery_rate_app_limited",
    "tcpi_fastopen_client_fail",
    "tcpi_rcv_wnd",
    "tcpi_rehash",
    "tcpi_total_rto",
    "tcpi_total_rto_recoveries",
    "tcpi_total_rto_time",
    "tcpi_snd_bwnd",
    "tcpi_snd_nxt",
    "tcpi_rcv_nxt",
    "tcpi_toe_tid",
    "tcpi_snd_rexmitpack",
    "tcpi_snd_zerowin",
    "tcpi_rttmin",
    "tcpi_srtt",
    "tcpi_rcv_adv",
    "tcpi_dupacks",
    "tcpi_total_tlp",
    "tcpi_total_tlp_bytes",
    "tcpi_received_ce",
    "tcpi_delivered_e1_bytes",
    "tcpi_delivered_e0_bytes",
    "tcpi_delivered_ce_bytes",
    "tcpi_received_e1_bytes",
    "tcpi_received_e0_bytes",
    "tcpi_received_ce_bytes",
    "tcpi_accecn_fail_mode",
    "tcpi_accecn_opt_seen",
};

static const char prefix[] = "tcpi_";

/* `skipped`: so many letters are those of all names, and say nothing of how near one is. */
static const char *meant(const char *name, gsize skipped, const char *(*simulated)(gsize),
                         const char *const *others, gsize count)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (gsize i = 0; simulated(i) != NULL; i++)
        g_ptr_array_add(names, (gpointer)(gsize)(simulated(i) + skipped));
    for (gsize i = 0; i < count; i++)
        g_ptr_array_add(names, (gpointer)(gsize)(others[i] + skipped));
    g_ptr_array_add(names, NULL);
    const char *const *all = (const char *const *)names->pdata;
    const char *nearest =
        g_strv_contains(all, name + skipped) ? NULL : nearest_word(name + skipped, all);

    return nearest != NULL ? nearest - skipped : NULL;
}

const char *drill_call_meant(const char *name)
{
    return meant(name, 0, drill_call_name, other_calls, G_N_ELEMENTS(other_calls));
}

const char *drill_field_meant(const char *name)
{
    return g_str_has_prefix(name, prefix) ? meant(name, sizeof prefix - 1, drill_field_name,
                                                  other_fields, G_N_ELEMENTS(other_fields))
                                          : NULL;
}
