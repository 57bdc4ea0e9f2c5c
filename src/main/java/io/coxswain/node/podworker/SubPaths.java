package io.coxswain.node.podworker;

import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The part of a volume that a container asks for. Says only what was asked; whether that exists is the volume's affair. */
public final class SubPaths {

    private SubPaths() {}

    /**
     * The path below the volume, with variables put in; empty for the whole volume.
     *
     * @throws ContainerConfigException if a variable is missing, or the path leads out of the volume
     */
    public static String of(VolumeMount mount, Map<String, String> environment) {
        String sub = mount.getSubPath() == null ? "" : mount.getSubPath();
        if (hasExpression(mount)) {
            sub = Expansion.expand(
                    mount.getSubPathExpr(),
                    name -> Optional.ofNullable(environment.get(name))
                            .orElseThrow(() -> new ContainerConfigException(
                                    "missing value for \"" + name + "\" to expand subPath")));
        }
        if (Path.of(sub).isAbsolute()) {
            throw new ContainerConfigException("error SubPath `" + sub + "` must not be an absolute path");
        }
        for (Path part : Path.of(sub)) {
            if (part.toString().equals("..")) {
                throw new ContainerConfigException("unable to provision SubPath `" + sub + "`: must not contain '..'");
            }
        }
        return sub;
    }

    /** Whether the container's environment decides. */
    public static boolean hasExpression(VolumeMount mount) {
        return mount.getSubPathExpr() != null && !mount.getSubPathExpr().isEmpty();
    }
}
