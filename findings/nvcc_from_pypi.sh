#!/usr/bin/env bash
# nvidia-cuda-nvcc 13.0.88 (PyPI), as of nvidia-cuda-crt and nvidia-nvvm 13.5.37. The wheel asks for nvidia-cuda-crt without a
# version, which brings the newest nvidia-nvvm, so `pip install nvidia-cuda-nvcc==13.0.88` pairs an assembler of 13.0 with a front end
# of today: "Unsupported .version 9.5; current version is '9.0'" for every source. All three have to be pinned.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo 'int main() {}' > empty.cu
install() { pip install -q --disable-pip-version-check --no-compile --root-user-action=ignore --target "$@"; }
install one nvidia-cuda-nvcc==13.0.88 nvidia-cuda-runtime==13.0.96
install all nvidia-cuda-nvcc==13.0.88 nvidia-cuda-crt==13.0.88 nvidia-nvvm==13.0.88 nvidia-cuda-runtime==13.0.96
grep -hE '^Requires-Dist' one/nvidia_cuda_nvcc-*.dist-info/METADATA
ls one | grep dist-info
if one/nvidia/*/bin/nvcc -arch=sm_90 -c empty.cu -o one.o > one.txt 2>&1; then echo "changed: nvcc pinned alone compiles" && exit 1; fi
grep -q "Unsupported .version" one.txt || { cat one.txt && exit 1; }
echo "pinned alone: $(head -1 one.txt)"
all/nvidia/*/bin/nvcc -arch=sm_90 -c empty.cu -o all.o && echo "all parts pinned: compiles"
