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

# parse_simulated COUNT OPTION...: what 'node add --simulated' was asked for, into SIM_ names.
parse_simulated() {
  SIM_COUNT=$1 SIM_ZONES=() SIM_TAINT=yes SIM_LABELS=() SIM_ANNOTATIONS=()
  local capacity=''
  shift
  if [[ ! $SIM_COUNT =~ ^[0-9]{1,4}$ ]] || ((10#$SIM_COUNT < 1 || 10#$SIM_COUNT > MOST_SIMULATED)); then
    usage_error "--simulated must be a number from 1 to $MOST_SIMULATED, not '$SIM_COUNT'."
  fi
  SIM_COUNT=$((10#$SIM_COUNT))
  while (($# > 0)); do
    local option=$1 value=''
    shift
    case $option in
      --no-taint)
        SIM_TAINT=''
        continue
        ;;
      --cpu=* | --memory=* | --pods=* | --resource=* | --zone=* | --region=* | --label=* | --annotation=*)
        value=${option#*=}
        option=${option%%=*}
        ;;
      --cpu | --memory | --pods | --resource | --zone | --region | --label | --annotation)
        (($# > 0)) || usage_error "$option needs a value."
        value=$1
        shift
        ;;
      *) usage_error "'node add --simulated' does not take '$option'." ;;
    esac
    # It becomes part of a manifest: no quotes, no line ends.
    [[ $value =~ ^[A-Za-z0-9._/:\;,=\ -]+$ ]] || usage_error "'$value' cannot be the value of $option."
    case $option in
      --cpu | --memory | --pods) capacity+=",${option#--}=$value" ;;
      --resource) capacity+=",$(key_value "$option" "$value")" || exit ;;
      --zone) IFS=, read -ra SIM_ZONES <<<"$value" ;;
      --region) SIM_LABELS+=("topology.kubernetes.io/region=$value") ;;
      --label) SIM_LABELS+=("$(key_value "$option" "$value")") || exit ;;
      --annotation) SIM_ANNOTATIONS+=("$(key_value "$option" "$value")") || exit ;;
    esac
  done
  [[ -z $capacity ]] || SIM_ANNOTATIONS+=("$SIMULATED/capacity=${capacity#,}")
}

key_value() {
  [[ $2 == ?*=* ]] || usage_error "'$2' is no NAME=VALUE, which $1 needs."
  printf '%s' "$2"
}

# add_simulated: those that parse_simulated was told of.
add_simulated() {
  local first number names=()
  first=$(simulated_nodes | sed -n 's/^simulated-\([0-9]*\) .*/\1/p' | sort -n | tail -n 1)
  first=$((${first:-0} + 1))
  step "Adding simulated-$first to simulated-$((first + SIM_COUNT - 1))"
  for ((number = first; number < first + SIM_COUNT; number++)); do names+=("simulated-$number"); done
  for ((number = 0; number < SIM_COUNT; number++)); do
    simulated_manifest "${names[number]}" "${SIM_ZONES[number % (${#SIM_ZONES[@]} + (${#SIM_ZONES[@]} == 0))]-}"
  done | simulated_kubectl create -f - >/dev/null
  step "Waiting for them to be Ready"
  await_simulated "${names[@]}"
  step "Ready${SIM_TAINT:+; pods go there that tolerate the taint $SIMULATED/node}"
}

# simulated_manifest NAME ZONE: the Node.
simulated_manifest() {
  local pair
  printf -- '---\napiVersion: v1\nkind: Node\nmetadata:\n  name: %s\n  labels:\n    %s/node: "true"\n' "$1" "$SIMULATED"
  [[ -z $2 ]] || printf '    topology.kubernetes.io/zone: "%s"\n' "$2"
  for pair in ${SIM_LABELS[@]+"${SIM_LABELS[@]}"}; do printf '    %s: "%s"\n' "${pair%%=*}" "${pair#*=}"; done
  if ((${#SIM_ANNOTATIONS[@]} > 0)); then
    printf '  annotations:\n'
    for pair in "${SIM_ANNOTATIONS[@]}"; do printf '    %s: "%s"\n' "${pair%%=*}" "${pair#*=}"; done
  fi
  [[ -z $SIM_TAINT ]] || printf 'spec:\n  taints:\n  - {key: %s/node, value: "true", effect: NoSchedule}\n' "$SIMULATED"
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
