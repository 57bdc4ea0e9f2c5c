# shellcheck shell=bash
# What this machine must have: packages, memory, disk, kernel features, free ports and addresses.
# Everything is looked at before anything is changed, so a refusal leaves nothing half made.

# Where the CNI plugins may be: Debian's directory, then upstream's.
cni_directory() {
  local directory
  for directory in /usr/lib/cni /opt/cni/bin; do
    if [[ -x $directory/bridge && -x $directory/host-local && -x $directory/portmap ]]; then
      printf '%s\n' "$directory"
      return
    fi
  done
}

have() {
  command -v "$1" >/dev/null 2>&1
}

# java_home: the directory of a JDK 17 or newer: JAVA_HOME, the javac on PATH, Debian's; nothing if there is none.
java_home() {
  local candidate version
  for candidate in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v javac || true)")")")" \
    /usr/lib/jvm/java-17-openjdk-*; do
    [[ -n $candidate && -x $candidate/bin/javac && -x $candidate/bin/java ]] || continue
    version=$("$candidate/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    if [[ -n $version ]] && ((version >= 17)); then
      printf '%s\n' "$candidate"
      return
    fi
  done
}

# A busybox that needs no libraries: the one on PATH, or the one unpacked by install_missing.
static_busybox() {
  local candidate
  for candidate in "$(command -v busybox || true)" "$PROJECT/.coxswain/cache/busybox"; do
    if [[ -n $candidate && -x $candidate ]] && ! LC_ALL=C ldd "$candidate" 2>/dev/null | grep -q '=>\|ld-'; then
      printf '%s\n' "$candidate"
      return
    fi
  done
}

