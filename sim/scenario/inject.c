/* `at TIME inject FROM->TO SEGMENT …`: a segment that no TCP sent, made by hand. */
#include "scenario/forged.h"

#include <string.h>

enum { WINDOW_DEFAULT = -1, PORT_OF_CONNECTION = -1 };

/* --- flags -------------------------------------------------------------------------------- */

static guint8 flag_named(const char *name)
{
    for (guint bit = 0; bit < TCP_FLAG_COUNT; bit++)
        if (strcmp(tcp_flag_name(bit), name) == 0)
            return (guint8)(1U << bit);
    return 0;
}

/* As tcpdump writes them. */
static guint8 flag_lettered(char letter)
{
    static const char letters[] = "FSRP.UEW";
    const char *place = letter != '\0' ? strchr(letters, letter) : NULL;

    if (place == NULL)
        return 0;
    return (guint8)(1U << (place - letters));
}

/* "S." and "FP."; FALSE when one of the letters is none. */
static gboolean read_letters(const char *text, guint8 *flags)
{
    *flags = 0;
    for (; *text != '\0'; text++) {
        guint8 flag = flag_lettered(*text);

        if (flag == 0 || (*flags & flag) != 0)
            return FALSE;
        *flags |= flag;
    }
    return TRUE;
}

/* "SYN,ACK" or "SYN+ACK". */
static gboolean read_flag_names(Parser *parser, const Line *line, const Word *value, guint8 *flags)
{
    g_auto(GStrv) names = g_strsplit_set(value->text, ",+", -1);

    *flags = 0;
    for (guint i = 0; names[i] != NULL; i++) {
        const char *words[TCP_FLAG_COUNT + 2] = {NULL};
        Word name = *value;
        guint8 flag = flag_named(names[i]);

        *flags |= flag;
        if (flag != 0)
            continue;
        for (guint bit = 0; bit < TCP_FLAG_COUNT; bit++)
            words[bit] = tcp_flag_name(bit);
        words[TCP_FLAG_COUNT] = "none";
        name.text = names[i];
        line_unknown(parser, line, &name, "flag", words);
        return FALSE;
    }
    return TRUE;
}

gboolean word_flags(Parser *parser, const Line *line, const Word *word, guint8 *out)
{
    if (strcmp(word->text, "none") == 0) {
        *out = 0;
        return TRUE;
    }
    return read_letters(word->text, out) || read_flag_names(parser, line, word, out);
}

gboolean forged_flags(Parser *parser, const Line *line, const Word *value, void *into)
{
    ForgedDraft *draft = into;

    draft->has_flags = TRUE;
    return word_flags(parser, line, value, &draft->inject.flags);
}

/* --- seq and ack -------------------------------------------------------------------------- */

/* A part of the value whose errors mark the value as a whole. */
Word forged_part(Parser *parser, const Word *value, gsize from, gsize length)
{
    Word part = word_part(parser, value, from, length);

    part.column = value->column;
    part.width = value->width;
    return part;
}

/* "+100" or "-1" at the end of a variable; FALSE after an error. */
static gboolean read_plus(Parser *parser, const Line *line, const Word *sign, gint64 *plus)
{
    Word digits = forged_part(parser, sign, 1, sign->length - 1);
    guint64 number;

    if (!word_number(parser, line, &digits, 0, G_MAXUINT32, &number))
        return FALSE;
    *plus = sign->text[0] == '-' ? -(gint64)number : (gint64)number;
    return TRUE;
}

static gboolean read_variable_name(Parser *parser, const Line *line, const Word *name,
                                   PlanVariable *out)
{
    const char *words[PLAN_VARIABLE_COUNT + 1] = {NULL};

    for (guint i = 0; i < PLAN_VARIABLE_COUNT; i++) {
        words[i] = plan_variable_name((PlanVariable)i);
        if (strcmp(name->text, words[i]) == 0) {
            *out = (PlanVariable)i;
            return TRUE;
        }
    }
    line_unknown(parser, line, name, "variable", words);
    return FALSE;
}

