// expect: experiment::reads: the tokenizer needs 'static Tokens made_of
#include <krait/data/byte_tokenizer.hpp>
#include <krait/experiment/own_tokens.hpp>
struct any_model {};
krait::experiment::reads<"mamba bpe", any_model, krait::data::byte_tokenizer> wrong;
