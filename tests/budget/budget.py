"""No scenario takes more memory or work than it may: usage budget.py PROGRAM.  Reports in TAP.

Hostile scenarios, each of a few lines and of another kind of growth, run through every view under a
small budget.  The most memory that the process ever held (ru_maxrss) stays within 1.25 times the budget
and what the program itself takes; the last event says which bound was met.
"""

import os
import sys
import tempfile

BUDGET_MIB = 16
STEPS = 100_000
LIMITS = ["--max-memory", f"{BUDGET_MIB}M", "--max-steps", str(STEPS)]
VIEWS = ["timeline", "segments", "json", "mermaid", "rfc", "flow", "pkt", "svg", "html"]

HEAD = "host a rfc6298\nhost b rfc6298\n"
LINK = "link a b delay=10ms\n"

# What grows, and the scenario behind HEAD.
HOSTILE = {
    "copies on a long way": "link a b delay=1h\nat 0s b listen\n"
    "at 0s flood a->b SYN rate=1000000000/s count=4294967295 spoofed\n",
    "a link's queue": "link a b rate=1bit queue=1073741824\nat 0s b listen\n"
    "at 0s flood a->b SYN rate=1000000000/s count=4294967295\n",
    "half-open connections": LINK + "set b somaxconn=1073741824 tcp_max_syn_backlog=1073741824\n"
    "at 0s b listen backlog=1073741824\nat 0s flood a->b SYN rate=10000000/s count=4294967295 spoofed\n",
    "connections": LINK + "at 0s b listen backlog=1000\nat 0s a connect b rate=1000000/s count=4294967295\n",
    "connects that nobody answers": LINK + "at 0s a connect b rate=1000000000/s count=4294967295\n",
    "connects without a way": "link a b delay=1h\nat 0s a connect b rate=1000000000/s count=4294967295\n",
    "one call": "set a congestion=none tcp_window_scaling=1\n"
    "set b window=1073741824 window-scale=14 tcp_window_scaling=1 mss=64\n" + LINK +
    "at 0s b listen\nat 0s a connect b\nat 1s a send 1000000000\n",
    "data out of order": "set a congestion=none tcp_window_scaling=1\n"
    "set b window=1073741824 window-scale=14 tcp_window_scaling=1 mss=64\n" + LINK +
    "drop a DATA #1\nat 0s b listen\nat 0s a connect b\nat 1s a send 1000000000\n",
    "SACK of much": "set a congestion=none tcp_window_scaling=1 tcp_sack=1\n"
    "set b window=1073741824 window-scale=14 tcp_window_scaling=1 mss=64 tcp_sack=1\n"
    "link a b delay=10ms loss=10%\nat 0s b listen\nat 0s a connect b\nat 1s a send 1000000000\n",
    "unread data": "set a congestion=none tcp_window_scaling=1\n"
    "set b window=1073741824 window-scale=14 tcp_window_scaling=1 mss=64\n" + LINK +
    "at 0s b listen accept=manual\nat 0s a connect b\nat 1s a send 1000000000\n",
    "everything twice": "link a b delay=10ms duplicate=100%\nat 0s b listen\n"
    "at 0s flood a->b SYN rate=1000000000/s count=4294967295\n",
    "everything later": "link a b delay=10ms reorder=100% reorder-by=1h\nat 0s b listen\n"
    "at 0s flood a->b SYN rate=1000000000/s count=4294967295\n",
    "a line that feeds itself": LINK + "at 0s b listen backlog=100000\nat 0s a connect b\n"
    "when a ESTABLISHED a connect b\n",
    "lines that feed each other": LINK + "at 0s b listen backlog=100000\nat 0s a connect b\n"
    "when a SYN-SENT a connect b\nwhen a SYN-SENT a connect b\n",
    "a flood that nobody ends": "link a b\nat 0s b listen\n"
    "at 0s flood a->b SYN rate=1000000/s count=4294967295 spoofed\n",
    "cookies without end": LINK + "set b tcp_syncookies=2\nat 0s b listen\n"
    "at 0s flood a->b SYN rate=1000000/s count=4294967295 spoofed\n",
    "ACKs without end": LINK + "at 0s b listen\nat 0s flood a->b ACK rate=1000000/s count=4294967295\n",
    "a transfer without end": LINK + "at 0s b listen\nat 0s a connect b\nat 1s a send 4000000000\n",
    "small segments": LINK + "set b mss=64\nat 0s b listen\nat 0s a connect b\nat 1s a send 4000000000\n",
    "a zero window for years": LINK + "set b window=0\nat 0s b listen accept=manual\nat 0s a connect b\n"
    "at 1s a send 1\nstop at 2000000h\n",
}


