/* Finds the marks: one pass over the text that knows lines, blocks of code and comments. */
#include "lesson/marks.h"

#include <string.h>

#include "lesson/fence.h"

static const char begins[] = "<!--", ends[] = "-->";

static const struct {
    const char *name;
    gboolean has_body;
} kinds[LESSON_MARK_KIND_COUNT] = {
    [LESSON_RUN] = {"run", TRUE},
    [LESSON_ASK] = {"ask", TRUE},
    [LESSON_PICTURE] = {"picture", FALSE},
};

typedef struct Scan {
    const char *file, *text;
    const char *at; /* what is looked at next */
    GPtrArray *marks;
    Diagnostics *diagnostics;
} Scan;

static void mark_free(gpointer data)
{
    LessonMark *mark = data;

    g_free(mark->line);
    g_free(mark->command);
    g_free(mark);
}

static const char *line_begin(const Scan *scan, const char *at)
{
    while (at > scan->text && at[-1] != '\n')
        at--;
    return at;
}

static char *line_text(const Scan *scan, const char *at)
{
    const char *begin = line_begin(scan, at);

    return g_strndup(begin, strcspn(begin, "\n"));
}

static SourcePlace place_of(const Scan *scan, const char *at)
{
    const char *begin = line_begin(scan, at);
    SourcePlace place = {g_intern_string(scan->file), 1, 1, 1};

    for (const char *p = scan->text; p < begin; p++)
        place.line += *p == '\n';
    place.column += (guint)g_utf8_strlen(begin, at - begin);
    return place;
}

static void G_GNUC_PRINTF(4, 5)
    wrong(Scan *scan, const char *at, const char *hint, const char *format, ...)
{
    g_autofree char *line = line_text(scan, at);
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    diagnostics_add(scan->diagnostics, place_of(scan, at), line, hint, "%s", message);
}

/* --- lines and blocks of code ------------------------------------------------------------- */

static const char *next_line(const char *at)
{
    const char *newline = strchr(at, '\n');

    return newline != NULL ? newline + 1 : at + strlen(at);
}

static gboolean is_block(const Scan *scan, const char *at)
{
    return line_begin(scan, at) == at && fence_length(at) > 0;
}

/* What stands behind the block. */
static const char *behind_block(const char *opening)
{
    const char *at = next_line(opening);

    while (*at != '\0' && !fence_closes(at, opening))
        at = next_line(at);
    return next_line(at);
}

/* --- one mark ----------------------------------------------------------------------------- */

/* Several lines as one; "\|" is a bar that a table must not see. */
static char *command_text(const char *from, gsize length)
{
    g_autofree char *raw = g_strndup(from, length);
    g_auto(GStrv) words = g_strsplit_set(g_strstrip(raw), " \t\n", -1);
    GString *out = g_string_new(NULL);

    for (guint i = 0; words[i] != NULL; i++) {
        if (*words[i] != '\0')
            g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", words[i]);
    }
    g_string_replace(out, "\\|", "|", 0);
    return g_string_free(out, FALSE);
}

static guint indent_of(const Scan *scan, const char *at)
{
    const char *begin = line_begin(scan, at);
    gsize blanks = strspn(begin, " ");

    return begin + blanks == at ? (guint)blanks : 0;
}

/* Nothing stands before it but blanks and the signs of lists and quotations. */
static gboolean begins_a_line(const Scan *scan, const char *at)
{
    const char *begin = line_begin(scan, at);

    return begin + strspn(begin, " \t>-*+0123456789.)") == at;
}

/* The first of the texts behind `from`, but not in a block of code; NULL: neither is there. */
static const char *find_outside(const Scan *scan, const char *from, const char *one,
                                const char *other)
{
    while (*from != '\0') {
        if (is_block(scan, from)) {
            from = behind_block(from);
            continue;
        }
        const char *end = next_line(from);
        const char *first = g_strstr_len(from, end - from, one);
        const char *second = g_strstr_len(from, end - from, other);
        if (first != NULL && (second == NULL || first < second))
            return first;
        if (second != NULL)
            return second;
        from = end;
    }
    return NULL;
}

