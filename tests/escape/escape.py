"""Hostile strings through every output of the program.

usage: escape.py SOURCE_ROOT PROGRAM [BATCH]

Each string stands at each place that a string can come from: a title, the name of a file, WHO in a timing
table, an argument, a profile, a capture.  Each output is read by somebody else's reader (readers.py), never
by the program.  A test is a place and an output; it fails with the first string that gets through.
"""

import concurrent.futures
import os
import queue
import shutil
import struct
import subprocess
import sys
import tempfile

import readers

ROOT = os.path.abspath(sys.argv[1])
PROGRAM = os.path.abspath(sys.argv[2])
BATCH = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None  # tests/batch.c

PLAIN = b"plain"

STRINGS = {
    "a terminal's orders": b"\x1b[31mred\x07\x7f",
    "a line that is an annotation": b"x\n::warning::evil\r\n::error::evil",
    "orders to the runner": b" ::error::x ##[add-mask]y",
    "the end of CDATA, a tag": b"]]><script>alert(1)</script><!-- &amp; -->",
    "columns and links of Markdown": b"a | b \\| `c` | [d](javascript:e) **f** <img src=x>",
    "a formula": b"=cmd|' /C calc'!A1",
    "quotes, commas, tabs": b'"x",\'y\';\tz\\',
    "orders in 8 bits": "\u009b31m\u0085".encode(),
    "writing turned round": "\u202eabc\u2066def\u200b".encode(),
    "separators that are no signs": "a\u2028b\u2029c\ufffe".encode(),
    "no UTF-8": b"\xff\xc3( \xed\xa0\x80",
    "the next test, the next statement": b"x\nok 1 - y\nnot ok 2 # TODO\n%%{init: {}}%% ; participant Z",
    "a command": b"$(touch PWNED) `touch PWNED` ; '&\"'\\''",
    "a long one": b"\xc3\xa4x " * 1200,
}

VIEWS = "timeline segments states timers counters json mermaid rfc flow pkt svg html".split()
REPORTS = "text tap junit github".split()
TABLES = "text csv markdown".split()


