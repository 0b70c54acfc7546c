/* What a script has a shell do: here a table of commands, and one of sysctls.  There is no shell.
 *
 * A command that nobody knows makes the script out of reach: nothing may pass by being skipped.
 */
#include <string.h>

#include "drill/session.h"

/* ---- Words ---- */

typedef struct Command {
    DrillSession *session;
    const DrillEvent *event;
    char **words; /* NULL-terminated; the program's folders are left away */
} Command;

/* "../common/defaults.sh" is defaults.sh, whatever folder it lies in. */
static char *program_of(const char *word)
{
    const char *slash = strrchr(word, '/');

    return g_strdup(slash != NULL ? slash + 1 : word);
}

static gboolean is_option(const char *word)
{
    return word[0] == '-';
}

/* ---- Keys of the stack ---- */

static gboolean set(const Command *command, const char *key, const char *value)
{
    const Key *found = key_find(KEY_SCOPE_HOST, key, strlen(key));

    if (found == NULL ||
        key_set(found, &command->session->config, value, strlen(value), NULL) != KEY_OK)
        return drill_out_of_reach(command->session, command->event, "%s=%s", key, value);
    return TRUE;
}

/* "4096 50000 4194304": the default is the one in the middle. */
static char *middle_of(const char *value)
{
    g_auto(GStrv) numbers = g_strsplit_set(value, " \t", -1);
    guint found = 0;

    for (char **number = numbers; *number != NULL; number++) {
        if ((*number)[0] != '\0' && found++ == 1)
            return g_strdup(*number);
    }
    return g_strdup(value);
}

/* ---- Sysctls ---- */

typedef struct Sysctl Sysctl;

struct Sysctl {
    const char *name;
    gboolean (*set)(const Command *command, const Sysctl *sysctl, const char *value);
    const char *key, *key_too; /* that it stands for */
    const char *unit;          /* behind its number */
};

static gboolean set_key(const Command *command, const Sysctl *sysctl, const char *value)
{
    g_autofree char *text = g_strconcat(value, sysctl->unit, NULL);

    return set(command, sysctl->key, text) &&
           (sysctl->key_too == NULL || set(command, sysctl->key_too, text));
}

static gboolean set_middle(const Command *command, const Sysctl *sysctl, const char *value)
{
    g_autofree char *middle = middle_of(value);

    return set(command, sysctl->key, middle);
}

/* Of no consequence to what is simulated. */
static gboolean set_nothing(const Command *command, const Sysctl *sysctl, const char *value)
{
    (void)command;
    (void)sysctl;
    (void)value;
    return TRUE;
}

/* What is not simulated may be set to what it is here. */
static gboolean only_off(const Command *command, const Sysctl *sysctl, const char *value)
{
    return g_ascii_strtoull(value, NULL, 0) == 0 ||
           drill_out_of_reach(command->session, command->event, "%s=%s", sysctl->name, value);
}

/* 0: resets and SYNs are checked as RFC 5961 wants it. */
static gboolean set_insecure(const Command *command, const Sysctl *sysctl, const char *value)
{
    return set(command, sysctl->key, strcmp(value, "0") == 0 ? "rfc5961" : "rfc793");
}

static gboolean set_cookies_only(const Command *command, const Sysctl *sysctl, const char *value)
{
    return strcmp(value, "0") == 0 || set(command, sysctl->key, "2");
}

static const Sysctl sysctls[] = {
    /* FreeBSD: tcp(4) */
    {"net.inet.tcp.sack.enable", set_key, .key = "tcp_sack"},
    {"net.inet.tcp.rfc1323", set_key, .key = "tcp_timestamps", .key_too = "tcp_window_scaling"},
    {"net.inet.tcp.recvspace", set_key, .key = "window"},
    {"net.inet.tcp.sendspace", set_nothing},
    {"kern.ipc.maxsockbuf", set_nothing},
    {"net.inet.tcp.hostcache.purgenow", set_nothing},
    {"net.inet.tcp.ecn.enable", set_nothing},
    {"net.inet.tcp.ecn.maxretries", set_nothing},
    {"net.inet.tcp.blackhole", only_off},
    {"net.inet.tcp.insecure_rst", set_insecure, .key = "reset-check"},
    {"net.inet.tcp.insecure_syn", set_insecure, .key = "reset-check"},
    {"net.inet.tcp.rexmit_slop", set_key, .key = "rto-slop", .key_too = "syn-rto-slop", .unit = "ms"},
    {"net.inet.tcp.rexmit_initial", set_key, .key = "initial-rto", .unit = "ms"},
    {"net.inet.tcp.syncookies", set_key, .key = "tcp_syncookies"},
    {"net.inet.tcp.syncookies_only", set_cookies_only, .key = "tcp_syncookies"},
    {"net.inet.tcp.keepinit", set_key, .key = "connect-timeout", .unit = "ms"},
    {"net.inet.tcp.keepcnt", set_key, .key = "tcp_keepalive_probes"},
    {"net.inet.tcp.delacktime", set_key, .key = "delayed-ack", .unit = "ms"},
    {"net.inet.tcp.drop_synfin", only_off},
    {"net.inet.tcp.rexmit_drop_options", only_off},
    {"net.inet.tcp.fastopen.client_enable", only_off},
    {"net.inet.tcp.fastopen.server_enable", only_off},
    {"net.inet.tcp.udp_tunneling_port", only_off},
    {"net.inet.tcp.udp_tunneling_overhead", set_nothing},

    /* Linux: ip-sysctl; those that the key table has itself need no row */
    {"tcp_rmem", set_middle, .key = "window"},
    {"tcp_congestion_control", set_key, .key = "congestion"},
    {"tcp_min_tso_segs", set_nothing},
    {"tcp_tso_win_divisor", set_nothing},
    {"tcp_no_metrics_save", set_nothing},
    {"tcp_ecn", only_off},
    {"tcp_fastopen", set_nothing},
    {"tcp_fastopen_key", set_nothing},
    {"tcp_fastopen_blackhole_timeout_sec", set_nothing},
};

