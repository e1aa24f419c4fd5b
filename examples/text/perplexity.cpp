// does: Says how probable a language model out of a folder of files finds a text.
// takes: seconds to load, then as fast as the memory gives the weights
//
// The model is compiled in. For another folder write the type that `examples/run text/inspect FOLDER` prints: here, or
// in a program of yours.
#include <krait/model/released.hpp>
#include <krait/pretrained/program.hpp>
using namespace krait;

using language = model::mamba_130m;

int main(int argc, char** argv) { return pretrained::score_file<language>(argc, argv); }
