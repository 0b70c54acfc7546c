/* The script: `at` and `when`, and the table of what a host can be told to do. */
#include <string.h>

#include "scenario/parser.h"

enum { PORT_DEFAULT = 80, PORT_MAX = 65535, BACKLOG_DEFAULT = 128, BACKLOG_MAX = 1 << 30 };

/* --- options ------------------------------------------------------------------------------ */

static gboolean set_port(Parser *parser, const Line *line, const Word *value, guint16 *out)
{
    guint64 port;

    if (!word_number(parser, line, value, 1, PORT_MAX, &port))
        return FALSE;
    *out = (guint16)port;
    return TRUE;
}

static gboolean option_port(Parser *parser, const Line *line, const Word *value, void *into)
{
    return set_port(parser, line, value, &((PlanStep *)into)->port);
}

static gboolean option_from_port(Parser *parser, const Line *line, const Word *value, void *into)
{
    return set_port(parser, line, value, &((PlanStep *)into)->from_port);
}

static gboolean option_rate(Parser *parser, const Line *line, const Word *value, void *into)
{
    return word_rate(parser, line, value, &((PlanStep *)into)->series.rate);
}

static gboolean option_count(Parser *parser, const Line *line, const Word *value, void *into)
{
    return word_number(parser, line, value, 1, G_MAXUINT32, &((PlanStep *)into)->series.count);
}

static gboolean option_backlog(Parser *parser, const Line *line, const Word *value, void *into)
{
    guint64 backlog;

    if (!word_number(parser, line, value, 0, BACKLOG_MAX, &backlog))
        return FALSE;
    ((PlanStep *)into)->backlog = (guint32)backlog;
    return TRUE;
}

static gboolean option_fast_open_queue(Parser *parser, const Line *line, const Word *value,
                                       void *into)
{
    PlanStep *step = into;
    guint64 most;

    if (!word_number(parser, line, value, 1, BACKLOG_MAX, &most))
        return FALSE;
    step->fast_open = TRUE;
    step->fast_open_most = (guint32)most;
    return TRUE;
}

static gboolean option_fast_open(Parser *parser, const Line *line, const Word *value, void *into)
{
    PlanStep *step = into;

    step->fast_open = TRUE;
    return word_number(parser, line, value, 0, G_MAXUINT32, &step->bytes);
}

static gboolean option_accept(Parser *parser, const Line *line, const Word *value, void *into)
{
    static const char *const words[] = {"auto", "manual", NULL};

    for (guint i = 0; words[i] != NULL; i++) {
        if (strcmp(value->text, words[i]) == 0) {
            ((PlanStep *)into)->accept_manual = i == 1;
            return TRUE;
        }
    }
    line_unknown(parser, line, value, "way to accept", words);
    return FALSE;
}

#define PORT_OPTION                                                                                \
    {                                                                                              \
        "port", "port=80", "the port of the listener", option_port                                 \
    }

static const Option listen_options[] = {
    PORT_OPTION,
    {"backlog", "backlog=N", "connections that may wait to be accepted; 128 when not given",
     option_backlog},
    {"accept", "accept=auto|manual", "auto: as soon as they are complete; manual: by `accept`",
     option_accept},
    {"fast-open", "fast-open=N",
     "TCP Fast Open, for N connections at most that are not complete yet (TCP_FASTOPEN)",
     option_fast_open_queue},
    {0},
};

static const Option accept_options[] = {PORT_OPTION, {0}};

static const Option connect_options[] = {
    PORT_OPTION,
    {"from-port", "from-port=N", "the port of our own; a free one when not given",
     option_from_port},
    {"fast-open", "fast-open=N",
     "opens with N bytes (MSG_FASTOPEN): on the SYN where there is a cookie, behind the handshake "
     "where not; 0: only a cookie is asked for",
     option_fast_open},
    {"rate", "rate=N/s", "so many connects a second, count= of them", option_rate},
    {"count", "count=N", "how many connects, at rate=", option_count},
    {0},
};

/* --- operands ----------------------------------------------------------------------------- */

