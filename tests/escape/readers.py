"""What each output must be like, whatever was in it: readers that are not the program's.

Each takes the bytes of an output and raises Wrong, UnicodeError or ValueError.
"""

import csv
import html.parser
import io
import json
import re
import struct
import unicodedata
import xml.etree.ElementTree

GITHUB = re.compile(r"::(error|notice) file=[^:,\n]+(,line=\d+(,col=\d+)?)?,title=[^:,\n]+::.*")
MERMAID = re.compile(
    r"sequenceDiagram|    (title .*|participant \w+( as .*)?"
    r"|Note (over|left of|right of) \w+(,\w+)?: .*|\w+(->>|-x|-\))\w+: .*)"
)
PACKETDRILL = re.compile(
    r'//.*|--mtu=\d+|`sysctl -q -w( net\.[a-z0-9_.]+=(\w+|"[0-9 ]+"))+`'
    r"|(0|\+[0-9.]+) +([<>] [SFRPUEW.]+ [\w:(),.<> ]+|\w+\([\w., |\[\]{}=]+\) = -?\d+( \w+ \([\w ]+\))?)"
)
NUMBER = re.compile(r"[-+]?[0-9.]+")
BACKSLASHED = re.compile(r"\\.")


class Wrong(Exception):
    pass


def must(holds, problem, *what):
    if not holds:
        raise Wrong(problem % what)


def shown(output, tabs=False, breaks=True):
    """Text in which nothing is an order to a terminal."""
    text = output.decode("utf-8")
    for sign in text:
        is_ours = (breaks and sign == "\n") or (tabs and sign == "\t")
        bad = unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
        must(is_ours or not bad, "U+%04X in %r", ord(sign), text[:400])
    return text


def line_by_line(output, tabs=False):
    """And no line is an order to what reads logs."""
    text = shown(output, tabs)
    for line in text.split("\n"):
        must(not line.lstrip().startswith("::"), "an order: %r", line[:200])
    must("##[" not in text, "an order: ##[")
    return text


def comma_separated(output):
    text = shown(output)
    for line in text.split("\n"):
        must(not line.lstrip().startswith("::"), "an order: %r", line[:200])
    rows = list(csv.reader(io.StringIO("".join(
        line for line in text.splitlines(True) if not line.startswith("#"))), strict=True))
    for row in rows:
        must(len(row) == len(rows[0]), "%d columns, not %d: %r", len(row), len(rows[0]), row)
        for cell in row:
            must(cell[:1] not in ("=", "+", "-", "@") or NUMBER.fullmatch(cell), "a formula: %r", cell)


def json_lines(output):
    for line in line_by_line(output).splitlines():
        must(isinstance(json.loads(line), dict), "no object")


def mermaid(output):
    for line in line_by_line(output).splitlines():
        must(MERMAID.fullmatch(line), "no statement: %r", line[:200])
        must(";" not in re.sub(r"#\d+;", "", line) and "%" not in line, "a statement in it: %r", line)


def packetdrill(output):
    """Comments, one command, and lines that begin with a time: nothing else gets to packetdrill, or to a shell."""
    for line in line_by_line(output).splitlines():
        must(not line or PACKETDRILL.fullmatch(line), "no line of packetdrill: %r", line[:200])


SVG_TAGS = "svg style title text path line g defs marker".split()
HTML_TAGS = SVG_TAGS + (
    "html head meta body header h1 h2 p section div button input dl ol li b details summary script"
).split()
HTML_VOID = ("meta", "input")


def harmless(tag, names, tags):
    """Of ours, runs nothing, fetches nothing."""
    must(tag in tags, "a tag that is none of ours: %r", tag)
    for name in names:
        must(not name.startswith("on") and name not in ("href", "src"), "an attribute: %r", name)


def svg(output):
    shown(output)
    for element in xml.etree.ElementTree.fromstring(output).iter():
        harmless(element.tag.replace("{http://www.w3.org/2000/svg}", ""), element.attrib, SVG_TAGS)


