"""Every limit on what is read, in one place. A policy may lower or raise those it names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MIB = 1024 * 1024

ROSTER: Mapping[str, int] = MappingProxyType(
    {
        "max_bytes": 12 * MIB,
        "max_nodes": 650_000,
        "max_entries": 30_000,
        "max_depth": 12,
        "max_scalar": 65_536,
        "max_indent": 1_000,
    }
)
"""Limits on one YAML file: bytes, nodes, entries, nesting, characters of one value, blanks before.

20,000 partners take 9.5 MB and 580,000 nodes.
"""

MAX_DEFECTS = 100
"""Defects listed for one file before the reader gives up on it."""

EVENT_BYTES = 25 * MIB
"""The largest event payload; GitHub delivers none that is larger."""

SUMMARY_BYTES = MIB
"""The largest summary of one workflow step; GitHub drops a larger one whole."""

HANDOVER_BYTES = 120_000
"""What one job hands to the next, as one line: Linux takes 128 KiB as one environment variable."""

MAX_LOGO_BYTES = MIB
"""A larger logo file is not opened, whatever a policy allows."""

MAX_LOGO_NAME = 80
"""Characters of a usual name of a logo file."""

MAX_LOGO_HEAD = 64 * 1024
"""Bytes from the start of a file in which the first element of a document is searched."""

MAX_LOGO_FILES = 20_000
"""Names read from one logo folder before it is given up on."""

MAX_PNG_SIDE = 8_192
"""Pixels of one side of a PNG before it is taken for a decompression bomb."""

MAX_PNG_PIXELS = 4_096 * 4_096
"""Pixels of a PNG in all."""

MAX_PNG_INFLATED = 80 * MIB
"""Bytes that a PNG's picture data may unpack to."""

MAX_PNG_CHUNKS = 4_096
"""Chunks of one PNG."""

MAX_PNG_TEXT = 64 * 1024
"""Bytes of one text chunk of a PNG, packed or unpacked."""

MAX_PNG_TEXTS = 256 * 1024
"""Bytes of all text chunks of a PNG, unpacked."""

MAX_PNG_EXIF = 32 * 1024
"""Bytes of the EXIF data of a PNG, a small preview included."""

MAX_PNG_PALETTE = 4 * 1024
"""Bytes of a palette of a PNG, one that only suggests colours included."""

MAX_PNG_OTHER = 256
"""Bytes of any other chunk of a PNG, one of unknown use included; drawing programs write 28."""

MAX_PNG_EXTRAS = 128 * 1024
"""Bytes of all chunks of a PNG that hold neither its picture nor its colour profile."""

MAX_PNG_PROFILE = MIB
"""Bytes that a colour profile may unpack to."""

MAX_EXIF_TAGS = 1_000
"""Entries of a directory of EXIF data that are read."""

MAX_ENTRY_DEFECTS = 50
"""Schema defects listed for one entry; the rest are counted in one line."""
MAX_ROSTER_DEFECTS = 20_000
"""Schema defects listed for one roster; the rest is not checked, and a message says so."""

MAX_FINDINGS = 1_000
"""Findings of one rule about one programme that a report has; the rest are only counted.

Those that can fail a run, those that were there before and those that are waived count apart.
"""

MAX_COUNTED = 25_000
"""Findings of one rule about one programme that can fail a run: after so many it stops."""

MAX_FIXES = 50_000
"""Findings of one rule about one programme that a report has where they are to be fixed."""

MAX_URL = 512
"""Characters of a web address."""

MAX_QUOTED = 60
"""Characters of a value that a message shows before it is cut."""

MAX_LISTED = 20
"""Names that a message lists before it says how many more there are."""

MAX_SCHEMA_WORDS = 160
"""Characters of a schema's own words for a field that a message shows."""

MAX_SHOWN = 120
"""Characters of a value that a message or a code span shows before it is cut."""

MAX_ANNOTATIONS = 10
"""Annotations of each level that GitHub shows for one step; it drops the rest silently."""

