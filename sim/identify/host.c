/* Adds up what the connections of a host say. */
#include "identify/host.h"

#include <string.h>

static const IdentifySubject *subject_at(const IdentifyHost *host, guint i)
{
    return g_ptr_array_index(host->subjects, i);
}

static const IdentifyAnswer *answer_at(const IdentifyHost *host, guint i)
{
    return g_ptr_array_index(host->answers, i);
}

guint identify_wanted(const IdentifySubject *subject, const IdentifyAnswer *answer)
{
    guint wanted = 0;

    for (guint i = 0; i < subject->repeats->len; i++)
        wanted += g_array_index(subject->repeats, IdentifyRepeat, i).is_answer ? 0 : 1;
    for (guint i = 0; i < answer->fits->len; i++)
        wanted = MAX(wanted, g_array_index(answer->fits, IdentifyFit, i).explained);
    return wanted;
}

gboolean identify_tells(const IdentifySubject *subject, const IdentifyAnswer *answer)
{
    return answer->possible > 0 && identify_wanted(subject, answer) > 0;
}

/* The place of this profile in the answer, from 0. */
static guint place_of(const IdentifyAnswer *answer, const char *name)
{
    guint i = 0;

    while (strcmp(g_array_index(answer->fits, IdentifyFit, i).name, name) != 0)
        i++;
    return i;
}

static IdentifySum sum_of(const IdentifyHost *host, const char *name)
{
    IdentifySum sum = {.name = name, .refuted = G_MAXUINT};

    for (guint i = 0; i < host->answers->len; i++) {
        const IdentifyAnswer *answer = answer_at(host, i);
        guint place = place_of(answer, name);
        const IdentifyFit *fit = &g_array_index(answer->fits, IdentifyFit, place);

        if (!identify_tells(subject_at(host, i), answer))
            continue;
        sum.explained += fit->explained;
        sum.likelihood += fit->likelihood;
        sum.doubt = MAX(sum.doubt, fit->witness.doubt);
        if (place < answer->possible + answer->settable)
            sum.possible++;
        else
            sum.refuted = MIN(sum.refuted, i);
    }
    return sum;
}

static int sum_compare(gconstpointer p, gconstpointer q)
{
    const IdentifySum *a = p, *b = q;
    double ahead = a->likelihood - a->doubt - (b->likelihood - b->doubt);

    if (a->possible != b->possible)
        return a->possible > b->possible ? -1 : 1;
    if (a->refuted != G_MAXUINT && a->explained != b->explained)
        return a->explained > b->explained ? -1 : 1;
    if (a->refuted != G_MAXUINT || ahead == 0)
        return strcmp(a->name, b->name);
    return ahead > 0 ? -1 : 1;
}

static void add_up(IdentifyHost *host)
{
    const GArray *fits = answer_at(host, 0)->fits;

    for (guint i = 0; i < host->answers->len; i++)
        host->telling += identify_tells(subject_at(host, i), answer_at(host, i)) ? 1 : 0;
    for (guint i = 0; i < fits->len; i++) {
        IdentifySum sum = sum_of(host, g_array_index(fits, IdentifyFit, i).name);

        g_array_append_val(host->sums, sum);
        host->possible += sum.possible > 0 && sum.refuted == G_MAXUINT ? 1 : 0;
    }
    g_array_sort(host->sums, sum_compare);
}

static void host_free(gpointer data)
{
    IdentifyHost *host = data;

    g_ptr_array_unref(host->subjects);
    g_ptr_array_unref(host->answers);
    g_array_unref(host->sums);
    g_free(host);
}

static IdentifyHost *host_of(GPtrArray *hosts, guint number)
{
    for (guint i = 0; i < hosts->len; i++) {
        if (((IdentifyHost *)g_ptr_array_index(hosts, i))->host == number)
            return g_ptr_array_index(hosts, i);
    }
    IdentifyHost *host = g_new0(IdentifyHost, 1);

    host->host = number;
    host->subjects = g_ptr_array_new();
    host->answers = g_ptr_array_new();
    host->sums = g_array_new(FALSE, FALSE, sizeof(IdentifySum));
    g_ptr_array_add(hosts, host);
    return host;
}

GPtrArray *identify_hosts(const GPtrArray *subjects, const GPtrArray *answers)
{
    GPtrArray *hosts = g_ptr_array_new_with_free_func(host_free);

    for (guint i = 0; i < subjects->len && i < answers->len; i++) {
        IdentifySubject *subject = g_ptr_array_index(subjects, i);
        IdentifyHost *host = host_of(hosts, subject->replay->hosts[subject->end]);

        g_ptr_array_add(host->subjects, subject);
        g_ptr_array_add(host->answers, g_ptr_array_index(answers, i));
    }
    for (guint i = 0; i < hosts->len; i++)
        add_up(g_ptr_array_index(hosts, i));
    return hosts;
}
