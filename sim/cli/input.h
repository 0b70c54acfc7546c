/* What a FILE argument is, and what it holds: a scenario or a script is a plan, which can be run; a capture
 * (compressed or not) and a segment table are traces.  Every subcommand that takes files asks here. */
#ifndef TCPWALTZ_CLI_INPUT_H
#define TCPWALTZ_CLI_INPUT_H

#include <glib.h>

#include "capture/capture.h"
#include "cli/simulation.h"
#include "trace/trace.h"

typedef enum InputKind {
    INPUT_SCENARIO, /* or a packetdrill script */
    INPUT_TABLE,
    INPUT_CAPTURE,
    INPUT_KIND_COUNT,
} InputKind;

typedef struct Input {
    const char *file; /* as shown */
    InputKind kind;
    Plan *plan; /* a scenario's; NULL: it is none */
    Trace *trace;
    gboolean is_exact; /* a run whose timers are all exact */
    gboolean is_live;  /* a run with real hosts … */
    gboolean is_tun;   /* … all of them stacks behind TUN devices */
} Input;

/* "a segment table" */
const char *input_kind_text(const Input *input);

/* Reads the file ("-": standard input).  Its kind is told by its name where that is *.scn or *.pkt, else by
 * how it begins, and where that says nothing by its name.  `selection` is what of a capture is wanted; NULL:
 * all.  Afterwards there is a plan or a trace.  FALSE, and said on standard error, when it cannot be read or
 * is wrong; notes go there too. */
gboolean input_open(const SimulationOptions *options, const char *file,
                    const CaptureSelection *selection, Input *input);

/* A plan is run, unless that has been done: afterwards there is a trace.  FALSE, and said so: it cannot be. */
gboolean input_run(const SimulationOptions *options, Input *input);

/* Both. */
gboolean input_read(const SimulationOptions *options, const char *file,
                    const CaptureSelection *selection, Input *input);
void input_clear(Input *input);

/* Tells on standard error what is worth knowing of the file: "FILE: note: …". */
void input_note(const char *file, const char *note);

/* "a capture", for those who can only use scenarios: what a file is by its first bytes, or NULL when it may
 * be a scenario.  Looks at regular files only, and at none outside of `root`. */
const char *input_peek(const char *root, const char *file);

#endif
