# shellcheck shell=bash
# The verbs that concern the whole cluster, and those of its nodes.

readonly MOST_NODES=100

# What 'up' has started itself, so that a failure half way ends that and nothing else.
STARTED_SERVER=''
STARTED_NODES=()
UP_UNFINISHED=''

verb_up() {
  local wanted='' count
  DATABASE_OPTIONS=()
  while (($# > 0)); do
    case $1 in
      --nodes)
        (($# > 1)) || usage_error "--nodes needs a number."
        wanted=$2
        shift 2
        ;;
      --nodes=*)
        wanted=${1#*=}
        [[ -n $wanted ]] || usage_error "--nodes needs a number."
        shift
        ;;
      --database | --database-url | --database-user | --database-password-file)
        (($# > 1)) || usage_error "$1 needs a value."
        DATABASE_OPTIONS+=("${1#--}=$2")
        shift 2
        ;;
      --database=* | --database-url=* | --database-user=* | --database-password-file=*)
        DATABASE_OPTIONS+=("${1#--}")
        shift
        ;;
      *) usage_error "'up' does not take '$1'." ;;
    esac
  done
  choose_database ${DATABASE_OPTIONS[@]+"${DATABASE_OPTIONS[@]}"}
  if [[ -n $wanted ]]; then
    if [[ ! $wanted =~ ^[0-9]{1,3}$ ]] || ((10#$wanted < 1 || 10#$wanted > MOST_NODES)); then
      usage_error "--nodes must be a number from 1 to $MOST_NODES, not '$wanted'."
    fi
    wanted=$((10#$wanted))
  fi
  require_root up
  check_data_directory
  lock_cluster
  count=$(node_names | wc -l)
  if [[ -n $wanted ]] && ((wanted < count)); then
    die "this cluster has $count nodes and 'up' takes none away: leave --nodes out, or switch one off with './coxswain node stop NAME'."
  fi
  if [[ -z $wanted ]]; then wanted=$((count > 0 ? count : 2)); fi

  local server need=$((100 * (wanted - count)))
  server=$(server_pid)
  if [[ -n $server ]] && database_changed; then
    die "the server runs on $(database_in_words "$(kept_database database)" "$(kept_database database-url)"): './coxswain down' first, then 'up' with the other database."
  fi
  # The server's share is 1300 MB, of which it needs most while it is built and starts.
  if [[ -z $server ]]; then need=$((1300 + 100 * wanted)); fi
  check_machine "$need"
  [[ -n $server ]] || check_ports

  install_missing cluster
  trap up_failed EXIT
  UP_UNFINISHED=yes
  if [[ -z $server ]]; then
    build
    unpack_runtime
  fi
  mkdir -p "$DATA" "$NODES" "$LOGS"
  write_if_changed "$DATA/cluster.properties" 0644 <<<"port=$BASE"
  make_password
  keep_database
  make_bridge
  if [[ -z $server ]]; then
    step "Starting the server (Open Liberty $(liberty_version), its log: $LOGS/messages.log)"
    configure_server
    check_database
    make_keys
    STARTED_SERVER=yes
    start_server
  else
    # shellcheck disable=SC2034 # await_server's
    SERVER_CHILD=$server
    step "The server runs already (process $server)"
  fi
  start_nodes "$wanted"
  step "Waiting for the API at https://127.0.0.1:$API_PORT/readyz"
  await_server
  local on=() name
  for name in $(node_names); do
    if ! switched_off "$name"; then on+=("$name"); fi
  done
  step "Waiting for ${#on[@]} nodes to be Ready"
  await_nodes "${on[@]}"
  UP_UNFINISHED=''
  trap - EXIT
  step "Ready"
  print_addresses
}

# start_nodes COUNT: those that exist and are not switched off, and new ones up to COUNT.
start_nodes() {
  local name number names=() fresh=()
  for ((number = 1; number <= $1; number++)); do
    if ! node_exists "node-$number"; then fresh+=("node-$number"); fi
  done
  for name in $(node_names) ${fresh[@]+"${fresh[@]}"}; do
    if switched_off "$name"; then
      detail "$name is switched off: './coxswain node start $name' switches it on"
    elif [[ -z $(containerd_pid "$name") ]]; then
      names+=("$name")
    else
      make_namespace "$name"
      configure_node "$name"
    fi
  done
  ((${#names[@]} > 0)) || return 0
  step "Starting ${names[*]}"
  for name in "${names[@]}"; do
    # Containers that outlived their containerd are not this attempt's to end, should it fail.
    if [[ -z $(node_processes "$name") ]]; then STARTED_NODES+=("$name"); fi
    start_node "$name"
  done
  for name in "${names[@]}"; do
    await_containerd "$name"
    import_pause_image "$name"
  done
}

# up_failed: on any way out of an unfinished 'up', an interrupt too: ends what it had started. Logs stay.
up_failed() {
  local status=$? name
  [[ -n $UP_UNFINISHED && -n $STARTED_SERVER${STARTED_NODES[*]-} ]] || exit "$status"
  trap '' INT TERM
  set +e
  if [[ -n $STARTED_SERVER ]]; then (stop_server); fi
  for name in ${STARTED_NODES[@]+"${STARTED_NODES[@]}"}; do
    (kill_node "$name" && remove_namespace_if_ours "$name")
  done
  if [[ -n $STARTED_SERVER && -z $(find /run/netns -name "$BRIDGE-*" 2>/dev/null) ]]; then (remove_network); fi
  warn "what this attempt had started is stopped again; the logs are in $LOGS."
  exit "$((status == 0 ? 1 : status))"
}

# check_data_directory: a directory with somebody's files in it is not taken for a new cluster's.
check_data_directory() {
  if cluster_exists || [[ ! -e $DATA ]]; then return; fi
  [[ -d $DATA ]] || die "'$DATA' is a file: name a directory with --data."
  local stranger
  stranger=$(find "$DATA" -mindepth 1 -maxdepth 1 ! -name runtime ! -name cache ! -name 'cluster-*' \
    ! -name '*.lock' ! -name build.log ! -name runtime.log -printf '%f\n' -quit)
  [[ -z $stranger ]] || die "'$DATA' holds other things ('$stranger', for one) and no cluster: name an empty or new directory with --data."
}

# how_to_call: this launcher with the options that choose this cluster.
how_to_call() {
  local call=./coxswain
  if [[ $DATA == "$PROJECT/.coxswain/cluster-$BASE" ]]; then
    call+=" --port $BASE"
  elif [[ $DATA != "$PROJECT/.coxswain" ]]; then
    call+=" --data $DATA"
  fi
  printf '%s' "$call"
}

print_addresses() {
  local call
  call=$(how_to_call)
  cat <<TEXT

  API       https://127.0.0.1:$API_PORT
            export KUBECONFIG=$KUBECONFIG_FILE
  Console   https://127.0.0.1:$CONSOLE_PORT/ as '$CONSOLE_USER'; the password is in $PASSWORD_FILE
  Registry  127.0.0.1:$REGISTRY_PORT

Try next:
  $call kubectl get nodes -o wide
  $call image build DIR app:1.0 && $call image push app:1.0
  $call kubectl create deployment app --image=app:1.0
TEXT
}

verb_down() {
  local purge=''
  while (($# > 0)); do
    case $1 in
      --purge) purge=yes ;;
      *) usage_error "'down' does not take '$1'." ;;
    esac
    shift
  done
  require_root down
  if ! cluster_exists; then
    step "There is no cluster in $DATA: nothing to do"
    return
  fi
  lock_cluster
  # Whoever held the lock may have purged the cluster.
  if ! cluster_exists; then
    step "There is no cluster in $DATA any more: nothing to do"
    return
  fi
  if [[ -n $(server_pid) ]]; then
    step "Stopping the server"
    stop_server
  fi
  step "Stopping the nodes"
  shut_down_nodes
  remove_network
  if [[ -n $purge ]]; then
    step "Deleting $DATA"
    purge_data
  fi
  step "Down"
}

# purge_data: all of it, except what other clusters of the project use when it is the project's own directory.
purge_data() {
  unmount_below "$DATA"
  # The CNI plugins' cache is one for the machine; a pod's entry names its network namespace, which is below DATA.
  if [[ -d /var/lib/cni/results ]]; then
    grep -rlF -e "$DATA/" /var/lib/cni/results | while IFS= read -r entry; do rm -f "$entry"; done || true
  fi
  if [[ $DATA == "$PROJECT/.coxswain" ]]; then
    # The mark of a cluster goes last, so that an interrupted purge can be repeated.
    find "$DATA" -mindepth 1 -maxdepth 1 ! -name runtime ! -name cache ! -name 'cluster-*' ! -name cluster.properties \
      ! -name '*.lock' -exec rm -rf --one-file-system {} +
    find "$DATA" -mindepth 1 -maxdepth 1 -name cluster.properties -delete
  else
    find "$DATA" -mindepth 1 -maxdepth 1 ! -name cluster.properties -exec rm -rf --one-file-system {} +
    rm -rf --one-file-system "$DATA"
  fi
}

verb_status() {
  require_cluster
  local pid ready=no
  pid=$(server_pid)
  printf 'Cluster   %s\n' "$DATA"
  if [[ -z $pid ]]; then
    printf 'Server    stopped\n'
  else
    if api_ready; then ready=yes; fi
    printf 'Server    process %s, %s MB resident, up %s, %s\n' "$pid" "$(resident_mb "$pid")" \
      "$(ps -o etime= -p "$pid" | tr -d ' ')" "$([[ $ready == yes ]] && echo ready || echo 'NOT ready')"
    printf 'API       https://127.0.0.1:%s (KUBECONFIG=%s)\n' "$API_PORT" "$KUBECONFIG_FILE"
    printf "Console   https://127.0.0.1:%s/ as '%s', password in %s\n" "$CONSOLE_PORT" "$CONSOLE_USER" "$PASSWORD_FILE"
    printf 'Registry  127.0.0.1:%s\n' "$REGISTRY_PORT"
  fi
  printf 'Database  %s\n' "$(database_in_words "$(kept_database database)" "$(kept_database database-url)")"
  print_nodes
  [[ $ready == yes ]]
}

# print_nodes: one line a node, with what the machine knows and what the API says.
print_nodes() {
  local name pid state conditions=''
  if [[ -n $(server_pid) ]]; then conditions=$(node_conditions); fi
  printf '%-10s %-14s %-9s %-11s %s\n' NODE ADDRESS STATE CONTAINERD READY
  for name in $(node_names); do
    pid=$(containerd_pid "$name")
    state=running
    if switched_off "$name"; then state=off; elif [[ -z $pid ]]; then state=stopped; fi
    printf '%-10s %-14s %-9s %-11s %s\n' "$name" "$(node_address "$name")" "$state" "${pid:--}" \
      "$(state_of "$name" "$conditions" | grep . || echo unknown)"
  done
  print_simulated
}

verb_logs() {
  local follow=() file
  if [[ ${1:-} == -f ]]; then
    follow=(-F)
    shift
  fi
  require_cluster
  case ${1:-server} in
    server)
      file=$LOGS/messages.log
      (($# == 0)) || shift
      ;;
    node)
      (($# > 1)) || usage_error "'logs node' needs the name of a node."
      require_node "$2"
      file=$NODES/$2/logs/containerd.log
      shift 2
      ;;
    *) usage_error "'logs' shows 'server' or 'node NAME', not '$1'." ;;
  esac
  if [[ ${1:-} == -f ]]; then
    follow=(-F)
    shift
  fi
  no_more logs "$@"
  [[ -r $file ]] || die "there is no log $file yet (or you may not read it)."
  exec tail -n 200 ${follow[@]+"${follow[@]}"} -- "$file"
}

verb_kubectl() {
  require_cluster
  have kubectl || die "there is no kubectl on PATH: './coxswain up' installs it."
  [[ -e $KUBECONFIG_FILE ]] || die "$KUBECONFIG_FILE does not exist: './coxswain up' makes the server write it."
  [[ -r $KUBECONFIG_FILE ]] || die "you may not read $KUBECONFIG_FILE, which belongs to root: try it with sudo."
  exec kubectl --kubeconfig "$KUBECONFIG_FILE" "$@"
}

verb_node_list() {
  require_cluster
  print_nodes
}

verb_node_stop() {
  local name=$1
  require_root 'node stop'
  require_cluster
  if ! node_exists "$name" && is_simulated "$name"; then
    stop_simulated "$name"
    return
  fi
  require_node "$name"
  lock_cluster
  if switched_off "$name" && [[ -z $(containerd_pid "$name") ]]; then
    step "$name is switched off already"
    return
  fi
  # The mark first: from now on the agent treats the node as a dead machine.
  touch "$NODES/$name/stopped"
  unplug "$name"
  kill_node "$name"
  step "$name is switched off"
}

verb_node_start() {
  local name=$1
  require_root 'node start'
  require_cluster
  if ! node_exists "$name" && is_simulated "$name"; then
    start_simulated "$name"
    return
  fi
  require_node "$name"
  lock_cluster
  require_running
  bring_up "$name"
}

verb_node_add_simulated() {
  parse_simulated "$@"
  require_root 'node add'
  require_cluster
  lock_cluster
  require_running
  add_simulated
}

verb_node_add() {
  require_root 'node add'
  require_cluster
  lock_cluster
  require_running
  local name
  (($(node_names | wc -l) < MOST_NODES)) || die "a cluster has at most $MOST_NODES nodes."
  name=$(next_node)
  check_memory 100
  bring_up "$name"
}

require_running() {
  [[ -n $(server_pid) ]] || die "the cluster does not run: '$(how_to_call) up' starts it."
}

# bring_up NODE: makes and starts it, tells the agent by removing its mark, and waits for it.
bring_up() {
  local name=$1
  step "Starting $name"
  make_bridge
  start_node "$name"
  plug "$name"
  await_containerd "$name"
  import_pause_image "$name"
  rm -f "$NODES/$name/stopped"
  step "Waiting for $name to be Ready"
  await_nodes "$name"
  step "$name is Ready"
}