static gboolean take_peer(Parser *parser, Line *line, PlanStep *step)
{
    const Word *word = line_take(parser, line, "the host to connect to");

    if (word == NULL || !word_host(parser, line, word, &step->peer))
        return FALSE;
    if (step->peer == step->actor.host) {
        line_error(parser, line, word, NULL, "'%s' cannot connect to itself", shown(parser, word));
        return FALSE;
    }
    need_route(parser, line, word, step->actor.host, step->peer, TRUE);
    return TRUE;
}

static gboolean take_bytes(Parser *parser, Line *line, PlanStep *step)
{
    return line_take_bytes(parser, line, "a number of bytes", 1, &step->bytes);
}

/* The one word that may still come. */
static gboolean take_last(Parser *parser, Line *line, const char *word, gboolean *is_there)
{
    const char *const words[] = {word, NULL};

    *is_there = line_take_if(line, word);
    if (*is_there || line_peek(line) == NULL)
        return TRUE;
    line_unknown(parser, line, line_peek(line), "word", words);
    return FALSE;
}

static gboolean take_bytes_or_all(Parser *parser, Line *line, PlanStep *step)
{
    if (line_take_if(line, "all"))
        step->bytes = G_MAXUINT64;
    else if (!line_take_bytes(parser, line, "a number of bytes or 'all'", 1, &step->bytes))
        return FALSE;
    return take_last(parser, line, "peek", &step->peeks);
}

static gboolean take_forget(Parser *parser, Line *line, PlanStep *step)
{
    return take_last(parser, line, "forget", &step->forget);
}

/* What a router says, or the host whom nobody reaches. */
static gboolean take_icmp(Parser *parser, Line *line, PlanStep *step)
{
    const char *words[32] = {NULL};
    const Word *word = line_take(parser, line, "an ICMP message");

    if (word == NULL)
        return FALSE;
    if (icmp_from_name(word->text, word->length, &step->icmp))
        return TRUE;
    for (gsize i = 0; i + 1 < G_N_ELEMENTS(words) && icmp_name_at(i) != NULL; i++)
        words[i] = icmp_name_at(i);
    line_unknown(parser, line, word, "ICMP message", words);
    return FALSE;
}

static gboolean option_mtu(Parser *parser, const Line *line, const Word *value, void *into)
{
    guint64 mtu;

    if (!word_number(parser, line, value, 1, 65535, &mtu))
        return FALSE;
    ((PlanStep *)into)->icmp.mtu = (guint32)mtu;
    return TRUE;
}

static const Option icmp_options[] = {
    {"mtu", "mtu=N", "of fragmentation-needed: what the next link takes (RFC 1191)", option_mtu},
    {0},
};

/* --- what one connection may have otherwise than its host ---------------------------------- */

/* Those that an application sets by options of a socket, and those of the connection's own timers. */
static const char *const connection_keys[] = {
    "nagle",                /* TCP_NODELAY, TCP_CORK */
    "keepalive",            /* SO_KEEPALIVE */
    "tcp_keepalive_time",   /* TCP_KEEPIDLE */
    "tcp_keepalive_intvl",  /* TCP_KEEPINTVL */
    "tcp_keepalive_probes", /* TCP_KEEPCNT */
    "delayed-ack",          /* TCP_QUICKACK */
    "quick-acks",
    "congestion", /* TCP_CONGESTION */
    "tcp_retries1",
    "tcp_retries2", /* TCP_USER_TIMEOUT */
    "tcp_orphan_retries",
    "tcp_fin_timeout", /* TCP_LINGER2 */
    "tcp_rto_min_us",
    "tcp_rto_max_ms", /* TCP_RTO_MAX_MS */
    "window-probe",
    "time-wait",
    NULL,
};

static gboolean is_of_connections(Parser *parser, const Line *line, const Word *key)
{
    if (key_find(KEY_SCOPE_HOST, key->text, key->length) == NULL)
        return TRUE; /* said when it is set */
    for (gsize i = 0; connection_keys[i] != NULL; i++) {
        if (word_is(key, connection_keys[i]))
            return TRUE;
    }
    line_unknown(parser, line, key, "key of one connection", connection_keys);
    return FALSE;
}

