package io.coxswain.it;

import java.io.File;
import org.jboss.arquillian.container.spi.Container;
import org.jboss.arquillian.container.spi.ContainerRegistry;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.event.container.AfterStart;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * Has Arquillian's Liberty container run {@link TestServer}'s directory, and deploys the packaged WAR as soon as that server
 * runs. The server lives as long as the tests' JVM, so test classes need no {@code @Deployment} of their own and all of them
 * together cost one start.
 */
public final class ServerExtension implements LoadableExtension {
    @Override
    public void register(ExtensionBuilder builder) {
        builder.observer(Observer.class);
    }

    /** Arquillian makes it and calls what {@code @Observes}. */
    public static final class Observer {
        /** Before the container is set up, since its configuration must name a directory that exists. */
        void prepare(@Observes ContainerRegistry registry) {
            TestServer server = TestServer.prepare();
            for (Container container : registry.getContainers()) {
                container
                        .getContainerConfiguration()
                        .overrideProperty("wlpHome", server.runtime().toString())
                        .overrideProperty("usrDir", server.userDirectory().toString())
                        .overrideProperty("serverName", server.name())
                        .overrideProperty("httpPort", Integer.toString(server.apiPort()));
            }
        }

        void deploy(@Observes AfterStart event) throws DeploymentException {
            File war = TestServer.WAR.toFile();
            event.getDeployableContainer()
                    .deploy(ShrinkWrap.create(ZipImporter.class, war.getName())
                            .importFrom(war)
                            .as(WebArchive.class));
            TestServer.get().awaitReady();
        }
    }
}
