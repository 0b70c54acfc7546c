/* `at TIME flood FROM->TO SEGMENT rate=N/s count=N …`: forged segments by the thousand. */
#include <string.h>

#include "scenario/forged.h"

/* What a packet of 65,535 bytes has room for behind two headers of 20 bytes and the MSS option. */
enum { SYN_LENGTH_MAX = 65535 - 20 - 20 - 4 };

/* What the options fill; begins as an inject's, whose options it shares. */
typedef struct FloodDraft {
    ForgedDraft forged;
    PlanFlood flood;
} FloodDraft;

/* --- options ------------------------------------------------------------------------------ */

static gboolean option_rate(Parser *parser, const Line *line, const Word *value, void *into)
{
    return word_rate(parser, line, value, &((FloodDraft *)into)->flood.series.rate);
}

static gboolean option_count(Parser *parser, const Line *line, const Word *value, void *into)
{
    return word_number(parser, line, value, 1, G_MAXUINT32,
                       &((FloodDraft *)into)->flood.series.count);
}

static gboolean option_step(Parser *parser, const Line *line, const Word *value, void *into)
{
    guint64 step;

    if (!word_number(parser, line, value, 1, G_MAXUINT32, &step))
        return FALSE;
    ((FloodDraft *)into)->flood.step = (guint32)step;
    return TRUE;
}

static gboolean option_spoofed(Parser *parser, const Line *line, const Word *value, void *into)
{
    FloodDraft *draft = into;

    if (!word_is(value, "spoofed")) {
        line_error(parser, line, value, NULL, "'spoofed' stands alone, without a value");
        return FALSE;
    }
    if (draft->flood.spoofed) {
        line_error(parser, line, value, NULL, "'spoofed' stands twice on this line");
        return FALSE;
    }
    draft->flood.spoofed = TRUE;
    return TRUE;
}

static const Option options[] = {
    {"rate", "rate=N/s", "how many leave in a second; the k-th, from 0, leaves k/N seconds later",
     option_rate},
    {"count", "count=N", "how many leave", option_count},
    {"spoofed", "spoofed", "each has a source address of its own, that of no host", option_spoofed},
    {"as", "as=HOST", "where they really come from; FROM when not given", forged_as},
    {"flags", "flags=SYN,ACK", "as of inject", forged_flags},
    {"seq", "seq=N|HOST.VARIABLE|random",
     "drawn for each SYN, and of others as of inject, when not given; a variable is read once, "
     "when "
     "the flood begins",
     forged_seq},
    {"step", "step=N", "each has N more than the one before; seq is the first one's", option_step},
    {"ack", "ack=N|HOST.VARIABLE|random", "likewise, and sets ACK", forged_ack},
    {"win", "win=N", "the window field; 65535 when not given", forged_win},
    {"len", "len=N", "bytes of data; 1 for DATA and 0 otherwise when not given", forged_len},
    {"from-port", "from-port=N",
     "drawn for each SYN and whatever is spoofed, else that of the connection, when not given",
     forged_from_port},
    {"port", "port=N", "80 for SYN, else that of the connection, when not given", forged_port},
    {0},
};

/* --- the statement ------------------------------------------------------------------------ */

static const Word *word_of_option(const Line *line, const char *name)
{
    for (guint i = 0; i < line->words->len; i++) {
        const Word *word = line_word(line, i);

        if (word->equals == (gssize)strlen(name) && g_str_has_prefix(word->text, name))
            return word;
    }
    return NULL;
}

static gboolean check_length(Parser *parser, const Line *line, const PlanInject *segment)
{
    if (!(segment->flags & TCP_SYN) || segment->length <= SYN_LENGTH_MAX)
        return TRUE;
    const Word *word = word_of_option(line, "len");
    gsize from = (gsize)word->equals + 1;
    Word value = word_part(parser, word, from, word->length - from);

    line_error(parser, line, &value, NULL,
               "'%s' is out of range: a flooded SYN carries mss 1460, which leaves room for %d",
               shown(parser, &value), SYN_LENGTH_MAX);
    return FALSE;
}

static gboolean check(Parser *parser, Line *line, const FloodDraft *draft)
{
    if (draft->flood.series.rate == 0 || draft->flood.series.count == 0) {
        line_missing(parser, line, draft->flood.series.rate == 0 ? "rate=N/s" : "count=N");
        return FALSE;
    }
    if (draft->flood.spoofed && word_of_option(line, "as") != NULL) {
        line_error(parser, line, word_of_option(line, "as"),
                   "FROM is where a spoofed flood comes from: write flood HOST->TO SEGMENT spoofed",
                   "'as' cannot stand beside 'spoofed'");
        return FALSE;
    }
    return check_length(parser, line, &draft->forged.inject);
}

gboolean parse_flood(Parser *parser, Line *line, PlanStep *step)
{
    FloodDraft draft = {0};
    const Word *ends = line_peek(line);

    line->form =
        "at TIME flood FROM->TO SEGMENT rate=N/s count=N [spoofed] [as=HOST] [flags=FLAGS] "
        "[seq=N] [step=N] [ack=N] [win=N] [len=N] [from-port=N] [port=N]";
    if (!forged_take_segment(parser, line, &draft.forged) ||
        !line_take_options(parser, line, options, &draft) || !check(parser, line, &draft) ||
        !forged_finish(parser, line, ends, &draft.forged))
        return FALSE;
    step->actor.host = draft.forged.inject.as;
    step->flood = draft.flood;
    step->flood.segment = draft.forged.inject;
    step->flood.class = draft.forged.class;
    return TRUE;
}

gboolean flood_option_help(gsize i, HelpRow *out)
{
    if (i >= G_N_ELEMENTS(options) - 1)
        return FALSE;
    *out = (HelpRow){options[i].form, options[i].help};
    return TRUE;
}