/* HOST[.N].VARIABLE[+N|-N] */
static gboolean read_variable(Parser *parser, const Line *line, const Word *value, PlanNumber *out)
{
    const char *dot = strrchr(value->text, '.');
    gsize before = (gsize)(dot - value->text);
    gsize name_length = strcspn(dot + 1, "+-");
    Word party = forged_part(parser, value, 0, before);
    Word name = forged_part(parser, value, before + 1, name_length);

    out->kind = PLAN_NUMBER_VARIABLE;
    if (!word_party(parser, line, &party, &out->party) ||
        !read_variable_name(parser, line, &name, &out->variable))
        return FALSE;
    gsize sign = before + 1 + name_length;

    if (sign == value->length)
        return TRUE;
    Word plus = forged_part(parser, value, sign, value->length - sign);

    return read_plus(parser, line, &plus, &out->plus);
}

gboolean forged_sequence(Parser *parser, const Line *line, const Word *value, PlanNumber *out)
{
    guint64 literal;

    if (strcmp(value->text, "random") == 0) {
        out->kind = PLAN_NUMBER_RANDOM;
        return TRUE;
    }
    if (strchr(value->text, '.') != NULL)
        return read_variable(parser, line, value, out);
    if (!g_ascii_isdigit(value->text[0])) {
        line_error(parser, line, value, "1000, client.snd_nxt+100, client.2.rcv_nxt or random",
                   "'%s' is no sequence number", shown(parser, value));
        return FALSE;
    }
    if (!word_number(parser, line, value, 0, G_MAXUINT32, &literal))
        return FALSE;
    out->kind = PLAN_NUMBER_LITERAL;
    out->literal = (guint32)literal;
    return TRUE;
}

gboolean forged_seq(Parser *parser, const Line *line, const Word *value, void *into)
{
    return forged_sequence(parser, line, value, &((ForgedDraft *)into)->inject.seq);
}

gboolean forged_ack(Parser *parser, const Line *line, const Word *value, void *into)
{
    return forged_sequence(parser, line, value, &((ForgedDraft *)into)->inject.ack);
}

/* --- the other options -------------------------------------------------------------------- */

gboolean forged_as(Parser *parser, const Line *line, const Word *value, void *into)
{
    return word_host(parser, line, value, &((ForgedDraft *)into)->inject.as);
}

gboolean forged_win(Parser *parser, const Line *line, const Word *value, void *into)
{
    guint64 window;

    if (!word_number(parser, line, value, 0, 65535, &window))
        return FALSE;
    ((ForgedDraft *)into)->inject.window = (gint64)window;
    return TRUE;
}

gboolean forged_len(Parser *parser, const Line *line, const Word *value, void *into)
{
    ForgedDraft *draft = into;
    guint64 length;

    if (!word_number(parser, line, value, 0, FORGED_LENGTH_MAX, &length))
        return FALSE;
    draft->inject.length = (guint32)length;
    draft->has_length = TRUE;
    return TRUE;
}

static gboolean read_port(Parser *parser, const Line *line, const Word *value, gint32 *out)
{
    guint64 port;

    if (!word_number(parser, line, value, 1, 65535, &port))
        return FALSE;
    *out = (gint32)port;
    return TRUE;
}

gboolean forged_from_port(Parser *parser, const Line *line, const Word *value, void *into)
{
    return read_port(parser, line, value, &((ForgedDraft *)into)->inject.from_port);
}

gboolean forged_port(Parser *parser, const Line *line, const Word *value, void *into)
{
    return read_port(parser, line, value, &((ForgedDraft *)into)->inject.to_port);
}

static gboolean option_conn(Parser *parser, const Line *line, const Word *value, void *into)
{
    guint64 number;

    if (!word_number(parser, line, value, 1, G_MAXUINT32, &number))
        return FALSE;
    ((ForgedDraft *)into)->inject.conn = (guint)number;
    return TRUE;
}

/* --- all of them -------------------------------------------------------------------------- */

