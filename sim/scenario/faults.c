/* The faults: which segments of a sender are dropped, duplicated, corrupted or delayed. */
#include <string.h>

#include "scenario/parser.h"

static const char select_hint[] = "SELECT is one of #1, #2..4, #3.., #1,4 or all";

/* --- SELECT ------------------------------------------------------------------------------- */

/* Reads the digits at *at; FALSE when there are none. */
static gboolean read_ordinal(const char **at, guint64 *out)
{
    const char *begin = *at;

    *out = 0;
    for (; g_ascii_isdigit(**at); (*at)++)
        *out = MIN(*out * 10 + (guint64)g_ascii_digit_value(**at), G_MAXUINT32);
    return *at > begin;
}

/* N, N..M or N.. */
static gboolean read_range(const char **at, guint64 *first, guint64 *last)
{
    if (!read_ordinal(at, first))
        return FALSE;
    *last = *first;
    if (!g_str_has_prefix(*at, ".."))
        return TRUE;
    *at += 2;
    if (!read_ordinal(at, last))
        *last = G_MAXUINT32;
    return **at == ',' || **at == '\0';
}

/* Why a range is wrong that reads well; NULL: it is right. */
static const char *range_fault(guint64 first, guint64 last, const char *open_end)
{
    if (first == 0 || last == 0)
        return "segments are counted from #1";
    if (first >= G_MAXUINT32 || (last >= G_MAXUINT32 && !g_str_has_suffix(open_end, "..")))
        return "no run sends so many segments";
    return last < first ? "the range ends before it begins" : NULL;
}

static gboolean add_range(FaultRule *rule, guint64 first, guint64 last)
{
    if (rule->range_count == FAULT_RANGES_MAX)
        return FALSE;
    rule->ranges[rule->range_count].first = (guint32)first;
    rule->ranges[rule->range_count].last = (guint32)last;
    rule->range_count++;
    return TRUE;
}

static void bad_select(Parser *parser, const Line *line, const Word *word)
{
    if (g_ascii_isdigit(word->text[0])) {
        g_autofree char *hint = g_strdup_printf("did you mean '#%s'?", shown(parser, word));

        line_error(parser, line, word, hint, "a selection begins with '#', unlike '%s'",
                   shown(parser, word));
        return;
    }
    /* "#2-4" is what people write who have not read that it is "#2..4". */
    g_auto(GStrv) ends = g_strsplit(word->text, "-", 2);
    g_autofree char *range = ends[0] != NULL && ends[1] != NULL
                                 ? g_strdup_printf("did you mean '%s..%s'?", ends[0], ends[1])
                                 : NULL;

    line_error(parser, line, word, range != NULL ? range : select_hint, "'%s' selects no segments",
               shown(parser, word));
}

/* #RANGE,RANGE,… */
static gboolean read_ranges(Parser *parser, const Line *line, const Word *word, FaultRule *rule)
{
    const char *at = word->text;

    do {
        const char *begin = ++at; /* behind the '#' or the ',' */
        guint64 first, last;

        if (!read_range(&at, &first, &last)) {
            bad_select(parser, line, word);
            return FALSE;
        }
        g_autofree char *range = g_strndup(begin, (gsize)(at - begin));
        const char *fault = range_fault(first, last, range);

        if (fault != NULL) {
            line_error(parser, line, word, select_hint, "'%s' selects nothing: %s",
                       shown(parser, word), fault);
            return FALSE;
        }
        if (!add_range(rule, first, last)) {
            line_error(parser, line, word, NULL, "more than %d ranges in one selection",
                       FAULT_RANGES_MAX);
            return FALSE;
        }
    } while (*at == ',');
    if (*at != '\0')
        bad_select(parser, line, word);
    return *at == '\0';
}

static gboolean take_select(Parser *parser, Line *line, FaultRule *rule)
{
    const Word *word = line_take(parser, line, "which segments (#1, #2..4, #3.., #1,4 or all)");

    if (word == NULL)
        return FALSE;
    if (word_is(word, "all"))
        return add_range(rule, 1, G_MAXUINT32);
    if (word->text[0] == '#' && !word->quoted)
        return read_ranges(parser, line, word, rule);
    bad_select(parser, line, word);
    return FALSE;
}