def doubled(first, times):
    return "+0 %{ x = " + first + "\n" + "x += x\n" * times + "}%\n"


SCRIPT = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
CONNECTED = (
    SCRIPT + "+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n+0 < S 0:0(0) win 60000 <mss 1460>\n"
    "+0 > S. 0:0(0) ack 1 <mss 1460>\n+.1 < . 1:1(0) ack 1 win 60000\n+0 accept(3, ..., ...) = 4\n"
)

# The same of packetdrill scripts, each whole.
HOSTILE_SCRIPTS = {
    "a list that doubles": SCRIPT + doubled("[1]", 40),
    "a text that doubles": SCRIPT + doubled('"aaaa"', 40),
    "a list in itself, compared": SCRIPT + "+0 %{ x = [1]\n" + "x = [x, x]\n" * 40 + "assert str(x) == x\n}%\n",
    "a write of gigabytes": CONNECTED + "+0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [2000000000], 4) = 0\n"
    "+0 write(4, ..., 2000000000) = 2000000000\n",
    "data out of order": CONNECTED
    + "".join(f"+0 < . {n}:{n + 1}(1) ack 1 win 60000\n" for n in range(3, 6000, 2)),
    "a SYN over and over": CONNECTED + "+0 < S 0:0(0) win 5\n" * 5000,
    "a day": CONNECTED + "+0 setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n"
    "+1000000 < . 1:1(0) ack 1 win 60000\n",
}


def run(program, arguments):
    """(status, standard output, most bytes held)"""
    with tempfile.TemporaryFile() as out:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os.execv(program, [program, *arguments])
        _, status, usage = os.wait4(child, 0)
        out.seek(0, os.SEEK_END)
        out.seek(max(0, out.tell() - 4096))
        tail = out.read().decode(errors="replace")
    return os.waitstatus_to_exitcode(status), tail, usage.ru_maxrss * 1024


class Tap:
    def __init__(self):
        self.number = self.failed = 0

    def report(self, what, problems):
        self.number += 1
        self.failed += bool(problems)
        print("not ok" if problems else "ok", self.number, "-", what)
        for problem in problems[:1]:
            print(f"#   {problem} (and {len(problems) - 1} more)")

    def end(self):
        print(f"1..{self.number}")
        return 1 if self.failed or self.number == 0 else 0


def problems_of(program, arguments, base, ends):
    status, tail, held = run(program, arguments)
    allowed = base + BUDGET_MIB * 1024 * 1024 * 5 // 4
    if status < 0 or status > 2:
        yield f"{arguments[0]}: ended with {status}"
    if held > allowed:
        yield f"{arguments[:-1]}: {held >> 10} kB held, {allowed >> 10} kB allowed"
    if ends and not any(word in tail for word in ("--max-memory", "--max-steps", "--max-events")):
        yield f"{arguments}: no bound is named at the end: {tail[-200:]!r}"


def main(program):
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        plain = os.path.join(folder, "plain.scn")
        with open(plain, "w") as file:
            file.write(HEAD + LINK + "at 0s b listen\nat 0s a connect b\n")
        base = run(program, ["run", plain])[2]
        for what, text in HOSTILE.items():
            path = os.path.join(folder, "hostile.scn")
            with open(path, "w") as file:
                file.write(HEAD + text)
            problems = []
            for view in VIEWS:
                arguments = ["run", *LIMITS, "--format", view, path]
                problems += problems_of(program, arguments, base, view == "timeline")
            for command in (["check"], ["table"], ["pcap", "-o", os.devnull]):
                problems += problems_of(program, [*command, *LIMITS, path], base, False)
            tap.report(what, problems)
        for what, text in HOSTILE_SCRIPTS.items():
            path = os.path.join(folder, "hostile.pkt")
            with open(path, "w") as file:
                file.write(text)
            problems = []
            for view in VIEWS[:-1]:
                problems += problems_of(program, ["run", *LIMITS, "--format", view, path], base, False)
            for command in (["check"], ["table"], ["pcap", "-o", os.devnull]):
                problems += problems_of(program, [*command, *LIMITS, path], base, False)
            tap.report("a script: " + what, problems)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
