"""The Python package over the library: what it gives, and what is wrong told as an exception.

usage: test_python.py ROOT TCPWALTZ        with TCPWALTZ_LIBRARY and PYTHONPATH set
"""

import gc
import pathlib
import subprocess
import sys
import unittest

import tcpwaltz

ROOT = pathlib.Path(sys.argv[1])
PROGRAM = sys.argv[2]

TEXT = """title "The first SYN is lost"
host client linux-2.4
host server linux-2.4
link client server delay=10ms
drop client SYN #1
at 0s server listen
at 0s client connect server
at 5s client send 100
expect client sends SYN at 0s 3s
expect client enters ESTABLISHED at 1s
"""


class Runs(unittest.TestCase):
    def test_events_are_records(self):
        run = tcpwaltz.run(TEXT)
        syns = [e for e in run.events if e["kind"] == "send" and e["class"] == "SYN"]
        self.assertEqual([e["t_ns"] for e in syns], [0, 3_000_000_000])
        self.assertEqual([e["fate"] for e in syns], ["lost", "pass"])
        self.assertEqual(len(run.events), len(run))
        self.assertEqual(run.hosts, ["client", "server"])
        self.assertEqual(run.title, "The first SYN is lost")
        self.assertIn("The first SYN is lost", repr(run))

    def test_views_are_the_program_s(self):
        file = "scenarios/handshake/first-syn-lost.scn"
        run = tcpwaltz.run_file(file)
        for view in tcpwaltz.formats():
            if view == "pcapng":
                command = [PROGRAM, "pcap", "-o", "-", file]
            else:
                command = [PROGRAM, "run", "--format", view, file]
            said = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
            if view == "timeline":
                said = b"".join(
                    line for line in said.splitlines(True) if not line.startswith(b"held: ")
                )
            self.assertEqual(run.view_bytes(view), said, view)

    def test_looks(self):
        run = tcpwaltz.run(TEXT)
        self.assertIn("→", run.timeline())
        self.assertNotIn("→", run.timeline(unicode=False))
        self.assertIn("\x1b[", run.timeline(colour=True))
        self.assertTrue(run._repr_svg_().startswith("<svg "))

    def test_why(self):
        run = tcpwaltz.run(TEXT)
        self.assertIn("the script says: client connect server (<text>:7)", run.why(5))
        for number in (0, -1, len(run) + 1, 1 << 40):
            with self.assertRaises(IndexError):
                run.why(number)

    def test_expectations(self):
        held, failed = tcpwaltz.run(TEXT).check()
        self.assertTrue(held.ok)
        self.assertEqual(failed.outcome, "failed")
        self.assertEqual((failed.line, failed.actual), (10, "ESTABLISHED at 3.02 s"))

    def test_questions(self):
        run = tcpwaltz.run(TEXT)
        self.assertEqual(run.ask("client sends SYN at"), "client sends SYN at 0s 3s")
        with self.assertRaises(tcpwaltz.ScenarioError) as raised:
            run.ask("client sings")
        self.assertEqual(raised.exception.problems[0].file, "<question>")

    def test_facts(self):
        run = tcpwaltz.run(TEXT)
        fact = run.facts(1, "client", 1)
        self.assertEqual((fact.state, fact.sent, fact.sent_lost), ("SYN-SENT", 1, 1))
        self.assertEqual(fact.timers["retransmit"].due_ns, 3_000_000_000)
        self.assertIsNone(run.facts(1, "server", 1))
        self.assertIsNone(run.facts(1, "nobody"))

    def test_a_frame(self):
        try:
            import pandas  # noqa: F401
        except ImportError:
            self.skipTest("no pandas here")
        frame = tcpwaltz.run(TEXT).frame()
        self.assertEqual(list(frame[frame["class"] == "SYN"].query("kind == 'send'")["t_ns"]), [0, 3 * 10**9])

    def test_options(self):
        run = tcpwaltz.run(TEXT, settings=["client.initial-rto=1s"], max_time_ns=2 * 10**9)
        self.assertEqual(run.ask("client sends SYN at"), "client sends SYN at 0s 1s")
        for wrong in ({"seed": -1}, {"seed": 1 << 64}, {"max_time_ns": 1 << 63}):
            with self.assertRaises(ValueError):
                tcpwaltz.run(TEXT, **wrong)
        with self.assertRaises(TypeError):
            tcpwaltz.run(TEXT, sead=1)

    def test_packetdrill(self):
        script = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 close(3) = 0\n"
        self.assertEqual([r.outcome for r in tcpwaltz.run(script, name="a.pkt").check()], ["held"])


class Files(unittest.TestCase):
    def test_a_dictionary(self):
        files = {"a.scn": TEXT, "mine.profile": "base linux-2.4\n"}
        self.assertEqual(tcpwaltz.run('include "a.scn"\n', files=files).title, "The first SYN is lost")
        tcpwaltz.run("host a mine\n", files=files)
        with self.assertRaises(tcpwaltz.ScenarioError) as raised:
            tcpwaltz.run('include "b.scn"\n', files=files)
        self.assertIn("no such file", str(raised.exception))

    def test_what_the_reader_raises_comes_back(self):
        def read(path):
            raise PermissionError(path)

        with self.assertRaises(PermissionError):
            tcpwaltz.run('include "b.scn"\n', files=read)


class Wrong(unittest.TestCase):
    def test_a_problem_has_its_place(self):
        with self.assertRaises(tcpwaltz.ScenarioError) as raised:
            tcpwaltz.run("host a linux-2.5\n", name="a.scn")
        problem = raised.exception.problems[0]
        self.assertEqual((problem.file, problem.line, problem.column), ("a.scn", 1, 8))
        self.assertIn("linux-2.4", problem.hint)
        self.assertIn("a.scn:1:8: error:", str(raised.exception))

    def test_hostile_texts(self):
        for text in ("", "\0", b"\xff\xfe", "host \x1b[2J", "x" * 100_000):
            with self.assertRaises(tcpwaltz.ScenarioError):
                tcpwaltz.run(text)
        with self.assertRaises(ValueError):
            tcpwaltz.run(TEXT, name="a\0b")

    def test_a_missing_file(self):
        with self.assertRaises(tcpwaltz.ScenarioError):
            tcpwaltz.run_file("/nowhere/a.scn")

    def test_runs_may_be_many(self):
        for _ in range(50):
            tcpwaltz.run(TEXT).timeline()
        gc.collect()

    def test_names(self):
        self.assertIn("linux-6.18", tcpwaltz.profiles())
        self.assertEqual(
            tcpwaltz.version(),
            subprocess.run([PROGRAM, "--version"], stdout=subprocess.PIPE, check=True)
            .stdout.split()[-1]
            .decode(),
        )


class Results(unittest.TextTestResult):
    """TAP."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.number = 0

    def _say(self, verdict, test, more=""):
        self.number += 1
        print(f"{verdict} {self.number} - {test.id()}{more}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._say("ok", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._say("ok", test, f" # SKIP {reason}")

    def _bad(self, test, error):
        self._say("not ok", test)
        for line in self._exc_info_to_string(error, test).splitlines():
            print("#", line)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._bad(test, error)

    def addError(self, test, error):
        super().addError(test, error)
        self._bad(test, error)


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    result = unittest.TextTestRunner(stream=open("/dev/null", "w"), resultclass=Results).run(suite)
    print(f"1..{result.number}")
    sys.exit(0 if result.wasSuccessful() and result.number > 0 else 1)
