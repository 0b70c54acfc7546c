/* `at TIME inject FROM->TO SEGMENT …`: a segment that no TCP sent, made by hand. */
#include "scenario/forged.h"

#include <string.h>

enum { WINDOW_DEFAULT = -1, PORT_OF_CONNECTION = -1, LENGTH_MAX = 65495 };

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
static Word value_part(Parser *parser, const Word *value, gsize from, gsize length)
{
    Word part = word_part(parser, value, from, length);

    part.column = value->column;
    part.width = value->width;
    return part;
}

/* "+100" or "-1" at the end of a variable; FALSE after an error. */
static gboolean read_plus(Parser *parser, const Line *line, const Word *sign, gint64 *plus)
{
    Word digits = value_part(parser, sign, 1, sign->length - 1);
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
    Word party = value_part(parser, value, 0, before);
    Word name = value_part(parser, value, before + 1, name_length);

    out->kind = PLAN_NUMBER_VARIABLE;
    if (!word_party(parser, line, &party, &out->party) ||
        !read_variable_name(parser, line, &name, &out->variable))
        return FALSE;
    gsize sign = before + 1 + name_length;

    if (sign == value->length)
        return TRUE;
    Word plus = value_part(parser, value, sign, value->length - sign);

    return read_plus(parser, line, &plus, &out->plus);
}

static gboolean read_sequence(Parser *parser, const Line *line, const Word *value, PlanNumber *out)
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
    return read_sequence(parser, line, value, &((ForgedDraft *)into)->inject.seq);
}

gboolean forged_ack(Parser *parser, const Line *line, const Word *value, void *into)
{
    return read_sequence(parser, line, value, &((ForgedDraft *)into)->inject.ack);
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

    if (!word_number(parser, line, value, 0, LENGTH_MAX, &length))
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

/* --- TCP options -------------------------------------------------------------------------- */

enum { OPTIONS_BYTES_MAX = 40, SHIFT_MAX = 14 };

static SegmentOptions *options_of(void *into)
{
    return &((ForgedDraft *)into)->inject.options;
}

static gboolean option_mss(Parser *parser, const Line *line, const Word *value, void *into)
{
    guint64 mss;

    if (!word_number(parser, line, value, 0, 65535, &mss))
        return FALSE;
    options_of(into)->mss = (guint16)mss;
    options_of(into)->present |= OPTION_MSS;
    return TRUE;
}

static gboolean option_wscale(Parser *parser, const Line *line, const Word *value, void *into)
{
    guint64 shift;

    if (!word_number(parser, line, value, 0, SHIFT_MAX, &shift))
        return FALSE;
    options_of(into)->window_scale = (guint8)shift;
    options_of(into)->present |= OPTION_WINDOW_SCALE;
    return TRUE;
}

static gboolean option_sackok(Parser *parser, const Line *line, const Word *value, void *into)
{
    (void)parser;
    (void)line;
    (void)value;
    options_of(into)->present |= OPTION_SACK_PERMITTED;
    return TRUE;
}

/* VAL or VAL,ECR */
static gboolean option_ts(Parser *parser, const Line *line, const Word *value, void *into)
{
    const char *comma = strchr(value->text, ',');
    gsize before = comma != NULL ? (gsize)(comma - value->text) : value->length;
    Word val = value_part(parser, value, 0, before);
    Word ecr =
        comma != NULL ? value_part(parser, value, before + 1, value->length - before - 1) : val;
    guint64 numbers[2] = {0};

    if (!word_number(parser, line, &val, 0, G_MAXUINT32, &numbers[0]) ||
        (comma != NULL && !word_number(parser, line, &ecr, 0, G_MAXUINT32, &numbers[1])))
        return FALSE;
    options_of(into)->ts_val = (guint32)numbers[0];
    options_of(into)->ts_ecr = (guint32)numbers[1];
    options_of(into)->present |= OPTION_TIMESTAMPS;
    return TRUE;
}

/* LEFT:RIGHT */
static gboolean read_block(Parser *parser, const Line *line, const Word *block, PlanNumber *ends)
{
    const char *colon = strchr(block->text, ':');

    if (colon == NULL) {
        line_error(parser, line, block,
                   "LEFT:RIGHT[,LEFT:RIGHT…], each as in seq=", "'%s' is no SACK block",
                   shown(parser, block));
        return FALSE;
    }
    gsize before = (gsize)(colon - block->text);
    Word left = value_part(parser, block, 0, before);
    Word right = value_part(parser, block, before + 1, block->length - before - 1);

    return read_sequence(parser, line, &left, &ends[0]) &&
           read_sequence(parser, line, &right, &ends[1]);
}

static gboolean option_sack(Parser *parser, const Line *line, const Word *value, void *into)
{
    PlanInject *inject = &((ForgedDraft *)into)->inject;
    guint count = 0;

    for (gsize from = 0, length; from <= value->length; from += length + 1) {
        length = strcspn(value->text + from, ",");
        Word block = value_part(parser, value, from, length);

        if (count == SEGMENT_SACK_MAX) {
            line_error(parser, line, value, NULL, "a segment has room for %d SACK blocks",
                       SEGMENT_SACK_MAX);
            return FALSE;
        }
        if (!read_block(parser, line, &block, &inject->sacked[2 * count++]))
            return FALSE;
    }
    inject->options.sack_count = (guint8)count;
    inject->options.present |= OPTION_SACK;
    return TRUE;
}

static gboolean has_room(Parser *parser, const Line *line, const Word *ends,
                         const PlanInject *inject)
{
    guint bytes = (guint)segment_options_bytes(&inject->options);

    if (bytes <= OPTIONS_BYTES_MAX && inject->length + bytes <= LENGTH_MAX)
        return TRUE;
    line_error(parser, line, ends, NULL,
               bytes > OPTIONS_BYTES_MAX
                   ? "its options take %u bytes, and a header has room for 40"
                   : "its options take %u bytes, which makes it longer than an IP packet can be",
               bytes);
    return FALSE;
}

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
     option_mss},
    {"wscale", "wscale=N", "the option window scale, 0 to 14", option_wscale},
    {"sackok", "sackok", "the option SACK permitted", option_sackok},
    {"ts", "ts=VAL[,ECR]", "the option timestamps; ECR 0 when not given", option_ts},
    {"sack", "sack=LEFT:RIGHT[,…]", "the option SACK, each end as in seq=", option_sack},
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
        "[sack=LEFT:RIGHT[,…]]";
    if (!forged_take_segment(parser, line, &draft) ||
        !line_take_options(parser, line, options, &draft) ||
        !forged_finish(parser, line, ends, &draft) || !has_room(parser, line, ends, &draft.inject))
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
