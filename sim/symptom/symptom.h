/* Symptoms: what people see when a connection goes wrong, what causes it, how to tell the causes apart.
 *
 * The knowledge is data, a file a symptom (docs/symptom-format.md), in the words and with the errors of
 * the scenario language.  Code here reads such files, finds them by the words that people type, and finds
 * in a trace what shows them.  How they are told is for others.
 */
#ifndef TCPWALTZ_SYMPTOM_SYMPTOM_H
#define TCPWALTZ_SYMPTOM_SYMPTOM_H

#include <glib.h>

#include "scenario/diagnostics.h"
#include "scenario/plan.h"
#include "trace/trace.h"

/* What may be behind it.  Texts have Markdown's inline marks. */
typedef struct SymptomCause {
    char *text;
    GPtrArray *stacks;  /* char *: which stacks, versions and settings do so */
    GPtrArray *tells;   /* char *: how to tell it from the other causes */
    GPtrArray *sources; /* char *: where that is known from */
    char *scenario;     /* the path of one that reproduces it; NULL: none */
} SymptomCause;

typedef struct Symptom {
    char *name; /* of its file: "syn-127s" */
    char *title;
    GPtrArray *words;  /* char *: what people call it */
    GArray *numbers;   /* SimTime: the times that go with it */
    GPtrArray *wire;   /* char *: what it looks like on the wire */
    GPtrArray *causes; /* SymptomCause *, the most usual first */
    GPtrArray *next;   /* char *: what to look at next */
    GPtrArray *see;    /* char *: public reports */
    GPtrArray *signs;  /* SymptomSigns *: any of them shows it in a connection (signs.h) */
    GPtrArray *hides;  /* char *: symptoms that say less, and are not told of the same connection */
    guint connections; /* so many have to show it; 1 when the file says nothing */
} Symptom;

/* Reads one file.  NULL with diagnostics when it cannot be read or is wrong. */
Symptom *symptom_read(const char *path, Diagnostics *diagnostics);
void symptom_free(Symptom *symptom);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Symptom, symptom_free)

/* All files NAME.symptom in the folders (NULL-terminated), of one name the first, sorted by name: Symptom *, free with
 * g_ptr_array_unref().  What is wrong with a file is in `diagnostics`, and the file left out; so is a name that `hides` has
 * and no file. */
GPtrArray *symptom_shelf(const char *const *folders, Diagnostics *diagnostics);

/* --- by words ----------------------------------------------------------------------------- */

typedef struct SymptomHit {
    const Symptom *symptom;
    double weight; /* more is better */
} SymptomHit;

/* The symptoms that fit what somebody typed, the best first: SymptomHit, free with g_array_unref().  Words count more the
 * fewer symptoms have them; "CLOSE_WAIT", "close-wait" and "closewait" are one; a time counts that is within 2 % ("127 s",
 * "2 min 7 s"; a bare number is seconds, too).  A word that none has is taken for the nearest that one has.
 * Empty when nothing fits; then *nearest is a symptom that has at least something of it, or NULL. */
GArray *symptom_match(const GPtrArray *shelf, const char *typed, const Symptom **nearest);

/* The one of this name; NULL: none. */
const Symptom *symptom_named(const GPtrArray *shelf, const char *name);

/* --- in a trace --------------------------------------------------------------------------- */

typedef struct SymptomFinding {
    const Symptom *symptom;
    guint connections;   /* that show it; connections as an observer of the wire counts them … */
    guint32 flow;        /* … the first of them, … */
    SimTime t;           /* … when it was complete there, … */
    GPtrArray *evidence; /* … and what it is seen by: char *, a line each */
} SymptomFinding;

typedef struct SymptomFindings {
    GArray *found;     /* SymptomFinding, the earliest first */
    guint connections; /* all that were looked at */
} SymptomFindings;

/* Only what was sent is looked at, so a run, a capture and a segment table can all be asked. */
SymptomFindings *symptom_find(const GPtrArray *shelf, const Trace *trace);
void symptom_findings_free(SymptomFindings *findings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SymptomFindings, symptom_findings_free)

#endif