/* KEY=VALUE … */
static gboolean take_settings(Parser *parser, Line *line, PlanStep *step)
{
    guint first = line->next;
    HostConfig config;

    if (!line_has_setting(parser, line))
        return FALSE;
    step->settings = g_array_new(FALSE, FALSE, sizeof(PlanSetting));
    for (const Word *word; (word = line_peek(line)) != NULL; line->next++) {
        Word key, value;

        if (!word_setting(parser, line, word, &key, &value) ||
            !word_first_of_line(parser, line, first, &key) ||
            !is_of_connections(parser, line, &key) ||
            !set_key(parser, line, KEY_SCOPE_HOST, &config, &key, &value))
            return FALSE;
        PlanSetting setting = {.key = key_find(KEY_SCOPE_HOST, key.text, key.length)};

        memcpy(&setting.value, (const char *)&config + setting.key->offset, sizeof setting.value);
        g_array_append_val(step->settings, setting);
    }
    return TRUE;
}

/* --- actions ------------------------------------------------------------------------------ */

typedef struct Action {
    const char *word;
    const char *form;
    const char *help;
    PlanVerb verb;
    gboolean of_connection; /* HOST.N says which; the others are of the host as a whole */
    gboolean (*operands)(Parser *parser, Line *line, PlanStep *step);
    const Option *options;
} Action;

/* clang-format off */
static const Action actions[] = {
    {"listen", "listen [port=80] [backlog=N] [accept=auto|manual] [fast-open=N]",
     "opens passively (LISTEN)", PLAN_LISTEN, FALSE, NULL, listen_options},
    {"accept", "accept [port=80]",
     "takes the oldest complete connection from the queue", PLAN_ACCEPT, FALSE, NULL,
     accept_options},
    {"connect",
     "connect HOST [port=80] [from-port=N] [fast-open=N]\nconnect HOST [port=80] rate=N/s count=N",
     "opens actively: a new connection, the host's newest from now on; with a rate: one after the "
     "other", PLAN_CONNECT, FALSE, take_peer, connect_options},
    {"send", "send N",
     "hands over N bytes; 64k and 1M are powers of 1024", PLAN_SEND, TRUE, take_bytes, NULL},
    {"read", "read N|all [peek]",
     "reads; with peek the bytes stay to be read again (MSG_PEEK); a host with such a line reads "
     "nothing by itself", PLAN_READ, TRUE,
     take_bytes_or_all, NULL},
    {"shutdown", "shutdown",
     "no more will be sent (FIN); reading goes on", PLAN_SHUTDOWN, TRUE, NULL, NULL},
    {"close", "close",
     "no more will be sent or read; the connection is an orphan", PLAN_CLOSE, TRUE, NULL, NULL},
    {"close listener", "close listener [port=80]",
     "nobody can connect to the port any more; connections that wait to be accepted are reset",
     PLAN_CLOSE_LISTENER, FALSE, NULL, accept_options},
    {"set", "set KEY=VALUE …",
     "the connection alone has these keys otherwise from now on, as by options of its socket",
     PLAN_SET, TRUE, take_settings, NULL},
    {"abort", "abort",
     "ends the connection with RST", PLAN_ABORT, TRUE, NULL, NULL},
    {"icmp", "icmp MESSAGE [mtu=N]",
     "hears this about what it has sent and nobody acknowledged: port-unreachable, time-exceeded, …, "
     "or TYPE,CODE", PLAN_ICMP, TRUE, take_icmp, icmp_options},
    {"crash", "crash",
     "the host is gone: it sends nothing and hears nothing", PLAN_CRASH, FALSE, NULL, NULL},
    {"reboot", "reboot [forget]",
     "it is back, without its connections; forget: without its clock for sequence numbers, too",
     PLAN_REBOOT, FALSE, take_forget, NULL},
};
/* clang-format on */

