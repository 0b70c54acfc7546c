/* The numbers of a close by the letters of textbooks: u, v, w. */
#include "plot/letters.h"

/* The number that a segment's FIN takes. */
static guint32 fin_of(const TraceEvent *sent)
{
    return sent->segment.seen->seq + sent->segment.seen->segment.length;
}

static gboolean has_flag(const TraceEvent *sent, guint8 flag)
{
    return (sent->segment.seen->segment.flags & flag) != 0;
}

/* Reads the segments in order: the first FIN is u's, the first of the other end that acknowledges it v's, its own
 * FIN w's. */
void plot_letters_read(PlotLetters *letters, const TraceEvent *sent)
{
    if (sent->segment.injected || has_flag(sent, TCP_RST))
        return;
    if (letters->from == 0 && has_flag(sent, TCP_FIN)) {
        *letters = (PlotLetters){.from = sent->id,
                                 .flow = sent->segment.seen->flow,
                                 .closer = sent->host,
                                 .u = fin_of(sent)};
        return;
    }
    if (letters->from == 0 || sent->segment.seen->flow != letters->flow ||
        sent->host == letters->closer)
        return;
    if (!letters->has_v && sent->segment.seen->ack == letters->u + 1) {
        letters->has_v = TRUE;
        letters->v = sent->segment.seen->seq;
    }
    if (letters->w_from == 0 && has_flag(sent, TCP_FIN)) {
        letters->w_from = sent->id;
        letters->w = fin_of(sent);
    }
}

static gboolean append(const char *field, guint32 number, const char *letter, guint32 base,
                       GString *out)
{
    if (number - base > 1)
        return FALSE;
    g_string_append_printf(out, "%s%s=%s%s", out->len > 0 ? " " : "", field, letter,
                           number == base ? "" : "+1");
    return TRUE;
}

/* A number of the end that closes second: v until its FIN is out, as the two may be one. */
static void append_second(const PlotLetters *letters, const char *field, guint32 number, TraceId at,
                          GString *out)
{
    if (letters->w_from != 0 && at >= letters->w_from &&
        append(field, number, "w", letters->w, out))
        return;
    if (letters->has_v && number == letters->v)
        (void)append(field, number, "v", letters->v, out);
}

void plot_letters_write(const PlotLetters *letters, const TraceEvent *sent, GString *out)
{
    const TraceSeen *seen = sent->segment.seen;
    g_autoptr(GString) said = g_string_new(NULL);

    if (letters->from == 0 || sent->id < letters->from || seen->flow != letters->flow ||
        has_flag(sent, TCP_RST))
        return;
    if (sent->host == letters->closer) {
        (void)append("seq", seen->seq, "u", letters->u, said);
        append_second(letters, "ack", seen->ack, sent->id, said);
    } else {
        append_second(letters, "seq", seen->seq, sent->id, said);
        (void)append("ack", seen->ack, "u", letters->u, said);
    }
    if (said->len > 0)
        g_string_append_printf(out, " (%s)", said->str);
}
