package io.coxswain.network.dns;

import io.coxswain.network.Ipv4Range;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * The records of the cluster's zone (DNS-based service discovery, specification 1.1.0). Pure over a
 * {@link DnsDirectory}.
 */
final class ClusterZone {
    /**
     * What a question comes to.
     *
     * @param exists whether the name exists at all: without records that is NODATA instead of NXDOMAIN
     */
    record Answer(boolean exists, List<Record> records) {
        static final Answer NO_SUCH_NAME = new Answer(false, List.of());
    }

    private static final String REVERSE = ".in-addr.arpa";

    private final DnsDirectory directory;
    private final String domain;
    private final int ttl;

    ClusterZone(DnsDirectory directory, String domain, int ttl) {
        this.directory = directory;
        this.domain = domain.toLowerCase(Locale.ROOT);
        this.ttl = ttl;
    }

    /** The zone's name. */
    String domain() {
        return domain;
    }

    /** Answers a question about a name of the cluster; empty if the name lies outside and is to be forwarded. */
    Optional<Answer> answer(Name question, int type) {
        String name = question.toString(true).toLowerCase(Locale.ROOT);
        if (name.equals(domain)) {
            return Optional.of(new Answer(true, List.of()));
        }
        if (name.endsWith("." + domain)) {
            String[] labels =
                    name.substring(0, name.length() - domain.length() - 1).split("\\.");
            return Optional.of(inZone(question, labels, type));
        }
        return name.endsWith(REVERSE) ? reverse(question, name, type) : Optional.empty();
    }

    private Answer inZone(Name question, String[] labels, int type) {
        int last = labels.length - 1;
        String branch = labels[last];
        if (labels.length == 1 && branch.equals("dns-version")) {
            return records(type == Type.TXT ? List.of(new TXTRecord(question, DClass.IN, ttl, "1.1.0")) : List.of());
        }
        if (labels.length == 1) {
            return branch.equals("svc") || branch.equals("pod") ? records(List.of()) : Answer.NO_SUCH_NAME;
        }
        String namespace = labels[last - 1];
        if (labels.length == 2) {
            return isBranch(branch) && directory.namespaceExists(namespace) ? records(List.of()) : Answer.NO_SUCH_NAME;
        }
        return switch (branch) {
            case "pod" -> labels.length == 3 ? pod(question, labels[0], namespace, type) : Answer.NO_SUCH_NAME;
            case "svc" -> service(question, labels, namespace, type);
            default -> Answer.NO_SUCH_NAME;
        };
    }

    private static boolean isBranch(String label) {
        return label.equals("svc") || label.equals("pod");
    }

    private Answer pod(Name question, String label, String namespace, int type) {
        String address = label.replace('-', '.');
        if (!Ipv4Range.isAddress(address) || !directory.namespaceExists(namespace)) {
            return Answer.NO_SUCH_NAME;
        }
        return records(type == Type.A ? List.of(address(question, address)) : List.of());
    }

    private Answer service(Name question, String[] labels, String namespace, int type) {
        String name = labels[labels.length - 3];
        Optional<Service> found = directory.service(namespace, name);
        if (found.isEmpty()) {
            return Answer.NO_SUCH_NAME;
        }
        Service service = found.get();
        int extra = labels.length - 3;
        if ("ExternalName".equals(service.getSpec().getType())) {
            return extra == 0 ? external(question, service) : Answer.NO_SUCH_NAME;
        }
        return switch (extra) {
            case 0 -> records(serviceAddresses(question, service, type));
            case 1 -> endpointHost(question, service, labels[0], type);
            case 2 -> ports(question, service, labels[0], labels[1], type);
            default -> Answer.NO_SUCH_NAME;
        };
    }

    private Answer external(Name question, Service service) {
        try {
            Name target = Name.fromString(service.getSpec().getExternalName() + ".");
            return records(List.of(new CNAMERecord(question, DClass.IN, ttl, target)));
        } catch (TextParseException e) {
            return records(List.of()); // validation lets no such name in; an old object may still hold one
        }
    }

    private List<Record> serviceAddresses(Name question, Service service, int type) {
        if (type == Type.SRV) {
            List<Record> all = new ArrayList<>();
            for (ServicePort port : service.getSpec().getPorts()) {
                all.addAll(portRecords(question, service, port));
            }
            return all;
        }
        if (type != Type.A && type != Type.ANY) {
            return List.of();
        }
        if (isHeadless(service)) {
            return endpoints(service).stream()
                    .flatMap(endpoint -> endpoint.getAddresses().stream())
                    .filter(Ipv4Range::isAddress)
                    .distinct()
                    .map(address -> address(question, address))
                    .toList();
        }
        String clusterIp = service.getSpec().getClusterIP();
        return clusterIp != null && Ipv4Range.isAddress(clusterIp) ? List.of(address(question, clusterIp)) : List.of();
    }