const char *plan_verb_name(PlanVerb verb)
{
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (actions[i].verb == verb)
            return actions[i].word;
    }
    return verb == PLAN_INJECT ? "inject" : "flood"; /* statements, not actions of a host */
}

/* What "close" has behind it to be "close listener", which stands in the next row; NULL: there is no such row. */
static const char *word_of_longer(const Action *action)
{
    const Action *next = action + 1;
    gsize length = strlen(action->word);

    if (next == actions + G_N_ELEMENTS(actions) || !g_str_has_prefix(next->word, action->word) ||
        next->word[length] != ' ')
        return NULL;
    return next->word + length + 1;
}

static const Action *more_exactly(Line *line, const Action *action)
{
    const char *longer = word_of_longer(action);

    return longer != NULL && line_take_if(line, longer) ? action + 1 : action;
}

static const Action *find_action(Parser *parser, Line *line, const Word *word)
{
    const char *words[G_N_ELEMENTS(actions) + 1] = {NULL};
    gsize known = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (word_is(word, actions[i].word))
            return more_exactly(line, &actions[i]);
        if (strchr(actions[i].word, ' ') == NULL)
            words[known++] = actions[i].word;
    }
    line_unknown(parser, line, word, "action", words);
    return NULL;
}

static gboolean check_actor(Parser *parser, const Line *line, const Word *actor,
                            const Action *action, const PlanStep *step)
{
    if (action->of_connection || step->actor.number == 0)
        return TRUE;
    line_error(parser, line, actor, NULL,
               "'%s' is for a host, not for one of its connections: write '%s'", action->word,
               g_array_index(parser->plan->hosts, PlanHost, step->actor.host).name);
    return FALSE;
}

/* Error messages show the forms of this action, behind the words that led to it. */
static void set_form(Parser *parser, Line *line, const Action *action, gboolean is_when)
{
    const char *before = is_when ? "when HOST STATE [after TIME] HOST " : "at TIME HOST ";
    gboolean has_longer = word_of_longer(action) != NULL;
    g_autofree char *own = g_strconcat(action->form, has_longer ? "\n" : NULL,
                                       has_longer ? action[1].form : NULL, NULL);
    g_auto(GStrv) forms = g_strsplit(own, "\n", -1);
    g_autofree char *between = g_strconcat("\n", before, NULL);
    g_autofree char *joined = g_strjoinv(between, forms);
    g_autofree char *form = g_strconcat(before, joined, NULL);

    line->form = line_reader_keep(parser->reader, form, strlen(form));
}

/* A series has both its rate and its count; and connections of one pair of hosts differ in their
 * ports. */
static gboolean check_series(Parser *parser, Line *line, const PlanStep *step)
{
    if (step->series.rate == 0 && step->series.count == 0)
        return TRUE;
    if (step->series.rate == 0 || step->series.count == 0) {
        line_missing(parser, line, step->series.rate == 0 ? "rate=N/s" : "count=N");
        return FALSE;
    }
    if (step->from_port == 0)
        return TRUE;
    line_error(parser, line, NULL, NULL,
               "several connections cannot have the same port of our own: leave 'from-port' out");
    return FALSE;
}

/* HOST[.N] ACTION … to the end of the line. */
static gboolean take_action(Parser *parser, Line *line, PlanStep *step)
{
    const Word *actor = line_take(parser, line, "a host");

    if (actor == NULL || !word_party(parser, line, actor, &step->actor))
        return FALSE;
    const Word *word = line_take(parser, line, "an action");
    const Action *action = word != NULL ? find_action(parser, line, word) : NULL;

    if (action == NULL || !check_actor(parser, line, actor, action, step))
        return FALSE;
    step->verb = action->verb;
    step->of_connection = action->of_connection;
    set_form(parser, line, action, step->is_when);
    return (action->operands == NULL || action->operands(parser, line, step)) &&
           line_take_options(parser, line, action->options, step) &&
           check_series(parser, line, step);
}

/* --- statements --------------------------------------------------------------------------- */