/* "net.ipv4.tcp_sack", "net/ipv4/tcp_sack", "/proc/sys/net/ipv4/tcp_sack" → "tcp_sack" */
static char *sysctl_name(const char *written)
{
    static const char *const folders[] = {"/proc/sys/", "net.ipv4.", "net.core."};
    g_autofree char *name = g_strdup(written);
    const char *rest = name;

    if (g_str_has_prefix(rest, folders[0]))
        rest += strlen(folders[0]);
    g_strdelimit((char *)rest, "/", '.');
    for (gsize i = 1; i < G_N_ELEMENTS(folders); i++) {
        if (g_str_has_prefix(rest, folders[i]))
            rest += strlen(folders[i]);
    }
    return g_strdup(rest);
}

static gboolean set_sysctl(const Command *command, const char *setting)
{
    const char *equals = strchr(setting, '=');

    if (equals == NULL)
        return TRUE; /* it is only shown */
    g_autofree char *written = g_strndup(setting, (gsize)(equals - setting));
    g_autofree char *name = sysctl_name(written);

    for (gsize i = 0; i < G_N_ELEMENTS(sysctls); i++) {
        if (strcmp(sysctls[i].name, name) == 0)
            return sysctls[i].set(command, &sysctls[i], equals + 1);
    }
    return set(command, name, equals + 1);
}

/* ---- Commands ---- */

static gboolean run_sysctls(const Command *command)
{
    for (char **word = command->words + 1; *word != NULL; word++) {
        if (!is_option(*word) && !set_sysctl(command, *word))
            return FALSE;
    }
    return TRUE;
}

