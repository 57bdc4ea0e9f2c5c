package io.coxswain.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.coxswain.bootstrap.config.ConsoleConfig;
import io.coxswain.bootstrap.config.DataSize;
import io.coxswain.bootstrap.config.RegistryConfig;
import io.coxswain.bootstrap.config.Secret;
import jakarta.ws.rs.ApplicationPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTest {
    private final ConsoleConfig console = new ConsoleConfig(9443, "admin", new Secret(""));
    private final RegistryConfig registry = new RegistryConfig(5000, new DataSize(1 << 30));

    @Test
    void everyPortButTheConsolesAndTheRegistrysIsTheApis() {
        assertThat(Listener.of(9443, console, registry)).isEqualTo(Listener.CONSOLE);
        assertThat(Listener.of(5000, console, registry)).isEqualTo(Listener.REGISTRY);
        assertThat(Listener.of(6443, console, registry)).isEqualTo(Listener.API);
        assertThat(Listener.of(8443, console, registry)).isEqualTo(Listener.API);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api", "/apis/apps/v1", "/foo", "/overview.xhtml", "/v2/", "/version"})
    void theApiAnswersEveryPath(String path) {
        assertThat(Listener.API.serves(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/api/v1/pods", "/apis", "/version", "/livez", "/.well-known/x", "/v2", "/v2/a/b"})
    void theConsoleServesNeitherApiNorRegistry(String path) {
        assertThat(Listener.CONSOLE.serves(path)).isFalse();
    }

    @Test
    void noPartOfTheApiIsForgottenAtTheConsole() {
        JavaClasses parts = new ClassFileImporter().importPackagesOf(KubernetesApplication.class);
        assertThat(parts.get(KubernetesApplication.class).getAllSubclasses())
                .hasSizeGreaterThan(5)
                .extracting(
                        part -> part.getAnnotationOfType(ApplicationPath.class).value())
                .allSatisfy(path ->
                        assertThat(Listener.CONSOLE.serves(path)).as(path).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/overview.xhtml", "/console/log", "/apiary", "/v2x", "/jakarta.faces.resource/a.css"})
    void theConsoleServesItsPages(String path) {
        assertThat(Listener.CONSOLE.serves(path)).isTrue();
    }

    @Test
    void theRegistryServesImagesOnly() {
        assertThat(Listener.REGISTRY.serves("/v2/")).isTrue();
        assertThat(Listener.REGISTRY.serves("/v2/a/manifests/1")).isTrue();
        assertThat(Listener.REGISTRY.serves("/v2x")).isFalse();
        assertThat(Listener.REGISTRY.serves("/api")).isFalse();
        assertThat(Listener.REGISTRY.serves("/overview.xhtml")).isFalse();
    }
}
