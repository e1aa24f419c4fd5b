#!/usr/bin/env python3
"""Makes reference.json: small tokenizer.json files, and what `tokenizers` 0.23 makes of some texts with them.

    python3 -m venv v && v/bin/pip install tokenizers==0.23.3 && v/bin/python tests/tokenizer/reference.py
    ... reference.py FILE IN OUT     (FILE: any tokenizer.json; IN: a JSON list of texts; OUT: the same kind of file)

The second form compares whole vocabularies: KRAIT_TOKENIZER_REFERENCE=OUT build/cpu/tests/tokenizer/pipeline --run_test=ids*.
"""
import json
import pathlib
import sys

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

QWEN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
TEXTS = ["", " ", "a b", "b a b", "abc", "in 2024 we", "I'LL don't", "I'll DON'T it'\u017f x's", "a\n\n b", "½ ²", " hi", "hi  there",
         "a    b\t\tc", "   ", "x \r\n\r\n y\n", "caf\u00e9 cafe\u0301 \u212b", "\u0928\u092e\u0938\u094d\u0924\u0947", "👨‍👩‍👧 🇮🇳🏽",
         "\u1c89x's \U000141c1's", "1234567 ٣٤", "<s> a</s>b <s>", "a<m> b<m>", "xwordx word  ,word", "a<l>b <l>  <r>  c", "\u00a0\u2003\u180e\u0085z",
         "\u4f60\u597d\u3002", "\x00\x1f", "Ġé é€ ▁", "<0x41>", "ﬁ ①", "aaaaaaaaab", "the theme, then!", "?!... --"]


def added(number, content, **more):
    return dict(id=number, content=content, single_word=False, lstrip=False, rstrip=False, normalized=False, special=True) | more


def whole(model, **more):
    return dict(version="1.0", truncation=None, padding=None, added_tokens=[], normalizer=None, pre_tokenizer=None,
                post_processor=None, decoder=None, model=model) | more


def table(tokens):
    return {token: i for i, token in enumerate(tokens)}


BYTES = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True)
PLAIN_BYTES = BYTES | dict(use_regex=False)


