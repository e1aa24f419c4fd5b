#!/usr/bin/env python3
"""Writes text_cases.json: questions, answers and truths, and what the published metrics say of them in Python.

normalised, fuzzy: the noise study's Mamba run (lower, strip punctuation, half of the words); f1: SQuAD's
evaluate-v1.1.py; repetition: the noise study's trigrams. Run it again to make the same file again; with --check it
compares instead and exits with 1 if the file differs.
"""
import collections
import json
import pathlib
import random
import re
import string
import sys

MADE = pathlib.Path(__file__).with_name("text_cases.json")

CHOSEN = [
    ("Paris is the capital of France.", "Paris"),
    ("paris", "Paris is the capital of France."),
    ("Paris, capital of France!", "Paris is the capital of France."),
    ("", ""),
    ("", "Paris"),
    ("Paris", ""),
    ("?!", "..."),
    ("the a an", "The"),
    ("a cat and the cat and a cat", "the cat"),
    ("An e-mail isn't it's", "an e mail isnt its"),
    ("a\u2013b the\u2019s", "b s"),
    ("under_score _ the_a", "under_score"),
    ("CAF\u00c9 \u00c5NGSTR\u00d6M", "caf\u00e9 \u00e5ngstr\u00f6m"),
    ("\u039f\u0394\u039f\u03a3 \u039f\u0394\u039f\u03a3.", "\u03bf\u03b4\u03bf\u03c2"),
    ("\u0130stanbul", "i\u0307stanbul"),
    ("\u041c\u041e\u0421\u041a\u0412\u0410 \u2014 \u0433\u043e\u0440\u043e\u0434",
     "\u043c\u043e\u0441\u043a\u0432\u0430"),
    ("\u092d\u093e\u0930\u0924 \u0926\u0947\u0936 \u0939\u0948", "\u092d\u093e\u0930\u0924"),
    ("H\u2082O and x\u00b2 and \u00bd \u2167", "h\u2082o"),
    ("\u6771\u4eac\u3001\u65e5\u672c", "\u6771\u4eac"),
    ("wide\u00a0space\u2003here \u3000", "space here"),
    ("go on and on and on and on and on and on", "go on"),
    ("one two three one two three one two three one two three", "one two"),
    ("3.14 is pi; 1,000 is a thousand", "314"),
    ("  .lead and trail. ", ". lead"),
    ("\U0001f600 smile \U0001f600", "smile"),
]
WORDS = ["a", "the", "an", "cat", "Cat", "dog,", "on", "ON", "caf\u00e9", "it's", "x-y", ".", "7",
         "\u092d\u093e\u0930\u0924"]


def normalised(text):
    return re.sub(r"[^\w\s]", "", text.lower().strip())


def fuzzy(answer, truth, threshold):
    answer, truth = normalised(answer), normalised(truth)
    if truth in answer:
        return True
    wanted = set(truth.split())
    return bool(wanted) and len(wanted & set(answer.split())) / len(wanted) >= threshold


def squad_words(text):
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def f1(answer, truth):
    answer, truth = squad_words(answer), squad_words(truth)
    same = sum((collections.Counter(answer) & collections.Counter(truth)).values())
    if same == 0:
        return 0
    precision, recall = same / len(answer), same / len(truth)
    return 2 * precision * recall / (precision + recall)


def repetition(text):
    words = text.split()
    count = collections.Counter(tuple(words[i:i + 3]) for i in range(len(words) - 2))
    return sum(n > 2 for n in count.values()) / len(count) if count else 0


def main():
    choose = random.Random(2)
    some = lambda least, most: " ".join(choose.choices(WORDS, k=choose.randint(least, most)))
    lines = []
    for answer, truth in CHOSEN + [(some(1, 20), some(1, 6)) for _ in range(75)]:
        case = {
            "answer": answer,
            "truth": truth,
            "normalised": normalised(answer),
            "fuzzy_50": fuzzy(answer, truth, 0.5),
            "fuzzy_80": fuzzy(answer, truth, 0.8),
            "f1": f1(answer, truth),
            "repetition": repetition(answer),
        }
        lines.append(json.dumps(case, ensure_ascii=True))
    content = "[\n" + ",\n".join(lines) + "\n]\n"
    if "--check" in sys.argv[1:]:
        sys.exit(0 if MADE.read_text() == content else f"{MADE} differs from what this script makes")
    MADE.write_text(content)


if __name__ == "__main__":
    main()
