// does: Puts two or more finished runs on one page: page/compare RUN RUN... [--out FOLDER].
// takes: a second
#include <krait/run/compare.hpp>

int main(int argc, char** argv) { return krait::program::compare(argc, argv); }