static const Option options[] = {
    {"as", "as=HOST", "where it really comes from; FROM when not given", forged_as},
    {"flags", "flags=SYN,ACK",
     "names or tcpdump's letters (S. FP.), or none; SEGMENT's own when "
     "not given",
     forged_flags},
    {"seq", "seq=N|HOST.VARIABLE|random",
     "what FROM would send next when not given; VARIABLE: "
     "snd_una snd_nxt snd_wnd rcv_nxt rcv_wnd iss irs, then +N or -N if wanted",
     forged_seq},
    {"ack", "ack=N|HOST.VARIABLE|random", "likewise, and sets ACK; what FROM would acknowledge",
     forged_ack},
    {"win", "win=N", "the window field; 65535 when not given", forged_win},
    {"len", "len=N", "bytes of data; 1 for DATA and 0 otherwise when not given", forged_len},
    {"from-port", "from-port=N", "that of the connection when not given", forged_from_port},
    {"port", "port=N", "that of the connection when not given", forged_port},
    {"conn", "conn=N",
     "FROM's connection whose ports and numbers it borrows; the newest when not "
     "given",
     option_conn},
    {"mss", "mss=N", "the option maximum segment size; like those below none when not given",
     forged_mss},
    {"wscale", "wscale=N", "the option window scale, 0 to 14", forged_wscale},
    {"sackok", "sackok", "the option SACK permitted", forged_sackok},
    {"ts", "ts=VAL[,ECR]", "the option timestamps; ECR 0 when not given", forged_ts},
    {"sack", "sack=LEFT:RIGHT[,…]", "the option SACK, each end as in seq=", forged_sack},
    {"order", "order=mss,nop,ts,253:ff",
     "how they stand in the header: the names of those above, nop, eol, others as kind and value "
     "in "
     "hexadecimal digits; as Linux has them when not given",
     forged_order},
    {0},
};

/* --- the statement ------------------------------------------------------------------------ */

static const guint8 class_flags[] = {
    [SEGMENT_RST] = TCP_RST,
    [SEGMENT_SYN_ACK] = TCP_SYN | TCP_ACK,
    [SEGMENT_SYN] = TCP_SYN,
    [SEGMENT_FIN] = TCP_FIN | TCP_ACK,
    [SEGMENT_DATA] = TCP_PSH | TCP_ACK,
    [SEGMENT_ACK] = TCP_ACK,
};

static gboolean take_segment(Parser *parser, Line *line, SegmentClass *class)
{
    const Word *word = line_peek(line);

    if (!line_take_class(parser, line, class))
        return FALSE;
    if (*class != SEGMENT_ANY)
        return TRUE;
    line_error(parser, line, word, "one of RST, SYN-ACK, SYN, FIN, DATA or ACK",
               "'any' names no segment that could be made");
    return FALSE;
}

gboolean forged_take_segment(Parser *parser, Line *line, ForgedDraft *draft)
{
    PlanInject *inject = &draft->inject;

    *inject = (PlanInject){
        .window = WINDOW_DEFAULT, .from_port = PORT_OF_CONNECTION, .to_port = PORT_OF_CONNECTION};
    if (!line_take_arrow(parser, line, &inject->from, &inject->to) ||
        !take_segment(parser, line, &draft->class))
        return FALSE;
    inject->as = inject->from;
    inject->flags = class_flags[draft->class];
    return TRUE;
}

gboolean forged_finish(Parser *parser, const Line *line, const Word *ends, ForgedDraft *draft)
{
    PlanInject *inject = &draft->inject;

    if (inject->ack.kind != PLAN_NUMBER_DEFAULT && !draft->has_flags)
        inject->flags |= TCP_ACK;
    if (draft->class == SEGMENT_DATA && !draft->has_length)
        inject->length = 1;
    if (inject->as == inject->to) {
        line_error(parser, line, ends, "as=HOST names the host that it really comes from",
                   "'%s' would send this segment to itself",
                   g_array_index(parser->plan->hosts, PlanHost, inject->to).name);
        return FALSE;
    }
    need_route(parser, line, ends, inject->as, inject->to, FALSE);
    return TRUE;
}

gboolean parse_inject(Parser *parser, Line *line, PlanStep *step)
{
    ForgedDraft draft = {0};
    const Word *ends = line_peek(line);

    line->form =
        "at TIME inject FROM->TO SEGMENT [as=HOST] [flags=FLAGS] [seq=N] [ack=N] [win=N] "
        "[len=N] [from-port=N] [port=N] [conn=N] [mss=N] [wscale=N] [sackok] [ts=VAL[,ECR]] "
        "[sack=LEFT:RIGHT[,…]] [order=LIST]";
    if (!forged_take_segment(parser, line, &draft) ||
        !line_take_options(parser, line, options, &draft) ||
        !forged_finish(parser, line, ends, &draft) ||
        !forged_list_options(parser, line, ends, &draft))
        return FALSE;
    step->actor.host = draft.inject.as;
    step->inject = draft.inject;
    return TRUE;
}

gboolean inject_option_help(gsize i, HelpRow *out)
{
    if (i >= G_N_ELEMENTS(options) - 1)
        return FALSE;
    *out = (HelpRow){options[i].form, options[i].help};
    return TRUE;
}
