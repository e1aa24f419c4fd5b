#!/usr/bin/env bash
# nvcc 13.0.88 and 13.5.37 (PyPI), g++ as host compiler. A class-type template argument that goes through an alias template,
# as a default and as given: valid C++20, which g++ compiles and runs. nvcc 13.0 accepts it and then writes host code that names a
# template parameter of its own making, `__T0`, so that g++ reports an error in the user's line. 13.5 compiles it.
# Way around: a struct that inherits in place of the alias, or the arguments spelt out at the use.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > alias.cu << 'CODE'
struct config { int width; };
template <config C> struct layer { static constexpr int width = C.width; };
template <class Layer, int Inner> struct model { static constexpr int value = Layer::width + Inner; };
template <int Inner, config C = config{}> using narrow = model<layer<C>, Inner>;
template <class M> int of() { return M::value; }
int main() { return of<narrow<1>>() + of<narrow<1, config{2}>>() == 4 ? 0 : 1; }
CODE
g++ -std=c++20 -x c++ alias.cu -o alias && ./alias && echo "g++ $(g++ -dumpfullversion): compiles and runs"
nvcc_of() { # VERSION RUNTIME -> the compiler, all its parts of one version
  pip install -q --disable-pip-version-check --no-compile --root-user-action=ignore --target "$1" "nvidia-cuda-nvcc==$1" "nvidia-cuda-crt==$1" \
    "nvidia-nvvm==$1" "nvidia-cuda-runtime==$2"
  ls "$1"/nvidia/*/bin/nvcc
}
old=$(nvcc_of 13.0.88 13.0.96) new=$(nvcc_of 13.5.37 13.5.37)
if "$old" -std=c++20 -arch=sm_90 -c alias.cu -o old.o > old.txt 2>&1; then echo "changed: 13.0.88 compiles it" && exit 1; fi
grep -q "__T0. was not declared" old.txt || { cat old.txt && exit 1; }
echo "nvcc 13.0.88: $(grep -m1 error old.txt)"
"$new" -std=c++20 -arch=sm_90 -c alias.cu -o new.o && echo "nvcc 13.5.37: compiles"