def trained():
    """A byte-level model over TEXTS with 64 merges."""
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.train_from_iterator(TEXTS * 3 + ["in the 2024 don't I'LL"] * 9, trainers.BpeTrainer(
        vocab_size=320, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return json.loads(t.to_str())["model"]


def files():
    pairs = dict(type="BPE", vocab={"a": 0, " ": 1, "b": 2, " b": 3, "a b": 4}, merges=[[" ", "b"], ["a", " b"]])
    yield "merges as pairs", whole(pairs)
    for ignore in (True, False):
        yield f"ignore_merges {ignore}", whole(dict(type="BPE", vocab=table(["a", "b", "c", "ab", "abc"]), merges=["a b"],
                                                    ignore_merges=ignore))
    model = trained()
    n = len(model["vocab"])
    yield "gpt2", whole(model, pre_tokenizer=BYTES, decoder=BYTES, added_tokens=[added(n, "<s>"), added(n + 1, "</s>")])
    yield "neox", whole(model, normalizer=dict(type="NFC"), pre_tokenizer=BYTES, decoder=BYTES, added_tokens=[
        added(n + i, " " * (6 - i), normalized=True, special=False) for i in range(5)])
    split = dict(type="Split", pattern=dict(Regex=QWEN), behavior="Isolated", invert=False)
    yield "qwen", whole(model, normalizer=dict(type="NFC"), pre_tokenizer=dict(type="Sequence", pretokenizers=[split, PLAIN_BYTES]),
                        decoder=BYTES)
    yield "llama3", whole(model | dict(ignore_merges=True), decoder=BYTES, pre_tokenizer=dict(type="Sequence", pretokenizers=[
        split | dict(pattern=dict(Regex=QWEN.replace(r"|\p{N}|", r"|\p{N}{1,3}|"))), PLAIN_BYTES]))
    for behaviour in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        for invert in (False, True):
            yield f"split {behaviour} {invert}", whole(model, decoder=BYTES, pre_tokenizer=dict(type="Sequence", pretokenizers=[
                dict(type="Split", pattern=dict(Regex=r"[aeiou]|\s"), behavior=behaviour, invert=invert), PLAIN_BYTES]))
    for name, more in dict(Digits=dict(individual_digits=True), Punctuation=dict(behavior="Isolated"), Whitespace={},
                           WhitespaceSplit={}, CharDelimiterSplit=dict(delimiter=",")).items():
        yield name, whole(model, decoder=BYTES, pre_tokenizer=dict(type="Sequence", pretokenizers=[
            dict(type=name) | more, BYTES | dict(add_prefix_space=True)]))
    several = [added(n, "word", single_word=True), added(n, "<l>", lstrip=True), added(n, "<r>", rstrip=True), added(n, "  "),
               added(n, "<m>", special=False), added(n, "é", special=False), added(n, "é€", special=False)]
    for token in several:  # one that is in the vocabulary has its id there
        token["id"] = model["vocab"].get(token["content"], max([n - 1] + [t["id"] for t in several[:several.index(token)]]) + 1)
    yield "added", whole(model, pre_tokenizer=BYTES, decoder=BYTES, added_tokens=several)
    letters = sorted(set("".join(TEXTS[2:16])) - {" ", "½"}) + ["▁"]
    fallback = [f"<0x{b:02X}>" for b in range(256)]
    tokens = ["<unk>", "<s>", "</s>"] + fallback + letters + ["th", "the", "▁the", "▁a", "▁▁", "he", "m,", "▁▁b", "in"]
    gemma = dict(type="BPE", vocab=table(tokens), merges=["t h", "th e", "▁ the", "▁ a", "▁ ▁", "h e", "▁▁ b", "i n"],
                 unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    mark = dict(type="Replace", pattern=dict(String=" "), content="▁")
    back = [dict(type="Replace", pattern=dict(String="▁"), content=" "), dict(type="ByteFallback"), dict(type="Fuse")]
    special = [added(0, "<unk>"), added(1, "<s>"), added(2, "</s>")]
    begin = dict(type="TemplateProcessing", single=[dict(SpecialToken=dict(id="<s>", type_id=0)), dict(Sequence=dict(id="A", type_id=0))],
                 pair=[dict(Sequence=dict(id="A", type_id=0)), dict(Sequence=dict(id="B", type_id=1))],
                 special_tokens={"<s>": dict(id="<s>", ids=[1], tokens=["<s>"])})
    yield "gemma", whole(gemma, normalizer=mark, decoder=dict(type="Sequence", decoders=back), added_tokens=special, post_processor=begin)
    yield "llama", whole(gemma, normalizer=dict(type="Sequence", normalizers=[dict(type="Prepend", prepend="▁"), mark]),
                         decoder=dict(type="Sequence", decoders=back + [dict(type="Strip", content=" ", start=1, stop=0)]),
                         added_tokens=special, post_processor=begin)
    for scheme in ("first", "always", "never"):
        space = dict(type="Metaspace", replacement="▁", prepend_scheme=scheme, split=scheme != "first")
        yield f"metaspace {scheme}", whole(gemma | dict(byte_fallback=False, fuse_unk=scheme == "always"), pre_tokenizer=space,
                                           decoder=space, added_tokens=special)
    yield "half a fallback", whole(dict(type="BPE", vocab=table(["a", "<0xC3>", "<0xA9>", "<unk>"]), merges=[], byte_fallback=True,
                                        unk_token="<unk>"))
    parts = table(["a", "##b", "##c", "ab", "abc</w>", "##c</w>", "a</w>", "##b</w>"])
    yield "prefix and suffix", whole(dict(type="BPE", vocab=parts, merges=["a ##b", "ab ##c</w>"], continuing_subword_prefix="##",
                                          end_of_word_suffix="</w>"), pre_tokenizer=dict(type="WhitespaceSplit"),
                                     decoder=dict(type="BPEDecoder", suffix="</w>"))
    normalisers = [dict(type="NFKC"), dict(type="Lowercase"), dict(type="Strip", strip_left=True, strip_right=True),
                   dict(type="Replace", pattern=dict(Regex=r"\d+"), content="#")]
    yield "normalisers", whole(model, normalizer=dict(type="Sequence", normalizers=normalisers), pre_tokenizer=BYTES, decoder=BYTES,
                               post_processor=dict(type="RobertaProcessing", sep=["b", 66], cls=["a", 65], trim_offsets=True,
                                                   add_prefix_space=False))


def results(file, texts):
    t = Tokenizer.from_str(json.dumps(file))
    for text in texts:
        plain, ids = t.encode(text, add_special_tokens=False).ids, t.encode(text).ids
        yield [text, plain, ids, t.decode(ids), t.decode(ids, skip_special_tokens=False)]


def main():
    if len(sys.argv) > 1:
        file, texts, out = sys.argv[1:]
        file = json.loads(pathlib.Path(file).read_text())
        cases = [dict(name="", file=file, results=list(results(file, json.loads(pathlib.Path(texts).read_text()))))]
    else:
        out = pathlib.Path(__file__).with_suffix(".json")
        # Lower case is that of the ICU that is there, which may not know U+1C89.
        cases = [dict(name=name, file=file, results=list(results(file, [t for t in TEXTS if name != "normalisers" or "\u1c89" not in t])))
                 for name, file in files()]
        # One trained model serves many files: it is kept once.
        model = next(case["file"]["model"] for case in cases if case["name"] == "gpt2")
        for case in cases:
            here = case["file"]["model"]
            if here.get("vocab") == model["vocab"]:
                case["file"] = case["file"] | dict(model={k: v for k, v in here.items() if k not in ("vocab", "merges")} | dict(shared=True))
        cases.append(dict(name="shared", file=dict(model=model), results=[]))
    pathlib.Path(out).write_text(json.dumps(cases, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
