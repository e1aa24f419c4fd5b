#!/usr/bin/env bash
# gnuplot-nox 5.4.4 (Debian 12). A spider plot whose series lacks one of its values (a missing column: "?") is not drawn with a gap: the
# polygon is left out whole, and the exit code is 0. Whoever only looks at the exit code publishes a figure without a series.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
command -v gnuplot > gnuplot.path || { echo "needs gnuplot-nox 5.4 (apt-get install gnuplot-nox)" && exit 77; }
gnuplot --version
gnuplot --version | grep -q "gnuplot 5.4" || { echo "another version" && exit 77; }
draw() { # FIFTH VALUE OF THE SECOND SERIES -> how many filled polygons
  printf '1 2 3 2 1\n2 3 2 1 %s\n' "$1" > data
  gnuplot > "$1.svg" 2> "$1.txt" << 'PLOT'
set terminal svg
set datafile missing "?"
set spiderplot
set style spiderplot fillstyle solid 0.3 border
set for [i=1:5] paxis i range [0:4]
plot for [i=1:5] "data" using i
PLOT
  echo "exit $?, $(grep -c '<polygon' "$1.svg" || true) polygons; $(head -1 "$1.txt")"
}
whole=$(draw 2) hole=$(draw "?")
echo "all values: $whole"
echo "one missing: $hole"
[[ $whole == "exit 0, 2 polygons"* && $hole == "exit 0, 1 polygons"* ]]
