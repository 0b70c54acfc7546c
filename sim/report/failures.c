/* What is said of failures. */
#include "report/failures.h"

#include "escape/escape.h"

guint failures_count(const GPtrArray *results)
{
    guint failures = 0;

    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        failures += result->ok || result->is_out_of_reach ? 0 : 1;
    }
    return failures;
}

const FailureWords *failure_words(const ExpectResult *result)
{
    static const FailureWords words[] = {
        [EXPECT_ABOUT_RUN] = {"expected", "happened", "expectation failed", "expectation"},
        [EXPECT_ABOUT_TIMING] = {"was", "is", "its table says otherwise", "table"},
        [EXPECT_ABOUT_LINE] = {"expected", "happened", "a line without effect", "line"},
    };

    return &words[result->about];
}

char *failure_why(const char *again, const char *file, const ExpectResult *result)
{
    if (result->event == 0)
        return NULL;

    GString *out = g_string_new(again);

    g_string_append_printf(out, " --why %u ", result->event);
    escape_shell(file, out);
    return g_string_free(out, FALSE);
}

static void append_place(GString *out, const SourcePlace *place, const char *file)
{
    escape_terminal(place->file != NULL ? place->file : file, out);
    if (place->line != 0)
        g_string_append_printf(out, ":%u", place->line);
}

/* "    expected: 3 SYNs" */
static void append_side(GString *out, const char *word, const char *text)
{
    g_autofree char *head = g_strconcat(word, ":", NULL);

    g_string_append_printf(out, "    %-9s ", head);
    escape_terminal(text, out);
    g_string_append_c(out, '\n');
}

void failure_append(GString *out, const char *again, const char *file, const ExpectResult *result)
{
    g_autofree char *why = failure_why(again, file, result);

    g_string_append(out, "  ");
    append_place(out, &result->place, file);
    g_string_append(out, ": ");
    escape_terminal(result->text, out);
    g_string_append_c(out, '\n');
    append_side(out, failure_words(result)->expected, result->expected);
    append_side(out, failure_words(result)->actual, result->actual);
    if (why != NULL) /* a shell's words can be shown as they are */
        g_string_append_printf(out, "    why:      %s\n", why);
}

static gboolean is_failure(const ExpectResult *result)
{
    return !result->ok && !result->is_out_of_reach;
}

/* Before the other in the run; what no event tells of, comes last, and lines without effect behind it. */
static gboolean is_before(const ExpectResult *a, const ExpectResult *b)
{
    gboolean is_line = a->about == EXPECT_ABOUT_LINE, other = b->about == EXPECT_ABOUT_LINE;

    if (is_line != other)
        return other;
    return a->event != 0 && (b->event == 0 || a->event < b->event);
}

const ExpectResult *failures_first(const GPtrArray *results)
{
    const ExpectResult *first = NULL;

    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        if (is_failure(result) && (first == NULL || is_before(result, first)))
            first = result;
    }
    return first;
}

void failure_place_append(GString *out, const char *file, const ExpectResult *result)
{
    append_place(out, &result->place, file);
}

void failures_head_append(GString *out, const char *file, const GPtrArray *results)
{
    guint failures = failures_count(results);

    g_string_append(out, "FAIL ");
    escape_terminal(file, out);
    g_string_append_printf(out, "  (%u failed, %u held)", failures, results->len - failures);
}

void failures_append(GString *out, const char *again, const char *file, const GPtrArray *results)
{
    failures_head_append(out, file, results);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        if (is_failure(result))
            failure_append(out, again, file, result);
    }
}

gboolean failure_out_of_reach_append(GString *out, const char *file, const GPtrArray *results)
{
    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        if (!result->is_out_of_reach)
            continue;
        append_place(out, &result->place, file);
        g_string_append(out, ": out of reach: ");
        escape_terminal(result->actual, out);
        g_string_append_c(out, '\n');
        return TRUE;
    }
    return FALSE;
}

void failure_notes_append(GString *out, const GPtrArray *results)
{
    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        append_place(out, &result->place, NULL);
        if (result->place.column != 0)
            g_string_append_printf(out, ":%u", result->place.column);
        g_string_append(out, ": note: ");
        escape_terminal(result->text, out);
        g_string_append_c(out, ' ');
        escape_terminal(result->actual, out);
        g_string_append_c(out, '\n');
    }
}

void failure_remarks_append(GString *out, const char *file, const GPtrArray *remarks)
{
    for (guint i = 0; i < remarks->len; i++) {
        escape_terminal(file, out);
        g_string_append(out, ": note: ");
        escape_terminal(g_ptr_array_index(remarks, i), out);
        g_string_append_c(out, '\n');
    }
}
