/* pcap files, by libpcap, from memory. */
#define _DEFAULT_SOURCE /* pcap.h uses u_int */

#include <pcap/pcap.h>
#include <stdio.h>

#include "capture/records.h"

enum { LINKTYPE_RAW = 101 };

/* libpcap has its own number for raw IP, another one on each system. */
static guint32 link_of(pcap_t *pcap)
{
    int dlt = pcap_datalink(pcap);

    return dlt == DLT_RAW ? LINKTYPE_RAW : (guint32)dlt;
}

/* Seconds are unsigned in the file, whatever libpcap makes of them: it ends in 2106.  With the precision
 * asked for tv_usec holds nanoseconds. */
static CapturedPacket packet_of(const struct pcap_pkthdr *header, const guint8 *frame, guint32 link)
{
    return (CapturedPacket){
        .has_time = TRUE,
        .seconds = (guint32)header->ts.tv_sec,
        .nanoseconds = header->ts.tv_usec,
        .link = link,
        .frame = frame,
        .length = header->caplen,
        .on_wire = MAX(header->len, header->caplen),
    };
}

/* A FILE * over the bytes; libpcap closes it. */
static pcap_t *open_bytes(const char *bytes, gsize length, char **why)
{
    char said[PCAP_ERRBUF_SIZE] = "";
    FILE *file = length > 0 ? fmemopen((void *)(guintptr)bytes, length, "rb") : NULL;

    if (file == NULL) {
        *why = g_strdup(length == 0 ? "the file is empty" : "no memory to read the capture");
        return NULL;
    }
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, said);
    if (pcap != NULL)
        return pcap;
    (void)fclose(file);
    *why = g_strdup_printf("not a capture that can be read: %s", said);
    return NULL;
}

char *records_read_pcap(const char *bytes, gsize length, PacketVisit visit, gpointer data)
{
    char *why = NULL;
    pcap_t *pcap = open_bytes(bytes, length, &why);
    struct pcap_pkthdr *header;
    const u_char *frame;
    int got = PCAP_ERROR_BREAK;

    if (pcap == NULL)
        return why;
    guint32 link = link_of(pcap);
    while ((got = pcap_next_ex(pcap, &header, &frame)) == 1) {
        CapturedPacket packet = packet_of(header, frame, link);

        if (!visit(&packet, data))
            break;
    }
    if (got == PCAP_ERROR)
        why = g_strdup(pcap_geterr(pcap));
    pcap_close(pcap);
    return why;
}