MAX_COMMENT = 60_000
"""Characters of a comment or an issue. GitHub refuses more than 65,536."""

MAX_SUMMARY = 250_000
"""Characters of a step summary: GitHub loses one over 1 MiB, and a character is up to 4 bytes."""

MAX_SARIF_RESULTS = 25_000
"""Results in one SARIF file that GitHub accepts."""

MAX_REPORT_BYTES = 32 * MIB
"""Bytes of a JSON report that is read back."""

MAX_SVG_BYTES = 512 * 1024
"""Bytes of an SVG before it is refused unread; one logo in three hundred is larger."""

MAX_SVG_ELEMENTS = 5_000
"""Elements of an SVG."""

MAX_SVG_DEPTH = 32
"""Elements of an SVG inside one another, and references of an SVG that lead to one another."""

MAX_SVG_ATTRIBUTES = 64
"""Attributes of one element of an SVG."""

MAX_SVG_ATTRIBUTE = 200 * 1024
"""Characters of one attribute of an SVG, which may be one long path."""

MAX_SVG_NAMESPACES = 64
"""Namespace declarations of an SVG."""

MAX_SVG_ENTITIES = 64
"""Entities that are written out where an SVG is checked or cleaned in spite of them."""

MAX_SVG_ENTITY = 200
"""Characters of one such entity."""

MAX_SVG_FILTERS = 64
"""Filter primitives of an SVG."""

MAX_SVG_REFERENCES = 5_000
"""References of an SVG to its own parts."""

MAX_SVG_DRAWN = 20_000
"""Elements that an SVG draws when every reference is followed."""

MAX_SVG_GEOMETRY = 2 * MIB
"""Characters of path data that an SVG draws when every reference is followed."""

MAX_SVG_PASSES = 300
"""Times that filters, masks and layers of an SVG go over its canvas: about 1 s at 600 pixels."""

MAX_SVG_SIDE = 16_384
"""Pixels of an SVG's width or height."""

MAX_SVG_VIEW_BOX = 1e6
"""The largest number in an SVG's viewBox."""

MAX_SVG_ASPECT = 20
"""How many times longer one side of an SVG may be than the other."""

MAX_SVG_NUMBER = 1e9
"""The largest number of any kind in an SVG; a renderer's own arithmetic fails beyond."""

MAX_SVG_BLUR = 200
"""The largest standard deviation of a blur in an SVG, in user units."""

MAX_SVG_FILTER_NUMBERS: Mapping[str, int] = MappingProxyType(
    {"stdDeviation": MAX_SVG_BLUR, "radius": 100, "numOctaves": 10, "order": 7}
)
"""The largest numbers of filters in an SVG: time and memory grow with them."""

MAX_SVG_DASHES = 3_000_000
"""Dashes that an SVG may draw: a browser takes about a second for five million."""

MIN_SVG_DASH = 0.01
"""The shortest pattern of dashes in an SVG, in user units: shorter ones are a bomb."""

MAX_CSS_CHARACTERS = 128 * 1024
"""Characters of CSS in one SVG that are taken apart into tokens."""

MAX_CSS_DEPTH = 16
"""Brackets of CSS inside one another; the tokeniser itself has no limit."""

MAX_CSS_RULES = 1_000
"""Rules of the style sheets of one SVG."""

MAX_CSS_STEPS = 50_000_000
"""Comparisons of elements with selectors of an SVG's style sheets: about a second."""

MAX_LOGO_DEFECTS = 10
"""Flaws of one kind that are named for one logo."""

RENDER_MEMORY = 1024 * MIB
"""Bytes of address space of a process that renders logos."""

RENDER_CPU_SECONDS = 2
"""Seconds of computing that one rendering may take."""

RENDER_WALL_SECONDS = 30
"""Seconds that one rendering may take by the clock, when the machine is busy."""

RENDER_PROCESSES = 2
"""Processes that render logos at the same time."""

