/* Symptoms for a terminal: headings, and paragraphs broken where the terminal ends. */
#include "cli/explanation.h"

#include <string.h>

#include "escape/escape.h"
#include "lesson/text.h"

enum { INDENT = 2, DEEP = 5, NAME_WIDTH = 26, EVIDENCE_MAX = 12 };

/* The words behind `label`, which stands at the indent; further lines stand below the words' beginning. */
static void append_labelled(GString *out, const char *label, guint indent, const char *words,
                            const LessonLook *look)
{
    g_autoptr(LessonText) text = lesson_text_new(words, look);
    guint behind = indent + (guint)g_utf8_strlen(label, -1);

    lesson_text_break(text, look->width - behind);
    for (guint i = 0; i < lesson_text_lines(text); i++) {
        if (i == 0)
            g_string_append_printf(out, "%*s%s", (int)indent, "", label);
        else
            g_string_append_printf(out, "%*s", (int)behind, "");
        lesson_text_append_line(text, i, out);
        g_string_append_c(out, '\n');
    }
}

static void append_all(GString *out, const char *label, guint indent, const GPtrArray *texts,
                       const LessonLook *look)
{
    for (guint i = 0; i < texts->len; i++)
        append_labelled(out, label, indent, g_ptr_array_index(texts, i), look);
}

static void append_bold(GString *out, const char *words, const LessonLook *look)
{
    g_autoptr(LessonText) text = lesson_text_new(words, look);

    lesson_text_embolden(text);
    lesson_text_break(text, look->width);
    for (guint i = 0; i < lesson_text_lines(text); i++) {
        lesson_text_append_line(text, i, out);
        g_string_append_c(out, '\n');
    }
}

/* A file's name, as it is. */
static void append_file(GString *out, const char *label, const char *path)
{
    g_autofree char *name = g_path_get_basename(path);

    g_string_append_printf(out, "%*s%s", DEEP, "", label);
    escape_terminal(name, out);
    g_string_append_c(out, '\n');
}

static void append_cause(GString *out, const SymptomCause *cause, guint number,
                         const LessonLook *look)
{
    g_autofree char *label = g_strdup_printf("%2u. ", number);

    append_labelled(out, label, 1, cause->text, look);
    append_all(out, "who:      ", DEEP, cause->stacks, look);
    append_all(out, "to tell:  ", DEEP, cause->tells, look);
    append_all(out, "source:   ", DEEP, cause->sources, look);
    if (cause->scenario != NULL)
        append_file(out, "scenario: ", cause->scenario);
}

static void append_body(GString *out, const Symptom *symptom, const LessonLook *look)
{
    append_bold(out, "causes", look);
    for (guint i = 0; i < symptom->causes->len; i++)
        append_cause(out, g_ptr_array_index(symptom->causes, i), i + 1, look);
    append_bold(out, "look at next", look);
    append_all(out, "- ", INDENT, symptom->next, look);
    if (symptom->see->len > 0)
        append_bold(out, "reported", look);
    append_all(out, "- ", INDENT, symptom->see, look);
}

static void append_write(GString *out, const Symptom *symptom)
{
    g_string_append(out, "to have the scenarios: tcpwaltz explain ");
    escape_shell(symptom->name, out);
    g_string_append(out, " --write DIR\n");
}

void explanation_append(const Symptom *symptom, const LessonLook *look, GString *out)
{
    append_bold(out, symptom->title, look);
    append_all(out, "", INDENT, symptom->wire, look);
    g_string_append_c(out, '\n');
    append_body(out, symptom, look);
    append_write(out, symptom);
}

static void append_evidence(GString *out, const GPtrArray *evidence)
{
    for (guint i = 0; i < MIN(evidence->len, EVIDENCE_MAX); i++) {
        g_string_append_printf(out, "%*s", DEEP, "");
        escape_terminal(g_ptr_array_index(evidence, i), out);
        g_string_append_c(out, '\n');
    }
    if (evidence->len > EVIDENCE_MAX)
        g_string_append_printf(out, "%*sand %u more\n", DEEP, "", evidence->len - EVIDENCE_MAX);
}

void explanation_append_finding(const SymptomFinding *finding, const LessonLook *look, GString *out)
{
    append_bold(out, finding->symptom->title, look);
    if (finding->connections > 1)
        g_string_append_printf(out, "  in %u connections, first in connection %u:\n",
                               finding->connections, finding->flow);
    else
        g_string_append_printf(out, "  in connection %u:\n", finding->flow);
    append_evidence(out, finding->evidence);
    g_string_append_c(out, '\n');
    append_body(out, finding->symptom, look);
    append_write(out, finding->symptom);
}

void explanation_append_title(const Symptom *symptom, const LessonLook *look, GString *out)
{
    g_autofree char *label = g_strdup_printf("%-*s", NAME_WIDTH, symptom->name);

    append_labelled(out, label, INDENT, symptom->title, look);
}
