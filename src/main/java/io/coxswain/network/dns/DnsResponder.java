package io.coxswain.network.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;

/** Turns one query into one answer, transport aside: from the cluster's zone, else from an upstream server. Thread-safe. */
final class DnsResponder {
    private static final System.Logger LOG = System.getLogger(DnsResponder.class.getName());
    private static final int MINIMUM_UDP = 512;
    /** Larger than this the answer would be cut into fragments on most networks (DNS flag day 2020). */
    private static final int MAXIMUM_UDP = 1232;

    private static final Duration UPSTREAM_TIMEOUT = Duration.ofSeconds(2);

    private final ClusterZone zone;
    private final DnsSettings settings;

    DnsResponder(ClusterZone zone, DnsSettings settings) {
        this.zone = zone;
        this.settings = settings;
    }

    /** Whether the answer comes from memory; if not, {@link #respond} may wait for another server. */
    boolean isQuick(byte[] query) {
        try {
            Message message = new Message(query);
            Record question = message.getQuestion();
            return question == null
                    || zone.answer(question.getName(), question.getType()).isPresent();
        } catch (IOException e) {
            return true; // refused at once
        }
    }

    /** The bytes to send back; empty if the query is no query at all and deserves none. */
    Optional<byte[]> respond(byte[] query, boolean tcp) {
        Message request;
        try {
            request = new Message(query);
        } catch (IOException e) {
            return malformed(query);
        }
        if (request.getHeader().getFlag(Flags.QR)) {
            return Optional.empty();
        }
        Message answer = answer(request, tcp);
        int limit = tcp ? 0xffff : udpLimit(request);
        return Optional.of(answer.toWire(limit));
    }

    private Message answer(Message request, boolean tcp) {
        Record question = request.getQuestion();
        if (request.getHeader().getOpcode() != Opcode.QUERY) {
            return empty(request, Rcode.NOTIMP);
        }
        if (question == null || question.getDClass() != DClass.IN) {
            return empty(request, question == null ? Rcode.FORMERR : Rcode.REFUSED);
        }
        Optional<ClusterZone.Answer> own = zone.answer(question.getName(), question.getType());
        if (own.isEmpty()) {
            return forward(request, tcp);
        }
        Message answer = empty(request, own.get().exists() ? Rcode.NOERROR : Rcode.NXDOMAIN);
        answer.getHeader().setFlag(Flags.AA);
        own.get().records().forEach(record -> answer.addRecord(record, Section.ANSWER));
        if (own.get().records().isEmpty()) {
            answer.addRecord(startOfAuthority(), Section.AUTHORITY);
        }
        return answer;
    }

    private Message forward(Message request, boolean tcp) {
        for (InetSocketAddress server : settings.upstream()) {
            try {
                SimpleResolver resolver = new SimpleResolver(server);
                resolver.setTCP(tcp);
                resolver.setTimeout(UPSTREAM_TIMEOUT);
                Message answer = resolver.send(request);
                answer.getHeader().setID(request.getHeader().getID());
                return answer;
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "upstream DNS server gave no answer: " + server, e);
            }
        }
        return empty(request, settings.upstream().isEmpty() ? Rcode.REFUSED : Rcode.SERVFAIL);
    }

    private static Message empty(Message request, int rcode) {
        Message answer = new Message(request.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        if (request.getHeader().getFlag(Flags.RD)) {
            answer.getHeader().setFlag(Flags.RD);
        }
        answer.getHeader().setRcode(rcode);
        Record question = request.getQuestion();
        if (question != null) {
            answer.addRecord(question, Section.QUESTION);
        }
        OPTRecord edns = request.getOPT();
        if (edns != null) {
            answer.addRecord(new OPTRecord(MAXIMUM_UDP, 0, 0), Section.ADDITIONAL);
        }
        return answer;
    }

    private static Optional<byte[]> malformed(byte[] query) {
        if (query.length < Header.LENGTH) {
            return Optional.empty();
        }
        Message answer = new Message((query[0] & 0xff) << 8 | query[1] & 0xff);
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setRcode(Rcode.FORMERR);
        return Optional.of(answer.toWire());
    }

    private static int udpLimit(Message request) {
        OPTRecord edns = request.getOPT();
        return edns == null ? MINIMUM_UDP : Math.max(MINIMUM_UDP, Math.min(MAXIMUM_UDP, edns.getPayloadSize()));
    }

    private Record startOfAuthority() {
        try {
            Name origin = Name.fromString(zone.domain() + ".");
            Name server = Name.fromString("ns.dns." + zone.domain() + ".");
            Name mail = Name.fromString("hostmaster." + zone.domain() + ".");
            int ttl = Math.min(settings.ttlSeconds(), 5); // how long "no such name" is believed
            return new SOARecord(origin, DClass.IN, ttl, server, mail, 1, 7200, 1800, 86400, ttl);
        } catch (TextParseException e) {
            throw new IllegalStateException("cluster domain is no DNS name: " + zone.domain(), e);
        }
    }
}