FEW_LOGOS = 20
"""Up to this many logos, starting a second process takes longer than it saves."""

RENDER_QUEUE = 64
"""Logos held in memory until they are rendered."""

RENDER_START_SECONDS = 30.0
"""Seconds that a process that renders logos may take to start."""

RENDER_DEATHS = 10
"""Renderings that may end their process before no more are tried in one run."""

RENDER_SIDE = 64
"""Pixels of the longer side of a rendering: enough to see whether and how something is painted."""

MAX_COLOURS = 256
"""Distinct colours of a rendering that are counted."""

MAX_COLOUR_SAMPLE = 512 * 512
"""Pixels from which colours and lightness are taken; a larger picture is averaged down first."""

COMPARED_SIDE = 512
"""Pixels of the longer side where two renderings are compared."""

MAX_REFERENCE = 200
"""Characters of an entry's reference to its logo."""

MAX_DATE = 40
"""Characters of a text in which a date in another form is recognised."""

MAX_HOST = 253
"""Characters of a host name in the DNS."""

MAX_HANDLE = 39
"""Characters of a GitHub handle."""

MAX_EMAIL_LOCAL = 64
"""Characters of an e-mail address before the `@`."""

MAX_NAME_WORDS = 64
"""Words of a name whose legal form is recognised; a longer text is not a name."""

MAX_EMAIL = 320
"""Characters of an e-mail address, `[at]` and the like included."""

CONNECT_SECONDS = 5.0
"""How long a website may take to accept a connection."""

ANSWER_SECONDS = 10.0
"""How long a website may take for the head of its answer."""

REDIRECTS = 5
"""How many redirects of a website are followed."""

MAX_HEAD_BYTES = 256 * 1024
"""Bytes of the head of a website's answer; browsers take as much."""

MAX_PAGE_BYTES = 64 * 1024
"""Bytes of a page that are read, packed or unpacked."""

PAGE_SECONDS = 2.0
"""How long the body of an answer is waited for once its head is there."""

VISITS_AT_ONCE = 2_000
"""Websites that are visited at the same time."""

CHANGE_VISITS = 20
"""Websites that are visited for one change: its author waits for the answer."""

CHANGE_SECONDS = 45.0
"""How long they may take together; the whole answer is to come within a minute."""

VISITS_SECONDS = 900.0
"""How long all visits of a run may take."""

MAX_EXPRESSION_LENGTH = 2_000
"""Characters of one expression of a requirement."""
MAX_REQUIREMENT_SECONDS = 5.0
"""Processor time of one requirement over all entries of a roster; beyond it, it is not judged."""
MAX_REQUIREMENTS_SECONDS = 10.0
"""Processor time of all requirements of a run together; beyond it, the others are not judged."""
MAX_REQUIREMENT_BYTES = 1024 * MIB
"""Memory for the process that judges requirements whose cost cannot be foretold."""

MAX_MESSAGE = 600
"""Characters of a finding's message in a comment, an issue or a summary."""

LOGO_RENDER_SIDE = 48
"""Pixels of the longer side of a rendering that is only measured: time goes by the pixel."""

MAX_DIFFERENCE = 60
"""Lines of a difference that are shown before the rest is only counted."""

PATTERN_STEPS = 100_000
"""Steps that a pattern with lookaround may take on one text; without, it takes linear time."""
MAX_SCHEMA_DEPTH = 64
"""Levels of a schema."""

MAX_IMPORT_LENGTH = 3 * MIB // 4
"""Characters of a Markdown text that is imported."""

MAX_PUBLIC_PAGE_BYTES = 8 * MIB
"""A public page that is to be spliced; GitHub shows no Markdown beyond 512 KiB."""

MAX_PATCH = MIB
"""Bytes of the rosters' differences that are read; GitHub shows no larger ones itself."""

MAX_SUGGESTIONS = 30
"""Suggested changes in one review; for more, `/fix` makes a commit."""