/* "<!-- /run -->" behind `from`; NULL, and said so, when another mark of its kind comes first. */
static const char *find_close(Scan *scan, const char *open, const char *from, const char *name)
{
    g_autofree char *close = g_strdup_printf("<!-- /%s -->", name);
    g_autofree char *next = g_strdup_printf("<!-- %s:", name);
    const char *found = find_outside(scan, from, close, next);

    if (found != NULL && g_str_has_prefix(found, close))
        return found;
    wrong(scan, open, close, "nothing closes this '%s' mark", name);
    return NULL;
}

static void add_mark(Scan *scan, const char *open, const char *command, const char *end,
                     LessonMarkKind kind)
{
    const char *name = kinds[kind].name;
    const char *body = end + strlen(ends), *close = body;

    scan->at = body;
    if (kind == LESSON_ASK && begins_a_line(scan, open))
        wrong(scan, open, "put a word before it",
              "a question at the beginning of a line ends the paragraph");
    if (kinds[kind].has_body) {
        close = find_close(scan, open, body, name);
        if (close == NULL)
            return;
        scan->at = strstr(close, ends) + strlen(ends);
    }

    LessonMark *mark = g_new0(LessonMark, 1);
    mark->kind = kind;
    mark->place = place_of(scan, open);
    mark->line = line_text(scan, open);
    mark->command = command_text(command, (gsize)(end - command));
    mark->body_from = (gsize)(body - scan->text);
    mark->body = (gsize)(close - body);
    mark->body_place = place_of(scan, body);
    mark->indent = indent_of(scan, open);
    g_ptr_array_add(scan->marks, mark);
}

/* A comment that begins with a word and a colon is meant to be a mark. */
static void read_comment(Scan *scan, const char *open, const char *end)
{
    const char *word = open + strlen(begins);
    const char *names[LESSON_MARK_KIND_COUNT + 1] = {NULL};

    word += strspn(word, " \t\n");
    gsize length = strspn(word, "/abcdefghijklmnopqrstuvwxyz");
    g_autofree char *name = g_strndup(word, length);

    scan->at = end + strlen(ends);
    if (name[0] == '/') {
        wrong(scan, open, NULL, "'%s' closes nothing", name);
        return;
    }
    if (length == 0 || word[length] != ':')
        return;
    for (guint i = 0; i < LESSON_MARK_KIND_COUNT; i++) {
        names[i] = kinds[i].name;
        if (strcmp(name, names[i]) == 0) {
            add_mark(scan, open, word + length + 1, end, (LessonMarkKind)i);
            return;
        }
    }

    const char *nearest = nearest_word(name, names);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean '%s'?", nearest)
                                            : g_strdup("run, ask or picture");
    wrong(scan, open, hint, "unknown mark '%s'", name);
}

/* --- the text ----------------------------------------------------------------------------- */

/* The rest of a line, and what its last comment spans of the next ones. */
static void read_rest_of_line(Scan *scan)
{
    const char *end = next_line(scan->at);
    const char *open = g_strstr_len(scan->at, end - scan->at, begins);
    const char *close = open != NULL ? strstr(open, ends) : NULL;

    if (open == NULL) {
        scan->at = end;
    } else if (close == NULL) {
        wrong(scan, open, NULL, "the comment has no end");
        scan->at = scan->at + strlen(scan->at);
    } else {
        read_comment(scan, open, close);
    }
}

GPtrArray *lesson_marks(const char *file, const char *text, Diagnostics *diagnostics)
{
    guint64 errors = diagnostics->errors;
    Scan scan = {.file = file, .text = text, .at = text, .diagnostics = diagnostics};

    scan.marks = g_ptr_array_new_with_free_func(mark_free);
    while (*scan.at != '\0') {
        if (is_block(&scan, scan.at))
            scan.at = behind_block(scan.at);
        else
            read_rest_of_line(&scan);
    }
    if (diagnostics->errors > errors)
        g_clear_pointer(&scan.marks, g_ptr_array_unref);
    return scan.marks;
}
