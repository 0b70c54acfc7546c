/* Lines of a script that set themselves off.
 *
 * A call of a `when` line is because of the event that set it off, and that because of another.  Where
 * the causes lead back to an earlier call of the same line, the line has fed itself. */
#include "expect/feeding.h"

#include "expect/lines.h"
#include "trace/index.h"

/* So many calls of other lines may lie between two of one line: loops of more lines are not looked for. */
enum { LINES_OF_A_LOOP_MAX = 64 };

/* For each event by its number: of a call of a `when`, how often in a row its line has fed itself; of any
 * other, the number of the nearest such call among its causes, 0: there is none.  The room for it was
 * taken from the budget when the event was recorded. */
typedef struct Feeding {
    const Trace *trace;
    guint32 *of;
} Feeding;

/* Beside an index of lists. */
G_STATIC_ASSERT(sizeof(TraceId) + sizeof(guint32) <= TRACE_INDEX_BYTES);

static gboolean is_call_of_when(const TraceEvent *event)
{
    return event->kind == TRACE_CALL && event->cause != 0;
}

/* The nearest call of a `when` among the causes of `event`. */
static const TraceEvent *call_behind(const Feeding *feeding, const TraceEvent *event)
{
    const TraceEvent *cause = trace_event(feeding->trace, event->cause);

    if (cause == NULL || is_call_of_when(cause))
        return cause;
    return trace_event(feeding->trace, feeding->of[cause->id]);
}

/* The nearest call of its own line. */
static const TraceEvent *same_line_behind(const Feeding *feeding, const TraceEvent *call)
{
    const TraceEvent *before = call_behind(feeding, call);

    for (guint i = 0; i < LINES_OF_A_LOOP_MAX && before != NULL; i++) {
        if (before->call.line == call->call.line)
            return before;
        before = call_behind(feeding, before);
    }
    return NULL;
}

static void count_call(const Feeding *feeding, const TraceEvent *call, GArray *steps)
{
    const TraceEvent *before = same_line_behind(feeding, call);
    LineUse *line = &g_array_index(steps, LineUse, call->call.line);
    guint32 depth = before != NULL ? feeding->of[before->id] + 1 : 0;

    feeding->of[call->id] = depth;
    line->fed += depth > 0 ? 1 : 0;
    line->deepest = MAX(line->deepest, depth);
}

void feeding_count(const Trace *trace, GArray *steps)
{
    Feeding feeding = {.trace = trace, .of = g_new(guint32, (gsize)trace->events->len + 1)};

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);
        const TraceEvent *behind;

        if (is_call_of_when(event)) {
            count_call(&feeding, event, steps);
            continue;
        }
        behind = call_behind(&feeding, event);
        feeding.of[event->id] = behind != NULL ? behind->id : 0;
    }
    g_free(feeding.of);
}
