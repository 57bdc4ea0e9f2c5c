package io.coxswain.node.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coxswain.node.cri.ContainerRuntime.RegistryCredentials;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Finds the credentials for an image's registry in secrets of the docker types. Pure. */
public final class PullSecrets {

    private static final ObjectMapper JSON = new ObjectMapper();

    private PullSecrets() {}

    /** All credentials that fit the image, in the order of the secrets; undecodable secrets have none. */
    public static List<RegistryCredentials> forImage(String image, List<Secret> secrets) {
        List<RegistryCredentials> out = new ArrayList<>();
        ImageName.parse(image).ifPresent(name -> secrets.forEach(s -> add(out, name, s)));
        return out;
    }

    private static void add(List<RegistryCredentials> out, ImageName name, Secret secret) {
        String config = secret.getData().get(".dockerconfigjson");
        String legacy = secret.getData().get(".dockercfg");
        try {
            JsonNode auths = config != null
                    ? JSON.readTree(Base64.getDecoder().decode(config)).path("auths")
                    : legacy != null ? JSON.readTree(Base64.getDecoder().decode(legacy)) : JSON.missingNode();
            auths.fields().forEachRemaining(e -> {
                if (fits(e.getKey(), name)) {
                    out.add(credentials(e));
                }
            });
        } catch (java.io.IOException | IllegalArgumentException e) {
            System.getLogger(PullSecrets.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "undecodable image pull secret namespace={0} name={1}",
                            secret.getMetadata().getNamespace(),
                            secret.getMetadata().getName());
        }
    }

    private static boolean fits(String key, ImageName name) {
        String host = key.replaceFirst("^https?://", "");
        int slash = host.indexOf('/');
        String path = slash < 0 ? "" : host.substring(slash + 1).replaceAll("^v[12]/?|/$", "");
        String registry = slash < 0 ? host : host.substring(0, slash);
        if (registry.equals("index.docker.io") || registry.equals("registry-1.docker.io")) {
            registry = "docker.io";
        }
        boolean same = registry.startsWith("*.")
                ? name.registry().endsWith(registry.substring(1))
                : registry.equals(name.registry());
        return same && (path.isEmpty() || (name.repository() + "/").startsWith(path + "/"));
    }

    private static RegistryCredentials credentials(Map.Entry<String, JsonNode> entry) {
        JsonNode auth = entry.getValue();
        String user = auth.path("username").asText("");
        String password = auth.path("password").asText("");
        String both = auth.path("auth").asText("");
        if (user.isEmpty() && !both.isEmpty()) {
            String decoded = new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8);
            int colon = decoded.indexOf(':');
            user = colon < 0 ? decoded : decoded.substring(0, colon);
            password = colon < 0 ? "" : decoded.substring(colon + 1);
        }
        return new RegistryCredentials(
                user,
                password,
                "",
                auth.path("identitytoken").asText(""),
                auth.path("registrytoken").asText(""));
    }
}
