"""tcpwaltz: what happens to a TCP connection when the network misbehaves while it opens or closes.

    >>> import tcpwaltz
    >>> run = tcpwaltz.run('''
    ... host client linux-6.18
    ... host server linux-6.18
    ... link client server delay=10ms
    ... drop client SYN #1
    ... at 0s server listen
    ... at 0s client connect server
    ... ''')
    >>> run.ask('client sends SYN at')
    'client sends SYN at 0s 1s'

A run has views (`timeline()`, `svg()`, `json()`, `view(name)`), events (`events`, a list of dictionaries,
`frame()`, a pandas frame), causes (`why(number)`), expectations (`check()`), facts (`facts(seconds)`).  In
a notebook a run shows itself as a picture.  What is wrong with a text is a ScenarioError, with its place.
"""

import ctypes
import json as _json
from dataclasses import dataclass, field
from typing import Callable, Iterable, Mapping, Optional, Union

from ._library import OPTIONS, OUTCOMES, Reader, Sink, lib

__all__ = [
    "Fact",
    "Problem",
    "Result",
    "Run",
    "ScenarioError",
    "Timer",
    "formats",
    "profiles",
    "run",
    "run_file",
    "version",
]

Files = Union[Mapping[str, Union[str, bytes]], Callable[[str], Union[str, bytes]]]


def _text(value):
    return value.decode("utf-8", "replace") if value is not None else None


def _c(text):
    """A text for C, where NUL is its end."""
    data = text.encode() if text is not None else None
    if data is not None and b"\0" in data:
        raise ValueError("a NUL cannot be in this text")
    return data


def _names(function):
    names = []
    while (name := function(len(names))) is not None:
        names.append(name.decode())
    return names


def version() -> str:
    """Of the library at hand."""
    return lib.version().decode()


def profiles() -> list:
    """The stacks that scenarios can name: 'linux-6.18', …"""
    return _names(lib.profile_name)


def formats() -> list:
    """The views of a run: 'timeline', 'json', …"""
    return _names(lib.format_name)


# --- what is wrong ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and what would have been right."""

    file: Optional[str]
    line: int
    column: int
    message: str
    hint: Optional[str]
    is_note: bool


class ScenarioError(ValueError):
    """A text, a question or an argument that is wrong; str() is what the program says of it."""

    def __init__(self, text, problems):
        super().__init__(text)
        self.problems = problems


def _problems(errors):
    for index in range(lib.errors_count(errors)):
        error = lib.errors_at(errors, index).contents
        yield Problem(
            _text(error.file),
            error.line,
            error.column,
            _text(error.message),
            _text(error.hint),
            bool(error.is_note),
        )


def _raise(errors):
    try:
        raise ScenarioError(_text(lib.errors_text(errors)).rstrip("\n"), list(_problems(errors)))
    finally:
        lib.errors_free(errors)


# --- options ---------------------------------------------------------------------------------------


class _Options:
    """TcpwaltzOptions, for the length of a `with`."""

    def __init__(self, numbers=(), settings=(), files=None, host=None, profile=None):
        self.handle = lib.options_new()
        self.problem = None
        self.reader = Reader(self._read) if files is not None else None
        self.files = files
        try:
            self._set(dict(numbers))
            for setting in settings:
                lib.options_add_setting(self.handle, _c(setting))
            lib.options_set_host(self.handle, _c(host))
            lib.options_set_profile(self.handle, _c(profile))
        except BaseException:
            lib.options_free(self.handle)
            raise
        if self.reader is not None:
            lib.options_set_reader(self.handle, self.reader, None)

    def _set(self, numbers):
        for name, value in numbers.items():
            if name not in OPTIONS:
                raise TypeError(f"there is no option '{name}'; these are: {', '.join(OPTIONS)}")
            number = int(value)
            good = 0 <= number < 1 << 64
            if not good or lib.options_set(self.handle, OPTIONS.index(name), number) != 0:
                raise ValueError(f"{name}={value!r} is out of range")

    def _read(self, _data, path, file):
        """What the file holds, for the library; an exception waits until the library is done."""
        try:
            name = _text(path)
            held = self.files(name) if callable(self.files) else self.files[name]
        except (KeyError, FileNotFoundError):
            return 1
        except BaseException as problem:  # it cannot pass through C
            self.problem = problem
            lib.file_refuse(file, _c(str(problem).replace("\0", " ")))
            return 1
        data = held.encode() if isinstance(held, str) else bytes(held)
        lib.file_put(file, data, len(data))
        return 0

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        lib.options_free(self.handle)
        if self.problem is not None:
            raise self.problem


# --- what there is to know of a run ----------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """An expectation, and what came of it: 'held', 'failed' or 'out of reach'."""

    outcome: str
    file: str
    line: int
    text: str
    expected: str
    actual: str
    event: int

    @property
    def ok(self) -> bool:
        return self.outcome == "held"


@dataclass(frozen=True)
class Timer:
    """A timer that runs: for how long it was armed, when it is due, for which repetition."""

    length_ns: int
    due_ns: int
    retry: int


@dataclass(frozen=True)
class Fact:
    """Where a connection, or a host, stands."""

    state: Optional[str]
    sent: int
    sent_again: int
    sent_lost: int
    arrived: int
    discarded: int
    bytes_read: int
    connections: int
    timers: dict = field(default_factory=dict)


def _fact_of(found):
    running = {
        _text(timer.name): Timer(timer.length_ns, timer.due_ns, timer.retry)
        for timer in found.timers[: found.timer_count]
        if timer.is_running
    }
    numbers = ("sent", "sent_again", "sent_lost", "arrived", "discarded", "bytes_read", "connections")
    return Fact(_text(found.state), *(getattr(found, name) for name in numbers), running)


