package io.coxswain.bench.constant;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Application;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The yardstick for reads: a body of the wanted size that costs nothing to make, through JAX-RS on the same server. */
@Path("/constant")
public class ConstantResource {
    private static final int MOST = 64 << 20;
    private static final Map<Integer, byte[]> BODIES = new ConcurrentHashMap<>();

    /** The WAR's application. */
    @ApplicationPath("/")
    public static class Constants extends Application {
        @Override
        public Set<Class<?>> getClasses() {
            return Set.of(ConstantResource.class);
        }
    }

    @GET
    @Produces("application/json")
    public byte[] get(@QueryParam("bytes") int bytes) {
        return BODIES.computeIfAbsent(Math.max(2, Math.min(bytes, MOST)), size -> {
            byte[] body = new byte[size];
            Arrays.fill(body, (byte) ' ');
            body[0] = '{';
            body[size - 1] = '}';
            return body;
        });
    }
}
