# shellcheck shell=bash disable=SC2154
# What examples/run, tests/run and benchmarks/run share. They set `command`, their name, for messages.
stop() { echo "$command: $*" >&2 && exit 1; }

# say_step NAME TEXT: a line that finish_step ends; only a terminal sees it before.
say_step() {
  printf -v step '%-11s %s ' "$1" "$2"
  while ((${#step} < 52)); do step+=.; done
  started=$SECONDS
  [[ ! -t 1 ]] || printf '%s' "$step"
}
finish_step() {
  [[ ! -t 1 ]] || printf '\r'
  printf '%s %d s\n' "$step" $((SECONDS - started))
}
fail_step() { # LOG: its first errors, and where it is
  [[ ! -t 1 ]] || printf '\n'
  grep -m 5 -A 3 -i -E '(^|[^a-z_])error:|CMake Error|No space left|Killed' "$1" >&2
  stop "the build failed: see $1"
}

# setup GROUP...: once per command.
setup() {
  local line said=' (nothing to install)'
  while IFS= read -r line; do echo "$line" && said=; done < <(cmake/setup "$@")
  wait $! || exit 1
  echo "set-up      ok$said"
}

# build PRESET TARGET LOG [options of the configuration]
build() {
  local preset=$1 target=$2 log=$PWD/build/$1/log/$3.txt
  shift 3
  mkdir -p "$(dirname "$log")" && : > "$log" || stop "cannot write $log."
  cmake --preset "$preset" "$@" > "$log" 2>&1 || fail_step "$log"
  cmake --build --preset "$preset" --target "$target" -- -k 0 >> "$log" 2>&1 || fail_step "$log"
}

# Whether there is a device and a compiler for it, else one sentence.
need_device() {
  command -v nvcc > /dev/null || [[ ! -x ${CUDA_HOME:-/usr/local/cuda}/bin/nvcc ]] || PATH+=:${CUDA_HOME:-/usr/local/cuda}/bin
  command -v nvcc > /dev/null || stop "$1 needs nvcc, and there is none: install a CUDA toolkit and put its bin folder into PATH."
  [[ $(nvidia-smi -L 2> /dev/null) == GPU* ]] || stop "$1 needs an NVIDIA device, and nvidia-smi finds none on this machine."
}
