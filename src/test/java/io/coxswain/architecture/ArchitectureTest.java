package io.coxswain.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The walls inside the one WAR: the table of ARCHITECTURE.md as rules. */
@AnalyzeClasses(packages = "io.coxswain", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String GENERATED = "io.coxswain.node.cri.(v1|events)..";
    /** A class that is longer has more than one job. */
    private static final int LONGEST_CLASS = 600;

    private static final DescribedPredicate<JavaClass> OURS = resideInAPackage("io.coxswain..");

    @ArchTest
    static final ArchRule META_STANDS_ALONE = noClasses()
            .that()
            .resideInAPackage("io.coxswain.meta..")
            .should()
            .dependOnClassesThat(OURS.and(DescribedPredicate.not(resideInAPackage("io.coxswain.meta.."))))
            .orShould()
            .dependOnClassesThat(resideInAPackage("jakarta..")
                    .and(DescribedPredicate.not(resideInAnyPackage("jakarta.json..", "jakarta.enterprise.."))));

    @ArchTest
    static final ArchRule CODEC_KNOWS_BYTES_AND_TREES = never(
            "io.coxswain.codec..",
            "io.coxswain.store..",
            "io.coxswain.apiserver..",
            "jakarta.ws.rs..",
            "jakarta.servlet..");

    @ArchTest
    static final ArchRule STORE_KNOWS_NO_KINDS =
            onlyUses("io.coxswain.store..", "io.coxswain.store..", "io.coxswain.meta..", "io.coxswain.observability..");

    @ArchTest
    static final ArchRule PERSISTENCE_IS_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("io.coxswain.store.jpa..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.persistence..");

    @ArchTest
    static final ArchRule API_SERVER_KNOWS_NO_KIND_AND_NO_PLUGIN = noClasses()
            .that()
            .resideInAPackage("io.coxswain.apiserver..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.coxswain.kinds..",
                    "io.coxswain.admission..",
                    "io.coxswain.controller..",
                    "io.coxswain.node..",
                    "io.coxswain.store.jpa..",
                    "io.coxswain.console..",
                    "io.coxswain.client..");

    @ArchTest
    static final ArchRule KINDS_ARE_PURE = noClasses()
            .that()
            .resideInAPackage("io.coxswain.kinds..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.coxswain.controller..",
                    "io.coxswain.client..",
                    "io.coxswain.store..",
                    "io.coxswain.node..",
                    "jakarta.ws.rs..",
                    "jakarta.servlet..");

    @ArchTest
    static final ArchRule ADMISSION_READS_THROUGH_THE_CLIENT =
            never("io.coxswain.admission..", "io.coxswain.store..", "io.coxswain.apiserver.endpoint..");

    @ArchTest
    static final ArchRule ADMISSION_PLUGINS_ARE_STRANGERS =
            slices().matching("io.coxswain.admission.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule CLIENT_CALLS_THE_SERVICE = noClasses()
            .that()
            .resideInAPackage("io.coxswain.client..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.coxswain.store..", "io.coxswain.kinds..", "io.coxswain.apiserver.registry..");

    @ArchTest
    static final ArchRule CONTROLLERS_GO_THROUGH_THE_CLIENT = noClasses()
            .that()
            .resideInAPackage("io.coxswain.controller..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.coxswain.store..", "io.coxswain.apiserver.registry..", "jakarta.ws.rs..");

    @ArchTest
    static final ArchRule CONTROLLERS_ARE_STRANGERS = slices().matching("io.coxswain.controller.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                    resideInAPackage("io.coxswain.controller.."), resideInAPackage("io.coxswain.controller.runtime.."));

    @ArchTest
    static final ArchRule PLACEMENT_STANDS_ALONE = onlyUses("io.coxswain.placement..", "io.coxswain.placement..");

    @ArchTest
    static final ArchRule SCHEDULER_PLUGINS_DO_NO_IO = never(
            "io.coxswain.scheduler.plugin..",
            "io.coxswain.client..",
            "io.coxswain.store..",
            "io.coxswain.controller..",
            "io.coxswain.node..");

    @ArchTest
    static final ArchRule SCHEDULER_STANDS_APART =
            never("io.coxswain.scheduler..", "io.coxswain.store..", "io.coxswain.node..");

    @ArchTest
    static final ArchRule NODE_IS_ANOTHER_MACHINE = noClasses()
            .that()
            .resideInAPackage("io.coxswain.node..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.coxswain.store..",
                    "io.coxswain.apiserver.registry..",
                    "io.coxswain.controller..",
                    "io.coxswain.scheduler..");

    @ArchTest
    static final ArchRule SIMULATED_NODES_TOUCH_NO_HOST = noClasses()
            .that()
            .resideInAPackage("io.coxswain.node.simulated..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.coxswain.node.volume..", "io.coxswain.node.server..", "java.nio.file..", "java.net..")
            .orShould()
            .dependOnClassesThat()
            .haveSimpleName("ContainerRuntime");

    @ArchTest
    static final ArchRule NETWORK_DERIVES_FROM_THE_API =
            never("io.coxswain.network..", "io.coxswain.store..", "io.coxswain.controller..", "io.coxswain.node..");

    @ArchTest
    static final ArchRule IMAGE_REGISTRY_IS_ITS_OWN = never(
            "io.coxswain.imageregistry..",
            "io.coxswain.apiserver.registry..",
            "io.coxswain.kinds..",
            "io.coxswain.store..");

    @ArchTest
    static final ArchRule CONSOLE_IS_A_CLIENT = noClasses()
            .that()
            .resideInAPackage("io.coxswain.console..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.coxswain.store..", "io.coxswain.controller..", "io.coxswain.scheduler..", "io.coxswain.node..");

    @ArchTest
    static final ArchRule FACES_ONLY_IN_THE_CONSOLE = noClasses()
            .that()
            .resideOutsideOfPackage("io.coxswain.console..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.faces..", "org.primefaces..", "org.omnifaces..");

    @ArchTest
    static final ArchRule GRPC_ONLY_ON_THE_NODE = noClasses()
            .that()
            .resideOutsideOfPackages("io.coxswain.node.cri..", "io.coxswain.codec..", "io.coxswain.apiserver.openapi..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule NOBODY_IMPORTS_BOOTSTRAP = noClasses()
            .that()
            .resideOutsideOfPackage("io.coxswain.bootstrap..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.coxswain.bootstrap..")
                    .and(DescribedPredicate.not(resideInAPackage("io.coxswain.bootstrap.config.."))));

    @ArchTest
    static final ArchRule NO_THREADS_OF_OUR_OWN = noClasses()
            .that()
            .resideOutsideOfPackages(GENERATED)
            .should()
            .callConstructor(Thread.class)
            .orShould()
            .callConstructor(Thread.class, Runnable.class)
            .orShould()
            .callConstructor(Thread.class, Runnable.class, String.class)
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.Executors")
            .because("the container manages threads");

    @ArchTest
    static final ArchRule TIME_COMES_FROM_A_CLOCK = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .because("a test must be able to move the clock");

    @ArchTest
    static final ArchRule NOTHING_PRINTS = noClasses()
            .that()
            .resideOutsideOfPackage("io.coxswain.bootstrap.pki..")
            .and()
            .doNotHaveFullyQualifiedName(
                    "io.coxswain.store.jpa.DatabaseCommand") // a program of the launcher's, as PkiCommand
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule CLASSES_STAY_SMALL = classes()
            .that()
            .areTopLevelClasses()
            .and()
            .resideOutsideOfPackages("io.coxswain.node.cri.v1..", "io.coxswain.node.cri.events..")
            .should(haveAtMostLines(LONGEST_CLASS));

    private static ArchRule never(String from, String... to) {
        return noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .allowEmptyShould(true);
    }

    private static ArchRule onlyUses(String from, String... ours) {
        return noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat(OURS.and(DescribedPredicate.not(resideInAnyPackage(ours))));
    }

    private static ArchCondition<JavaClass> haveAtMostLines(int limit) {
        return new ArchCondition<>("have at most " + limit + " lines") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Path file = Path.of("src/main/java", type.getName().replace('.', '/') + ".java");
                if (!Files.exists(file)) {
                    return; // a second top-level class of a file, or generated
                }
                try {
                    long lines = Files.lines(file).count();
                    if (lines > limit) {
                        events.add(SimpleConditionEvent.violated(type, type.getName() + " has " + lines + " lines"));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }
}