class Run:
    """A scenario, played. Made by run() and run_file()."""

    def __init__(self, handle, title):
        self._handle = handle
        self.title = title

    def __del__(self):
        lib.run_free(getattr(self, "_handle", None))

    def __len__(self):
        return lib.run_event_count(self._handle)

    def __repr__(self):
        return f"<tcpwaltz.Run {self.title or 'without a title'}: {len(self)} events>"

    @property
    def hosts(self) -> list:
        return _names(lambda index: lib.run_host(self._handle, index))

    def _written(self, write, options):
        """The bytes that `write` gives to a sink."""
        pieces = []

        def take(_data, piece, length):
            pieces.append(ctypes.string_at(piece, length))
            return 0

        errors = ctypes.c_void_p()
        with options:
            if write(options.handle, Sink(take), None, ctypes.byref(errors)) != 0:
                _raise(errors)
        return b"".join(pieces)

    def view_bytes(self, name: str, host: Optional[str] = None, **numbers) -> bytes:
        """A view as `tcpwaltz run --format NAME` writes it; "pcapng" is binary."""
        return self._written(
            lambda *rest: lib.run_view(self._handle, _c(name), *rest),
            _Options(numbers=numbers, host=host),
        )

    def view(self, name: str, host: Optional[str] = None, **numbers) -> str:
        """The same as text; width=, unicode=, colour= say how it looks."""
        return self.view_bytes(name, host, **numbers).decode()

    def timeline(self, width: int = 100, unicode: bool = True, colour: bool = False) -> str:
        """What happened, in two columns, and a summary."""
        return self.view("timeline", width=width, unicode=unicode, colour=colour)

    def json(self) -> str:
        """JSON lines, an object an event: docs/trace-json.md."""
        return self.view("json")

    @property
    def events(self) -> list:
        """A dictionary an event, with the fields of json()."""
        return [_json.loads(line) for line in self.json().splitlines()]

    def frame(self):
        """The events as a pandas frame, a row an event, by number."""
        import pandas  # only who asks needs it

        return pandas.DataFrame(self.events).set_index("id")

    def why(self, number: int, width: int = 100, unicode: bool = True) -> str:
        """What led to this event, the first cause first."""
        if not 0 < number <= len(self):
            raise IndexError(f"there is no event {number}: they are numbered 1 to {len(self)}")
        return self._written(
            lambda *rest: lib.run_why(self._handle, number, *rest),
            _Options(numbers={"width": width, "unicode": unicode}),
        ).decode()

    def check(self) -> list:
        """What the scenario expects, held against what happened."""
        results = lib.run_check(self._handle)
        try:
            return [self._result(results, index) for index in range(lib.results_count(results))]
        finally:
            lib.results_free(results)

    @staticmethod
    def _result(results, index):
        found = lib.results_at(results, index).contents
        return Result(
            OUTCOMES[found.outcome],
            _text(found.file),
            found.line,
            _text(found.text),
            _text(found.expected),
            _text(found.actual),
            found.event,
        )

    def ask(self, question: str) -> str:
        """'client sends SYN at' is answered with 'client sends SYN at 0s 3s'."""
        errors = ctypes.c_void_p()
        answer = lib.run_ask(self._handle, _c(question), ctypes.byref(errors))
        if not answer:
            _raise(errors)
        try:
            return _text(ctypes.string_at(answer))
        finally:
            lib.text_free(answer)

    def facts(self, seconds: float, host: str, connection: int = 0) -> Optional[Fact]:
        """Where a connection (0: the host as a whole) stands then; None: there is none yet."""
        facts = lib.facts_new(self._handle, round(seconds * 1_000_000_000))
        try:
            found = lib.facts_of(facts, _c(host), connection)
            return _fact_of(found.contents) if found else None
        finally:
            lib.facts_free(facts)

    def svg(self) -> str:
        """The ladder as a picture."""
        return self.view("svg")

    def _repr_svg_(self):
        return self.svg()


# --- running ---------------------------------------------------------------------------------------


def _play(read, options):
    """The run of the plan that `read` makes."""
    errors = ctypes.c_void_p()
    plan = read(options.handle, ctypes.byref(errors))
    if not plan:
        if options.problem is not None:
            lib.errors_free(errors)
            return None  # the caller's own exception says more
        _raise(errors)
    try:
        handle = lib.run_plan(plan, options.handle, ctypes.byref(errors))
        if not handle:
            _raise(errors)
        return Run(handle, _text(lib.plan_title(plan)))
    finally:
        lib.plan_free(plan)


def run(
    text: Union[str, bytes],
    *,
    name: str = "<text>",
    files: Optional[Files] = None,
    settings: Iterable[str] = (),
    profile: Optional[str] = None,
    **numbers,
) -> Run:
    """Plays a scenario, or a packetdrill script where `name` ends in ".pkt".

    files     what it includes, and profiles ("mine.profile"): a dictionary, or a function from a path to
              its text that raises KeyError or FileNotFoundError
    settings  "client.initial-rto=3s", …
    profile   the stack that a packetdrill script tests
    seed=, max_time_ns=, max_events=, max_memory=, max_steps=, interval_ns=: numbers
    """
    data = text.encode() if isinstance(text, str) else bytes(text)
    with _Options(numbers, settings, files, profile=profile) as options:
        return _play(
            lambda *rest: lib.plan_from_text(_c(name), data, len(data), *rest), options
        )


def run_file(
    path, *, settings: Iterable[str] = (), profile: Optional[str] = None, **numbers
) -> Run:
    """The same for a file, with what it names beside it."""
    with _Options(numbers, settings, profile=profile) as options:
        return _play(lambda *rest: lib.plan_from_file(_c(str(path)), *rest), options)