class Page(html.parser.HTMLParser):
    """Each tag closed where it was opened, and one script: ours."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.scripts = 0

    def handle_starttag(self, tag, attrs):
        harmless(tag, [name for name, _ in attrs], HTML_TAGS)
        self.scripts += tag == "script"
        if tag not in HTML_VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        harmless(tag, [name for name, _ in attrs], HTML_TAGS)

    def handle_endtag(self, tag):
        must(self.open and self.open.pop() == tag, "an end of nothing: %r", tag)

    def handle_comment(self, data):
        raise Wrong(f"a comment: {data[:100]!r}")


def html_page(output):
    page = Page()
    page.feed(shown(output))
    page.close()
    must(not page.open, "not closed: %r", page.open)
    must(page.scripts == 1, "%d scripts", page.scripts)


def markdown(output):
    for line in line_by_line(output).splitlines():
        bare = BACKSLASHED.sub("", line)
        must(not line.startswith("|") or bare.count("|") == 7, "another column: %r", line)
        must(line.startswith("|") or "|" not in bare, "a column: %r", line)
        must(not re.search("[<>`\\[\\]]", bare), "a tag, code or a link: %r", line)


def tap(output):
    """As many tests as are announced, inside and out; the only directive is that of a script out of reach."""
    lines = line_by_line(output).splitlines()
    plan = [int(line[3:]) for line in lines if re.fullmatch(r"1\.\.\d+", line)]
    outer = [line for line in lines if re.match("(not )?ok ", line)]
    inner = [line for line in lines if re.match("    (not )?ok ", line)]
    announced = [int(line.strip()[3:]) for line in lines if re.fullmatch(r"    1\.\.\d+", line)]
    must(plan == [len(outer)], "%r tests announced, %d told", plan, len(outer))
    must(sum(announced) == len(inner), "%r tests announced inside, %d told", announced, len(inner))
    for line in outer + inner:
        bare = re.sub("^( *ok .*?) # SKIP out of reach: ", r"\1 ", BACKSLASHED.sub("", line))
        must("#" not in bare, "a directive: %r", line)
        must(re.match(r" *(not )?ok \d+ - ", line), "no test: %r", line)
    for line in lines:
        must(re.match(r"TAP version 14|1\.\.|( {4})?(not )?ok |# Subtest: |    1\.\.| +(---|\.\.\.)$"
                      r"| +\w+: \".*\"$", line), "no line of TAP: %r", line[:200])


def yaml_values(output, key):
    for line in output.splitlines():
        if line.strip().startswith(key + b": "):
            text = line.split(b": ", 1)[1].decode("utf-8")
            yield json.loads(re.sub(r"\\x(..)", r"\\u00\1", text))


def xml_only(output):
    return xml.etree.ElementTree.fromstring(output)


def picture(output):
    """A picture has no more than what pictures have."""
    shown(output, tabs=True)
    for element in xml_only(output).iter():
        must("script" not in element.tag and "img" not in element.tag, "a tag: %s", element.tag)


def junit(output):
    line_by_line(output)
    root = xml_only(output)
    cases = list(root.iter("testcase"))
    must(len(cases) == int(root.get("tests")), "%d cases of %s", len(cases), root.get("tests"))
    must({element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "error", "skipped"}, "a tag")


def github(output):
    lines = shown(output).splitlines()
    must(re.fullmatch(r"\d+ passed, \d+ failed(, \d+ out of reach)?", lines[-1]), "no sum: %r", lines[-1])
    for line in lines[:-1]:
        must(GITHUB.fullmatch(line), "no annotation: %r", line)
    must("##[" not in output.decode("utf-8").replace("::error", ""), "an order: ##[")


def gnuplot_table(output):
    """Every column of every block is there, nothing is quoted, nothing ends a CDATA section."""
    text = shown(output, tabs=True)
    columns = 0
    for line in text.splitlines():
        if line.startswith("# "):
            columns = len(line[2:].split(";")[0].split())
        elif line:
            must(len(line.split("\t")) == columns, "%d columns: %r", columns, line[:200])
    for sign in ('"', "\\", "]]>"):
        must(sign not in text, "%s in it", sign)


def pcapng(output):
    """All texts in a capture's options."""
    at = 0
    starts = {0x0A0D0D0A: 16, 1: 8, 6: 20}
    texts = {0x0A0D0D0A: (1, 2, 3, 4), 1: (1, 2, 3), 6: (1,)}
    while at < len(output):
        kind, length = struct.unpack_from("<II", output, at)
        body = output[at + 8:at + length - 4]
        option = starts.get(kind, len(body))
        if kind == 6:
            option += (struct.unpack_from("<I", body, 12)[0] + 3) & ~3
        while option + 4 <= len(body):
            code, size = struct.unpack_from("<HH", body, option)
            if code in texts[kind]:
                shown(body[option + 4:option + 4 + size])
            option += 4 + ((size + 3) & ~3)
        at += length


def of_file(reader, path):
    """Of what a command has written, if it has."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return
    reader(content)


VIEWS = {
    "timeline": line_by_line,
    "segments": comma_separated,
    "states": comma_separated,
    "timers": comma_separated,
    "counters": comma_separated,
    "json": json_lines,
    "mermaid": lambda output: output and mermaid(output),
    "rfc": line_by_line,
    "flow": line_by_line,
    "pkt": packetdrill,
    "svg": lambda output: output and svg(output),
    "html": lambda output: output and html_page(output),
}
REPORTS = {"text": line_by_line, "tap": tap, "junit": junit, "github": github}
TABLES = {"text": line_by_line, "csv": comma_separated, "markdown": markdown}
