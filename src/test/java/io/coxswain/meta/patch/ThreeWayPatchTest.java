package io.coxswain.meta.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreeWayPatchTest {
    private final TypeSchema pod =
            SchemaCatalog.builtIn().byKind(GroupVersionKind.of("v1", "Pod")).orElseThrow();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // original | modified | current | patch
                "{'a':1} | {'a':1} | {'a':1} | {}",
                "{} | {'a':1} | {'a':1,'server':2} | {}",
                "{'a':1} | {'a':2} | {'a':1} | {'a':2}",
                "{'a':1} | {'a':1} | {'a':9} | {'a':1}",
                "{'a':1,'b':1} | {'a':1} | {'a':1,'b':1} | {'b':null}",
                "{'a':1,'b':1} | {'a':1} | {'a':1} | {}",
                "{'metadata':{'labels':{'x':'1','y':'1'}}} | {'metadata':{'labels':{'y':'2'}}} | {'metadata':{'labels':{'x':'1','y':'1','z':'others'}}} | {'metadata':{'labels':{'y':'2','x':null}}}",
                "{'spec':{'containers':[{'name':'a','image':'1'}]}} | {'spec':{'containers':[{'name':'a','image':'2'}]}} | {'spec':{'containers':[{'name':'a','image':'1','tty':false}]}} | {'spec':{'containers':[{'image':'2','name':'a'}],'$setElementOrder/containers':[{'name':'a'}]}}",
                "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'injected'}]}} | {'spec':{'containers':[{'$patch':'delete','name':'b'}],'$setElementOrder/containers':[{'name':'a'}]}}",
                "{'spec':{'tolerations':[{'key':'a'}]}} | {'spec':{'tolerations':[{'key':'b'}]}} | {'spec':{'tolerations':[{'key':'a'}]}} | {'spec':{'tolerations':[{'key':'b'}]}}",
                "{'metadata':{'finalizers':['a','b']}} | {'metadata':{'finalizers':['b','c']}} | {'metadata':{'finalizers':['a','b','server']}} | {'metadata':{'$deleteFromPrimitiveList/finalizers':['a'],'finalizers':['c'],'$setElementOrder/finalizers':['b','c']}}",
                "{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}} | {'spec':{'volumes':[{'name':'v','hostPath':{'path':'/'}}]}} | {'spec':{'volumes':[{'name':'v','emptyDir':{}}]}} | {'spec':{'volumes':[{'hostPath':{'path':'/'},'emptyDir':null,'name':'v','$retainKeys':['hostPath','name']}],'$setElementOrder/volumes':[{'name':'v'}]}}",
            })
    void makesTheSmallestPatch(String original, String modified, String current, String patch) {
        assertThat(ThreeWayPatch.strategic(tree(original), tree(modified), tree(current), pod))
                .isEqualTo(tree(patch));
    }

    @Test
    void replacesListsInMergePatches() {
        assertThat(ThreeWayPatch.merge(
                        tree("{'spec':{'list':[1],'gone':1}}"),
                        tree("{'spec':{'list':[1,2]}}"),
                        tree("{'spec':{'list':[1],'gone':1,'server':true}}")))
                .isEqualTo(tree("{'spec':{'list':[1,2],'gone':null}}"));
    }

    /** Whatever was applied, the patch applied to it gives what is wanted, and a second one finds nothing to do. */
    @Test
    void patchesReachWhatIsWanted() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            JsonObject original = randomPod(random);
            JsonObject modified = randomPod(random);
            JsonObject patch = ThreeWayPatch.strategic(original, modified, original, pod);
            JsonObject patched = StrategicMergePatch.apply(original, patch, pod);
            assertThat(patched).as("%s to %s by %s", original, modified, patch).isEqualTo(modified);
            assertThat(ThreeWayPatch.strategic(modified, modified, patched, pod))
                    .isEmpty();
        }
    }

    private static JsonObject randomPod(Random random) {
        JsonObjectBuilder labels = Json.createObjectBuilder();
        some(random).forEach(name -> labels.add(name, "v" + random.nextInt(2)));
        JsonArrayBuilder containers = Json.createArrayBuilder();
        for (String name : some(random)) {
            JsonArrayBuilder env = Json.createArrayBuilder();
            some(random)
                    .forEach(variable -> env.add(
                            Json.createObjectBuilder().add("name", variable).add("value", "v" + random.nextInt(2))));
            containers.add(Json.createObjectBuilder()
                    .add("name", name)
                    .add("image", "i" + random.nextInt(2))
                    .add("args", Json.createArrayBuilder(some(random)))
                    .add("env", env));
        }
        JsonArrayBuilder volumes = Json.createArrayBuilder();
        some(random)
                .forEach(name -> volumes.add(Json.createObjectBuilder()
                        .add("name", name)
                        .add(random.nextBoolean() ? "emptyDir" : "hostPath", Json.createObjectBuilder())));
        return Json.createObjectBuilder()
                .add(
                        "metadata",
                        Json.createObjectBuilder()
                                .add("labels", labels)
                                .add("finalizers", Json.createArrayBuilder(some(random))))
                .add(
                        "spec",
                        Json.createObjectBuilder()
                                .add("containers", containers)
                                .add("volumes", volumes)
                                .add("hostNetwork", random.nextBoolean()))
                .build();
    }

    private static List<String> some(Random random) {
        List<String> names = new ArrayList<>(List.of("a", "b", "c", "d"));
        Collections.shuffle(names, random);
        return names.subList(0, random.nextInt(4));
    }

    private static JsonObject tree(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text.replace('\'', '"')))) {
            return reader.readObject();
        }
    }
}
