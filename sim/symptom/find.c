/* The symptoms of a trace: every connection is held against every symptom's signs. */
#include <string.h>

#include "symptom/signs.h"
#include "symptom/symptom.h"
#include "symptom/trail.h"

static void finding_clear(gpointer data)
{
    SymptomFinding *finding = data;

    g_ptr_array_unref(finding->evidence);
}

void symptom_findings_free(SymptomFindings *findings)
{
    if (findings == NULL)
        return;
    g_array_unref(findings->found);
    g_free(findings);
}

/* Any of a symptom's signs. */
static gboolean is_shown(const Symptom *symptom, const Trace *trace, const Trail *trail,
                         SymptomFinding *finding)
{
    for (guint i = 0; i < symptom->signs->len; i++) {
        if (symptom_signs_hold(g_ptr_array_index(symptom->signs, i), trace, trail,
                               finding->evidence, &finding->t))
            return TRUE;
    }
    return FALSE;
}

static gboolean hides(const Symptom *symptom, const Symptom *other)
{
    return g_ptr_array_find_with_equal_func(symptom->hides, other->name, g_str_equal, NULL);
}

/* A trace held against a shelf. */
typedef struct Search {
    const GPtrArray *shelf;
    const Trace *trace;
    GPtrArray *trails;
    gboolean *shown; /* [trail][symptom] */
    guint *counts;   /* of a symptom: connections that show it */
} Search;

static const Symptom *symptom_at(const Search *search, guint i)
{
    return g_ptr_array_index(search->shelf, i);
}

static gboolean *shown_by(const Search *search, guint trail)
{
    return search->shown + (gsize)trail * search->shelf->len;
}

/* Of every connection, which symptoms it shows. */
static void look(const Search *search)
{
    for (guint t = 0; t < search->trails->len; t++) {
        for (guint i = 0; i < search->shelf->len; i++) {
            SymptomFinding unused = {.evidence = g_ptr_array_new_with_free_func(g_free)};
            gboolean shown = is_shown(symptom_at(search, i), search->trace,
                                      g_ptr_array_index(search->trails, t), &unused);

            shown_by(search, t)[i] = shown;
            search->counts[i] += shown ? 1 : 0;
            g_ptr_array_unref(unused.evidence);
        }
    }
}

static gboolean is_enough(const Search *search, guint i)
{
    return search->counts[i] >= symptom_at(search, i)->connections;
}

/* Does the connection show it, and no other that says more? */
static gboolean tells(const Search *search, guint trail, guint i)
{
    const gboolean *shown = shown_by(search, trail);

    if (!shown[i])
        return FALSE;
    for (guint j = 0; j < search->shelf->len; j++) {
        if (shown[j] && is_enough(search, j) && hides(symptom_at(search, j), symptom_at(search, i)))
            return FALSE;
    }
    return TRUE;
}

/* What is found of one symptom; no connections: nothing. */
static SymptomFinding gather(const Search *search, guint i)
{
    SymptomFinding finding = {.symptom = symptom_at(search, i),
                              .evidence = g_ptr_array_new_with_free_func(g_free)};

    for (guint t = 0; t < search->trails->len; t++) {
        const Trail *trail = g_ptr_array_index(search->trails, t);

        if (!tells(search, t, i) || finding.connections++ > 0)
            continue;
        finding.flow = trail->flow;
        (void)is_shown(finding.symptom, search->trace, trail, &finding);
    }
    return finding;
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const SymptomFinding *one = a, *other = b;

    if (one->t != other->t)
        return one->t < other->t ? -1 : 1;
    return strcmp(one->symptom->name, other->symptom->name);
}

SymptomFindings *symptom_find(const GPtrArray *shelf, const Trace *trace)
{
    SymptomFindings *findings = g_new0(SymptomFindings, 1);
    g_autoptr(GPtrArray) trails = trails_of(trace);
    g_autofree gboolean *shown = g_new0(gboolean, (gsize)trails->len * shelf->len);
    g_autofree guint *counts = g_new0(guint, shelf->len);
    const Search search = {shelf, trace, trails, shown, counts};

    look(&search);
    findings->connections = trails->len;
    findings->found = g_array_new(FALSE, FALSE, sizeof(SymptomFinding));
    g_array_set_clear_func(findings->found, finding_clear);
    for (guint i = 0; i < shelf->len; i++) {
        SymptomFinding finding = gather(&search, i);

        if (finding.connections > 0 && is_enough(&search, i))
            g_array_append_val(findings->found, finding);
        else
            g_ptr_array_unref(finding.evidence);
    }
    g_array_sort(findings->found, by_time);
    return findings;
}
