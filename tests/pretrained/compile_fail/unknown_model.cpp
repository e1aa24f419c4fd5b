// expect: pretrained: files of this model are not known; take a language_model of mamba_stack and rms_norm, or one of
#include <krait/model/presets.hpp>
#include <krait/pretrained/description.hpp>
using namespace krait;

using other = model::language_model<8, model::transformer_stack<1, 8, 2, 4>, layer_norm<8>>;
const auto described = pretrained::describe<other>();
