# shellcheck shell=bash
# Simulated nodes: Node objects with a label, whose kubelets the server plays (docs/simulated-nodes.md).

readonly SIMULATED=simulated.coxswain.io
readonly MOST_SIMULATED=5000

# simulated_kubectl ARG...: kubectl as the administrator.
simulated_kubectl() {
  have kubectl || die "there is no kubectl on PATH: './coxswain up' installs it."
  kubectl --kubeconfig "$KUBECONFIG_FILE" --request-timeout=60s "$@"
}

# simulated_nodes: "NAME READY" of each; nothing when the API does not answer.
simulated_nodes() {
  [[ -r $KUBECONFIG_FILE && -n $(server_pid) ]] || return 0
  kubectl --kubeconfig "$KUBECONFIG_FILE" --request-timeout=5s get nodes -l "$SIMULATED/node=true" -o \
    'jsonpath={range .items[*]}{.metadata.name}{" "}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' 2>/dev/null || true
}

is_simulated() {
  simulated_nodes | awk -v name="$1" '$1 == name {found = 1} END {exit !found}'
}

# print_simulated: one line for all of them.
print_simulated() {
  simulated_nodes | awk '{all++; if ($2 == "True") ready++}
    END {if (all) printf "and %d simulated, %d of them Ready: kubectl get nodes -l simulated.coxswain.io/node\n", all, ready}'
}

# add_simulated COUNT OPTION...: options as 'node add --simulated' takes them.
add_simulated() {
  local count=$1 cpu='' memory='' pods='' zones='' region='' taint=yes resources=() labels=() annotations=()
  shift
  if [[ ! $count =~ ^[0-9]{1,4}$ ]] || ((10#$count < 1 || 10#$count > MOST_SIMULATED)); then
    usage_error "--simulated must be a number from 1 to $MOST_SIMULATED, not '$count'."
  fi
  while (($# > 0)); do
    local option=$1 value=''
    shift
    case $option in
      --no-taint)
        taint=''
        continue
        ;;
      --*=*)
        value=${option#*=}
        option=${option%%=*}
        ;;
      --*)
        (($# > 0)) || usage_error "$option needs a value."
        value=$1
        shift
        ;;
    esac
    [[ $value =~ ^[A-Za-z0-9._/:=\;,\ -]+$ ]] || usage_error "'$value' cannot be the value of $option."
    case $option in
      --cpu) cpu=$value ;;
      --memory) memory=$value ;;
      --pods) pods=$value ;;
      --resource) resources+=("$value") ;;
      --zone) zones=$value ;;
      --region) region=$value ;;
      --label) labels+=("$value") ;;
      --annotation) annotations+=("$value") ;;
      *) usage_error "'node add --simulated' does not take '$option'." ;;
    esac
  done
  local capacity=''
  [[ -z $cpu ]] || capacity+=",cpu=$cpu"
  [[ -z $memory ]] || capacity+=",memory=$memory"
  [[ -z $pods ]] || capacity+=",pods=$pods"
  local each
  for each in ${resources[@]+"${resources[@]}"}; do capacity+=",$each"; done
  [[ -z $capacity ]] || annotations+=("$SIMULATED/capacity=${capacity#,}")
  [[ -z $region ]] || labels+=("topology.kubernetes.io/region=$region")
  for each in ${labels[@]+"${labels[@]}"} ${annotations[@]+"${annotations[@]}"}; do
    [[ $each == ?*=* ]] || usage_error "'$each' is no KEY=VALUE."
  done

  local last first
  last=$(simulated_nodes | sed -n 's/^simulated-\([0-9]*\) .*/\1/p' | sort -n | tail -n 1)
  first=$((${last:-0} + 1))
  step "Adding simulated-$first to simulated-$((first + 10#$count - 1))"
  local names=() zone_list number
  IFS=, read -ra zone_list <<<"$zones"
  for ((number = first; number < first + 10#$count; number++)); do names+=("simulated-$number"); done
  for ((number = 0; number < ${#names[@]}; number++)); do
    local zone=''
    ((${#zone_list[@]} == 0)) || zone=${zone_list[number % ${#zone_list[@]}]}
    simulated_manifest "${names[number]}" "$zone"
  done | simulated_kubectl create -f - >/dev/null
  step "Waiting for them to be Ready"
  await_simulated "${names[@]}"
  step "Ready${taint:+; pods go there that tolerate the taint $SIMULATED/node}"
}

# simulated_manifest NAME ZONE: reads labels, annotations and taint of its caller.
simulated_manifest() {
  local pair
  printf -- '---\napiVersion: v1\nkind: Node\nmetadata:\n  name: %s\n  labels:\n    %s/node: "true"\n' "$1" "$SIMULATED"
  [[ -z $2 ]] || printf '    topology.kubernetes.io/zone: "%s"\n' "$2"
  for pair in ${labels[@]+"${labels[@]}"}; do printf '    %s: "%s"\n' "${pair%%=*}" "${pair#*=}"; done
  if ((${#annotations[@]} > 0)); then
    printf '  annotations:\n'
    for pair in "${annotations[@]}"; do printf '    %s: "%s"\n' "${pair%%=*}" "${pair#*=}"; done
  fi
  [[ -z $taint ]] || printf 'spec:\n  taints:\n  - {key: %s/node, value: "true", effect: NoSchedule}\n' "$SIMULATED"
}

# await_simulated NAME...: until each is Ready.
await_simulated() {
  local begun=$SECONDS waiting
  while :; do
    waiting=$(comm -23 <(printf '%s\n' "$@" | sort) <(simulated_nodes | awk '$2 == "True" {print $1}' | sort))
    [[ -n $waiting ]] || return 0
    if ((SECONDS - begun > 90)); then
      die "$(wc -l <<<"$waiting") nodes are not Ready after 90 seconds: see './coxswain kubectl describe node $(head -n 1 <<<"$waiting")'."
    fi
    sleep 0.5
  done
}

stop_simulated() {
  simulated_kubectl annotate node "$1" --overwrite "$SIMULATED/stopped=true" >/dev/null
  step "$1 is silent: its Lease runs out"
}

start_simulated() {
  simulated_kubectl annotate node "$1" "$SIMULATED/stopped-" >/dev/null
  step "Waiting for $1 to be Ready"
  await_simulated "$1"
  step "$1 is Ready"
}
