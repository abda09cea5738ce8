"""Beginnings of words, in an FTS5 expression, as the whole words that the archive has.

FTS5 puts all that a beginning finds together before it gives the first. What words find it gives one by one,
in order, from any number on. Runs inside the caller's transaction.
"""

import re

from sqlite_utils import Database

from storage.desk import TOKENS

# Each takes a tenth of a millisecond to be found and asked; within a phrase also its places in each article.
MOST, MOST_IN_PHRASES = 256, 32
_BEGINNING = re.compile(r'"([^"]*)"\*')
# In one connection, never in the file: the archive's words, and a text that is to be taken for words.
_SETUP = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'search', 'instance')",
    f'CREATE VIRTUAL TABLE IF NOT EXISTS temp.spelling USING fts5(text, tokenize="{TOKENS}")',
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.spelled USING fts5vocab('temp', 'spelling', 'instance')",
)
# From each word to the next, past all places where it stands.
_WORDS = """WITH RECURSIVE word(term) AS (
        SELECT term FROM (SELECT term FROM vocabulary WHERE term >= :first LIMIT 1)
        UNION ALL
        SELECT (SELECT term FROM vocabulary WHERE term >= word.term || char(1) LIMIT 1)
        FROM word WHERE term < :last
    )
    SELECT term FROM word WHERE term < :last LIMIT :most"""


def whole_words(db: Database, expression: str) -> str | None:
    """Return an expression of whole words that finds the same; None where it would take too many."""
    for statement in _SETUP:
        db.execute(statement)
    whole, end, number = "", 0, 0
    for found in _BEGINNING.finditer(expression):
        # The index takes some letters for no part of any word: nothing begins with these.
        *before, beginning = _taken_apart(db, found[1]) or [""]
        most = (MOST_IN_PHRASES if before else MOST) - number
        words = _words(db, beginning, most + 1) if beginning else []
        if len(words) > most:
            return None
        number += len(words)
        # A beginning that no word has is asked as it is: nothing is put together.
        phrases = [f'"{" ".join([*before, word])}"' for word in words] or [found[0]]
        whole += f"{expression[end : found.start()]}({' OR '.join(phrases)})"
        end = found.end()
    return whole + expression[end:]


def _taken_apart(db: Database, text: str) -> list[str]:
    """Return the words of a text as the archive's index takes them."""
    db.execute("DELETE FROM temp.spelling")
    db.execute("INSERT INTO temp.spelling VALUES (?)", [text])
    return [term for (term,) in db.execute("SELECT term FROM temp.spelled ORDER BY offset")]


def _words(db: Database, beginning: str, most: int) -> list[str]:
    """Return up to `most` words of the archive that begin so."""
    asked = {"first": beginning, "last": f"{beginning}\U0010ffff", "most": most}
    return [term for (term,) in db.execute(_WORDS, asked)]
