package io.coxswain.bootstrap.pki;

import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.InvalidSettingException;
import io.coxswain.bootstrap.config.PkiConfig;
import io.coxswain.bootstrap.config.ServerConfig;
import io.coxswain.bootstrap.config.Settings;
import io.coxswain.bootstrap.config.SettingsSource;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;

/**
 * Makes keys and certificates before Liberty starts, which needs its key store at once. The launcher and the container image
 * call it with the server's {@code bootstrap.properties}:
 *
 * <pre>java -cp 'WEB-INF/classes:WEB-INF/lib/*' io.coxswain.bootstrap.pki.PkiCommand SERVER/bootstrap.properties</pre>
 *
 * Settings may also come from the environment. Exit status 0: all is there; 1: it says on standard error what is wrong.
 */
public final class PkiCommand {
    private PkiCommand() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.getenv(), System.out, System.err));
    }

    static int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (arguments.length != 1) {
            err.println("usage: PkiCommand SERVER_DIRECTORY/bootstrap.properties");
            return 1;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]))) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            err.println("cannot read " + arguments[0] + ": " + e.getMessage());
            return 1;
        }
        try {
            Settings settings = Settings.read(SettingsSource.of(properties, environment));
            ClusterPki pki = new ClusterPki(
                    settings.get(ServerConfig.class),
                    settings.get(ApiServerConfig.class),
                    settings.get(ClusterConfig.class),
                    settings.get(PkiConfig.class),
                    HostName.get(),
                    Clock.systemUTC());
            pki.ensure().forEach(made -> out.println("made: " + made));
            return 0;
        } catch (InvalidSettingException | PkiException e) {
            err.println(e.getMessage());
            return 1;
        }
    }
}
