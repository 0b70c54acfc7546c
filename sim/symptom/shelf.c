/* All symptoms: the files of some folders. */
#include <string.h>

#include "symptom/symptom.h"

#define SYMPTOM_SUFFIX ".symptom"

static gint by_name(gconstpointer a, gconstpointer b)
{
    const Symptom *const *one = a, *const *other = b;

    return strcmp((*one)->name, (*other)->name);
}

const Symptom *symptom_named(const GPtrArray *shelf, const char *name)
{
    for (guint i = 0; i < shelf->len; i++) {
        const Symptom *symptom = g_ptr_array_index(shelf, i);

        if (strcmp(symptom->name, name) == 0)
            return symptom;
    }
    return NULL;
}

static gboolean is_there(const GPtrArray *shelf, const char *file)
{
    g_autofree char *name = g_strndup(file, strlen(file) - strlen(SYMPTOM_SUFFIX));

    return symptom_named(shelf, name) != NULL;
}

static void read_folder(const char *folder, GPtrArray *shelf, Diagnostics *diagnostics)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *file;

    while (dir != NULL && (file = g_dir_read_name(dir)) != NULL) {
        if (!g_str_has_suffix(file, SYMPTOM_SUFFIX) || is_there(shelf, file))
            continue;
        g_autofree char *path = g_build_filename(folder, file, NULL);
        Symptom *symptom = symptom_read(path, diagnostics);

        if (symptom != NULL)
            g_ptr_array_add(shelf, symptom);
    }
}

static void check_hidden(const Symptom *symptom, const GPtrArray *shelf, Diagnostics *diagnostics)
{
    g_autofree const char **names = g_new0(const char *, shelf->len + 1);
    SourcePlace place = {symptom->name, 0, 0, 0};

    for (guint i = 0; i < shelf->len; i++)
        names[i] = ((const Symptom *)g_ptr_array_index(shelf, i))->name;
    for (guint i = 0; i < symptom->hides->len; i++) {
        const char *name = g_ptr_array_index(symptom->hides, i);
        const char *near = nearest_word(name, names);
        g_autofree char *hint = near != NULL ? g_strdup_printf("did you mean '%s'?", near) : NULL;

        if (symptom_named(shelf, name) == NULL)
            diagnostics_add(diagnostics, place, NULL, hint, "it hides '%s', which is no symptom",
                            name);
    }
}

GPtrArray *symptom_shelf(const char *const *folders, Diagnostics *diagnostics)
{
    GPtrArray *shelf = g_ptr_array_new_with_free_func((GDestroyNotify)symptom_free);
    guint64 errors = diagnostics->errors;

    for (; *folders != NULL; folders++)
        read_folder(*folders, shelf, diagnostics);
    g_ptr_array_sort(shelf, by_name);
    /* Where a file is left out, that others hide it is no error of theirs. */
    for (guint i = 0; diagnostics->errors == errors && i < shelf->len; i++)
        check_hidden(g_ptr_array_index(shelf, i), shelf, diagnostics);
    return shelf;
}
