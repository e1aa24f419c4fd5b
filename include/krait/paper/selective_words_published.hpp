// krait/paper/selective_words_published.hpp: "Characterizing Mamba's Selective Memory using Auto-Encoders"
// (arXiv:2512.15653): share of the words of CoNLL-2003 that reconstructions of 256 tokens omit, by kind of word, out of
// the files that draw its figures (a single run a size).
#pragma once
#include <krait/study/record.hpp>

namespace krait::paper::detail {

struct selective_words_published {
  static constexpr const char *speech = "arXiv:2512.15653, omissions by part of speech",
                              *entities = "arXiv:2512.15653, omissions by named entity",
                              *places = "arXiv:2512.15653, stored positions of omitted words",
                              *frequency = "arXiv:2512.15653, on frequency in the Pile (coefficients not published)",
                              *surprise = "arXiv:2512.15653, omissions by perplexity of a reference model";
  static constexpr studies::published rows[] = {
      {"omitted", "model=Mamba 130M, control=as it is, category=ADJ", .333, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=ADP", .329, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=ADV", .348, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=CONJ", .412, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=DET", .305, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=NOUN", .340, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=NUM", .515, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=PRON", .325, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=PRT", .404, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=PUNCT", .265, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=SYM", .409, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=VERB", .346, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=ADJ", .059, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=ADP", .061, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=ADV", .071, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=CONJ", .062, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=DET", .049, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=NOUN", .074, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=NUM", .126, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=PRON", .067, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=PRT", .078, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=PUNCT", .117, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=SYM", .068, speech},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=VERB", .061, speech},
      {"omitted", "model=Mamba 130M, control=as it is, category=location", .332, entities},
      {"omitted", "model=Mamba 130M, control=as it is, category=no entity", .362, entities},
      {"omitted", "model=Mamba 130M, control=as it is, category=organisation", .404, entities},
      {"omitted", "model=Mamba 130M, control=as it is, category=person", .326, entities},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=location", .071, entities},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=no entity", .070, entities},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=organisation", .113, entities},
      {"omitted", "model=Mamba 1.4B, control=as it is, category=person", .094, entities}};
};

}  // namespace krait::paper::detail
