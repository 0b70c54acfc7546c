/* What a script has a shell do: here a table of commands (sysctls.c has what they set).  There is no shell.
 *
 * A command that nobody knows makes the script out of reach: nothing may pass by being skipped.
 */
#include <string.h>

#include "drill/session.h"
#include "tcp/tuning.h"

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

/* ---- Commands ---- */

static gboolean run_sysctls(const Command *command)
{
    for (char **word = command->words + 1; *word != NULL; word++) {
        if (!is_option(*word) && !drill_sysctl(command->session, command->event, *word))
            return FALSE;
    }
    return TRUE;
}

/* What google's scripts begin with; beyond that their kernel has its defaults.  Its servers' cookies are
 * forgotten. */
static gboolean run_defaults(const Command *command)
{
    static const char *const settings[] = {
        "tcp_rmem=4096 540000 15728640",
        "tcp_wmem=4096 262144 4194304",
        "tcp_syn_retries=5",
        "tcp_synack_retries=5",
        "tcp_timestamps=1",
        "tcp_sack=1",
        "tcp_dsack=1",
        "tcp_window_scaling=1",
        "congestion=cubic",
        "tcp_early_retrans=4",
        "tcp_slow_start_after_idle=0",
        "tcp_fastopen=0x70403",
        "tcp_fastopen_key=a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4",
        "tcp_ecn=0",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (!drill_sysctl(command->session, command->event, settings[i]))
            return FALSE;
    }
    tcp_fast_open_forget(command->session->local.stack);
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

/* ip tcp_metrics flush: what is known of servers is forgotten, their cookies too. */
static gboolean run_ip(const Command *command)
{
    if (command->words[1] == NULL || strcmp(command->words[1], "tcp_metrics") != 0)
        return drill_out_of_reach(command->session, command->event, "the command ip");
    tcp_fast_open_forget(command->session->local.stack);
    return TRUE;
}

/* ---- Counters: nstat, as Linux has it ---- */

/* Those that the kernel's SNMP table names, and that something here counts. */
static guint64 out_of_window_icmps(const DrillSession *session)
{
    return session->icmps_refused;
}

static guint64 beyond_window(const DrillSession *session)
{
    return tcp_stack_beyond_window(session->local.stack);
}

static const struct {
    const char *name;
    guint64 (*count)(const DrillSession *session);
} counters[DRILL_COUNTERS] = {
    {"TcpExtOutOfWindowIcmps", out_of_window_icmps},
    {"TcpExtBeyondWindow", beyond_window},
};

static void note_counters(DrillSession *session)
{
    for (gsize i = 0; i < G_N_ELEMENTS(counters); i++)
        session->counted[i] = counters[i].count(session);
}

/* What the n-th grep of a pipeline looks for, without its options; NULL: there is none. */
static const char *grep_word(const Command *command, guint n)
{
    for (char **word = command->words; *word != NULL; word++) {
        if (strcmp(*word, "grep") != 0 || n-- > 0)
            continue;
        for (word++; *word != NULL && is_option(*word);)
            word++;
        return *word;
    }
    return NULL;
}

/* nstat | grep COUNTER [| grep " N "]: it prints how much each counter has grown since it was asked last, those alone
 * that have.  A second grep holds the figure, which stands between blanks. */
static gboolean hold_counter(const Command *command, const char *name, guint64 grown)
{
    const char *figure = grep_word(command, 1);
    guint64 wanted = figure != NULL ? g_ascii_strtoull(figure, NULL, 10) : 0;

    if (figure != NULL ? grown == wanted && grown > 0 : grown > 0)
        return TRUE;
    return drill_fails(command->session, command->event, 0,
                       figure != NULL
                           ? g_strdup_printf("%s to grow by %" G_GUINT64_FORMAT, name, wanted)
                           : g_strdup_printf("%s to grow", name),
                       g_strdup_printf("by %" G_GUINT64_FORMAT, grown));
}

static gboolean run_nstat(const Command *command)
{
    DrillSession *session = command->session;
    const char *name = grep_word(command, 0);
    gboolean keeps = command->words[1] != NULL && strcmp(command->words[1], "-s") == 0;
    gsize i = 0;

    while (name != NULL && i < G_N_ELEMENTS(counters) && strcmp(counters[i].name, name) != 0)
        i++;
    if (i == G_N_ELEMENTS(counters))
        return drill_out_of_reach(session, command->event, "the counter %s", name);
    guint64 grown = counters[i].count(session) - session->counted[i];

    if (!keeps)
        note_counters(session);
    return name == NULL || hold_counter(command, name, grown);
}

static gboolean has_words(const Command *command, const char *first, const char *second)
{
    for (char **word = command->words; *word != NULL && word[1] != NULL; word++) {
        if (strcmp(*word, first) == 0 && strcmp(word[1], second) == 0)
            return TRUE;
    }
    return FALSE;
}

/* ethtool -K DEVICE gso off tso off: TCP makes large packets all the same, and they are cut before the device (Linux
 * net/core/sock.c, sk_setup_caps()). */
static gboolean run_ethtool(const Command *command)
{
    if (!has_words(command, "gso", "off") && !has_words(command, "tso", "off"))
        return drill_out_of_reach(command->session, command->event, "the command ethtool");
    return TRUE;
}

/* tc qdisc … pfifo limit 0: nothing leaves, and Linux hears of it.  Others pace what is sent. */
static gboolean run_tc(const Command *command)
{
    gboolean deletes = has_words(command, "qdisc", "delete") || has_words(command, "qdisc", "del");

    if (!deletes && !has_words(command, "limit", "0"))
        return drill_out_of_reach(command->session, command->event, "the command tc");
    command->session->loses_all = !deletes;
    tcp_stack_refuse(command->session->local.stack, !deletes);
    return TRUE;
}

static const struct {
    const char *program;
    gboolean (*run)(const Command *command);
} commands[] = {
    {"defaults.sh", run_defaults},
    {"set_sysctls.py", run_sysctls},
    {"sysctl", run_sysctls},
    {"sockstat", run_sockstat},
    {"tcpdrop", run_tcpdrop},
    {"kldload", run_nothing},
    {"ethtool", run_ethtool},
    {"tc", run_tc},
    {"ip", run_ip},
    {"nstat", run_nstat},
    {"setkey", run_nothing},
};

/* "sysctl_restore_1.sh": there is nothing to restore. */
static gboolean is_restoring(const char *program)
{
    return g_str_has_prefix(program, "sysctl_restore");
}

static gboolean run_command(Command *command)
{
    g_autofree char *program = program_of(command->words[0]);

    if (is_restoring(program))
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

/* "echo 3 > /sys/module/tcp_cubic/parameters/hystart_detect": what can be set in /sys may be set to what it is
 * here: slow start ends by the train of ACKs, or by delay. */
static gboolean run_echo(DrillSession *session, const DrillEvent *event, const GPtrArray *words)
{
    static const char *const files[][2] = {
        {"/sys/module/tcp_cubic/parameters/hystart_detect", "3"},
    };
    const char *value = words->len > 1 ? g_ptr_array_index(words, 1) : "";
    const char *file = words->len == 4 ? g_ptr_array_index(words, 3) : "";

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        if (strcmp(files[i][0], file) == 0 && strcmp(files[i][1], value) == 0)
            return TRUE;
    }
    return drill_out_of_reach(session, event, "the command echo");
}

static gboolean run_words(DrillSession *session, const DrillEvent *event, GPtrArray *words)
{
    if (words->len > 0 && strcmp(g_ptr_array_index(words, 0), "echo") == 0)
        return run_echo(session, event, words);
    leave_out_redirections(words);
    if (words->len == 0)
        return TRUE;
    g_ptr_array_add(words, NULL);
    Command command = {session, event, (char **)words->pdata};

    return run_command(&command);
}

/* Where a command ends: at a new line, ";", "&&" or "||".  Returns how many characters say so. */
static gsize end_of_command(const char *at)
{
    if ((at[0] == '&' && at[1] == '&') || (at[0] == '|' && at[1] == '|'))
        return 2;
    return *at == '\n' || *at == ';' ? 1 : 0;
}

/* "32*1024*1024": numbers and what is between them, from left to right; no other is used. */
static gint64 calculate(const char *text, gsize length)
{
    g_autofree char *sum = g_strndup(text, length);
    guint64 out = 0; /* of 64 bits, as a shell's */
    char sign = '+';

    for (char *at = sum; *at != '\0';) {
        at += strspn(at, " ()");
        guint64 number = g_ascii_strtoull(at, &at, 0);

        out = sign == '*' ? out * number : sign == '-' ? out - number : out + number;
        at += strspn(at, " ()");
        sign = *at;
        at += *at != '\0';
    }
    return (gint64)out;
}

/* "$((32*1024))" at the beginning: its value goes behind the word.  Returns how long it is; 0: it is none. */
static gsize take_arithmetic(const char *at, GString *word)
{
    const char *end = g_str_has_prefix(at, "$((") ? strstr(at, "))") : NULL;

    if (end == NULL)
        return 0;
    g_string_append_printf(word, "%" G_GINT64_FORMAT, calculate(at + 3, (gsize)(end - at) - 3));
    return (gsize)(end - at) + 2;
}

/* At a quotation mark: the rest of it. */
static const char *take_quotation(const char *at, GString *word)
{
    char mark = *at++;

    while (*at != '\0' && *at != mark) {
        gsize length = mark == '"' ? take_arithmetic(at, word) : 0;

        if (length == 0)
            g_string_append_c(word, *at);
        at += MAX(length, 1);
    }
    return at + (*at != '\0' ? 1 : 0);
}

/* Takes one character of a word, or two of which the first is a backslash; arithmetic; the rest of a quotation. */
static const char *take_piece(const char *at, GString *word, gboolean *has_word)
{
    *has_word = TRUE;
    if (*at == '"' || *at == '\'')
        return take_quotation(at, word);
    gsize length = take_arithmetic(at, word);

    if (length > 0)
        return at + length;
    if (*at == '\\' && at[1] != '\0')
        at++;
    g_string_append_c(word, *at);
    return at + 1;
}

/* The words of the first command in the text; *at is set behind its end.  A pipe is one command, its "|" a
 * word.  *has_alternative: the next one is for when this one fails. */
static GPtrArray *take_command(const char **at, gboolean *has_alternative)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) word = g_string_new(NULL);
    gboolean has_word = FALSE;
    gsize end = 0;

    while (**at != '\0' && (end = end_of_command(*at)) == 0) {
        gboolean is_continued = (*at)[0] == '\\' && (*at)[1] == '\n';

        if (g_ascii_isspace(**at) || is_continued) {
            end_word(words, word, &has_word);
            *at += is_continued ? 2 : 1;
        } else if (**at == '#' && !has_word) {
            *at += strcspn(*at, "\n");
        } else if (**at == '|') {
            end_word(words, word, &has_word);
            g_ptr_array_add(words, g_strdup("|"));
            ++*at;
        } else {
            *at = take_piece(*at, word, &has_word);
        }
    }
    end_word(words, word, &has_word);
    *has_alternative = end > 0 && **at == '|';
    *at += end;
    return words;
}

/* A sysctl that some scripts try, for kernels that their authors alone have: everywhere else setting it fails. */
static gboolean fails_everywhere(const GPtrArray *words)
{
    static const char unknown[] = "net.ipv4.tcp_fastopen_cookies=";

    for (guint i = 0; i < words->len; i++) {
        if (g_str_has_prefix(g_ptr_array_index(words, i), unknown))
            return TRUE;
    }
    return FALSE;
}

/* "a; b && c || d": d is run when c fails.  What can fail is out of reach, but for fails_everywhere(). */
gboolean drill_command(DrillSession *session, const DrillEvent *event)
{
    const char *at = event->command;
    gboolean goes_on = TRUE, is_alternative = FALSE, has_failed = FALSE;

    while (goes_on && *at != '\0') {
        gboolean skips = is_alternative && !has_failed;
        g_autoptr(GPtrArray) words = take_command(&at, &is_alternative);

        has_failed = !skips && is_alternative && fails_everywhere(words);
        goes_on = skips || has_failed || run_words(session, event, words);
    }
    return goes_on;
}
