#!/usr/bin/env bash
# nvcc 13.0.88 and 13.5.37 (PyPI). A static constexpr member array of a class template whose size is left to its initialiser:
# for nvcc 13.0's front end its type stays `const char *const []` inside the template, so that a range-based for "cannot operate on an
# array of unknown size". g++, clang and nvcc 13.5 take it. Way around: the size written out, or a std::array.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > array.cu << 'CODE'
template <class T> struct study {
  static constexpr const char* names[] = {"a", "b"};
  static int count() {
    int n = 0;
    for (const char* name : names) n += name[0] != 0;
    return n;
  }
};
int main() { return study<int>::count() == 2 ? 0 : 1; }
CODE
g++ -std=c++20 -x c++ array.cu -o array && ./array && echo "g++ $(g++ -dumpfullversion): compiles and runs"
nvcc_of() { # VERSION RUNTIME -> the compiler, all its parts of one version
  pip install -q --disable-pip-version-check --no-compile --root-user-action=ignore --target "$1" "nvidia-cuda-nvcc==$1" "nvidia-cuda-crt==$1" \
    "nvidia-nvvm==$1" "nvidia-cuda-runtime==$2"
  ls "$1"/nvidia/*/bin/nvcc
}
old=$(nvcc_of 13.0.88 13.0.96) new=$(nvcc_of 13.5.37 13.5.37)
if "$old" -std=c++20 -arch=sm_90 -c array.cu -o old.o > old.txt 2>&1; then echo "changed: 13.0.88 compiles it" && exit 1; fi
grep -q "array of unknown size" old.txt || { cat old.txt && exit 1; }
echo "nvcc 13.0.88: $(grep -m1 error old.txt)"
"$new" -std=c++20 -arch=sm_90 -c array.cu -o new.o && echo "nvcc 13.5.37: compiles"