static PlanStep begin_step(const Line *line)
{
    PlanStep step = {
        .port = PORT_DEFAULT,
        .backlog = BACKLOG_DEFAULT,
        .place = line_place(line, line_word(line, 0)),
    };

    return step;
}

static void add_step(Parser *parser, const Line *line, guint first_word, PlanStep *step)
{
    step->text = line_text_from(line, first_word);
    step->line = line_text_from(line, 0);
    g_array_append_val(parser->plan->steps, *step);
}

static void take_step(Parser *parser, Line *line, guint first_word, PlanStep *step)
{
    if (take_action(parser, line, step))
        add_step(parser, line, first_word, step);
    else
        g_clear_pointer(&step->settings, g_array_unref);
}

/* `at 5s close client`: the host stands first.  TRUE, and said so. */
static gboolean is_swapped(Parser *parser, const Line *line)
{
    const Word *first = line_peek(line);
    guint host;

    if (first == NULL || line->next + 1 >= line->words->len)
        return FALSE;
    const Word *second = line_word(line, line->next + 1);

    if (plan_find_host(parser->plan, first->text, &host) ||
        !plan_find_host(parser->plan, second->text, &host))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (!word_is(first, actions[i].word))
            continue;
        g_autofree char *hint = g_strdup_printf("did you mean '%s %s'?", second->text, first->text);

        line_error(parser, line, first, hint, "'%s' is an action: the host stands before it",
                   first->text);
        return TRUE;
    }
    return FALSE;
}

/* `at 0s infect a->b`: what stands there was meant as an action, not as a host. */
static gboolean is_unknown_attack(const Line *line)
{
    const Word *words = (const Word *)(gpointer)line->words->data;

    return line->next + 1 < line->words->len && strchr(words[line->next].text, '.') == NULL &&
           strstr(words[line->next + 1].text, "->") != NULL;
}

void parse_at(Parser *parser, Line *line)
{
    static const struct {
        const char *word;
        PlanVerb verb;
        gboolean (*parse)(Parser *parser, Line *line, PlanStep *step);
    } attacks[] = {{"inject", PLAN_INJECT, parse_inject}, {"flood", PLAN_FLOOD, parse_flood}};
    static const char *const words[] = {"inject", "flood", NULL};
    PlanStep step = begin_step(line);

    if (!line_take_time(parser, line, "a time", &step.at))
        return;
    guint first_word = line->next;

    for (gsize i = 0; i < G_N_ELEMENTS(attacks); i++) {
        if (!line_take_if(line, attacks[i].word))
            continue;
        step.verb = attacks[i].verb;
        if (attacks[i].parse(parser, line, &step))
            add_step(parser, line, first_word, &step);
        return;
    }
    if (is_unknown_attack(line))
        line_unknown(parser, line, line_peek(line), "action", words);
    else if (!is_swapped(parser, line))
        take_step(parser, line, first_word, &step);
}

void parse_when(Parser *parser, Line *line)
{
    PlanStep step = begin_step(line);

    step.is_when = TRUE;
    if (!line_take_party(parser, line, "a host", &step.when) ||
        !line_take_state(parser, line, &step.state))
        return;
    if (line_take_if(line, "after") && !line_take_time(parser, line, "a time", &step.at))
        return;
    if (!is_swapped(parser, line))
        take_step(parser, line, line->next, &step);
}

/* --- help --------------------------------------------------------------------------------- */

gboolean action_help(gsize i, HelpRow *out)
{
    if (i >= G_N_ELEMENTS(actions))
        return FALSE;
    *out = (HelpRow){actions[i].form, actions[i].help};
    return TRUE;
}

gboolean action_option_help(gsize i, HelpRow *out)
{
    static const Option *const rows[] = {
        &listen_options[0],  &listen_options[1],  &listen_options[2],
        &listen_options[3],  &connect_options[1], &connect_options[2],
        &connect_options[3], &connect_options[4], &icmp_options[0]};

    if (i >= G_N_ELEMENTS(rows))
        return FALSE;
    *out = (HelpRow){rows[i]->form, rows[i]->help};
    return TRUE;
}
