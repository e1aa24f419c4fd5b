#!/usr/bin/env python3
"""Writes wordflip_cases.json: texts and what Python's re and str.split make of them.

The two expressions are those of the noise study (arXiv 2407.00996). Run it again to make the same file again; with
--check it compares instead and exits with 1 if the file differs.
"""
import json
import pathlib
import random
import re
import sys

MADE = pathlib.Path(__file__).with_name("wordflip_cases.json")

CHOSEN = [
    "Paris is the capital of France.",
    "It is (roughly) 206 bones, isn't it?",
    "",
    " ",
    ".",
    "...",
    "so... what ?!",
    "a , b",
    "(",
    ")(",
    "f(x) = [1, 2]{3}",
    "open( [now {",
    "a( b[ c{ d( ",
    "C:\\temp\\ and a\\",
    "back\\ slash \\",
    "e-mail: me@example.org; or http://example.org/a?b=c.",
    "\"Quoted,\" he said - 'twice'.",
    "100% of $5 & #1 *star* ~tilde~ `tick` ^hat_ |bar|",
    "line one.\nline two,\r\n\tline three!\n",
    "wide\u00a0space.\u2003em\u3000ideographic.\u2028line\u2029paragraph.\x85next",
    "file.\x1cgroup.\x1drecord.\x1eunit.\x1fend",
    "zero\u200bwidth. byte\ufeff mark.",
    "ogham\u1680space. narrow\u202fspace. math\u205fspace.",
    "caf\u00e9. \u043c\u043e\u0441\u043a\u0432\u0430, \u4e1c\u4eac. \u092d\u093e\u0930\u0924!",
    "en \u2013 dash\u2014em, \u2018curly\u2019 \u201cquotes\u201d.",
    "emoji \U0001f600, done\U0001f600.",
    "combining e\u0301. end",
]
PIECES = (list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") + [" ", " ", " ", "  ", "\t", "\n", "\u00a0", "\u2003", "\u3000"]
          + ["a", "be", "cat", "7", "\u00e9", "\u2019", "\u4e1c", "\U0001f600"] * 2)


def wordflip(sentence):
    sentence = re.sub(r"(?<!\s)([!\"#$%&'()*+,-./:;<=>?@[\]^_`{|}~])(?=(\s|$))", r" \1", sentence)
    sentence = re.sub(r"([\(\[\{])", r"\1 ", sentence)
    words = sentence.split()
    words.reverse()
    return " ".join(words)


def main():
    choose = random.Random(1)
    texts = CHOSEN + ["".join(choose.choices(PIECES, k=choose.randint(3, 24))) for _ in range(100)]
    lines = [json.dumps({"text": text, "flipped": wordflip(text)}, ensure_ascii=True) for text in texts]
    content = "[\n" + ",\n".join(lines) + "\n]\n"
    if "--check" in sys.argv[1:]:
        sys.exit(0 if MADE.read_text() == content else f"{MADE} differs from what this script makes")
    MADE.write_text(content)


if __name__ == "__main__":
    main()
