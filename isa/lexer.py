"""A line as tokens: names, numbers, directives, operators."""

import re

TOKEN = re.compile(
    r"[A-Za-z_]\w*"  # a name, mnemonic, memory or type
    r"|[0-9]\w*"  # a number, well-formed or not
    r"|\.[A-Za-z_]\w*"  # a directive
    r"|//|[=!<>]="  # operators of two characters
    r"|[;#].*"  # a comment
    r"|\S",  # any other character stands for itself
    re.ASCII,
)

END = ""
"""The token that follows the last one of a line."""

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")


def tokenize(line: str) -> list[str]:
    """Return the tokens of `line` without its comment, then `END`."""
    tokens: list[str] = TOKEN.findall(line)
    if tokens and tokens[-1][0] in ";#":
        tokens[-1] = END
    else:
        tokens.append(END)
    return tokens


def is_name(token: str) -> bool:
    """Whether `token` is an identifier: an ASCII letter or underscore, then letters, digits and underscores."""
    return token[:1] in _LETTERS and token != END


def code_part(line: str) -> str:
    """Return `line` without its comment and without blanks at its end."""
    return re.split("[;#]", line, maxsplit=1)[0].rstrip()


def column_of(line: str, token: int) -> int:
    """Return the column, counted from 1, of the token with index `token`, or of the end of the code."""
    end = 0
    for index, match in enumerate(TOKEN.finditer(line)):
        if match[0][0] in ";#":
            break
        if index == token:
            return match.start() + 1
        end = match.end()
    return end + 1
