/* What the connections of a host say together, for people and for programs. */
#include <string.h>

#include "cli/identify_text.h"
#include "escape/escape.h"

enum { ROWS_MOST = 40, NAMES_MOST = 3 };

static const IdentifySubject *subject_at(const IdentifyHost *host, guint i)
{
    return g_ptr_array_index(host->subjects, i);
}

static const IdentifyAnswer *answer_at(const IdentifyHost *host, guint i)
{
    return g_ptr_array_index(host->answers, i);
}

static const IdentifySum *sum_at(const IdentifyHost *host, guint i)
{
    return &g_array_index(host->sums, IdentifySum, i);
}

static const char *name_of(const IdentifyHost *host)
{
    const IdentifySubject *subject = subject_at(host, 0);

    return subject->replay->names[subject->end];
}

/* --- text --------------------------------------------------------------------------------- */

static void append_sums(GString *out, const IdentifyHost *host, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_string_append(out, i == 0 ? "" : i + 1 == count ? " or " : ", ");
        escape_terminal(sum_at(host, i)->name, out);
    }
}

/* No profile is possible in all of them. */
static void append_contradiction(GString *out, const IdentifyHost *host)
{
    const IdentifySum *best = sum_at(host, 0);

    g_string_append(out,
                    "They contradict each other: no stack here is possible in all of them. The "
                    "nearest, ");
    escape_terminal(best->name, out);
    g_string_append_printf(
        out,
        ", is so in %u, and not in connection %u. Several machines may be behind "
        "that address, or a program has set its sockets otherwise.",
        best->possible, subject_at(host, best->refuted)->flow);
}

static void append_verdict(GString *out, const IdentifyHost *host)
{
    g_autoptr(GString) text = g_string_new("Together: ");

    if (host->possible == 0) {
        append_contradiction(text, host);
    } else {
        g_string_append(text, host->possible == 1 ? "it is " : "cannot tell ");
        append_sums(text, host, host->possible);
        g_string_append(text, host->possible == 1 ? ", and no other here." : " apart.");
    }
    identify_append_paragraph(out, text->str);
}

/* "linux-6.18, linux-6.12, … 9 more" */
static void append_possible(GString *out, const IdentifyAnswer *answer)
{
    guint shown = answer->possible > NAMES_MOST + 1 ? NAMES_MOST : answer->possible;

    for (guint i = 0; i < shown; i++) {
        g_string_append(out, i > 0 ? ", " : "");
        escape_terminal(g_array_index(answer->fits, IdentifyFit, i).name, out);
    }
    if (answer->possible > shown)
        g_string_append_printf(out, ", and %u more", answer->possible - shown);
}

static void append_contribution(GString *out, const IdentifyHost *host, guint i)
{
    const IdentifyAnswer *answer = answer_at(host, i);
    guint wanted = identify_wanted(subject_at(host, i), answer);

    g_string_append_printf(out, "%12u %6u  ", subject_at(host, i)->flow, wanted);
    if (wanted == 0)
        g_string_append(out, "(no timer ran out)");
    else if (answer->possible == 0)
        g_string_append(out, "(none explains it: left out)");
    else
        append_possible(out, answer);
    g_string_append_c(out, '\n');
}

void identify_append_host_text(const IdentifyHost *host, GString *out)
{
    g_autoptr(GString) head = g_string_new(NULL);

    escape_terminal(name_of(host), head);
    g_string_append_printf(head, ": %u connections say who it is.\n", host->telling);
    g_string_append(out, head->str);
    append_verdict(out, host);
    g_string_append_printf(out, "\n%12s %6s  possible\n", "connection", "waits");
    for (guint i = 0; i < MIN(host->subjects->len, ROWS_MOST); i++)
        append_contribution(out, host, i);
    if (host->subjects->len > ROWS_MOST)
        g_string_append_printf(out, "%12s  and %u more\n", "", host->subjects->len - ROWS_MOST);
}

/* --- CSV and JSON ------------------------------------------------------------------------- */

static guint wanted_of(const IdentifyHost *host)
{
    guint wanted = 0;

    for (guint i = 0; i < host->subjects->len; i++) {
        if (identify_tells(subject_at(host, i), answer_at(host, i)))
            wanted += identify_wanted(subject_at(host, i), answer_at(host, i));
    }
    return wanted;
}

void identify_append_host_csv(const IdentifyHost *host, GString *out)
{
    for (guint i = 0; i < host->sums->len; i++) {
        const IdentifySum *sum = sum_at(host, i);

        escape_csv(name_of(host), out);
        g_string_append_printf(out, ",all,%u,", i + 1);
        escape_csv(sum->name, out);
        g_string_append_printf(out, ",%s,,%u,%u,%.3f,,,,\n", i < host->possible ? "yes" : "no",
                               sum->explained, wanted_of(host), sum->likelihood);
    }
}

static void append_json_sum(const IdentifyHost *host, const IdentifySum *sum, GString *out)
{
    g_string_append(out, "{\"profile\":");
    escape_json(sum->name, out);
    g_string_append_printf(
        out, ",\"possible_in\":%u,\"explained\":%u,\"likelihood\":%.3f,\"not_in\":", sum->possible,
        sum->explained, sum->likelihood);
    if (sum->refuted == G_MAXUINT)
        g_string_append(out, "null}");
    else
        g_string_append_printf(out, "%u}", subject_at(host, sum->refuted)->flow);
}

void identify_append_host_json(const IdentifyHost *host, GString *out)
{
    g_string_append(out, "{\"host\":");
    escape_json(name_of(host), out);
    g_string_append(out, ",\"connections\":[");
    for (guint i = 0; i < host->subjects->len; i++)
        g_string_append_printf(out, "%s%u", i > 0 ? "," : "", subject_at(host, i)->flow);
    g_string_append_printf(out, "],\"telling\":%u,\"waits\":%u,\"contradiction\":%s,\"possible\":[",
                           host->telling, wanted_of(host), host->possible == 0 ? "true" : "false");
    for (guint i = 0; i < host->possible; i++) {
        g_string_append(out, i > 0 ? "," : "");
        escape_json(sum_at(host, i)->name, out);
    }
    g_string_append(out, "],\"profiles\":[");
    for (guint i = 0; i < host->sums->len; i++) {
        g_string_append(out, i > 0 ? "," : "");
        append_json_sum(host, sum_at(host, i), out);
    }
    g_string_append(out, "]}\n");
}
