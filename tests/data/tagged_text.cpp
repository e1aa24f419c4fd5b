// tests/data/tagged_text.cpp: files of tags, their joining, chunks that tear no word.
#define BOOST_TEST_MODULE data_tagged_text
#include <boost/test/unit_test.hpp>
#include <krait/data/packed_words.hpp>
#include <krait/data/tagged_text.hpp>
#include <map>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using namespace krait::data;

namespace {
std::string ud(const std::string& number, const std::string& word, const std::string& upos, const std::string& xpos) {
  return number + '\t' + word + "\t_\t" + upos + '\t' + xpos + "\t_\t_\t_\t_\t_\n";
}
std::string uner(const std::string& number, const std::string& word, const std::string& tag) {
  return number + '\t' + word + '\t' + tag + "\t-\t-\n";
}
const std::string parts = "# newdoc id = x\n# sent_id = email-1\n# text = Don't see Ann\n" +
                          ud("1-2", "Don't", "_", "_") + ud("1", "Do", "AUX", "VB") + ud("2", "n't", "PART", "RB") +
                          ud("3", "see", "VERB", "VB") + ud("3.1", "saw", "VERB", "VBD") +
                          ud("4", "Ann", "PROPN", "NNP") + "\n# sent_id = reviews-2\r\n" + ud("1", "cant", "X", "GW") +
                          ud("2", "!", "PUNCT", ".") + "\n\n";
const std::string names = "# sent_id = reviews-2\n" + uner("1", "can", "O") + uner("2", "t", "O") +
                          uner("3", "!", "O") + "\n# sent_id = email-1\n" + uner("1", "Do", "O") +
                          uner("2", "n't", "O") + uner("3", "see", "O") + uner("4", "Ann", "B-PER");
const std::string first_sentence = parts.substr(0, parts.find("\n\n"));

tagged_text join(const std::string& a, const std::string& b) {
  return join_tags(parse_tag_lines(a, "a.conllu", 10), parse_tag_lines(b, "b.iob2", 5));
}
void refused(const std::string& a, const std::string& b, const std::string& message) {
  BOOST_TEST_CONTEXT(message) BOOST_CHECK_EXCEPTION(join(a, b), data_error, test::says(message));
}
std::vector<placed_word> placed(const std::vector<std::string_view>& words) {
  std::vector<placed_word> all;
  for (const auto word : words) all.push_back({word, "w.txt", all.size() + 1});
  return all;
}
}  // namespace

BOOST_AUTO_TEST_CASE(joined_by_sent_id) {
  const tagged_text both = join(parts, names);
  BOOST_TEST(both.sentences.size() == 2u);
  const auto words = both.words();
  BOOST_TEST(words.size() == 6u);
  BOOST_TEST((words[3]->form == "Ann" && words[3]->upos == "PROPN" && words[3]->xpos == "NNP"));
  BOOST_TEST((words[3]->entity == "PER" && words[0]->entity == "none"));
  BOOST_TEST(both.sentences[0].genre() == "email");
  // Other words: parts of speech without entities, counted.
  BOOST_TEST((words[4]->upos == "X" && words[4]->entity.empty()));
  BOOST_TEST(both.report.other_sentences == 1u);
  BOOST_TEST(both.report.other_words == 2u);
  BOOST_TEST((both.report.where == std::vector<std::string>{"a.conllu, line 12"}));
  BOOST_TEST((both.report.ranges == 1 && both.report.empty_nodes == 1));
  BOOST_TEST(both.report.describe() ==
             "6 words in 2 sentences; 1 sentences (2 words) have other words in the file of named entities and are "
             "used without these");
  BOOST_TEST(both.placed()[3].line == 9u);
}

BOOST_AUTO_TEST_CASE(files_that_do_not_fit) {
  refused(first_sentence, names, "b.iob2, line 2: the sentence reviews-2 is not in a.conllu");
  refused(parts, names.substr(0, names.find("\n\n")), "a.conllu, line 4: the sentence email-1 is not in b.iob2");
  refused(parts + parts, names, "a.conllu, line 19: the sent_id email-1 stands at line 4 too");
  refused(ud("1", "a", "X", "X"), names, "a.conllu, line 1: a sentence without '# sent_id");
  refused("# sent_id = a\n" + ud("2", "a", "X", "X"), names, "a.conllu, line 2: the word is number '2', but 1 is next");
  refused("# sent_id = a\n1\tword\n", names, "a.conllu, line 2: the word has 2 columns, not 10");
  refused("# sent_id = a\n" + ud("1", "a b", "X", "X"), names, "the word 'a b' is empty or has white space");
  refused("# sent_id = a\n" + ud("1", "", "X", "X"), names, "the word '' is empty");
  refused("# nothing\n\n", names, "a.conllu has no sentences");
  refused(first_sentence,
          "# sent_id = email-1\n" + uner("1", "Do", "?") + uner("2", "n't", "O") + uner("3", "see", "O") +
              uner("4", "Ann", "O"),
          "b.iob2, line 2: '?' is no named entity");
  const auto sentence = [](const std::string& id, bool tags, const std::string& word) {
    return "# sent_id = " + id + "\n" + (tags ? uner("1", word, "O") : ud("1", word, "X", "FW")) + "\n";
  };
  refused(sentence("a", false, "x") + sentence("b", false, "y"), sentence("b", true, "x") + sentence("a", true, "y"),
          "a.conllu, line 2: this sentence and 1 more of 2 have other words in b.iob2");
}

