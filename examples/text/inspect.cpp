// does: Lists the tensors of a checkpoint, and prints the C++ type that its config.json asks for.
// takes: a second
#include <krait/pretrained/program.hpp>

int main(int argc, char** argv) { return krait::pretrained::inspect(argc, argv); }
