/* Packetdrill scripts as plans. */
#include "api/api.h"
#include "drill/drill.h"

gboolean api_is_script(const char *name)
{
    return drill_is_script(name);
}

Plan *api_read_script(const char *name, const char *text, gsize length, const char *profile,
                      const ScenarioOptions *scenario, Diagnostics *diagnostics)
{
    const DrillReadOptions how = {.definitions = NULL};
    const DrillOptions options = {.profile = profile};
    DrillScript *script = drill_script_read(name, text, length, &how, diagnostics);

    return script != NULL ? drill_plan(script, &options, scenario, diagnostics) : NULL;
}
