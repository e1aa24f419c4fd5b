# shellcheck shell=bash disable=SC2154
# What examples/run, tests/run and benchmarks/run share. They set `command`, their name, for messages.
stop() { echo "$command: $*" >&2 && exit 1; }
refuse() { echo "$command: $*" >&2 && exit 3; } # a command line; programs end so too (option_error)

# near WORD CANDIDATE...: " (did you mean A or B?)" with the candidates that are fewest slips away from the word (letters put in, left out,
# changed or swapped with the next), or nothing where none is near. A candidate counts as a whole and by its last part after a slash.
near() {
  local word=$1
  shift
  printf '%s\n' "$@" | WORD=$word awk '
    function least(a, b) { return a < b ? a : b }
    function slips(a, b,   i, j, same, d) {
      for (i = 0; i <= length(a); ++i) d[i, 0] = i
      for (j = 0; j <= length(b); ++j) d[0, j] = j
      for (i = 1; i <= length(a); ++i)
        for (j = 1; j <= length(b); ++j) {
          same = substr(a, i, 1) == substr(b, j, 1)
          d[i, j] = least(least(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + !same)
          if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j - 1, 1) && substr(a, i - 1, 1) == substr(b, j, 1))
            d[i, j] = least(d[i, j], d[i - 2, j - 2] + 1)
        }
      return d[length(a), length(b)]
    }
    BEGIN { word = ENVIRON["WORD"]; best = int(length(word) / 3) }
    length(word) > 2 && !seen[$0]++ {
      last = $0
      sub(/.*\//, "", last)
      found = least(slips(word, $0), slips(word, last))
      if (found < best) text = ""
      if (found <= best && split(text, taken, " or ") < 4) text = (text == "" ? "" : text " or ") $0
      if (found < best) best = found
    }
    END { if (text != "") printf " (did you mean %s?)", text }'
}

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
  grep -m 5 -B 1 -A 3 -i -E '(^|[^a-z_])error:|CMake Error|No space left|Killed' "$1" >&2
  stop "the build failed: see $1"
}

# setup GROUP...: once per command.
setup() {
  local line said=' (nothing to install)'
  while IFS= read -r line; do echo "$line" && said=; done < <(cmake/setup "$@")
  wait $! || exit 1
  echo "set-up      ok$said"
}

# What is built for PRESET is written into a log of its folder.
# configure PRESET LOG [options of the configuration]; build_targets PRESET LOG [TARGET]...; build PRESET TARGET LOG [options] is both.
configure() {
  local preset=$1 log=$PWD/build/$1/log/$2.txt
  shift 2
  mkdir -p "$(dirname "$log")" && : > "$log" || stop "cannot write $log."
  cmake --preset "$preset" "$@" > "$log" 2>&1 || fail_step "$log"
}
build_targets() {
  local preset=$1 log=$PWD/build/$1/log/$2.txt
  shift 2
  cmake --build --preset "$preset" ${1:+--target "$@"} -- -k 0 >> "$log" 2>&1 || fail_step "$log"
}
build() {
  local preset=$1 target=$2 log=$3
  shift 3
  configure "$preset" "$log" "$@"
  build_targets "$preset" "$log" "$target"
}

# Whether there is a device and a compiler for it, else one sentence.
need_device() {
  command -v nvcc > /dev/null || [[ ! -x ${CUDA_HOME:-/usr/local/cuda}/bin/nvcc ]] || PATH+=:${CUDA_HOME:-/usr/local/cuda}/bin
  command -v nvcc > /dev/null || stop "$1 needs nvcc, and there is none: install a CUDA toolkit and put its bin folder into PATH."
  [[ $(nvidia-smi -L 2> /dev/null) == GPU* ]] || stop "$1 needs an NVIDIA device, and nvidia-smi finds none on this machine."
}
