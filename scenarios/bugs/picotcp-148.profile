title "picoTCP in March 2014"
about "A SYN that came twice was answered with RST the second time. Of everything else only that it waits longer for the"
about "last ACK than a client for the SYN-ACK is assumed: 3 s, RFC 1122."
see   "tass-belgium/picotcp issue 148"

base  rfc1122

set repeated-syn=rst       source "tass-belgium/picotcp issue 148"
