package io.coxswain.controller.persistentvolume;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ObjectCodec;
import io.coxswain.kinds.Trees;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeMatchTest {
    private static final String PLAIN_CLAIM = "accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}";

    /** Volumes are {@code name:size:modes:class:mode:labels}; modes and labels with + between them. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "the smallest that is large enough | '' | a:10Gi b:5Gi c:6Gi d:4Gi | b",
                "none is large enough | '' | a:4Gi b:4999Mi | none",
                "equal size in other words | '' | a:5120Mi | a",
                "of two equal ones the first by name | '' | b:5Gi a:5Gi | a",
                "one that can do more | '' | a:5Gi:ReadWriteOnce+ReadOnlyMany | a",
                "one that can do less is kept for who needs no more | '' | a:5Gi:ReadWriteOnce+ReadOnlyMany b:9Gi | b",
                "one that cannot do it | '' | a:5Gi:ReadOnlyMany b:5Gi:ReadWriteMany | none",
                "several modes together | accessModes: [ReadWriteOnce, ReadOnlyMany] | a:5Gi b:5Gi:ReadOnlyMany+ReadWriteOnce | b",
                "another class | '' | a:5Gi:ReadWriteOnce:fast | none",
                "the class asked for | storageClassName: fast | a:5Gi b:7Gi:ReadWriteOnce:fast c:8Gi:ReadWriteOnce:fast | b",
                "the empty class is none | storageClassName: '' | a:5Gi:ReadWriteOnce:fast b:6Gi | b",
                "a block device for who wants files | '' | a:5Gi:ReadWriteOnce::Block | none",
                "files for who wants a block device | volumeMode: Block | a:5Gi b:6Gi:ReadWriteOnce::Block | b",
                "labels | selector: {matchLabels: {tier: gold}} | a:5Gi b:6Gi:ReadWriteOnce:::tier=gold | b",
                "labels that are not there | selector: {matchLabels: {tier: gold}} | a:5Gi:ReadWriteOnce:::tier=tin | none",
                "a requirement on labels | 'selector: {matchExpressions: [{key: tier, operator: NotIn, values: [tin]}]}' | a:5Gi:ReadWriteOnce:::tier=tin b:6Gi:ReadWriteOnce:::tier=gold | b",
            })
    void choosesTheBestVolume(String what, String more, String volumes, String expected) {
        PersistentVolumeClaim claim = claim(more);
        List<PersistentVolume> all =
                Stream.of(volumes.split(" ")).map(VolumeMatchTest::volume).toList();
        assertThat(VolumeMatch.best(claim, all, false)
                        .map(found -> found.getMetadata().getName())
                        .orElse("none"))
                .as(what)
                .isEqualTo(expected);
        assertThat(VolumeMatch.best(claim, all, true))
                .as("the scheduler chooses: " + what)
                .isEmpty();
    }

    @Test
    void aReservedVolumeIsTakenWhateverElseThereIs() {
        PersistentVolumeClaim claim = claim("");
        PersistentVolume free = volume("free:5Gi");
        PersistentVolume reserved =
                with(volume("reserved:50Gi:ReadWriteOnce:fast"), "claimRef: {namespace: ns, name: c}");
        assertThat(VolumeMatch.best(claim, List.of(free, reserved), false)).contains(reserved);
        assertThat(VolumeMatch.best(claim, List.of(free, reserved), true)).contains(reserved);

        PersistentVolume ofAnother = with(volume("a:5Gi"), "claimRef: {namespace: ns, name: other}");
        PersistentVolume ofAnEarlier = with(volume("b:5Gi"), "claimRef: {namespace: ns, name: c, uid: earlier}");
        PersistentVolume elsewhere = with(volume("c:5Gi"), "claimRef: {namespace: else, name: c}");
        assertThat(VolumeMatch.best(claim, List.of(ofAnother, ofAnEarlier, elsewhere), false))
                .isEmpty();

        PersistentVolume tooSmall = with(volume("small:1Gi"), "claimRef: {namespace: ns, name: c}");
        assertThat(VolumeMatch.best(claim, List.of(tooSmall), false)).isEmpty();
    }

    @Test
    void volumesThatAreNotFreeAreLeftAlone() {
        PersistentVolumeClaim claim = claim("");
        PersistentVolume released = volume("a:5Gi");
        released.getStatus().setPhase("Released");
        PersistentVolume unknown = volume("b:5Gi");
        unknown.getStatus().setPhase("Pending");
        PersistentVolume going = volume("c:5Gi");
        going.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        assertThat(VolumeMatch.best(claim, List.of(released, unknown, going), false))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a:5Gi | ''",
                "a:4Gi | requested PV is too small",
                "a:5Gi:ReadWriteOnce:fast | storageClassName does not match",
                "a:5Gi:ReadWriteOnce::Block | incompatible volumeMode",
                "a:5Gi:ReadOnlyMany | incompatible accessMode",
            })
    void saysWhatIsWrongWithANamedVolume(String volume, String why) {
        assertThat(VolumeMatch.objection(volume(volume), claim("")).orElse("")).isEqualTo(why);
    }

    private static PersistentVolumeClaim claim(String more) {
        String spec = more.startsWith("accessModes") ? more + ", resources: {requests: {storage: 5Gi}}" : PLAIN_CLAIM;
        String rest = more.isEmpty() || more.startsWith("accessModes") ? "" : ", " + more;
        return ObjectCodec.read(
                Trees.yaml("{metadata: {namespace: ns, name: c, uid: now}, spec: {" + spec + rest + "}}"),
                PersistentVolumeClaim.class);
    }

    private static PersistentVolume volume(String text) {
        String[] part = (text + "::::: ").split(":");
        String modes = part[2].isBlank() ? "ReadWriteOnce" : part[2].replace("+", ", ");
        String labels = part.length > 5 && !part[5].isBlank() ? part[5].replace("=", ": ") : "";
        String spec = "capacity: {storage: " + part[1] + "}, accessModes: [" + modes + "]"
                + (part[3].isBlank() ? "" : ", storageClassName: " + part[3])
                + (part[4].isBlank() ? "" : ", volumeMode: " + part[4]);
        return ObjectCodec.read(
                Trees.yaml("{metadata: {name: " + part[0] + ", labels: {" + labels + "}}, spec: {" + spec
                        + "}, status: {phase: Available}}"),
                PersistentVolume.class);
    }

    private static PersistentVolume with(PersistentVolume volume, String claimRef) {
        var tree = ObjectCodec.tree(volume);
        var spec = jakarta.json.Json.createObjectBuilder(tree.getJsonObject("spec"))
                .add("claimRef", Trees.yaml("{" + claimRef + "}").getJsonObject("claimRef"));
        return ObjectCodec.read(
                jakarta.json.Json.createObjectBuilder(tree).add("spec", spec).build(), PersistentVolume.class);
    }
}
