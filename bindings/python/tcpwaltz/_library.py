"""libtcpwaltz by way of ctypes: its functions with their types, and nothing above them.

The library is looked for in the file that TCPWALTZ_LIBRARY names, beside this package, and then wherever
the system keeps libraries.
"""

import ctypes
import ctypes.util
import os
import pathlib
from ctypes import POINTER, c_char_p, c_int, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

NAME = "libtcpwaltz.so.0"


def _places():
    named = os.environ.get("TCPWALTZ_LIBRARY")
    if named:
        return [named]
    beside = pathlib.Path(__file__).with_name(NAME)
    return [str(beside)] if beside.exists() else [NAME, ctypes.util.find_library("tcpwaltz")]


def _open():
    problems = []
    for place in filter(None, _places()):
        try:
            return ctypes.CDLL(place)
        except OSError as problem:
            problems.append(str(problem))
    raise ImportError(
        "libtcpwaltz is not installed, and TCPWALTZ_LIBRARY does not name it: " + "; ".join(problems)
    )


class Error(ctypes.Structure):
    """TcpwaltzError."""

    _fields_ = [
        ("file", c_char_p),
        ("line", c_uint32),
        ("column", c_uint32),
        ("width", c_uint32),
        ("is_note", c_int),
        ("message", c_char_p),
        ("hint", c_char_p),
    ]


class Timer(ctypes.Structure):
    """TcpwaltzTimer."""

    _fields_ = [
        ("name", c_char_p),
        ("is_running", c_int),
        ("length_ns", c_int64),
        ("due_ns", c_int64),
        ("retry", c_uint32),
    ]


class Fact(ctypes.Structure):
    """TcpwaltzFact."""

    _fields_ = [
        ("state", c_char_p),
        ("sent", c_uint64),
        ("sent_again", c_uint64),
        ("sent_lost", c_uint64),
        ("arrived", c_uint64),
        ("discarded", c_uint64),
        ("bytes_read", c_uint64),
        ("connections", c_uint32),
        ("timer_count", c_size_t),
        ("timers", Timer * 9),
    ]


class Result(ctypes.Structure):
    """TcpwaltzResult."""

    _fields_ = [
        ("outcome", c_int),
        ("file", c_char_p),
        ("line", c_uint32),
        ("text", c_char_p),
        ("expected", c_char_p),
        ("actual", c_char_p),
        ("event", c_uint32),
    ]


# The order of TcpwaltzOption, and of TcpwaltzOutcome.
OPTIONS = (
    "seed",
    "max_time_ns",
    "max_events",
    "max_memory",
    "max_steps",
    "interval_ns",
    "width",
    "unicode",
    "colour",
)
OUTCOMES = ("held", "failed", "out of reach")

Reader = ctypes.CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
Sink = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t)
_errors = POINTER(c_void_p)

_functions = {
    "version": (c_char_p,),
    "errors_count": (c_size_t, c_void_p),
    "errors_at": (POINTER(Error), c_void_p, c_size_t),
    "errors_text": (c_char_p, c_void_p),
    "errors_free": (None, c_void_p),
    "options_new": (c_void_p,),
    "options_free": (None, c_void_p),
    "options_set": (c_int, c_void_p, c_int, c_uint64),
    "options_add_setting": (None, c_void_p, c_char_p),
    "options_set_host": (None, c_void_p, c_char_p),
    "options_set_profile": (None, c_void_p, c_char_p),
    "options_set_reader": (None, c_void_p, Reader, c_void_p),
    "file_put": (None, c_void_p, c_char_p, c_size_t),
    "file_refuse": (None, c_void_p, c_char_p),
    "plan_from_text": (c_void_p, c_char_p, c_char_p, c_size_t, c_void_p, _errors),
    "plan_from_file": (c_void_p, c_char_p, c_void_p, _errors),
    "plan_title": (c_char_p, c_void_p),
    "plan_free": (None, c_void_p),
    "profile_name": (c_char_p, c_size_t),
    "run_plan": (c_void_p, c_void_p, c_void_p, _errors),
    "run_free": (None, c_void_p),
    "run_host": (c_char_p, c_void_p, c_size_t),
    "run_event_count": (c_uint32, c_void_p),
    "format_name": (c_char_p, c_size_t),
    "run_view": (c_int, c_void_p, c_char_p, c_void_p, Sink, c_void_p, _errors),
    "run_why": (c_int, c_void_p, c_uint32, c_void_p, Sink, c_void_p, _errors),
    "facts_new": (c_void_p, c_void_p, c_int64),
    "facts_free": (None, c_void_p),
    "facts_of": (POINTER(Fact), c_void_p, c_char_p, c_uint32),
    "run_check": (c_void_p, c_void_p),
    "results_count": (c_size_t, c_void_p),
    "results_at": (POINTER(Result), c_void_p, c_size_t),
    "results_free": (None, c_void_p),
    "run_ask": (c_void_p, c_void_p, c_char_p, _errors),
    "text_free": (None, c_void_p),
}


class _Library:
    """tcpwaltz_NAME() as an attribute NAME."""

    def __init__(self):
        library = _open()
        for name, (result, *arguments) in _functions.items():
            function = getattr(library, "tcpwaltz_" + name)
            function.restype = result
            function.argtypes = arguments
            setattr(self, name, function)


lib = _Library()