# Where the newest PostgreSQL server's programs are: Debian keeps them off PATH.
postgresql_binaries() {
  find /usr/lib/postgresql/*/bin -name initdb -printf '%h\n' 2>/dev/null | sort -V | tail -n 1
}

# missing_packages PURPOSE: Debian's names of what PURPOSE (cluster, image, test or bench) still needs, one a line.
missing_packages() {
  if [[ $1 == cluster || $1 == test ]]; then
    if [[ -z $(java_home) ]]; then printf '%s\n' openjdk-17-jdk-headless; fi
    if ! have mvn; then printf '%s\n' maven; fi
    if ! have containerd || ! have ctr || ! have containerd-shim-runc-v2; then printf '%s\n' containerd; fi
    if ! have runc; then printf '%s\n' runc; fi
    if [[ -z $(cni_directory) ]]; then printf '%s\n' containernetworking-plugins; fi
    if ! have nft; then printf '%s\n' nftables; fi
    if ! have ip || ! have bridge; then printf '%s\n' iproute2; fi
    if ! have conntrack; then printf '%s\n' conntrack; fi
    if ! have sysctl; then printf '%s\n' procps; fi
    if ! have nsenter || ! have flock || ! have setsid; then printf '%s\n' util-linux; fi
    if ! have curl; then printf '%s\n' curl ca-certificates; fi
    if ! have kubectl; then printf '%s\n' kubernetes-client; fi
    # The sandbox image is made of it. A dynamic busybox is left alone: the static one is unpacked beside it.
    if [[ -z $(static_busybox) ]]; then printf '%s\n' busybox-static; fi
  fi
  if [[ $1 == image || $1 == test ]]; then
    if ! have buildah; then printf '%s\n' buildah; fi
  fi
  if [[ $1 == test ]]; then
    if ! have skopeo; then printf '%s\n' skopeo; fi
    if ! have chromium; then printf '%s\n' chromium; fi
    if ! have chromedriver; then printf '%s\n' chromium-driver; fi
    if ! have openssl; then printf '%s\n' openssl; fi
    if [[ -z $(postgresql_binaries) ]]; then printf '%s\n' postgresql; fi
  fi
  if [[ $1 == bench ]]; then
    if ! have etcd; then printf '%s\n' etcd-server; fi
  fi
}

# check_packages PURPOSE: whether what is missing can be installed at all.
check_packages() {
  local missing
  missing=$(missing_packages "$1" | paste -sd ' ')
  if [[ -n $missing ]] && ! have apt-get; then
    die "this machine lacks what these Debian packages hold: $missing. There is no apt-get to install them with: install them by hand and run this again."
  fi
}

# install_missing PURPOSE: installs what is missing with apt-get, without a question, after naming it.
install_missing() {
  local missing log
  mapfile -t missing < <(missing_packages "$1")
  ((${#missing[@]} > 0)) || return 0
  step "Installing with apt-get: ${missing[*]}"
  log=$(mktemp)
  if ! apt_install "${missing[@]}" >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    die "apt-get could not install ${missing[*]} (its last words are above): mend that and run this again."
  fi
  rm -f "$log"
  hash -r
  mapfile -t missing < <(missing_packages "$1")
  ((${#missing[@]} == 0)) || die "apt-get ended well, but ${missing[*]} still cannot be found on PATH ($PATH)."
}

apt_install() {
  local package packages=()
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  for package in "$@"; do
    # busybox and busybox-static exclude each other: never remove what the machine's owner chose.
    if [[ $package == busybox-static ]] && have busybox; then
      unpack_busybox
    else
      packages+=("$package")
    fi
  done
  if ((${#packages[@]} > 0)); then
    apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold "${packages[@]}"
  fi
}

unpack_busybox() {
  local scratch
  scratch=$(mktemp -d)
  (cd "$scratch" && apt-get download busybox-static && dpkg-deb -x busybox-static_*.deb unpacked)
  mkdir -p "$PROJECT/.coxswain/cache"
  install -m 0755 "$(find "$scratch/unpacked" -type f -name busybox | head -n 1)" "$PROJECT/.coxswain/cache/busybox"
  rm -rf "$scratch"
}

# free_mb PATH: free megabytes of the file system PATH is or will be on.
free_mb() {
  local path=$1
  while [[ ! -e $path ]]; do path=$(dirname "$path"); done
  df -Pm -- "$path" | awk 'NR == 2 {print $4}'
}

# check_disk: the first start downloads Maven's artifacts and unpacks Liberty; later ones need little.
check_disk() {
  local free need=1500
  free=$(free_mb "$DATA")
  if ((free < need)); then
    die "only $free MB are free where $DATA is, and a cluster needs $need MB: free some space, or choose another place with --data."
  fi
  if [[ ! -x $(runtime_directory)/bin/server ]]; then
    need=3000
    free=$(free_mb "$PROJECT")
    if ((free < need)); then
      die "only $free MB are free where $PROJECT is, and the first start needs $need MB for Open Liberty and the build: free some space."
    fi
  fi
}

# check_memory NEED: megabytes, beside what runs already.
check_memory() {
  local available
  available=$(awk '/^MemAvailable:/ {printf "%d", $2 / 1024}' /proc/meminfo)
  if ((available < $1)); then
    die "only $available MB of memory are available, and this needs $1 MB: end something, or use fewer nodes (--nodes N)."
  fi
}

# check_kernel: what no package can bring.
check_kernel() {
  local module
  [[ $(uname -s) == Linux ]] || die "the nodes are Linux network namespaces: this machine runs $(uname -s)."
  if have modprobe; then
    for module in overlay br_netfilter veth nf_tables; do modprobe -q "$module" 2>/dev/null || true; done
  fi
  grep -qw overlay /proc/filesystems ||
    die "this kernel has no overlay file system, which containerd stores containers on: load the module 'overlay'."
  [[ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]] ||
    die "this kernel does not filter bridged packets, which services need: load the module 'br_netfilter'."
  [[ -d /sys/fs/cgroup/memory || -f /sys/fs/cgroup/cgroup.controllers ]] ||
    die "no cgroups are mounted at /sys/fs/cgroup, which containers need."
}

# listening PROTOCOL PORT: whether something in the root namespace has the port, read from the kernel's own
# tables because iproute2 may not be installed yet.
listening() {
  local hex
  hex=$(printf '%04X' "$2")
  awk -v port="$hex" -v tcp="$([[ $1 == tcp ]] && echo 1 || echo 0)" '
    FNR > 1 { n = split($2, a, ":"); if (a[n] == port && (!tcp || $4 == "0A")) found = 1 }
    END { exit !found }' /proc/net/"$1" /proc/net/"$1"6 2>/dev/null
}

# holder PROTOCOL PORT: " by name (process N)" when the machine can tell.
holder() {
  have ss || return 0
  ss -Hlnp "$([[ $1 == tcp ]] && echo -t || echo -u)" "sport = :$2" 2>/dev/null |
    sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/ by \1 (process \2)/p' | head -n 1
}

check_port() {
  local protocol=$1 port=$2 what=$3
  if listening "$protocol" "$port"; then
    die "port $port/$protocol, for the $what, is in use$(holder "$protocol" "$port"): end that, or put this cluster elsewhere with --port BASE."
  fi
}

check_ports() {
  check_port tcp "$API_PORT" 'Kubernetes API'
  check_port tcp "$CONSOLE_PORT" console
  check_port tcp "$REGISTRY_PORT" 'image registry'
  check_port tcp "$DNS_PORT" 'cluster DNS'
  check_port udp "$DNS_PORT" 'cluster DNS'
}

# check_machine MEMORY: every question about the machine that 'up' asks, given the megabytes it needs.
check_machine() {
  check_kernel
  check_packages cluster
  check_disk
  check_memory "$1"
  check_network
}