MAX_SUGGESTED_LINES = 100
"""Lines that one suggested change replaces."""

MAX_CHANGES = 30
"""Sentences about what a change does to one roster; the rest are counted."""

MAX_COMMENT_PAGES = 50
"""Pages of a hundred comments that are read to find our own."""

MAX_HEAD_PACK = 512 * MIB
"""Bytes that a pull request's commits and files may have as git transfers them, packed."""

MAX_HEAD_LISTING = 48 * MIB
"""Bytes of git's list of the files that a pull request changes, and of any folder of it."""

MAX_HEAD_BYTES_READ = 256 * MIB
"""Bytes of a pull request's files that are read in all."""

MAX_FILE_NAME = 255
"""Bytes of the name of a file; most systems can store no longer one."""

MAX_UNCHECKED = 100
"""Files that a verdict names as unchecked; that there are more is said, and is no pass either."""

MAX_POLICY_FILES = 200
"""Files of a pull request's own folder of policies that are read."""

MAX_VERDICT_BYTES = HANDOVER_BYTES
"""Bytes of a verdict on its way to the job that comments."""

MAX_TARGET_BYTES = HANDOVER_BYTES
"""Bytes of what the job that begins a report passes to the others."""

MAX_REMEMBERED = 300
"""Findings that a comment remembers, to say later which of them are gone."""

MAX_REMOVALS = 500
"""Removed entries that a comment remembers, so that an approval is bound to them."""

PREVIEW_SIDE = 240
"""Pixels of the longer side of a logo that is shown to reviewers."""

MAX_PREVIEWS = 12
"""Logos on one sheet of previews."""

MAX_SCHEMA_BYTES = MIB
"""Bytes of a roster's JSON Schema."""

LOGO_HEIGHTS = range(16, 257)
"""Heights of a logo on a page, in pixels, that a policy may ask for."""

VISIT_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "connect": (0.5, 60.0),
        "timeout": (1.0, 120.0),
        "deadline": (1.0, 21_600.0),
        "at_once": (1, 5_000),
    }
)
"""The least and the most of the settings of `websites`; whole numbers where these are."""

GIT_SECONDS = 60
"""How long one call of git may take."""

GIT_MEMORY = 512 * MIB
"""Bytes of memory that git may take to look at what comes from outside."""

FETCH_MEMORY = 1024 * MIB
"""Bytes of memory that git may take to receive it."""

FETCH_SECONDS = 120
"""How long git may take to fetch from another repository."""

MAX_IMPORTED_NAME = 100
"""Characters of a list's item that may still be a name."""

MAX_SEARCHED_FILES = 100_000
"""Files of a repository whose names are listed when lists are searched."""

MAX_SEARCH_DEPTH = 16
"""Folders within folders that are searched for lists."""

MAX_SOURCE_BYTES = 2 * MIB
"""Bytes of one file that is searched for a list."""

MAX_SEARCHED_BYTES = 64 * MIB
"""Bytes of all files that are searched for lists."""

SEARCH_SECONDS = 60.0
"""Seconds for which a repository is searched."""

MAX_FOUND_ENTRIES = 50_000
"""Entries of all lists that are found in a repository."""

MAX_SCRIPT_BYTES = MIB // 2
"""Bytes of one JavaScript or TypeScript file that is searched for a list."""

BASELINE_DAYS = 90
"""Days for which a baseline excuses what was wrong when Rollkeeper was adopted."""

MAX_BASELINE = 10_000
"""Findings of one rule and programme that one run adds to a baseline."""

MAX_NAME_WORDS = 7
"""Words of a name in a list that is not a link; more are a sentence."""

MAX_STAGED_BYTES = 64 * MIB
"""Bytes of one file that an interrupted `rollkeeper init` left to be completed."""

MAX_PROPOSED = 20
"""Programmes that `rollkeeper init` proposes at once."""

MAX_PAGE_BYTES = MIB // 8
"""Bytes of one Markdown page or TOML file that is searched for lists."""