/* What google's scripts begin with; beyond that their kernel has its defaults. */
static gboolean run_defaults(const Command *command)
{
    static const char *const settings[] = {
        "tcp_syn_retries=5", "tcp_synack_retries=5", "window-scale=8",       "tcp_timestamps=1",
        "tcp_sack=1",        "tcp_dsack=1",          "tcp_window_scaling=1", "congestion=cubic",
        "tcp_early_retrans=4",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (!set_sysctl(command, settings[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean run_nothing(const Command *command)
{
    (void)command;
    return TRUE;
}

static guint count_in_state(const DrillSession *session, TcpState state)
{
    const TcpStack *stack = session->local.stack;
    guint count = 0;

    for (TcpConnId id = 1; id <= tcp_stack_newest(stack); id++) {
        TcpStatus status;

        if (tcp_status(stack, id, &status) && status.state == state)
            count++;
    }
    return count;
}

/* "SYN_RCVD" → SYN-RCVD */
static gboolean state_named(const char *name, TcpState *out)
{
    g_autofree char *ours = g_strdelimit(g_strdup(name), "_", '-');

    return tcp_state_from_name(ours, strlen(ours), out);
}

/* FreeBSD: sockstat … | grep -c STATE | grep NUMBER, which fails unless that is their number. */
static gboolean run_sockstat(const Command *command)
{
    guint words = g_strv_length(command->words);
    TcpState state;

    for (guint i = 0; i + 1 < words; i++) {
        if (strcmp(command->words[i], "-c") != 0 || !state_named(command->words[i + 1], &state))
            continue;
        guint is = count_in_state(command->session, state);
        guint wanted = (guint)g_ascii_strtoull(command->words[words - 1], NULL, 10);

        if (is == wanted)
            return TRUE;
        return drill_fails(command->session, command->event, 0,
                           g_strdup_printf("%u in %s", wanted, tcp_state_name(state)),
                           g_strdup_printf("%u", is));
    }
    return drill_out_of_reach(command->session, command->event, "this sockstat");
}

/* FreeBSD: tcpdrop -s STATE */
static gboolean run_tcpdrop(const Command *command)
{
    DrillSession *session = command->session;
    TcpState state = TCP_STATE_TIME_WAIT;

    for (TcpConnId id = 1; id <= tcp_stack_newest(session->local.stack); id++) {
        TcpStatus status;

        if (tcp_status(session->local.stack, id, &status) && status.state == state)
            (void)tcp_abort(session->local.stack, lab_node_now(session->local.node.host), id);
    }
    return TRUE;
}

static const struct {
    const char *program;
    gboolean (*run)(const Command *command);
} commands[] = {
    {"defaults.sh", run_defaults}, {"set_sysctls.py", run_sysctls}, {"sysctl", run_sysctls},
    {"sockstat", run_sockstat},    {"tcpdrop", run_tcpdrop},        {"kldload", run_nothing},
    {"nstat", run_nothing},        {"setkey", run_nothing},
};

/* "sysctl_restore_1.sh": there is nothing to restore. */
static gboolean is_restoring(const char *program)
{
    return g_str_has_prefix(program, "sysctl_restore");
}

static gboolean run_command(Command *command)
{
    g_autofree char *program = program_of(command->words[0]);

    if (is_restoring(program) || (strcmp(program, "ip") == 0 && command->words[1] != NULL &&
                                  strcmp(command->words[1], "tcp_metrics") == 0))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(commands[i].program, program) == 0)
            return commands[i].run(command);
    }
    return drill_out_of_reach(command->session, command->event, "the command %s", program);
}

/* ---- A shell's text ---- */

static void end_word(GPtrArray *words, GString *word, gboolean *has_word)
{
    if (*has_word)
        g_ptr_array_add(words, g_strdup(word->str));
    g_string_truncate(word, 0);
    *has_word = FALSE;
}

/* ">file", "2>&1", "&>/dev/null": where output goes is of no consequence. */
static gboolean is_redirection(const char *word)
{
    const char *rest = word + strspn(word, "0123456789&");

    return rest[0] == '>';
}

/* "> /dev/null": the next word is its file. */
static gboolean wants_file(const char *word)
{
    return word[strlen(word) - 1] == '>';
}

static void leave_out_redirections(GPtrArray *words)
{
    for (guint i = 0; i < words->len;) {
        const char *word = g_ptr_array_index(words, i);

        if (!is_redirection(word)) {
            i++;
            continue;
        }
        gboolean has_file = wants_file(word) && i + 1 < words->len;

        g_ptr_array_remove_range(words, i, has_file ? 2 : 1);
    }
}

static gboolean run_words(DrillSession *session, const DrillEvent *event, GPtrArray *words)
{
    gboolean goes_on = TRUE;

    leave_out_redirections(words);
    if (words->len > 0) {
        g_ptr_array_add(words, NULL);
        Command command = {session, event, (char **)words->pdata};

        goes_on = run_command(&command);
    }
    g_ptr_array_set_size(words, 0);
    return goes_on;
}

/* Commands end at a new line, ";" or "&&"; what follows "||" is for when they fail. */
gboolean drill_command(DrillSession *session, const DrillEvent *event)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) word = g_string_new(NULL);
    gboolean has_word = FALSE, is_alternative = FALSE, goes_on = TRUE;
    char quote = '\0';

    for (const char *at = event->command; goes_on && *at != '\0'; at++) {
        if (quote != '\0') {
            if (*at == quote)
                quote = '\0';
            else
                g_string_append_c(word, *at);
        } else if (*at == '"' || *at == '\'') {
            quote = *at;
            has_word = TRUE;
        } else if (*at == '\\' && at[1] != '\0') {
            at++;
            if (*at != '\n')
                g_string_append_c(word, *at);
            else
                end_word(words, word, &has_word);
        } else if (*at == '#' && !has_word) {
            at += strcspn(at, "\n") - 1;
        } else if (*at == '\n' || *at == ';' || (at[0] == '&' && at[1] == '&') ||
                   (at[0] == '|' && at[1] == '|')) {
            end_word(words, word, &has_word);
            if (is_alternative)
                g_ptr_array_set_size(words, 0);
            goes_on = run_words(session, event, words);
            is_alternative = *at == '|';
            at += *at == '&' || *at == '|';
        } else if (g_ascii_isspace(*at)) {
            end_word(words, word, &has_word);
        } else {
            g_string_append_c(word, *at);
            has_word = TRUE;
        }
    }
    end_word(words, word, &has_word);
    return goes_on && (is_alternative || run_words(session, event, words));
}
