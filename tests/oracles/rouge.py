#!/usr/bin/env python3
"""Writes rouge.json: texts, what rouge-score says of them, and stems of NLTK's PorterStemmer; --check compares instead.

Needs VERSIONS from PyPI. Of the words in WORDS (Debian's wamerican) that are all of A-Z and a-z the file holds a digest (core/digest.hpp)
of the list in lower case and of its stems, and some hundred pairs.
"""
import itertools
import json
import pathlib
import random
import re

import stored

VERSIONS = {"rouge-score": "0.1.2", "nltk": "3.10.4"}
MADE = pathlib.Path(__file__).with_name("rouge.json")
WORDS = pathlib.Path("/usr/share/dict/american-english")
KINDS = ["rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"]
CHOSEN = [
    ("e f g\na b c d", "a b c d\ne f g"),
    ("a", "a a a"),
    ("", "a b"), ("a b", ""), ("", ""), ("\n\n", "a\n\nb"), ("a", "b"),
    ("The Cats' eyes, 3.14 times; e-mail!", "the cat's eyes 3 14 TIMES e mail"),
    ("\u092d\u093e\u0930\u0924 \u0926\u0947\u0936", "\u092d\u093e\u0930\u0924 \u0926\u0947\u0936"),
    ("caf\u00e9 na\u00efve \u0130x \u212aelvin", "caf nave i x kelvin"),
    ("connections were relating to dying innings", "connection was related to die inning"),
    ("running runners ran easily\nflies died", "run runner ran easy\nfly dies"),
    ("w x a b\nw y b a", "a w b x y\nb a w"),
]
SHORT = ["the", "cat", "cats", "running", "runs", "a", "Dying", "x,y", "7", "easily", "relational", "is"]
ODD = """ties died flies spied agreed feed aging sky skies say enjoy by spy happy happily radically formalli hopefulli
archaeology geologi ibli possibly adjustable replacement adoption onion controlling roll hopping fizzed tanned falling sized
failing filing innings outings news howe proceed y yy yyy ay sing bled ed ing ings sses ss s es ied ies xied oed 1990s 2nd""".split()


def digest(texts):
    value, mask = 14695981039346656037, (1 << 64) - 1
    for text in texts:
        for byte in text.encode():
            value = ((value ^ byte) * 1099511628211) & mask
        value = ((value ^ len(text)) * 1099511628211) & mask
    return f"{value:016x}"


def made():
    from nltk.stem.porter import PorterStemmer
    from rouge_score import rouge_scorer

    choose = random.Random(15)
    def text():
        return "\n".join(" ".join(choose.choices(SHORT, k=choose.randint(0, 9))) for _ in range(choose.randint(1, 4)))
    cases = []
    scorers = [rouge_scorer.RougeScorer(KINDS, use_stemmer=stem) for stem in (False, True)]
    for answer, truth in CHOSEN + [(text(), text()) for _ in range(120)]:
        cases.append({"answer": answer, "truth": truth,
                      "scores": [[list(s[k]) for k in KINDS] for s in (scorer.score(truth, answer) for scorer in scorers)]})
    stemmer = PorterStemmer()
    words = [w.lower() for w in WORDS.read_text().split("\n") if re.fullmatch("[A-Za-z]+", w)]
    porter = PorterStemmer(mode=PorterStemmer.MARTIN_EXTENSIONS)  # what Snowball calls porter
    stems = [stemmer.stem(w) for w in words]
    apart = [(w, s) for w, s in zip(words, stems) if porter.stem(w) != s]
    some = [(w, stemmer.stem(w)) for w in ODD] + choose.sample(apart, 150) + choose.sample(list(zip(words, stems)), 150)
    return {"kinds": KINDS, "words": len(words), "words_digest": digest(words), "stems_digest": digest(stems),
            "unlike_porter": len(apart), "stems": dict(some), "cases": cases}


def main():
    stored.require(VERSIONS)
    found = made()
    head = json.dumps({k: v for k, v in found.items() if k not in ("cases", "stems")})[:-1]
    content = head + ',\n"stems": ' + json.dumps(found["stems"]) + ',\n"cases": [\n' + ",\n".join(map(json.dumps, found["cases"])) + "\n]}\n"
    stored.store(MADE, content)


if __name__ == "__main__":
    main()
