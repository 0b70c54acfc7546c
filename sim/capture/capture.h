/* Captures and segment tables in, a trace out.
 *
 * Both readers take a whole file as bytes and trust nothing in it: they end with a trace of
 * TRACE_SEND events, or with one problem that says what is wrong and where.  A capture is taken at
 * one point and sees each segment once; whether it was lost later it cannot know, so all of its
 * segments have the fate `pass`.  In both, a segment whose sequence numbers were sent before is a
 * repetition: TraceSegment.retry counts them.
 */
#ifndef TCPWALTZ_CAPTURE_CAPTURE_H
#define TCPWALTZ_CAPTURE_CAPTURE_H

#include <glib.h>

#include "trace/trace.h"

/* Larger files, and more segments, are refused. */
#define CAPTURE_BYTES_MAX ((gsize)256 * 1024 * 1024)
#define CAPTURE_SEGMENTS_MAX 1000000U

typedef struct CaptureProblem {
    char *message;             /* NULL: none */
    char *hint;                /* or NULL */
    guint line, column, width; /* from 1, in characters; line 0: the file as a whole */
    const char *text;          /* that line, in the bytes that were read; or NULL */
    gsize text_length;
} CaptureProblem;

void capture_problem_clear(CaptureProblem *problem);

typedef enum CaptureKind {
    CAPTURE_UNKNOWN,
    CAPTURE_TABLE,      /* a segment table */
    CAPTURE_PACKETS,    /* pcap or pcapng */
    CAPTURE_COMPRESSED, /* gzip or zstd: capture_unpack() */
} CaptureKind;

/* What the file is, judged by how it begins. */
CaptureKind capture_kind(const char *bytes, gsize length);

/* What was compressed; NULL with *why (free with g_free()): it is damaged, longer than CAPTURE_BYTES_MAX,
 * or this program was built without what zstd needs.  A file that is cut is unpacked up to there, and
 * *why says so. */
GByteArray *capture_unpack(const char *bytes, gsize length, char **why);

/* Reads a segment table: a note is a line that begins with '#', the first other line is the header
 * t_s,from,segment,seq,ack,len,win,options,fate,conn; the last column may be missing.  The order of
 * time must be the order of the lines.  Hosts are those that send, in order of appearance, and the
 * other end where only one does.  NULL with *problem (clear it) when something is wrong. */
Trace *capture_read_table(const char *bytes, gsize length, CaptureProblem *problem);

/* What of a capture is wanted.  All zeros: all of it, of the pair of hosts that is evident. */
typedef struct CaptureSelection {
    const char *
        client; /* "10.0.0.1", "10.0.0.1:40000": its connections from that port only; "2001:db8::1",
                    "[2001:db8::1]:40000"; or NULL */
    guint32 connection;   /* the n-th of those that are left, from 1; 0: all */
    SimTime from, to;     /* since the first segment of what is left; to 0: up to the end */
    gboolean keeps_twins; /* what was seen twice stays there twice */
} CaptureSelection;

/* Reads a pcap or pcapng file, whatever its interfaces are: frames.h tells which links and tunnels are known.
 * What is not TCP over IPv4 or IPv6 is skipped.  The hosts are "client" and "server": the client is the one that
 * sends the first SYN, or that of the selection.  A capture of several pairs of hosts needs it (or a
 * connection), unless only one pair opens a connection.  Time counts from the first segment of the hosts'
 * (or the connection's), also where the selection begins later; so do sequence numbers.  Headers are
 * enough of a packet, and checksums and lengths may be missing: both is usual at the host that sends.
 *
 * Packets that were seen twice (sightings_drop_twins()) count once.
 *
 * `notes` (char *) gets a line for each thing that was skipped or looks odd.  A file that is cut, or
 * damaged behind some packets, is read up to there, which is a note.  NULL with *problem (clear it) when
 * something is wrong. */
Trace *capture_read_packets(const char *bytes, gsize length, const CaptureSelection *selection,
                            GPtrArray *notes, CaptureProblem *problem);

#endif
