package io.coxswain.bootstrap.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What this server process is.
 *
 * @param dataDir absolute
 * @param roles one or both of {@code control-plane} and {@code node}
 */
@SettingsGroup(value = "coxswain", about = "This server process.")
public record ServerConfig(
        @Setting(
                value = "/var/lib/coxswain",
                about = "Directory of everything the server keeps: database, certificates, images, nodes. Absolute.")
        Path dataDir,

        @Setting(
                value = "control-plane,node",
                about = "What this server does: `control-plane`, `node`, or both with a comma between them.")
        List<String> roles) {
    public static final String CONTROL_PLANE = "control-plane";
    public static final String NODE = "node";

    public ServerConfig {
        roles = List.copyOf(roles);
        if (!dataDir.isAbsolute()) {
            throw new InvalidSettingException("coxswain.data-dir", dataDir, "an absolute path");
        }
        if (roles.isEmpty() || !Set.of(CONTROL_PLANE, NODE).containsAll(roles)) {
            throw new InvalidSettingException(
                    "coxswain.roles", String.join(",", roles), "one or both of control-plane and node");
        }
    }

    public boolean isControlPlane() {
        return roles.contains(CONTROL_PLANE);
    }

    public boolean isNode() {
        return roles.contains(NODE);
    }
}
