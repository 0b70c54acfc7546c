/* A file as a trace, whatever it is: a scenario is run, a segment table or a capture is read. */
#ifndef TCPWALTZ_CLI_INPUT_H
#define TCPWALTZ_CLI_INPUT_H

#include <glib.h>

#include "cli/simulation.h"
#include "trace/trace.h"

typedef enum InputKind {
    INPUT_SCENARIO,
    INPUT_TABLE,
    INPUT_CAPTURE,
    INPUT_KIND_COUNT,
} InputKind;

typedef struct Input {
    const char *file; /* as shown */
    InputKind kind;
    Trace *trace;
    gboolean is_exact; /* a run whose timers are all exact */
    gboolean is_live;  /* a run with real hosts … */
    gboolean is_tun;   /* … all of them stacks behind TUN devices */
} Input;

/* "a segment table" */
const char *input_kind_text(const Input *input);

/* Reads the file ("-": standard input).  Its kind is told by how it begins, and where that says
 * nothing by its name.  `client` is whom a capture's client is asked to be, or NULL.  FALSE, and
 * said on standard error, when it cannot be read or is wrong; notes go there too. */
gboolean input_read(const SimulationOptions *options, const char *file, const char *client,
                    Input *input);
void input_clear(Input *input);

#endif