/* --- by, from … to ------------------------------------------------------------------------ */

static gboolean take_by(Parser *parser, Line *line, FaultRule *rule)
{
    return line_take_time(parser, line, "a time", &rule->delay_by);
}

static gboolean take_from(Parser *parser, Line *line, FaultRule *rule)
{
    if (!line_take_time(parser, line, "a time", &rule->from) || !line_expect(parser, line, "to"))
        return FALSE;
    const Word *to = line_peek(line);

    if (!line_take_time(parser, line, "a time", &rule->to))
        return FALSE;
    if (rule->from < rule->to)
        return TRUE;
    line_error(parser, line, to, "from T1 to T2: at T1 and later, and before T2",
               "'%s' is not later than the time behind 'from'", shown(parser, to));
    return FALSE;
}

static const struct {
    const char *word;
    gboolean delay_only, required;
    gboolean (*take)(Parser *parser, Line *line, FaultRule *rule);
} clauses[] = {
    {"by", TRUE, TRUE, take_by},
    {"from", FALSE, FALSE, take_from},
};

/* The line ends here, or goes on with what is no clause: is something missing, or too much? */
static gboolean no_clause(Parser *parser, Line *line, const FaultRule *rule, guint seen)
{
    for (guint i = 0; i < G_N_ELEMENTS(clauses); i++)
        if (clauses[i].required && (seen & 1U << i) == 0 && rule->kind == FAULT_DELAY)
            return line_expect(parser, line, clauses[i].word);
    return line_done(parser, line);
}

/* Takes one clause of the rest; FALSE after an error. */
static gboolean take_clause(Parser *parser, Line *line, FaultRule *rule, guint *seen)
{
    for (guint i = 0; i < G_N_ELEMENTS(clauses); i++) {
        const Word *word = line_peek(line);

        if (!word_is(word, clauses[i].word) || (clauses[i].delay_only && rule->kind != FAULT_DELAY))
            continue;
        if ((*seen & 1U << i) != 0) {
            line_error(parser, line, word, NULL, "'%s' stands twice on this line", word->text);
            return FALSE;
        }
        *seen |= 1U << i;
        line->next++;
        return clauses[i].take(parser, line, rule);
    }
    return no_clause(parser, line, rule, *seen);
}

static gboolean take_clauses(Parser *parser, Line *line, FaultRule *rule)
{
    guint seen = 0;

    while (line_peek(line) != NULL)
        if (!take_clause(parser, line, rule, &seen))
            return FALSE;
    return no_clause(parser, line, rule, seen);
}

/* --- the statement ------------------------------------------------------------------------ */

static FaultKind kind_of(const Line *line)
{
    const Word *verb = line_word(line, 0);
    FaultKind kind = FAULT_DROP;

    while (kind < FAULT_KIND_COUNT && !word_is(verb, fault_kind_name(kind)))
        kind++;
    g_assert(kind < FAULT_KIND_COUNT);
    return kind;
}

static gboolean take_sender(Parser *parser, Line *line, guint32 *sender)
{
    const Word *word = line_take(parser, line, "the host that sends");
    PlanParty party;

    if (word == NULL || !word_party(parser, line, word, &party))
        return FALSE;
    *sender = party.host;
    if (party.number == 0)
        return TRUE;
    line_error(parser, line, word, NULL, "faults count over all connections of a host: write '%s'",
               g_array_index(parser->plan->hosts, PlanHost, party.host).name);
    return FALSE;
}

void parse_fault(Parser *parser, Line *line)
{
    PlanFault fault = {.place = line_place(line, line_word(line, 0))};

    fault.rule.kind = kind_of(line);
    fault.rule.to = SIM_NEVER;
    if (!take_sender(parser, line, &fault.rule.sender) ||
        !line_take_class(parser, line, &fault.rule.class) ||
        !take_select(parser, line, &fault.rule) || !take_clauses(parser, line, &fault.rule))
        return;
    fault.text = line_text_from(line, 0);
    g_array_append_val(parser->plan->faults, fault);
}
