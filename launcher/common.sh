# shellcheck shell=bash
# shellcheck disable=SC2034 # names are set here for the other files
# What every part of the launcher uses: messages, the chosen cluster's names and numbers, its lock,
# and questions about processes. Sourced by ./coxswain, which sets PROJECT.

readonly DEFAULT_PORT=6443
readonly SERVER_NAME=coxswain
readonly CONSOLE_USER=admin
# A unix socket's path ends at 107 bytes; containerd appends ".ttrpc" to nodes/node-NN/containerd.sock.
readonly LONGEST_DATA_PATH=70

STARTED_AT=${EPOCHREALTIME/[.,]/}

# elapsed: seconds since the launcher began, with one decimal.
elapsed() {
  local tenths=$(((${EPOCHREALTIME/[.,]/} - STARTED_AT) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# step TEXT: what is done now, with the seconds so far.
step() {
  printf '[%6s s] %s\n' "$(elapsed)" "$*"
}

# detail TEXT: a line that belongs to the step above.
detail() {
  printf '           %s\n' "$*"
}

warn() {
  printf 'coxswain: %s\n' "$*" >&2
}

# die SENTENCE: ends the launcher; the sentence says what to do.
die() {
  warn "$*"
  exit 1
}

usage_error() {
  warn "$* './coxswain help' lists what there is."
  exit 2
}

require_root() {
  if ((EUID != 0)); then
    die "'$1' makes network namespaces and runs containers, so it must run as root: try 'sudo ./coxswain $1'."
  fi
}

# choose_cluster DATA PORT: sets DATA, BASE and everything that follows from them. Either may be empty:
# a cluster that exists remembers its port; a port that is not the default has its own data directory.
choose_cluster() {
  local data=$1 port=$2
  if [[ -n $port ]]; then
    check_base_port "$port"
    port=$((10#$port))
  fi
  if [[ -z $data ]]; then
    data=$PROJECT/.coxswain
    if [[ -n $port && $port != "$DEFAULT_PORT" ]]; then data=$data/cluster-$port; fi
  fi
  DATA=$(realpath -m -- "$data")
  if [[ ! $DATA =~ ^/[A-Za-z0-9._/@+-]+$ ]]; then
    die "the data directory '$DATA' has a character that containerd or overlayfs cannot take: use letters, digits and . _ - + @ only."
  fi
  if ((${#DATA} > LONGEST_DATA_PATH)); then
    die "the data directory '$DATA' has a path of ${#DATA} characters, too long for the sockets in it (at most $LONGEST_DATA_PATH): choose a shorter one with --data."
  fi
  local kept
  kept=$(property port "$DATA/cluster.properties")
  if [[ -n $kept && -n $port && $kept != "$port" ]]; then
    die "the cluster in $DATA has --port $kept, not $port: leave --port out, or choose another --data."
  fi
  derive_numbers "${kept:-${port:-$DEFAULT_PORT}}"
}

# check_base_port BASE: a number whose three companions are ports too.
check_base_port() {
  if [[ ! $1 =~ ^[0-9]{1,5}$ ]] || ((10#$1 < 2467 || 10#$1 > 61935)); then
    usage_error "--port must be a number from 2467 to 61935, not '$1'."
  fi
}

# derive_numbers BASE: ports, the cluster's index and its addresses.
# The index is BASE modulo the prime 109, so neighbouring and round ports never share one; what two far
# ports could share, the bridge's owner shows (network.sh). Pod networks avoid the services' 10.96.0.0/12.
derive_numbers() {
  BASE=$1
  API_PORT=$BASE
  CONSOLE_PORT=$((BASE + 3000))
  REGISTRY_PORT=$((BASE - 1443))
  DNS_PORT=$((BASE + 3600))
  INDEX=$((((BASE - DEFAULT_PORT) % 109 + 109) % 109))
  BRIDGE=cox$INDEX
  GATEWAY=172.30.$INDEX.1
  if ((INDEX == 0)); then POD_CIDR=10.244.0.0/16; else POD_CIDR=10.$((128 + INDEX)).0.0/16; fi
  SERVICE_CIDR=10.96.0.0/12
  NODES=$DATA/nodes
  LOGS=$DATA/logs
  WLP_USER=$DATA/liberty
  SERVER_DIR=$WLP_USER/servers/$SERVER_NAME
  KUBECONFIG_FILE=$DATA/kubeconfig
  PASSWORD_FILE=$DATA/console-password
  SERVER_PID_FILE=$DATA/server.pid
}

# property KEY FILE: the value of KEY in a properties file; nothing when either is missing.
property() {
  [[ -r $2 ]] || return 0
  sed -n "s/^${1//./\\.}=//p" "$2" | head -n 1
}

# write_file FILE MODE: replaces FILE by standard input in one step; nobody reads half of it.
write_file() {
  local temporary
  temporary=$(mktemp "$1.XXXXXX")
  cat >"$temporary"
  chmod "$2" "$temporary"
  mv -f "$temporary" "$1"
}

# write_if_changed FILE MODE: as write_file, but leaves a file that is already so untouched.
write_if_changed() {
  local wanted
  wanted=$(
    cat
    printf x
  )
  if [[ -f $1 ]] && cmp -s "$1" <(printf %s "${wanted%x}"); then return; fi
  printf %s "${wanted%x}" | write_file "$1" "$2"
}

cluster_exists() {
  [[ -f $DATA/cluster.properties ]]
}

require_cluster() {
  cluster_exists || die "there is no cluster in $DATA: './coxswain up' makes one."
}

# lock_cluster: one launcher at a time changes a cluster. The lock lies outside the data directory, so that
# 'down --purge' can delete that. Released when the launcher ends: daemons are started without the descriptor.
lock_cluster() {
  local directory=/run/lock name
  [[ -d $directory ]] || directory=/run
  name=$(printf %s "$DATA" | sha256sum | cut -c 1-16)
  exec {LOCK_FD}>"$directory/coxswain-$name.lock"
  if ! flock -n "$LOCK_FD"; then
    step "Waiting for another ./coxswain that works on $DATA"
    flock -w 300 "$LOCK_FD" || die "another ./coxswain has worked on $DATA for five minutes: see 'ps -ef | grep coxswain'."
  fi
}

# with_file_lock FILE COMMAND...: runs COMMAND while holding FILE's lock (shared things: build, runtime, cache).
# A failing COMMAND ends the launcher, and with it the lock.
with_file_lock() {
  local file=$1 fd
  shift
  mkdir -p "$(dirname "$file")"
  exec {fd}>"$file"
  flock "$fd"
  "$@"
  exec {fd}>&-
}

# alive PID: a process that runs (a zombie does not).
alive() {
  [[ -n ${1:-} && -r /proc/$1/stat ]] || return 1
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) }
  [[ -n $stat && ${stat:0:1} != Z ]]
}

# has_argument PID ARGUMENT: whether the process was started with exactly that argument.
has_argument() {
  [[ -r /proc/$1/cmdline ]] && tr '\0' '\n' <"/proc/$1/cmdline" 2>/dev/null | grep -Fxq -e "$2"
}

# pids_with_argument ARGUMENT: processes started with exactly that argument (a path of ours).
pids_with_argument() {
  local files file pid
  # Collected before they are looked at: the search has the argument in its own command line.
  files=$(grep -lFs -e "$1" /proc/[0-9]*/cmdline || true)
  for file in $files; do
    pid=${file#/proc/}
    pid=${pid%/cmdline}
    if [[ $pid != "$$" ]] && has_argument "$pid" "$1"; then printf '%s\n' "$pid"; fi
  done
}

# wait_gone SECONDS PID...: whether they all ended in time.
wait_gone() {
  local tries=$(($1 * 10)) pid left
  shift
  while :; do
    left=0
    for pid in "$@"; do
      if alive "$pid"; then left=1; fi
    done
    ((left == 0)) && return 0
    ((tries-- > 0)) || return 1
    sleep 0.1
  done
}

# resident_mb PID: resident memory in megabytes.
resident_mb() {
  awk '/^VmRSS:/ {printf "%d", $2 / 1024}' "/proc/$1/status" 2>/dev/null
}