class World:
    """A folder to work in, and the program run there.  One a thread, empty at each begin()."""

    def __init__(self):
        self.home = tempfile.mkdtemp().encode()
        self.folder = os.path.join(self.home, b"w")
        self.environment = {
            **os.environ,
            "LC_ALL": "C.UTF-8",
            "TCPWALTZ_PROFILES": os.fsdecode(self.folder) + "/profiles",
        }
        self.batch = BATCH and self.start_batch()

    def begin(self):
        self.said = 0  # bytes on standard output
        shutil.rmtree(self.folder, ignore_errors=True)
        os.mkdir(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return name

    def start_batch(self):
        return subprocess.Popen(
            [PROGRAM],
            env={**self.environment, "LD_PRELOAD": BATCH},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask_batch(self, arguments):
        """(status, standard output, standard error) of a process that did not have to be started."""
        out, err = (os.path.join(self.home, name) for name in (b"out", b"err"))
        words = [str(len(arguments)).encode(), self.folder, out, err, *map(os.fsencode, arguments)]
        self.batch.stdin.write(b"".join(word + b"\0" for word in words))
        self.batch.stdin.flush()
        status = int(self.batch.stdout.readline())
        with open(out, "rb") as said, open(err, "rb") as told:
            return status, said.read(), told.read()

    def start(self, arguments):
        done = subprocess.run(
            [PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
        )
        return done.returncode, done.stdout, done.stderr

    def run(self, *arguments):
        status, out, err = self.ask_batch(arguments) if self.batch else self.start(arguments)
        if status not in (0, 1, 2):
            raise readers.Wrong("exit status %d: %r" % (status, err[-300:]))
        readers.line_by_line(err)
        self.said += len(out)
        return out

    def end(self):
        shutil.rmtree(self.home)
        if self.batch:
            self.batch.stdin.close()
            self.batch.wait()


def name_of(string):
    """The string as a name in a folder: what no name can have is left out."""
    return string.replace(b"/", b"").replace(b"\0", b"")[:150] or b"x"


def quoted(string):
    return b'"' + string.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def scenario(title=PLAIN, more=b""):
    return (
        b"title " + quoted(title) + b"\nhost client linux-2.4\nhost server linux-2.4\n"
        b"link client server delay=10ms\ndrop client SYN #1\n"
        b"at 0s server listen\nat 0s client connect server\n"
        b"expect client sends SYN at 0s 1s\nexpect server sends SYN-ACK 1 times\n" + more
    )


# --- places: each returns the files that a command is given -------------------------------------------


def in_title(world, string):
    return world.write(b"t.scn", scenario(title=string.replace(b"\n", b" ")))


def in_file_name(world, string):
    return world.write(name_of(string) + b".scn", scenario())


def at_the_beginning_of_a_file_name(world, string):
    return world.write(b"::error::" + name_of(string) + b".scn", scenario())


def in_folder_name(world, string):
    return world.write(name_of(string) + b"/t.scn", scenario())


def in_a_line(world, string):
    return world.write(b"t.scn", scenario(more=b"drop client " + string + b"\n"))


def in_an_expectation(world, string):
    return world.write(b"t.scn", scenario(more=b"expect client ends " + quoted(string) + b"\n"))


def in_the_name_of_an_included_file(world, string):
    name = world.write(name_of(string).replace(b"\n", b"") + b".scn", b"drop server SYN-ACK #1\nx\n")
    return world.write(b"t.scn", b"include " + quoted(name) + b"\n" + scenario())


def in_a_profile(world, string):
    line = string.replace(b"\n", b" ")
    world.write(
        b"profiles/odd.profile",
        b"title " + quoted(line) + b"\nabout " + quoted(line) + b"\nbase linux-2.4\n"
        b"set tcp_syn_retries=3 source " + quoted(line) + b"\n",
    )
    return world.write(b"t.scn", scenario().replace(b"client linux-2.4", b"client odd"))


def in_the_name_of_a_profile(world, string):
    name = name_of(string)
    world.write(b"profiles/" + name + b".profile", b'title "x"\nbase linux-2.4\n')
    return world.write(
        b"t.scn", scenario().replace(b"client linux-2.4", b"client " + quoted(name))
    )


def script(more=b""):
    return (
        b"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
        b"+0 < S 0:0(0) win 32792 <mss 1000>\n+0 > S. 0:0(0) ack 1 <mss 1460>\n"
        b"+.1 < . 1:1(0) ack 1 win 32792\n+0 accept(3, ..., ...) = 4\n" + more
    )


def in_the_name_of_a_script(world, string):
    return world.write(name_of(string) + b".pkt", script())


def in_a_command(world, string):
    return world.write(b"t.pkt", script(b"+0 `" + string.replace(b"`", b"") + b"`\n"))


def in_a_text_of_a_script(world, string):
    text = string.replace(b"\n", b" ").replace(b'"', b"").replace(b"\\", b"")
    return world.write(b"t.pkt", script(b'+0 write(4, "' + text + b'", 10) = 11\n'))


def in_what_an_assertion_says(world, string):
    text = string.replace(b"\n", b" ").replace(b'"', b"").replace(b"\\", b"")
    return world.write(b"t.pkt", script(b'+0 %{ assert tcpi_state == 9, "' + text + b'" }%\n'))


def in_a_line_of_a_script(world, string):
    return world.write(b"t.pkt", script(b"+0 " + string + b"\n"))


# --- outputs of a scenario ----------------------------------------------------------------------------


def views(world, file):
    for view in VIEWS:
        readers.VIEWS[view](world.run("run", "--format", view, file))
    for look in (["--unicode"], ["--ascii"], ["--why", "9"], ["--ask", "client sends SYN at"], ["--seeds", "2"]):
        readers.line_by_line(world.run("run", *look, file))
    readers.line_by_line(world.run("run", file, file))


def views_of_a_script(world, file):
    for view in VIEWS:
        if view != "pkt":  # it is one
            readers.VIEWS[view](world.run("run", "--format", view, file))
    for look in (["--unicode"], ["--ascii"], ["--why", "9"], ["--define", "A=1"]):
        readers.line_by_line(world.run("run", *look, file))


def reports(world, file):
    for report in REPORTS:
        readers.REPORTS[report](world.run("check", "--format", report, file))
    readers.line_by_line(world.run("check", b"./"))


def tables(world, file):
    for form in TABLES:
        readers.TABLES[form](world.run("table", "--format", form, file))


def pictures(world, file):
    world.run("plot", "-o", "p.dat", file)
    world.said += os.path.exists(world.path(b"p.dat"))
    readers.of_file(readers.gnuplot_table, world.path(b"p.dat"))
    world.run("plot", "--kind", "ladder", "-o", "l.dat", file)
    readers.of_file(readers.gnuplot_table, world.path(b"l.dat"))
    if shutil.which("gnuplot"):
        world.run("plot", "-o", "p.svg", file)
        readers.of_file(readers.picture, world.path(b"p.svg"))


def captures(world, file):
    readers.pcapng(world.run("pcap", file, "-o", "-"))
    readers.line_by_line(world.run("compare", file, file))


def profiles(world, file):
    readers.line_by_line(world.run("profiles"))
    readers.line_by_line(world.run("profiles", "odd"))
    readers.line_by_line(world.run("help", "--list"), tabs=True)


def errors(world, file):
    world.run("run", file)
    reports(world, file)


# Where each string leaves again.
PLACES = {
    in_title: [views, reports, tables, pictures, captures],
    in_file_name: [views, reports, tables, pictures, captures],
    at_the_beginning_of_a_file_name: [reports, tables],
    in_folder_name: [reports, tables],
    in_a_line: [errors],
    in_an_expectation: [errors],
    in_the_name_of_an_included_file: [errors],
    in_a_profile: [views, profiles],
    in_the_name_of_a_profile: [errors, profiles],
    in_the_name_of_a_script: [views_of_a_script, reports, tables, pictures, captures],
    in_a_command: [views_of_a_script, reports],
    in_a_text_of_a_script: [views_of_a_script, reports],
    in_what_an_assertion_says: [views_of_a_script, reports],
    in_a_line_of_a_script: [errors],
}


# --- other inputs -------------------------------------------------------------------------------------


def who_in_a_timing_table(world, string):
    world.write(b"s/t.scn", scenario())
    who = string.replace(b"\n", b"").replace(b" ", b"").replace(b"\t", b"") or b"x"
    world.write(
        b"tables/t.table",
        b"tcpwaltz-table 1\n# " + string.replace(b"\n", b" ") + b"\n 0.0000  " + who + b" sends SYN\n"
        b" 0.1000  run ends quiet\n end  " + who + b" last CLOSED\n",
    )
    for report in REPORTS:
        readers.REPORTS[report](world.run("check", "--format", report, "--against", "tables", "s"))


def a_table_that_no_scenario_has(world, string):
    world.write(b"s/t.scn", scenario())
    world.write(b"tables/" + name_of(string) + b".table", b"x")
    for report in REPORTS:
        readers.REPORTS[report](world.run("check", "--format", report, "--against", "tables", "s"))


def a_host_in_a_segment_table(world, string):
    host = b'"' + string.replace(b'"', b'""') + b'"'
    world.write(
        b"t.csv",
        b"t_s,from,segment,seq,ack,len,win,options,fate,conn\n"
        b"0.0000," + host + b",SYN,0,,0,5840,mss 1460,pass,1\n"
        b"3.0000," + host + b",SYN,0,,0,5840,mss 1460,pass,1\n"
        b"9.0000," + host + b",SYN,0,,0,5840,mss 1460,pass,1\n",
    )
    readers.line_by_line(world.run("compare", "t.csv", "t.csv"))
    readers.line_by_line(world.run("identify", "t.csv"))
    pictures(world, b"t.csv")


def an_interface_in_a_capture(world, string):
    def option(code, value):
        return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)

    def block(kind, body):
        length = struct.pack("<I", len(body) + 12)
        return struct.pack("<I", kind) + length + body + length

    text = string[:60000]
    section = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + option(1, text) + option(0, b"")
    interface = struct.pack("<HHI", 147, 0, 0) + option(2, text) + option(0, b"")
    world.write(b"t.pcapng", block(0x0A0D0D0A, section) + block(1, interface))
    readers.line_by_line(world.run("compare", "t.pcapng", "t.pcapng"))
    readers.line_by_line(world.run("identify", "t.pcapng"))


def a_lesson(world, string):
    line = string.replace(b"\n", b" ")
    file = world.write(b"s.scn", scenario(title=b"``` " + line))
    lesson = world.write(
        name_of(string) + b".md",
        b"# 1. " + line + b"\n\n<!-- run: tcpwaltz run " + world.path(file) + b" -->\n" + line
        + b"\n<!-- /run -->\n",
    )
    readers.line_by_line(world.run("lesson", "--check", lesson))
    readers.line_by_line(world.run("lesson", "--fill", lesson))


def arguments(world, string):
    file = world.write(b"t.scn", scenario())
    glued = name_of(string)
    for words in (
        [string],
        [b"--" + string],
        ["help", string],
        ["run", string],
        ["run", b"--" + glued, file],
        ["run", "--set", string, file],
        ["run", "--set", b"client.mss=" + string, file],
        ["run", "--set", "client.tcp_syn_retries=4", "--seed", string, file],
        ["run", "--max-time", string, file],
        ["run", "--max-events", string, file],
        ["run", "--interval", string, file],
        ["run", "--format", string, file],
        ["run", "--why", string, file],
        ["run", "--ask", string, file],
        ["run", "--seeds", string, file],
        ["run", "--color", string, file],
        ["run", "-o", b"none/" + glued, file],
        ["check", string],
        ["check", "--format", string, file],
        ["check", "--against", string, file],
        ["check", "--against", ".", "--tolerance", string, file],
        ["table", string],
        ["compare", string, string],
        ["compare", "--client", string, file, file],
        ["identify", string],
        ["pcap", string, "-o", "-"],
        ["plot", "-o", glued, file],
        ["plot", "-o", "p.dat", "--kind", string, file],
        ["plot", "-o", "p.dat", "--kind", "backoff", "--profiles", string],
        ["plot", "-o", "p.svg", "--script", string, file],
        ["profiles", string],
        ["lesson", string],
        ["lessons", string],
        ["lesson", "--fill", string],
        ["lesson", "--set", string, "1"],
        ["bench", string],
    ):
        readers.line_by_line(world.run(*words))


def what_is_pasted_into_a_shell(world, string):
    """The command behind "why:" runs the same file, and nothing else."""
    file = world.write(name_of(string) + b".scn", scenario())
    said = world.run("check", "--format", "tap", "--set", "client.tcp_syn_retries=4", file)
    readers.tap(said)
    commands = [line for line in readers.yaml_values(said, b"why")]
    for command in commands:
        words = subprocess.run(
            ["bash", "-c", "tcpwaltz() { printf '%s\\0' \"$@\"; }\n" + command],
            cwd=world.folder,
            capture_output=True,
            check=True,
        ).stdout.split(b"\0")[:-1]
        if os.path.normpath(words[-1]) != file or words[:3] != [b"run", b"--set", b"client.tcp_syn_retries=4"]:
            raise readers.Wrong("it runs %r" % words)
    if not commands:
        raise readers.Wrong("no command was shown")
    if os.path.exists(world.path(b"PWNED")):
        raise readers.Wrong("a command was run")


def a_host_that_looks_like_a_formula(world, string):
    """What is written for a spreadsheet is read back as it was."""
    del string
    row = b"%s,%s,SYN,0,,0,5840,mss 1460,pass,1\n"
    header = b"t_s,from,segment,seq,ack,len,win,options,fate,conn\n"
    world.write(b"a.csv", header + row % (b"0.0000", b"=x") + row % (b"3.0000", b"=x"))
    world.write(b"b.csv", header + row % (b"0.0000", b"'=x") + row % (b"3.0000", b"'=x"))
    world.run("plot", "-o", "a.dat", "a.csv")
    world.run("plot", "-o", "b.dat", "b.csv")
    with open(world.path(b"a.dat"), "rb") as a, open(world.path(b"b.dat"), "rb") as b:
        if a.read().replace(b"a.csv", b"b.csv") != b.read():
            raise readers.Wrong("=x and '=x are two hosts")


INPUTS = [
    who_in_a_timing_table,
    a_table_that_no_scenario_has,
    a_host_in_a_segment_table,
    an_interface_in_a_capture,
    a_lesson,
    arguments,
    what_is_pasted_into_a_shell,
    a_host_that_looks_like_a_formula,
]


# Those that may leave standard output empty.
SILENT = [arguments, an_interface_in_a_capture, a_host_that_looks_like_a_formula]


# --- all of it ----------------------------------------------------------------------------------------


def tests():
    for place, outputs in PLACES.items():
        for output in outputs:
            title = "%s: %s" % (place.__name__, output.__name__)
            yield title, lambda w, s, p=place, o=output: o(w, p(w, s))
    for test in INPUTS:
        yield test.__name__, test


def first_problem(world, test):
    for name, string in {"nothing odd": PLAIN, **STRINGS}.items():
        world.begin()
        try:
            test(world, string)
            if string == PLAIN and world.said == 0 and test not in SILENT:
                raise readers.Wrong("nothing was said at all")
        except (readers.Wrong, UnicodeError, ValueError) as problem:
            return "%s: %s: %s" % (name, type(problem).__name__, problem)
    return None


def main():
    failed = 0
    count = 0
    titles, all_tests = zip(*tests())
    worlds = [World() for _ in range(os.cpu_count())]
    free = queue.SimpleQueue()
    for world in worlds:
        free.put(world)

    def try_in_a_free_world(test):
        world = free.get()
        try:
            return first_problem(world, test)
        finally:
            free.put(world)

    pool = concurrent.futures.ThreadPoolExecutor(len(worlds))
    for count, (title, problem) in enumerate(zip(titles, pool.map(try_in_a_free_world, all_tests)), 1):
        failed += problem is not None
        print("%sok %d - %s" % ("not " if problem else "", count, title.replace("_", " ")))
        if problem:
            print("# " + ascii(problem))
        sys.stdout.flush()
    for world in worlds:
        world.end()
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
