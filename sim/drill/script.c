/* Freeing a script, and what both its reader and its runner have to know. */
#include <string.h>

#include "drill/code.h"
#include "drill/reader.h"

void drill_value_free(DrillValue *value)
{
    if (value == NULL)
        return;
    g_free(value->text);
    g_free(value->name);
    if (value->items != NULL)
        g_ptr_array_unref(value->items);
    g_free(value);
}

void drill_call_free(DrillCall *call)
{
    if (call == NULL)
        return;
    g_free(call->name);
    g_ptr_array_unref(call->args);
    drill_value_free(call->result);
    g_free(call->error);
    g_free(call);
}

void drill_event_free(DrillEvent *event)
{
    g_array_unref(event->segment.options);
    drill_call_free(event->call);
    drill_code_free(event->code);
    g_free(event->command);
    g_free(event->reason);
    g_free(event->text);
    g_free(event);
}

gboolean drill_is_mapped(const char *ip_version)
{
    return strcmp(ip_version, "ipv4_mapped_ipv6") == 0 ||
           strcmp(ip_version, "ipv4-mapped-ipv6") == 0;
}

void drill_script_free(DrillScript *script)
{
    if (script == NULL)
        return;
    g_free(script->file);
    g_ptr_array_unref(script->settings);
    g_ptr_array_unref(script->events);
    g_ptr_array_unref(script->lines);
    g_free(script);
}
