# shellcheck shell=bash
# The nodes: one containerd each, in its own network namespace, with everything it owns under nodes/NAME/.
# The server's node agent reads nodes/NAME/node.properties and drives them; a file nodes/NAME/stopped says that
# the node is switched off.

readonly PAUSE_IMAGE=docker.io/coxswain/pause:1

# node_names: the names of the cluster's nodes, in order.
node_names() {
  [[ -d $NODES ]] || return 0
  find "$NODES" -mindepth 1 -maxdepth 1 -type d -name 'node-[0-9]*' -printf '%f\n' | sort -t - -k 2 -n
}

node_exists() {
  [[ $1 =~ ^node-[1-9][0-9]*$ && -d $NODES/$1 ]]
}

require_node() {
  node_exists "$1" || die "there is no node '$1': this cluster has $(node_names | paste -sd ' ')."
}

switched_off() {
  [[ -e $NODES/$1/stopped ]]
}

# The cgroup that holds everything the node's pods run; the agent puts pods below it.
cgroup_of() {
  printf 'coxswain-%d-%s' "$INDEX" "$1"
}

# containerd_pid NODE: the process id of its containerd, by the pid file or, failing that, by its command line.
containerd_pid() {
  local pid config=$NODES/$1/containerd.toml
  pid=$(cat "$NODES/$1/containerd.pid" 2>/dev/null || true)
  if ! alive "$pid" || ! has_argument "$pid" "$config"; then
    pid=$(pids_with_argument "$config" | head -n 1)
  fi
  printf '%s' "$pid"
}

# node_ctr NODE ARG...: containerd's own client on that node, in the namespace CRI uses.
node_ctr() {
  local socket=$NODES/$1/containerd.sock
  shift
  ctr -a "$socket" -n k8s.io "$@"
}

# configure_node NAME: its directory and configuration; node.properties comes last, since the agent starts with it.
configure_node() {
  local name=$1 dir=$NODES/$1
  mkdir -p "$dir"/{root,cni,logs,certs.d/docker.io,certs.d/_default}
  chmod 0700 "$dir"
  containerd_config "$name" | write_if_changed "$dir/containerd.toml" 0600
  registry_hosts "$name" | write_if_changed "$dir/certs.d/docker.io/hosts.toml" 0600
  registry_hosts "$name" | write_if_changed "$dir/certs.d/_default/hosts.toml" 0600
  write_if_changed "$dir/node.properties" 0644 <<PROPERTIES
name=$name
address=$(node_address "$name")
netns=/run/netns/$(namespace_of "$name")
socket=$dir/containerd.sock
root=$dir
cni-conf-dir=$dir/cni
bridge-gateway=$GATEWAY
cgroup-parent=/$(cgroup_of "$name")
PROPERTIES
}

