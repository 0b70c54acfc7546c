/* Writes what runs say between the marks, and tells where something else stood. */
#include "lesson/fill.h"

#include <string.h>

void lesson_difference_free(LessonDifference *difference)
{
    g_free(difference->stands);
    g_free(difference->says);
    g_free(difference);
}

/* A fence that no line of the output can be taken for. */
static char *fence_for(char *const *lines)
{
    gsize ticks = 2;

    for (; *lines != NULL; lines++)
        ticks = MAX(ticks, strspn(*lines + strspn(*lines, " "), "`"));
    return g_strnfill(ticks + 1, '`');
}

/* A block of code as deep in the text as its mark is. */
static char *block_of(const LessonMark *mark, const char *output)
{
    GString *out = g_string_new("\n");
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    guint count = g_strv_length(lines);
    g_autofree char *fence = fence_for(lines);

    g_string_append_printf(out, "%*s%stext\n", (int)mark->indent, "", fence);
    for (guint i = 0; i < count; i++) {
        if (i + 1 == count && *lines[i] == '\0')
            break;
        if (*lines[i] != '\0')
            g_string_append_printf(out, "%*s%s", (int)mark->indent, "", lines[i]);
        g_string_append_c(out, '\n');
    }
    g_string_append_printf(out, "%*s%s\n%*s", (int)mark->indent, "", fence, (int)mark->indent, "");
    return g_string_free(out, FALSE);
}

/* The first lines of the two that differ, below the mark. */
static void set_first_difference(LessonDifference *difference, const char *stands, const char *says)
{
    g_auto(GStrv) old = g_strsplit(stands, "\n", -1), new = g_strsplit(says, "\n", -1);
    guint i = 0;

    while (old[i] != NULL && new[i] != NULL && strcmp(old[i], new[i]) == 0)
        i++;
    difference->stands = g_strdup(old[i] != NULL ? old[i] : "");
    difference->says = g_strdup(new[i] != NULL ? new[i] : "");
    if (i > 0) {
        difference->place.line += i;
        difference->place.column = 1;
    }
}

static LessonDifference *difference_of(const char *text, const LessonMark *mark, const char *body)
{
    LessonDifference *difference = g_new0(LessonDifference, 1);
    g_autofree char *stands = g_strndup(text + mark->body_from, mark->body);

    difference->place = mark->body_place;
    difference->mark = mark;
    set_first_difference(difference, stands, body);
    return difference;
}

char *lesson_fill(const char *text, const GPtrArray *marks, LessonEvaluate *evaluate, gpointer data,
                  GPtrArray *differences)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gsize done = 0;
    gboolean good = TRUE;

    for (guint i = 0; i < marks->len; i++) {
        const LessonMark *mark = g_ptr_array_index(marks, i);

        if (mark->kind == LESSON_PICTURE)
            continue;
        g_autofree char *said = evaluate(data, mark);

        good = good && said != NULL;
        if (said == NULL)
            continue;
        g_autofree char *body = mark->kind == LESSON_RUN ? block_of(mark, said) : g_strdup(said);

        g_string_append_len(out, text + done, (gssize)(mark->body_from - done));
        g_string_append(out, body);
        done = mark->body_from + mark->body;
        if (strlen(body) != mark->body || memcmp(text + mark->body_from, body, mark->body) != 0)
            g_ptr_array_add(differences, difference_of(text, mark, body));
    }
    g_string_append(out, text + done);
    return good ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}
