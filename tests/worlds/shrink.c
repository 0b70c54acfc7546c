/* Takes lines, then words, away from a scenario as long as the same law stays broken. */
#include "shrink.h"

#include <string.h>

#include "jobs.h"

/* "wire", "died": which law it is. */
static char *law_of(const char *said)
{
    return said == NULL ? NULL : g_strndup(said, strcspn(said, ":"));
}

static gboolean fails_so(const Hold *hold, const char *text, const char *law)
{
    g_autofree char *said = jobs_hold(hold, text, strlen(text));
    g_autofree char *found = law_of(said);

    return g_strcmp0(found, law) == 0;
}

/* Without pieces `from` … `from + count - 1` of those that `separator` separates. */
static char *without(const char *text, const char *separator, guint from, guint count)
{
    g_auto(GStrv) pieces = g_strsplit(text, separator, -1);
    GString *left = g_string_new(NULL);

    for (guint i = 0; pieces[i] != NULL; i++) {
        if (i >= from && i < from + count)
            continue;
        if (left->len > 0)
            g_string_append(left, separator);
        g_string_append(left, pieces[i]);
    }
    return g_string_free(left, FALSE);
}

static guint count_pieces(const char *text, const char *separator)
{
    g_auto(GStrv) pieces = g_strsplit(text, separator, -1);

    return g_strv_length(pieces);
}

/* Tries to do without each run of `count` pieces; TRUE when one was not needed. */
static gboolean leave_out(const Hold *hold, char **text, const char *law, const char *separator,
                          guint count)
{
    gboolean any = FALSE;

    for (guint from = 0; from < count_pieces(*text, separator);) {
        char *less = without(*text, separator, from, count);
        if (fails_so(hold, less, law)) {
            g_free(*text);
            *text = less;
            any = TRUE;
        } else {
            g_free(less);
            from++;
        }
    }
    return any;
}

char *shrink(const Hold *hold, const char *text)
{
    g_autofree char *said = jobs_hold(hold, text, strlen(text));
    g_autofree char *law = law_of(said);
    char *least = g_strdup(text);

    if (law == NULL)
        return NULL;
    while (leave_out(hold, &least, law, "\n", 4) || leave_out(hold, &least, law, "\n", 1) ||
           leave_out(hold, &least, law, " ", 1))
        continue;
    return least;
}
