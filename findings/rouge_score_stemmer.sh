#!/usr/bin/env bash
# nltk 3.10.4, rouge-score 0.1.2, snowballstemmer 3.0.1 (PyPI), words of Debian 12's wamerican. "ROUGE with Porter's stemmer" is
# NLTK's, whose default mode is not Porter's algorithm: 1,407 of 73,445 words have another stem than with Snowball's "porter" (enjoy,
# clay, ecology, doubtfully), and a score made with any other library's Porter is another one. mode="ORIGINAL_ALGORITHM" differs in 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv e
e/bin/pip install -q --disable-pip-version-check --no-compile nltk==3.10.4 rouge-score==0.1.2 snowballstemmer==3.0.1
apt-get download -q wamerican=2020.12.07-2 > log 2>&1 || { cat log && exit 1; }
dpkg -x wamerican_*.deb .
cat > stems.py << 'CODE'
import re, snowballstemmer
from nltk.stem.porter import PorterStemmer
from rouge_score.rouge_scorer import RougeScorer
text = open("usr/share/dict/american-english").read().split("\n")
words = sorted({w.lower() for w in text if re.fullmatch("[A-Za-z]+", w)})
default, original, porter = PorterStemmer(), PorterStemmer(mode=PorterStemmer.ORIGINAL_ALGORITHM), snowballstemmer.stemmer("porter")
apart = [sum(one.stem(w) != porter.stemWord(w) for w in words) for one in (default, original)]
print(len(words), *apart, *[f"{w}:{default.stem(w)}:{porter.stemWord(w)}" for w in ("enjoy", "clay", "ecology", "doubtfully")])
print(RougeScorer(["rouge1"], use_stemmer=True).score("clay", "clai")["rouge1"].fmeasure)
CODE
said=$(e/bin/python stems.py)
echo "words, otherwise than Snowball's porter: NLTK's default, its original mode; word:NLTK:Snowball; score of clai for clay, stemmed"
echo "$said"
[[ $said == "73445 1407 12 enjoy:enjoy:enjoi clay:clay:clai ecology:ecolog:ecologi doubtfully:doubt:doubtfulli
0.0" ]]
