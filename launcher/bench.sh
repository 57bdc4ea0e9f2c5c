# shellcheck shell=bash
# The verb 'bench': load shapes against a server of its own (control plane only, on loopback), or against any other with
# --kubeconfig. Beside its own server it starts the yardsticks: an etcd, and a constant resource in the same Liberty. The case
# 'kill' kills the server while clients write, again and again, and looks for what is missing; 'faults' takes leases, nodes and
# watches away as well, and looks whether the cluster comes to what was asked for.

readonly BENCH_PORT=17680

BENCH_CHILDREN=()

verb_bench() {
  local kubeconfig='' database=h2 pid='' cases=() scale=1 arguments=()
  while (($# > 0)); do
    case $1 in
      --kubeconfig | --pid | --scale | --database | --rounds | --seed | --minutes | --seconds)
        (($# > 1)) || usage_error "$1 needs a value."
        case $1 in
          --kubeconfig) kubeconfig=$2 ;;
          --pid) pid=$2 ;;
          --scale) scale=$2 ;;
          --database) database=$2 ;;
          *)
            [[ $2 =~ ^[0-9]+$ ]] || usage_error "$1 must be a number, not '$2'."
            arguments+=("$1" "$2")
            ;;
        esac
        shift 2
        ;;
      -*) usage_error "'bench' does not take '$1'." ;;
      *)
        cases+=("$1")
        shift
        ;;
    esac
  done
  [[ $database == h2 || $database == postgresql ]] || usage_error "--database is h2 or postgresql, not '$database'."
  [[ $scale =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage_error "--scale must be a number, not '$scale'."
  if [[ " ${cases[*]} " == *' '@(kill|faults|all)' '* && ${#cases[@]} -gt 1 ]]; then
    usage_error "'bench ${cases[0]}' does not take '${cases[1]}'."
  fi
  if [[ ${cases[*]} == all ]]; then
    [[ -z $kubeconfig ]] || usage_error "'bench all' measures servers of its own: leave --kubeconfig out."
    bench_all "$scale"
    return
  fi
  arguments+=(--scale "$scale")
  if [[ -n $kubeconfig ]]; then
    [[ -r $kubeconfig ]] || die "the kubeconfig '$kubeconfig' cannot be read."
    build
    compile_bench
    arguments+=(--kubeconfig "$kubeconfig" ${pid:+--pid "$pid"})
    run_bench "${arguments[@]}" ${cases[@]+"${cases[@]}"}
    return
  fi
  if [[ ${cases[*]} != @(kill|faults) ]]; then
    check_packages bench
    install_missing bench
  fi
  build
  compile_bench
  unpack_runtime
  DATA=$PROJECT/target/bench${PORT_OPTION:+-$PORT_OPTION}
  lock_cluster
  rm -rf --one-file-system "$DATA"
  derive_numbers "${PORT_OPTION:-$BENCH_PORT}"
  CONSOLE_PORT=$((BASE + 1)) REGISTRY_PORT=$((BASE + 2)) DNS_PORT=$((BASE + 3)) GATEWAY=127.0.0.1
  check_ports
  mkdir -p "$DATA" "$LOGS"
  trap stop_bench EXIT # not earlier: until here the names are those of another cluster
  choose_bench_database "$database"
  if [[ ${cases[*]} != @(kill|faults) ]]; then
    start_bench_etcd
    arguments+=(--etcd "127.0.0.1:$((BASE + 4))" --constant /bench/constant)
  fi
  start_bench_server "${cases[*]}"
  # The benchmark starts the server again, in the surroundings of start_server.
  export WLP_USER_DIR=$WLP_USER LOG_DIR=$LOGS MALLOC_ARENA_MAX=2
  run_bench "${arguments[@]}" --kubeconfig "$KUBECONFIG_FILE" --pid "$SERVER_CHILD" --pid-file "$SERVER_PID_FILE" \
    --server-program "$(runtime_directory)/bin/server" --server-directory "$SERVER_DIR" --server-log "$LOGS/console.log" \
    --database "$database" --database-directory "$(bench_database_directory "$database")" --durability "$(bench_durability "$database")" \
    ${cases[@]+"${cases[@]}"} | tee "$DATA/report.md"
}

# bench_all SCALE: what docs/performance.md holds, in one file: every case on H2, and what has a goal on PostgreSQL.
bench_all() {
  local port=${PORT_OPTION:-$BENCH_PORT} report=$PROJECT/target/performance.md
  "$PROJECT/coxswain" --port "$port" bench --scale "$1"
  cp "$PROJECT/target/bench-$port/report.md" "$report"
  "$PROJECT/coxswain" --port "$port" bench --scale "$1" --database postgresql a1
  cat "$PROJECT/target/bench-$port/report.md" >>"$report"
  step "Both reports are in $report"
}

# Where the tables are: what a write-ahead log keeps beside them is bounded by PostgreSQL's own settings.
bench_database_directory() {
  if [[ $1 == h2 ]]; then printf '%s' "$DATA/db"; else printf '%s' "$DATA/postgresql/data/base"; fi
}

bench_durability() {
  if [[ $1 == h2 ]]; then
    printf 'durable: H2, CHECKPOINT SYNC a batch; etcd fsyncs'
  else
    printf 'durable: PostgreSQL, fsync and synchronous_commit on; etcd fsyncs'
  fi
}

compile_bench() {
  [[ -z $(find "$PROJECT/src/test/java/io/coxswain/bench" -newer "$PROJECT/target/test-classes/io/coxswain/bench/Bench.class" \
    -print -quit 2>&1) ]] && return
  step "Compiling the benchmark"
  (cd "$PROJECT" && JAVA_HOME=$(java_home) mvn -B -q -Dgates=off test-compile) || die "it does not compile: see above."
}

run_bench() {
  # Parallel collection would take the cores from what is measured.
  JAVA_HOME=$(java_home) "$(java_home)/bin/java" -Xmx2g -XX:+UseSerialGC -cp "$PROJECT/target/test-classes:$PROJECT/target/coxswain/WEB-INF/lib/*" \
    io.coxswain.bench.Bench "$@"
}

choose_bench_database() {
  choose_database
  [[ $1 == postgresql ]] || return 0
  local programs cluster=$DATA/postgresql as=() port=$((BASE + 6))
  programs=$(postgresql_binaries)
  [[ -n $programs ]] || die "there is no PostgreSQL server on this machine: apt-get install postgresql."
  mkdir -p "$cluster"
  if ((EUID == 0)); then
    chown postgres: "$cluster"
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
  fi
  (cd / && "${as[@]}" "$programs/initdb" --no-locale -E UTF8 -A trust -U coxswain -D "$cluster/data") >"$LOGS/postgresql.log" 2>&1 ||
    die "initdb failed: see $LOGS/postgresql.log."
  (cd / && exec "${as[@]}" "$programs/postgres" -D "$cluster/data" -p "$port" -k '' -c listen_addresses=127.0.0.1 \
    </dev/null >>"$LOGS/postgresql.log" 2>&1) &
  BENCH_CHILDREN+=("$!")
  local tries=100
  until "$programs/pg_isready" -q -h 127.0.0.1 -p "$port"; do
    ((tries-- > 0)) || die "PostgreSQL does not start: see $LOGS/postgresql.log."
    sleep 0.1
  done
  choose_database database=postgresql "database-url=jdbc:postgresql://127.0.0.1:$port/postgres" database-user=coxswain
}

start_bench_etcd() {
  local port=$((BASE + 4))
  (exec etcd --data-dir "$DATA/etcd" --listen-client-urls "http://127.0.0.1:$port" \
    --advertise-client-urls "http://127.0.0.1:$port" --listen-peer-urls "http://127.0.0.1:$((port + 1))" \
    </dev/null >"$LOGS/etcd.log" 2>&1) &
  BENCH_CHILDREN+=("$!")
}

# start_bench_server CASES
start_bench_server() {
  make_password
  keep_database
  configure_server
  sed -i 's/^coxswain.roles=.*/coxswain.roles=control-plane/' "$SERVER_DIR/bootstrap.properties"
  if [[ $1 == faults ]]; then
    # The watches of the server's own loops end every few seconds.
    printf 'coxswain.api.min-request-timeout=PT3S\n' >>"$SERVER_DIR/bootstrap.properties"
  fi
  local war=$SERVER_DIR/apps/constant.war
  mkdir -p "$war/WEB-INF/classes/io/coxswain/bench" "$SERVER_DIR/configDropins/overrides"
  cp -R "$PROJECT/target/test-classes/io/coxswain/bench/constant" "$war/WEB-INF/classes/io/coxswain/bench/"
  cat >"$SERVER_DIR/configDropins/overrides/bench.xml" <<'XML'
<server><webApplication id="constant" location="constant.war" contextRoot="/bench"/></server>
XML
  check_database
  make_keys
  step "Starting a server of the benchmark's own (its log: $LOGS/messages.log)"
  start_server
  await_server
}

stop_bench() {
  local status=$?
  if [[ -s $SERVER_PID_FILE ]]; then stop_server || true; fi
  if ((${#BENCH_CHILDREN[@]} > 0)); then
    kill -TERM "${BENCH_CHILDREN[@]}" 2>/dev/null
    wait_gone 40 "${BENCH_CHILDREN[@]}" || kill -KILL "${BENCH_CHILDREN[@]}" 2>/dev/null
  fi
  exit "$status"
}
