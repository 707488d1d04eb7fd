"""What readers teach: corrected words, validated answers, synonyms; why answers failed.

Everything learned is a row that names who said it, who validated it and what it rests on, and that
can be withdrawn alone. What is in force goes into the next release; nothing else does.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from mlops.tables.base import metadata

diagnoses = Table(  # why a bad answer was bad, by the release and the program that were asked
    "diagnoses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feedback_id", String(32), ForeignKey("feedback.feedback_id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("release_id", String(128), nullable=False),
    Column("program", String(16), nullable=False),
    Column("cause", String(32), nullable=False),  # of mlops.diagnosis.causes
    Column("detail", String(32), nullable=False),  # which part of it: "lexical", "dense", …
    Column("evidence", JSON, nullable=False),  # plain values: what was replayed, what it gave
    Column("remedy", String(32), nullable=False),  # code
    Column("group_key", String(64), nullable=False),  # the same for similar failures
)
Index(
    "one_diagnosis",
    diagnoses.c.feedback_id,
    diagnoses.c.release_id,
    diagnoses.c.program,
    unique=True,
)

entries = Table(  # validated answers: a question, and the words of a page that answer it
    "entries",
    metadata,
    Column("entry_id", String(32), primary_key=True),
    Column("at", String(40), nullable=False),
    Column("feedback_id", String(32)),
    Column("question", Text, nullable=False),
    Column("wordings", JSON, nullable=False),  # further questions that it answers
    Column("answer", Text, nullable=False),  # as corrected
    Column("document_id", String(64), nullable=False),
    Column("page_index", Integer, nullable=False),  # from 0
    Column("quote", Text, nullable=False),  # the words of that page that prove it
    Column("page_key", String(64), nullable=False),  # of what the page said: it expires with it
    Column("author", String(80), nullable=False),  # "user:…", "reader:…"; "" when nobody says
    Column("state", String(16), nullable=False),  # proposed, validated, refused, withdrawn, expired
    Column("reason", String(64), nullable=False),  # code: why it is refused or expired
    Column("validated_by", String(80)),
    Column("validated_at", String(40)),
)
Index("entries_by_state", entries.c.state)

word_fixes = Table(  # corrected words of a page image: overlays; what the OCR read stays
    "word_fixes",
    metadata,
    Column("fix_id", String(32), primary_key=True),
    Column("at", String(40), nullable=False),
    Column("feedback_id", String(32)),
    Column("document_id", String(64), nullable=False),
    Column("page_index", Integer, nullable=False),  # from 0
    Column("first", Integer, nullable=False),  # words[first:last] of the page in reading order
    Column("last", Integer, nullable=False),
    Column("before", Text, nullable=False),  # those words as read, joined by blanks
    Column("after", Text, nullable=False),
    Column("page_key", String(64), nullable=False),
    Column("author", String(80), nullable=False),
    Column("state", String(16), nullable=False),  # as entries
    Column("reason", String(64), nullable=False),
    Column("like", String(32)),  # the fix that this one was proposed after
    Column("validated_by", String(80)),
    Column("validated_at", String(40)),
)
Index("word_fixes_by_state", word_fixes.c.state)
Index("word_fixes_by_page", word_fixes.c.document_id, word_fixes.c.page_index)

synonyms = Table(  # pairs of words that corrections link
    "synonyms",
    metadata,
    Column("pair_id", String(32), primary_key=True),
    Column("at", String(40), nullable=False),
    Column("asked", Text, nullable=False),  # the word of questions
    Column("printed", Text, nullable=False),  # the word of pages
    Column("evidence", JSON, nullable=False),  # feedback ids with what linked the words
    Column("state", String(16), nullable=False),  # as entries
    Column("validated_by", String(80)),
    Column("validated_at", String(40)),
)

page_rules = Table(  # how one page is read or cut: proposed by a diagnosis, decided by an editor
    "page_rules",
    metadata,
    Column("rule_id", String(32), primary_key=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(16), nullable=False),  # reading, join
    Column("feedback_id", String(32)),
    Column("document_id", String(64), nullable=False),
    Column("page_index", Integer, nullable=False),  # from 0
    Column("what", JSON, nullable=False),  # engine and scale; or the words to keep in one passage
    Column("evidence", JSON, nullable=False),  # what it gives back: words found, remarks
    Column("page_key", String(64), nullable=False),  # of the page it was proposed for, as read
    Column("author", String(80), nullable=False),  # "" for the diagnosis
    Column("state", String(16), nullable=False),  # as entries
    Column("reason", String(64), nullable=False),
    Column("validated_by", String(80)),
    Column("validated_at", String(40)),
)
Index("page_rules_by_state", page_rules.c.state)
Index("page_rules_by_page", page_rules.c.document_id, page_rules.c.page_index)

reviews = Table(  # every word of a person about something learned: kept for good
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("kind", String(16), nullable=False),  # entry, word, synonym, rule
    Column("subject", String(32), nullable=False),  # its id
    Column("author", String(80), nullable=False),
    Column("verdict", String(16), nullable=False),  # validate, refuse, withdraw, restore
    Column("note", Text, nullable=False),
)
Index("reviews_by_subject", reviews.c.kind, reviews.c.subject)

rechecks = Table(  # each failure asked again of each release
    "rechecks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feedback_id", String(32), ForeignKey("feedback.feedback_id"), nullable=False),
    Column("release_id", String(128), nullable=False),
    Column("at", String(40), nullable=False),
    Column("right", Boolean, nullable=False),  # whether it is answered as the reader said
    Column("rank", Integer),  # of the right page among those found, from 1; null when absent
    Column("outcome", String(16), nullable=False),
    Column("score", Float),
)
Index("one_recheck", rechecks.c.feedback_id, rechecks.c.release_id, unique=True)
