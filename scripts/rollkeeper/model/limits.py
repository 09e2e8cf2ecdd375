"""Every limit on what is read, except of logos and of lists. A policy may change those it names."""

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

MAX_ROSTER_FILES = 5_000
"""Files of one roster."""

MAX_ENTRIES_STEPS = 32
"""Steps of the path that leads to the entries of a roster."""

MAX_TOML_BYTES = MIB // 8
"""Bytes of one TOML file."""

MAX_LISTED_FILES = 100_000
"""Names of files and folders that are looked at to find the files of a roster."""

MAX_FOLDER_DEPTH = 16
"""Folders within folders in which the files of a roster are looked for."""

MAX_DEFECTS = 100
"""Defects listed for one file before the reader gives up on it."""

MAX_SLIP_LINES = 2_000
"""Lines of an entry, or of a file without entries, in which a slip of the pen is looked for."""

MAX_SLIP_BYTES = 64 * 1024
"""Characters of the same."""

MAX_SLIP_TRIALS = 200
"""Ways of reading an entry that are tried to find out what was meant."""

MAX_SLIP_READ = 4 * MIB
"""Characters that are read in all to find out what was meant in one file."""

EVENT_BYTES = 25 * MIB
"""The largest event payload; GitHub delivers none that is larger."""

SUMMARY_BYTES = MIB
"""The largest summary of one workflow step; GitHub drops a larger one whole."""

HANDOVER_BYTES = 120_000
"""What one job hands to the next, as one line: Linux takes 128 KiB as one environment variable."""

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

MAX_SHARDS = 256
"""Parts of an audit; GitHub starts no more jobs of one matrix."""

SITES_PER_SHARD = 1_000
"""Websites for which an audit gets one shard more."""

MAX_OBSERVATIONS_BYTES = 128 * MIB
"""Bytes of what one shard of an audit saw; 1,000 websites take 3 MB."""

MAX_ALL_OBSERVATIONS_BYTES = 1024 * MIB
"""Bytes of what all shards of an audit saw together."""

MAX_NIGHT_BYTES = 64 * MIB
"""Bytes of what the judging job of an audit passes to the acting one."""

MAX_HISTORY_BYTES = 32 * MIB
"""Bytes of a history that is read back."""

MAX_HISTORY_LOG = 4 * MIB
"""Characters of a month's log of changes beside the history."""

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

MAX_MEMBER_LIST_BYTES = 8 * MIB
"""Bytes of an outside list of members, packed or unpacked; large foundations' have 2 MiB."""

MEMBER_LIST_SECONDS = 30.0
"""How long such a list may take to arrive from a website, redirects included."""

MAX_MEMBERS = 100_000
"""Names of such a list."""

MAX_MEMBER_HINTS = 50
"""Entries of a programme for which a name that is nearly theirs is searched for in such a list."""

MAX_FOUND = 100
"""Entries that a requirement's find() and others() return; count() counts all of them."""

MAX_MESSAGE = 600
"""Characters of a finding's message in a comment, an issue or a summary."""

MAX_DIFFERENCE = 60
"""Lines of a difference that are shown before the rest is only counted."""

PATTERN_STEPS = 100_000
"""Steps that a pattern with lookaround may take on one text; without, it takes linear time."""

MAX_SCHEMA_DEPTH = 64
"""Levels of a schema."""

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

MAX_BASES = 16
"""Presets and files that one policy extends, directly and through others."""

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

MAX_SCHEMA_BYTES = MIB
"""Bytes of a roster's JSON Schema."""

MAX_CONTRIBUTION_MONTHS = 24
"""Months in which a policy may ask for contributions."""

ACCOUNTS_A_REQUEST = 100
"""Accounts that GitHub is asked about in one request."""

CHANGE_ACCOUNTS = 100
"""Accounts that are asked about for one change: its author waits for the answer."""

MAX_API_BYTES = 4 * MIB
"""Bytes of an answer of GitHub's API to one question about accounts."""

API_SECONDS = 30
"""How long GitHub's API may take for one answer."""

ACCOUNTS_SECONDS = 600.0
"""How long all questions about accounts in one run may take."""

ACCOUNT_REQUESTS = 5_000
"""Requests about accounts in one run; a token of a workflow has 1,000 an hour."""

CONTRIBUTION_REQUESTS = 400
"""Requests about contributions in one run."""

MAX_FAILURES_IN_A_ROW = 16
"""Requests about accounts that fail one after the other before the rest is not asked."""

CONTRIBUTIONS_A_REQUEST = 10
"""Accounts whose contributions are asked for in one request: GitHub refuses more."""

CONTRIBUTIONS_A_NIGHT = 500
"""Accounts whose contributions are asked for in one run; the others have their turn later."""

CONTRIBUTION_WINDOW_MONTHS = 6
"""Months that one question about contributions spans: GitHub refuses more for active people."""

CONTRIBUTION_WINDOW_DAYS = 40
"""Days of the shortest span that is asked about where GitHub refuses a longer one."""

CONTRIBUTION_DAYS = 7
"""Days from one question about an account's contributions to the next."""

CONTRIBUTION_DAYS_KNOWN = 21
"""Days for which the answer counts where GitHub gives no newer one; then it is unknown."""

MISSING_NIGHTS = 2
"""Nights in a row for which there is no such account before it is reported."""

VISIT_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "connect": (0.5, 60.0),
        "timeout": (1.0, 120.0),
        "deadline": (1.0, 21_600.0),
        "at_once": (1, 5_000),
    }
)
"""The least and the most of the settings of `websites`; whole numbers where these are."""

MAX_OPEN_HEADS = 30
"""Open pull requests whose rosters an audit reads, to count the seats that they would fill."""

OPEN_HEADS_SECONDS = 120.0
"""How long it may take to read them; those that are left are named."""

GIT_SECONDS = 60
"""How long one call of git may take."""

GIT_MEMORY = 512 * MIB
"""Bytes of memory that git may take to look at what comes from outside."""

FETCH_MEMORY = 1024 * MIB
"""Bytes of memory that git may take to receive it."""

FETCH_SECONDS = 120
"""How long git may take to fetch from another repository."""

BASELINE_DAYS = 90
"""Days for which a baseline excuses what was wrong when Rollkeeper was adopted."""

MAX_BASELINE = 10_000
"""Findings of one rule and programme that one run adds to a baseline."""

MAX_ORPHANS = 200
"""Logos that one pull request deletes."""

MAX_PROPOSED_BYTES = 16 * 1024 * 1024
"""The largest file that a proposal of our own replaces."""

OBJECTION_DAYS = 14
"""Days on which the move of a person to the alumni can be objected to, after it was proposed."""

MOST_OBJECTION_DAYS = 90
"""The most that a policy may ask for."""

MOST_KEPT_DAYS = 366
"""How far off the day may be until which somebody is kept by a comment."""

MAX_KEEP_REASON = 200
"""Characters of the reason that is given for it."""

MAX_KEEP_COMMENT = 1_000
"""Characters of the comment."""

MAX_MENTIONED = 10
"""People whom one reminder mentions: an entry can have several."""

MOST_MOVES_A_NIGHT = 10
"""Moves to the alumni that one audit proposes anew: each has a branch to push and to judge."""

MOST_REMINDED_A_NIGHT = 200
"""Issues that one audit opens to remind people; GitHub takes 500 such requests an hour."""