BOOST_AUTO_TEST_CASE(coarse_parts) {
  for (const auto& [tag, group] : std::map<std::string, std::string>{{"NNPS", "NOUN"},
                                                                     {"MD", "VERB"},
                                                                     {"-LRB-", "PUNCT"},
                                                                     {"WP$", "PRON"},
                                                                     {"TO", "ADP"},
                                                                     {"POS", "PRT"},
                                                                     {"LS", "NUM"},
                                                                     {"UH", "INTJ"},
                                                                     {"?", ""}})
    BOOST_TEST(coarse_part_of_speech(tag) == group);
}

BOOST_AUTO_TEST_CASE(no_word_is_torn) {
  const auto words = placed({"one", "two", "three", "four", "a", "seventeen"});
  const auto packed = pack_words(words, {.length = 9});
  BOOST_TEST(packed.chunks.size() == 4u);
  BOOST_TEST(packed.chunks[0].text == "one two");
  BOOST_TEST(packed.chunks[1].text == "three");
  BOOST_TEST(packed.chunks[2].text == "four a");
  BOOST_TEST(packed.chunks[3].text == "seventeen");
  BOOST_TEST(packed.chunks[2].words == (std::vector<std::size_t>{3, 4}));
  BOOST_TEST(packed.chunks[2].starts == (std::vector<std::size_t>{0, 4}));
  for (const auto& chunk : packed.chunks) BOOST_TEST(byte_tokenizer::decode(chunk.ids) == chunk.text);
  BOOST_TEST(pack_words(words, {.length = 100}).chunks.size() == 1u);
  const auto some = pack_words(words, {.length = 3, .too_long = long_words::skip});
  BOOST_TEST(some.skipped == 3u);
  BOOST_TEST(some.chunks.size() == 3u);
  BOOST_TEST(pack_words({}, {.length = 3}).chunks.empty());
}

BOOST_AUTO_TEST_CASE(words_that_cannot_be_packed) {
  const auto words = placed({"one", "seventeen", "two\x1F", ""});
  const auto says = [](const char* text) { return test::says(text); };
  BOOST_CHECK_EXCEPTION(pack_words(words, {.length = 8}), data_error,
                        says("w.txt, line 2: the word 'seventeen' has 9 tokens and a chunk only 8"));
  BOOST_CHECK_EXCEPTION(pack_words(words, {.length = 20}), data_error, says("w.txt, line 3: the word 'two"));
  BOOST_CHECK_EXCEPTION(pack_words(placed({""}), {.length = 20}), data_error,
                        says("line 1: the word '' has no tokens"));
  BOOST_CHECK_EXCEPTION(pack_words(words, {}), option_error, says("chunks of 0 tokens"));
  BOOST_CHECK_EXCEPTION(pack_words(words, {.length = 65, .capacity = 64}), option_error,
                        says("chunks of 65 tokens are longer than the 64"));
}

// Counts as a script in Python finds them.
BOOST_AUTO_TEST_CASE(the_real_thing, *boost::unit_test::precondition(test::needs("tags"))) {
  const tagged_text all = load_tagged_text(test::real_data());
  BOOST_TEST(all.report.words == 50'241u);
  BOOST_TEST(all.report.sentences == 4'078u);
  BOOST_TEST(all.report.other_sentences == 6u);
  BOOST_TEST(all.report.other_words == 90u);
  BOOST_TEST(all.report.ranges == 713u);
  BOOST_TEST(all.report.empty_nodes == 6u);
  std::map<std::string, long> entities, upos;
  std::map<std::string_view, long> groups, genres;
  for (const auto* word : all.words())
    ++entities[word->entity], ++upos[word->upos], ++groups[coarse_part_of_speech(word->xpos)];
  for (const auto& sentence : all.sentences) ++genres[sentence.genre()];
  BOOST_TEST(entities[""] == 90);
  BOOST_TEST(upos["NOUN"] == 8'333);
  BOOST_TEST(upos["INTJ"] == 236);
  BOOST_TEST(genres.size() == 5u);
  BOOST_TEST(groups.size() == 14u);
  BOOST_TEST(groups[""] == 0);
  const auto packed =
      pack_words(all.placed(), {.length = 256, .too_long = long_words::skip});  // addresses of 473 and 295 bytes
  std::size_t words = 0;
  for (const auto& chunk : packed.chunks) words += chunk.words.size();
  BOOST_TEST(words + packed.skipped == 50'241u);
  BOOST_TEST(packed.skipped == 2u);
  BOOST_CHECK_THROW(load_tagged_text({}), file_error);
}
