# shellcheck shell=bash
# The Liberty server of the cluster: its user directory under DATA/liberty, its process, and its readiness.

# A busy machine makes a start of ten seconds one of two minutes.
readonly START_TIMEOUT=300

# server_pid: the running server's process id, by the pid file or, failing that, by its command line. Every server
# is started with its data directory as a system property, so a stale or reused number is never taken for it.
server_pid() {
  local pid mark=-Dcoxswain.data-dir=$DATA
  pid=$(cat "$SERVER_PID_FILE" 2>/dev/null || true)
  if ! alive "$pid" || ! has_argument "$pid" "$mark"; then
    pid=$(pids_with_argument "$mark" | head -n 1)
  fi
  printf '%s' "$pid"
}

# make_password: the console's first password, once; it never stands on a command line.
make_password() {
  [[ -s $PASSWORD_FILE ]] || (
    umask 077
    # 24 characters of 62 are 142 bits. 'head' first: a closed pipe must not fail the line.
    head -c 512 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | cut -c 1-24 >"$PASSWORD_FILE.new"
    mv "$PASSWORD_FILE.new" "$PASSWORD_FILE"
  )
}

# configure_server: the server's directory from src/main/liberty/config, the WAR, the JDBC drivers and the settings.
configure_server() {
  local config=$PROJECT/src/main/liberty/config
  [[ -f $config/server.xml ]] || die "$config/server.xml is missing: this is not a complete copy of the project."
  mkdir -p "$SERVER_DIR"/{apps,variables} "$WLP_USER/shared/resources/jdbc" "$LOGS"
  (umask 077 && mkdir -p "$DATA/db" "$DATA/pki" "$DATA/registry")
  chmod 0700 "$WLP_USER"
  cp -R "$config/." "$SERVER_DIR/"
  rm -f "$WLP_USER/shared/resources/jdbc"/*.jar
  cp "$PROJECT"/target/jdbc/*.jar "$WLP_USER/shared/resources/jdbc/"
  {
    if [[ -f $config/bootstrap.properties ]]; then cat "$config/bootstrap.properties"; fi
    bootstrap_properties
  } | write_if_changed "$SERVER_DIR/bootstrap.properties" 0600
  {
    cat "$config/jvm.options"
    printf -- '-Dcoxswain.data-dir=%s\n' "$DATA"
  } | write_if_changed "$SERVER_DIR/jvm.options" 0600
  configure_database
  tr -d '\n' <"$PASSWORD_FILE" | write_if_changed "$SERVER_DIR/variables/coxswain.console.password" 0600
  deploy_war
}

bootstrap_properties() {
  cat <<PROPERTIES
# Written by ./coxswain up.
coxswain.data-dir=$DATA
coxswain.roles=control-plane,node
coxswain.api.port=$API_PORT
coxswain.api.advertise-address=$GATEWAY
coxswain.console.port=$CONSOLE_PORT
coxswain.console.user=$CONSOLE_USER
coxswain.registry.port=$REGISTRY_PORT
coxswain.dns.port=$DNS_PORT
coxswain.dns.service-address=10.96.0.10
coxswain.cluster.domain=cluster.local
coxswain.cluster.pod-cidr=$POD_CIDR
coxswain.cluster.service-cidr=$SERVICE_CIDR
coxswain.cluster.node-port-range=30000-32767
coxswain.controllers.node-monitor-grace-period=PT15S
coxswain.controllers.default-toleration-seconds=10
PROPERTIES
  database_properties
}

# The idle server is to stay below 700 MB: G1 gives memory back while nothing happens.
# deploy_war: unpacked, since Liberty starts an unpacked application sooner; again only when the WAR is newer.
deploy_war() {
  local app=$SERVER_DIR/apps/coxswain.war fresh
  if [[ -d $app && ! $WAR -nt $app ]]; then return; fi
  fresh=$(mktemp -d "$SERVER_DIR/.coxswain.war.XXXXXX")
  (cd "$fresh" && "$(java_home)/bin/jar" xf "$WAR")
  chmod 0755 "$fresh"
  touch -r "$WAR" "$fresh"
  rm -rf "$app"
  mv "$fresh" "$app"
}

# make_keys: the cluster's keys and certificates, which Liberty needs at its start; what is there and good stays.
make_keys() {
  local app=$SERVER_DIR/apps/coxswain.war/WEB-INF log=$LOGS/keys.log
  if ! "$(java_home)/bin/java" -XX:TieredStopAtLevel=1 -cp "$app/classes:$app/lib/*" \
    io.coxswain.bootstrap.pki.PkiCommand "$SERVER_DIR/bootstrap.properties" >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    die "the cluster's keys could not be made: the reason is above."
  fi
}

# start_server: Liberty in the background, in a session of its own, with its words in DATA/logs.
start_server() {
  rotate_console_log
  (
    exec {LOCK_FD}>&-
    ulimit -n "$(ulimit -H -n)"
    export JAVA_HOME WLP_USER_DIR=$WLP_USER LOG_DIR=$LOGS MALLOC_ARENA_MAX=2
    JAVA_HOME=$(java_home)
    unset WLP_OUTPUT_DIR JVM_ARGS
    cd "$SERVER_DIR" || exit
    exec setsid "$(runtime_directory)/bin/server" run "$SERVER_NAME" </dev/null >>"$LOGS/console.log" 2>&1
  ) &
  SERVER_CHILD=$!
  disown "$SERVER_CHILD" # its end is for await_server to report, not for the shell
  printf '%s\n' "$SERVER_CHILD" >"$SERVER_PID_FILE"
}

# The standard output of earlier starts: one is kept.
rotate_console_log() {
  if [[ -s $LOGS/console.log ]]; then mv -f "$LOGS/console.log" "$LOGS/console.log.1"; fi
}

api_ready() {
  [[ -s $DATA/pki/ca.crt ]] &&
    [[ $(curl -s -o /dev/null -w '%{http_code}' --noproxy '*' --max-time 5 --cacert "$DATA/pki/ca.crt" \
      "https://127.0.0.1:$API_PORT/readyz" 2>/dev/null) == 200 ]]
}

# await_server: until /readyz says so; fails at once when the process ends.
await_server() {
  local begun=$SECONDS told=$SECONDS
  while ! api_ready; do
    if ! alive "$SERVER_CHILD"; then
      last_errors
      die "the server ended while it started: its last errors are above, all of it is in $LOGS/messages.log and $LOGS/console.log."
    fi
    if application_failed; then
      last_errors
      die "the application did not start in the server: its last errors are above, all of it is in $LOGS/messages.log."
    fi
    if ((SECONDS - begun > START_TIMEOUT)); then
      last_errors
      die "the API on port $API_PORT was not ready after $START_TIMEOUT seconds: the server's last errors are above, all of it is in $LOGS/messages.log."
    fi
    if ((SECONDS - told >= 5 + (SECONDS - begun) / 5)); then
      told=$SECONDS
      detail "still starting, $((SECONDS - begun)) s so far"
    fi
    sleep 0.2
  done
}

# application_failed: Liberty stays up without its application, and says so.
application_failed() {
  [[ $LOGS/messages.log -nt $SERVER_PID_FILE ]] && grep -qE ' E (CWWKZ0002E|CWWKZ0004E)' "$LOGS/messages.log"
}

# last_errors: those of this start. Liberty marks errors with E in the log's level column; what the JVM itself
# said, before there was a log, is in the console log.
last_errors() {
  local errors=''
  if [[ $LOGS/messages.log -nt $SERVER_PID_FILE ]]; then
    errors=$(grep -E '^\[[^]]*\] [0-9a-f]+ +[^ ]+ +[EF] ' "$LOGS/messages.log" | tail -n 5 | cut -c 1-500 || true)
  fi
  if [[ -z $errors ]]; then errors=$(tail -n 5 "$LOGS/console.log" | cut -c 1-500); fi
  printf '%s\n' "$errors" >&2
}

# await_nodes NAME...: until the API says that each is Ready.
await_nodes() {
  local begun=$SECONDS told=$SECONDS waiting name
  while :; do
    local states
    states=$(node_conditions)
    waiting=()
    for name in "$@"; do
      if [[ $(state_of "$name" "$states") != True ]]; then waiting+=("$name"); fi
    done
    ((${#waiting[@]} > 0)) || return 0
    if ((SECONDS - begun > 90)); then
      die "not Ready after 90 seconds: ${waiting[*]}. See './coxswain kubectl describe node ${waiting[0]}' and $NODES/${waiting[0]}/logs/containerd.log."
    fi
    if [[ -z $(server_pid) ]]; then
      last_errors
      die "the server ended while the nodes started: its last errors are above, all of it is in $LOGS/messages.log."
    fi
    if ((SECONDS - told >= 5)); then
      told=$SECONDS
      detail "waiting for ${waiting[*]}, $((SECONDS - begun)) s so far"
    fi
    sleep 0.3
  done
}

# node_conditions: "NAME STATUS" of every node's Ready condition; nothing when the API does not answer.
node_conditions() {
  [[ -r $KUBECONFIG_FILE ]] || return 0
  kubectl --kubeconfig "$KUBECONFIG_FILE" --request-timeout=5s get nodes -o \
    'jsonpath={range .items[*]}{.metadata.name}{" "}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' 2>/dev/null || true
}

state_of() {
  awk -v name="$1" '$1 == name {print $2}' <<<"$2"
}

# stop_server: Liberty finishes its requests when asked to end; it is killed only when it does not.
stop_server() {
  local pid
  pid=$(server_pid)
  if [[ -n $pid ]]; then
    signal TERM "$pid"
    if ! wait_gone 40 "$pid"; then
      warn "the server (process $pid) did not end within 40 seconds and is killed."
      signal KILL "$pid"
      wait_gone 5 "$pid" || die "the server (process $pid) cannot be killed: see 'ps -o pid,stat,wchan,cmd $pid'."
    fi
  fi
  rm -f "$SERVER_PID_FILE"
}
