/* Packetdrill scripts where none are read: pages have scenarios alone, so that their library stays small. */
#include "api/api.h"

gboolean api_is_script(const char *name)
{
    return g_str_has_suffix(name, ".pkt");
}

Plan *api_read_script(const char *name, const char *text, gsize length, const char *profile,
                      const ScenarioOptions *scenario, Diagnostics *diagnostics)
{
    const SourcePlace whole = {.file = g_intern_string(name)};

    (void)text;
    (void)length;
    (void)profile;
    (void)scenario;
    diagnostics_add(diagnostics, whole, NULL, NULL,
                    "this library was built without packetdrill scripts");
    return NULL;
}