    /** {@code <hostname>.<service>.<namespace>.svc}: one endpoint of a headless service. */
    private Answer endpointHost(Name question, Service service, String host, int type) {
        if (!isHeadless(service)) {
            return Answer.NO_SUCH_NAME;
        }
        List<Record> found = new ArrayList<>();
        for (Endpoint endpoint : endpoints(service)) {
            for (String address : endpoint.getAddresses()) {
                if (Ipv4Range.isAddress(address) && hostLabel(endpoint, address).equals(host)) {
                    found.add(address(question, address));
                }
            }
        }
        if (found.isEmpty()) {
            return Answer.NO_SUCH_NAME;
        }
        return records(type == Type.A || type == Type.ANY ? found : List.of());
    }

    /** {@code _port._protocol.<service>.<namespace>.svc}. */
    private Answer ports(Name question, Service service, String portLabel, String protocolLabel, int type) {
        if (!portLabel.startsWith("_") || !protocolLabel.startsWith("_")) {
            return Answer.NO_SUCH_NAME;
        }
        for (ServicePort port : service.getSpec().getPorts()) {
            boolean matches = portLabel.substring(1).equals(port.getName())
                    && protocolLabel.substring(1).equalsIgnoreCase(port.getProtocol());
            if (matches) {
                return records(type == Type.SRV ? portRecords(question, service, port) : List.of());
            }
        }
        return Answer.NO_SUCH_NAME;
    }

    private List<Record> portRecords(Name question, Service service, ServicePort port) {
        String base =
                service.getMetadata().getName() + "." + service.getMetadata().getNamespace() + ".svc." + domain + ".";
        if (!isHeadless(service)) {
            return List.of(new SRVRecord(question, DClass.IN, ttl, 0, 100, port.getPort(), name(base)));
        }
        List<Record> all = new ArrayList<>();
        for (EndpointSlice slice : slices(service)) {
            int number = slice.getPorts().stream()
                    .filter(candidate -> Objects.requireNonNullElse(candidate.getName(), "")
                            .equals(Objects.requireNonNullElse(port.getName(), "")))
                    .map(EndpointPort::getPort)
                    .findFirst()
                    .orElse(port.getPort());
            for (Endpoint endpoint : slice.getEndpoints()) {
                if (isPublished(service, endpoint)) {
                    for (String address : endpoint.getAddresses()) {
                        Name target = name(hostLabel(endpoint, address) + "." + base);
                        all.add(new SRVRecord(question, DClass.IN, ttl, 0, 100, number, target));
                    }
                }
            }
        }
        return all;
    }

    private Optional<Answer> reverse(Name question, String name, int type) {
        String[] labels = name.substring(0, name.length() - REVERSE.length()).split("\\.");
        if (labels.length != 4) {
            return Optional.empty();
        }
        String address = labels[3] + "." + labels[2] + "." + labels[1] + "." + labels[0];
        List<Record> found = new ArrayList<>();
        directory
                .serviceByAddress(address)
                .ifPresent(service -> found.add(new PTRRecord(
                        question,
                        DClass.IN,
                        ttl,
                        name(serviceName(
                                service.getMetadata().getNamespace(),
                                service.getMetadata().getName())))));
        for (EndpointSlice slice : directory.slicesByAddress(address)) {
            String serviceName = slice.getMetadata().getLabels() == null
                    ? ""
                    : slice.getMetadata().getLabels().getOrDefault("kubernetes.io/service-name", "");
            boolean headless = directory
                    .service(slice.getMetadata().getNamespace(), serviceName)
                    .filter(ClusterZone::isHeadless)
                    .isPresent();
            if (headless) {
                for (Endpoint endpoint : slice.getEndpoints()) {
                    if (endpoint.getAddresses().contains(address) && endpoint.getHostname() != null) {
                        Name target = name(endpoint.getHostname() + "."
                                + serviceName(slice.getMetadata().getNamespace(), serviceName));
                        found.add(new PTRRecord(question, DClass.IN, ttl, target));
                    }
                }
            }
        }
        // An address that is none of ours may have a name elsewhere.
        return found.isEmpty() ? Optional.empty() : Optional.of(records(type == Type.PTR ? found : List.of()));
    }

    private String serviceName(String namespace, String service) {
        return service + "." + namespace + ".svc." + domain + ".";
    }

    private List<EndpointSlice> slices(Service service) {
        return directory.slices(
                service.getMetadata().getNamespace(), service.getMetadata().getName());
    }

    private List<Endpoint> endpoints(Service service) {
        return slices(service).stream()
                .flatMap(slice -> slice.getEndpoints().stream())
                .filter(endpoint -> isPublished(service, endpoint))
                .toList();
    }

    private static boolean isPublished(Service service, Endpoint endpoint) {
        return Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses())
                || endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    private static boolean isHeadless(Service service) {
        return "None".equals(service.getSpec().getClusterIP());
    }

    /** The endpoint's host name, or one made of its address, as CoreDNS makes it. */
    private static String hostLabel(Endpoint endpoint, String address) {
        return endpoint.getHostname() == null || endpoint.getHostname().isEmpty()
                ? address.replace('.', '-')
                : endpoint.getHostname();
    }

    private Record address(Name name, String address) {
        try {
            return new ARecord(name, DClass.IN, ttl, InetAddress.getByName(address)); // a literal: no look-up
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static Answer records(List<Record> records) {
        return new Answer(true, records);
    }
}