# Every setting here was found to be needed or to work; restrict_oom_score_adj is vital where the machine
# withholds CAP_SYS_RESOURCE.
containerd_config() {
  local dir=$NODES/$1
  cat <<TOML
version = 2
root = "$dir/root"
state = "$dir/state"
disabled_plugins = [
  "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt",
  "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]

[grpc]
  address = "$dir/containerd.sock"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE#docker.io/}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  netns_mounts_under_state_dir = true
  stream_server_address = "$(node_address "$1")"
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "$(command -v runc)"
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$(cni_directory)"
    conf_dir = "$dir/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$dir/certs.d"
TOML
}

# Images come from the cluster's own registry, as the node: its certificate is written there by the server.
# All of it stands at the top, for 'server': were it a [host] as well, containerd would ask twice, and a missing
# image would end in the second answer's words.
registry_hosts() {
  local dir=$NODES/$1
  cat <<TOML
server = "https://$GATEWAY:$REGISTRY_PORT"
capabilities = ["pull", "resolve"]
ca = "$DATA/pki/ca.crt"
client = [["$dir/client.crt", "$dir/client.key"]]
# containerd 1.6 refuses a file without this table.
[host]
TOML
}

# start_containerd NODE: starts it unless it runs. Containers that outlived their containerd are taken up again.
start_containerd() {
  local name=$1 dir=$NODES/$1 pid
  pid=$(containerd_pid "$name")
  if [[ -n $pid ]]; then
    printf '%s\n' "$pid" >"$dir/containerd.pid"
    return
  fi
  # After a reboot nothing of the node runs, but its state lies on a disk: containerd expects it gone.
  if [[ -z $(node_processes "$name") ]]; then forget_state "$name"; fi
  (
    exec {LOCK_FD}>&-
    ulimit -n "$(ulimit -H -n)"
    cd "$dir" || exit
    exec setsid nsenter --net="/run/netns/$(namespace_of "$name")" containerd --config "$dir/containerd.toml" \
      </dev/null >>"$dir/logs/containerd.log" 2>&1
  ) &
  printf '%s\n' "$!" >"$dir/containerd.pid"
  disown "$!"
}

# await_containerd NODE: until it answers; 30 seconds is more than it ever needs.
await_containerd() {
  local name=$1 tries
  for ((tries = 0; tries < 300; tries++)); do
    if node_ctr "$name" version >/dev/null 2>&1; then return; fi
    if [[ -z $(containerd_pid "$name") ]]; then break; fi
    sleep 0.1
  done
  tail -n 5 "$NODES/$name/logs/containerd.log" >&2 || true
  die "containerd of $name does not answer: the end of $NODES/$name/logs/containerd.log is above."
}

# import_pause_image NODE: the image every pod's sandbox is made of.
import_pause_image() {
  local name=$1
  if [[ $(node_ctr "$name" images ls -q "name==$PAUSE_IMAGE") == "$PAUSE_IMAGE" ]]; then return; fi
  pause_image_archive
  node_ctr "$name" images import "$PROJECT/.coxswain/cache/pause.tar" >/dev/null
}

# start_node NAME: makes what it lacks and starts it; harmless when it runs.
start_node() {
  make_namespace "$1"
  configure_node "$1"
  start_containerd "$1"
}

# shims_of NODE: containerd's helpers that hold its containers; each was started with the node's socket.
shims_of() {
  local pid
  for pid in $(pids_with_argument "$NODES/$1/containerd.sock"); do
    if [[ $(tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | head -n 1) == *containerd-shim* ]]; then
      printf '%s\n' "$pid"
    fi
  done
}

# node_cgroups NODE: the node's cgroup directories, under every version 1 controller or under version 2's root.
node_cgroups() {
  index_is_ours || return 0
  find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$(cgroup_of "$1")" 2>/dev/null || true
}

# container_processes NODE: every process in its pods: what is in its cgroups, and what descends from its shims.
container_processes() {
  local cgroup shims
  shims=$(shims_of "$1" | paste -sd ' ')
  {
    for cgroup in $(node_cgroups "$1"); do
      find "$cgroup" -name cgroup.procs -exec cat {} + 2>/dev/null || true
    done
    if [[ -n $shims ]]; then
      ps -eo pid=,ppid= | awk -v roots="$shims" '
        { parent[$1] = $2 }
        END {
          n = split(roots, list, " ")
          for (i = 1; i <= n; i++) root[list[i]] = 1
          for (pid in parent)
            for (up = parent[pid]; up > 1; up = parent[up]) if (up in root) { print pid; break }
        }'
    fi
  } | sort -un
}

# node_processes NODE: everything that belongs to the node but its containerd.
node_processes() {
  shims_of "$1"
  container_processes "$1"
}

# signal NAME PID...: a process that has ended meanwhile is no error.
signal() {
  local name=$1
  shift
  (($# == 0)) || kill -s "$name" "$@" 2>/dev/null || true
}

# kill_node NAME: ends containerd, shims and containers at once, as a power cut does.
kill_node() {
  local name=$1 pid tries
  pid=$(containerd_pid "$name")
  # containerd first: it must not see its containers die, and clean up as a machine that is switched off cannot.
  if [[ -n $pid ]]; then
    signal KILL "$pid"
    wait_gone 5 "$pid" || die "containerd of $name (process $pid) cannot be killed: see 'ps -o pid,stat,wchan,cmd $pid'."
  fi
  local pids
  for ((tries = 0; tries < 50; tries++)); do
    mapfile -t pids < <(node_processes "$name")
    if ((${#pids[@]} == 0)); then break; fi
    signal KILL "${pids[@]}"
    sleep 0.1
  done
  ((tries < 50)) || die "processes of $name cannot be killed: ${pids[*]}."
  rm -f "$NODES/$name/containerd.pid" "$NODES/$name"/containerd.sock*
  forget_state "$name"
}

# forget_state NODE: what a reboot clears: mounts, containerd's run-time state, cgroups, and what shims and runc
# keep in /run, outside of the state directory.
forget_state() {
  local task
  unmount_below "$NODES/$1"
  for task in "$NODES/$1"/state/io.containerd.runtime.v2.task/*/*; do
    [[ -d $task ]] || continue
    if [[ -f $task/address ]]; then rm -f "$(sed 's,^unix://,,' "$task/address")"; fi
    rm -rf "/run/containerd/runc/$(basename "$(dirname "$task")")/$(basename "$task")"
  done
  rm -rf "$NODES/$1/state"
  remove_cgroups "$1"
}

# unmount_below DIRECTORY: innermost first. Mount points are escaped in mountinfo.
unmount_below() {
  local point points
  mapfile -t points < <(awk -v dir="$1/" 'index($5, dir) == 1 {print $5}' /proc/self/mountinfo | tac)
  for point in "${points[@]}"; do
    printf -v point '%b' "$point"
    umount "$point" 2>/dev/null || umount -l "$point"
  done
}

# remove_cgroups NODE: children first. The kernel may hold one for a moment after its last process is gone.
remove_cgroups() {
  local cgroup tries
  for cgroup in $(node_cgroups "$1"); do
    for ((tries = 0; tries < 20; tries++)); do
      find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || true
      [[ -d $cgroup ]] || break
      sleep 0.1
    done
    [[ ! -d $cgroup ]] || warn "the control group $cgroup cannot be removed: something still runs in it."
  done
}

# shut_down_nodes: as machines are switched off in order: every container is asked to end, then all end.
shut_down_nodes() {
  local name pids=()
  for name in $(node_names); do
    local here
    mapfile -t here < <(container_processes "$name")
    pids+=(${here[@]+"${here[@]}"})
  done
  if ((${#pids[@]} > 0)); then
    signal TERM "${pids[@]}"
    wait_gone 2 "${pids[@]}" || true
  fi
  for name in $(node_names); do
    kill_node "$name"
    remove_namespace_if_ours "$name"
  done
}

remove_namespace_if_ours() {
  if index_is_ours; then remove_namespace "$1"; fi
}

# next_node: the name of a node that does not exist yet.
next_node() {
  local last
  last=$(node_names | tail -n 1)
  printf 'node-%d' $((${last##*-} + 1))
}

# pause_image_archive: an image archive of busybox and one script, the same bytes for the same busybox. A pod's
# first process has two duties: to be there, and to reap what is left to it; 'wait' does both.
pause_image_archive() {
  local cache=$PROJECT/.coxswain/cache
  with_file_lock "$cache/.lock" build_pause_image "$cache"
}

build_pause_image() {
  local archive=$1/pause.tar busybox scratch layer config
  busybox=$(static_busybox)
  if [[ -f $archive && $archive -nt $busybox && $archive -nt ${BASH_SOURCE[0]} ]]; then return; fi
  scratch=$(mktemp -d)
  mkdir -p "$scratch/root/bin" "$scratch/image"
  install -m 0755 "$busybox" "$scratch/root/bin/busybox"
  cat >"$scratch/root/pause" <<'SCRIPT'
#!/bin/busybox sh
trap 'exit 0' TERM INT
while :; do
  /bin/busybox sleep 2147483647 &
  wait $!
done
SCRIPT
  chmod 0755 "$scratch/root/pause"
  deterministic_tar "$scratch/root" "$scratch/image/layer.tar" .
  layer=$(sha256sum <"$scratch/image/layer.tar" | cut -d ' ' -f 1)
  cat >"$scratch/image/config.json" <<JSON
{"architecture":"$(image_architecture)","os":"linux","created":"1970-01-01T00:00:00Z",
 "config":{"Entrypoint":["/pause"]},"rootfs":{"type":"layers","diff_ids":["sha256:$layer"]}}
JSON
  config=$(sha256sum <"$scratch/image/config.json" | cut -d ' ' -f 1)
  mv "$scratch/image/config.json" "$scratch/image/$config.json"
  printf '[{"Config":"%s.json","RepoTags":["%s"],"Layers":["layer.tar"]}]\n' "$config" "$PAUSE_IMAGE" \
    >"$scratch/image/manifest.json"
  deterministic_tar "$scratch/image" "$scratch/pause.tar" manifest.json "$config.json" layer.tar
  mv -f "$scratch/pause.tar" "$archive"
  rm -rf "$scratch"
}

deterministic_tar() {
  local directory=$1 archive=$2
  shift 2
  tar -C "$directory" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$archive" "$@"
}

# The name OCI gives this machine's processor.
image_architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    armv7l) echo arm ;;
    *) uname -m ;;
  esac
}
