# shellcheck shell=bash
# The cluster's network: a bridge in the root namespace, and one network namespace for each node, joined to it.
# Routes to pods, and the rules for services, are the node agent's work.

# The bridge carries the name of its owner, so that two clusters never take each other's.
bridge_mark() {
  printf 'coxswain %s' "$DATA"
}

bridge_owner() {
  cat "/sys/class/net/$BRIDGE/ifalias" 2>/dev/null || true
}

bridge_is_ours() {
  [[ -e /sys/class/net/$BRIDGE && $(bridge_owner) == "$(bridge_mark)" ]]
}

# index_is_ours: whether what carries this cluster's index (namespaces, cgroups) can only be ours. Without the
# bridge it is the remainder of a crash; with somebody else's bridge it is theirs, and must be left alone.
index_is_ours() {
  [[ ! -e /sys/class/net/$BRIDGE ]] || bridge_is_ours
}

# check_network: neither the bridge's name nor its addresses may belong to somebody else.
check_network() {
  if [[ -e /sys/class/net/$BRIDGE ]]; then
    if ! bridge_is_ours; then
      local owner
      owner=$(bridge_owner)
      die "the network interface $BRIDGE belongs to ${owner:-something else}: choose another --port BASE."
    fi
    return
  fi
  if have ip; then
    local route
    route=$(ip -4 route show | awk '$1 != "default"' | grep -E "^172\.30\.$INDEX\.|^172\.30\.0\.0/1[0-9]|^172\.(16|24|28)\.0\.0/1[0-9]" | head -n 1 || true)
    if [[ -n $route ]]; then
      die "this machine already routes the cluster's addresses 172.30.$INDEX.0/24 elsewhere ($route): choose another --port BASE."
    fi
  fi
}

node_number() {
  printf '%s' "${1##*-}"
}

node_address() {
  printf '172.30.%d.%d' "$INDEX" $((10 + $(node_number "$1")))
}

namespace_of() {
  printf '%s-%s' "$BRIDGE" "$1"
}

# The root namespace's end of a node's cable.
cable_of() {
  printf '%sv%d' "$BRIDGE" "$(node_number "$1")"
}

in_namespace() {
  local name=$1
  shift
  nsenter --net="/run/netns/$(namespace_of "$name")" "$@"
}

# make_bridge: idempotent, as everything here.
make_bridge() {
  if [[ ! -e /sys/class/net/$BRIDGE ]]; then
    # With an address of its own: else it takes a port's, and changes it under its neighbours as nodes come.
    ip link add "$BRIDGE" address "$(printf '02:c0:78:00:%02x:01' "$INDEX")" type bridge
    ip link set "$BRIDGE" alias "$(bridge_mark)"
  fi
  ip addr replace "$GATEWAY/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
  # The root namespace forwards nothing between nodes (they share the bridge), but a host firewall that drops
  # forwarded packets, Docker's for one, sees bridged packets too.
  if have iptables && iptables -S FORWARD 2>/dev/null | grep -q '^-P FORWARD DROP'; then
    iptables -C FORWARD -i "$BRIDGE" -o "$BRIDGE" -j ACCEPT 2>/dev/null ||
      iptables -I FORWARD -i "$BRIDGE" -o "$BRIDGE" -j ACCEPT
  fi
}

# make_namespace NODE: the node's network namespace with eth0 on the bridge and a default route to it.
make_namespace() {
  local name=$1 namespace cable
  namespace=$(namespace_of "$name")
  cable=$(cable_of "$name")
  # After a crash in between, the file may be there without a namespace mounted on it.
  if [[ -e /run/netns/$namespace ]] && ! in_namespace "$name" true 2>/dev/null; then
    ip netns delete "$namespace" 2>/dev/null || rm -f "/run/netns/$namespace"
  fi
  [[ -e /run/netns/$namespace ]] || ip netns add "$namespace"
  ip -n "$namespace" link set lo up
  if [[ ! -e /sys/class/net/$cable ]] || ! ip -n "$namespace" link show eth0 >/dev/null 2>&1; then
    ip link delete "$cable" 2>/dev/null || true
    ip link add "$cable" type veth peer name eth0 netns "$namespace"
  fi
  ip link set "$cable" master "$BRIDGE" up
  ip -n "$namespace" addr replace "$(node_address "$name")/24" dev eth0
  ip -n "$namespace" link set eth0 up
  ip -n "$namespace" route replace default via "$GATEWAY"
  in_namespace "$name" sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
}

# unplug NODE, plug NODE: the cable, at the bridge's end, so that the node's own routes outlast it.
unplug() {
  ip link set "$(cable_of "$1")" down 2>/dev/null || true
}

plug() {
  ip link set "$(cable_of "$1")" up
}

# remove_namespace NODE: the kernel removes the cable with the namespace's last user, but not at once.
remove_namespace() {
  local namespace
  namespace=$(namespace_of "$1")
  ip link delete "$(cable_of "$1")" 2>/dev/null || true
  if [[ -e /run/netns/$namespace ]]; then
    ip netns delete "$namespace" 2>/dev/null || rm -f "/run/netns/$namespace"
  fi
}

# remove_network: every namespace and cable of this cluster (also of nodes whose directory is gone), then the bridge.
remove_network() {
  index_is_ours || return 0
  local path
  for path in /run/netns/"$BRIDGE"-*; do
    [[ -e $path ]] || continue
    remove_namespace "${path##*/"$BRIDGE"-}"
  done
  [[ -e /sys/class/net/$BRIDGE ]] || return 0
  ip link delete "$BRIDGE"
  if have iptables; then
    while iptables -D FORWARD -i "$BRIDGE" -o "$BRIDGE" -j ACCEPT 2>/dev/null; do :; done
  fi
}
