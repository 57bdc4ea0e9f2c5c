package io.coxswain.node.agent;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * A node as the launcher describes it in {@code node.properties}.
 *
 * @param name the Node object's name
 * @param address the node's address; the server reaches the node there
 * @param netns network namespace of the node, a file under /run/netns; empty: the one the server is in
 * @param socket containerd's unix socket
 * @param root the node's directory
 * @param cniConfDir where containerd looks for its network configuration
 * @param cgroupParent the control group that holds all pods of the node, such as {@code /coxswain-0-node-1}
 */
record NodeProperties(
        String name, String address, String netns, Path socket, Path root, Path cniConfDir, String cgroupParent) {

    /** Reads the file; throws with the name of the key that is missing or unusable. */
    static NodeProperties read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not a properties file: " + e.getMessage(), e);
        }
        String name = required(properties, "name", file);
        if (!name.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
            throw new IOException(file + ": name is not a node name: " + name);
        }
        Path root = Path.of(required(properties, "root", file));
        return new NodeProperties(
                name,
                required(properties, "address", file),
                properties.getProperty("netns", "").strip(),
                Path.of(required(properties, "socket", file)),
                root,
                Path.of(properties
                        .getProperty("cni-conf-dir", root.resolve("cni").toString())
                        .strip()),
                properties.getProperty("cgroup-parent", "/coxswain-" + name).strip());
    }

    private static String required(Properties properties, String key, Path file) throws IOException {
        String value = properties.getProperty(key, "").strip();
        if (value.isEmpty()) {
            throw new IOException(file + ": " + key + " is missing");
        }
        return value;
    }
}
