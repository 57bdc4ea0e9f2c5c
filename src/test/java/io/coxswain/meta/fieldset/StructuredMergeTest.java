package io.coxswain.meta.fieldset;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonObject;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuredMergeTest {
    private static final TypeSchema POD =
            SchemaCatalog.builtIn().byKind(GroupVersionKind.of("v1", "Pod")).orElseThrow();
    private static final TypeSchema SERVICE =
            SchemaCatalog.builtIn().byKind(GroupVersionKind.of("v1", "Service")).orElseThrow();
    private static final TypeSchema ROLE = SchemaCatalog.builtIn()
            .byKind(GroupVersionKind.of("rbac.authorization.k8s.io/v1", "Role"))
            .orElseThrow();

    private static JsonObject json(String text) {
        return FieldSetTest.json(text.replace('\'', '"'));
    }

    private static String containers(String names) {
        StringBuilder list = new StringBuilder();
        for (char name : names.toCharArray()) {
            list.append(list.isEmpty() ? "" : ",").append("{'name':'" + name + "'}");
        }
        return "{'spec':{'containers':[" + list + "]}}";
    }

    /** The configuration's order wins; the others keep their places around it. */
    @ParameterizedTest
    @CsvSource({
        "abc, b, abc",
        "abc, cb, acb",
        "abc, dc, abdc",
        "ab, ba, ba",
        "ab, xaby, xaby",
        "aibjc, cba, ijcba",
        "'', ab, ab",
        "ab, '', ab",
    })
    void mergesListsByTheirKeysInOrder(String live, String config, String merged) {
        assertThat(StructuredMerge.merge(json(containers(live)), json(containers(config)), POD))
                .isEqualTo(json(containers(merged)));
    }

    /** Whatever the orders, every item of both is there once, and the configuration's in the configuration's order. */
    @Test
    void losesAndDoublesNothing() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            String live = letters(random);
            String config = letters(random);
            JsonObject merged = StructuredMerge.merge(json(containers(live)), json(containers(config)), POD);
            StringBuilder names = new StringBuilder();
            merged.getJsonObject("spec")
                    .getJsonArray("containers")
                    .forEach(item -> names.append(item.asJsonObject().getString("name")));
            String all = names.toString();
            assertThat(all.chars().distinct().count())
                    .as("%s + %s = %s", live, config, all)
                    .isEqualTo(all.length());
            assertThat(all.chars().boxed())
                    .as("%s + %s", live, config)
                    .containsAll((live + config).chars().boxed().toList());
            assertThat(all.replaceAll("[^" + config + " ]", "")).isEqualTo(config);
        }
    }

    private static String letters(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 7); i > 0; i--) {
            String letter = String.valueOf((char) ('a' + random.nextInt(8)));
            if (text.indexOf(letter) < 0) {
                text.append(letter);
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // granular maps are merged, atomic lists and maps replaced
                "{'metadata':{'labels':{'a':'1','b':'1'}}} | {'metadata':{'labels':{'b':'2'}}} | {'metadata':{'labels':{'a':'1','b':'2'}}}",
                "{'spec':{'containers':[{'name':'a','args':['x'],'image':'i'}]}} | {'spec':{'containers':[{'name':'a','args':['y']}]}} | {'spec':{'containers':[{'name':'a','args':['y'],'image':'i'}]}}",
                "{'spec':{'nodeSelector':{'a':'1'}}} | {'spec':{'nodeSelector':{'b':'1'}}} | {'spec':{'nodeSelector':{'b':'1'}}}",
                // sets are united
                "{'metadata':{'finalizers':['a','b']}} | {'metadata':{'finalizers':['c','b']}} | {'metadata':{'finalizers':['a','c','b']}}",
                // null says nothing about a granular map
                "{'metadata':{'labels':{'a':'1'}}} | {'metadata':{'labels':null}} | {'metadata':{'labels':{'a':'1'}}}",
                "{'spec':{'priority':1}} | {'spec':{'priority':null}} | {'spec':{'priority':null}}",
            })
    void mergesByListAndMapTypes(String live, String config, String merged) {
        assertThat(StructuredMerge.merge(json(live), json(config), POD)).isEqualTo(json(merged));
    }

    @Test
    void findsItemsByTheDefaultOfAKey() {
        JsonObject live =
                json("{'spec':{'ports':[{'port':80,'protocol':'TCP','targetPort':1},{'port':80,'protocol':'UDP'}]}}");
        JsonObject config = json("{'spec':{'ports':[{'port':80,'targetPort':2}]}}");

        assertThat(StructuredMerge.merge(live, config, SERVICE))
                .isEqualTo(
                        json(
                                "{'spec':{'ports':[{'port':80,'protocol':'TCP','targetPort':2},{'port':80,'protocol':'UDP'}]}}"));
        assertThat(AppliedFields.of(config, SERVICE))
                .hasToString("{\"f:spec\":{\"f:ports\":{\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":"
                        + "{\".\":{},\"f:port\":{},\"f:targetPort\":{}}}}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'metadata':{'labels':{'a':'1'}}} | {'f:metadata':{'f:labels':{'f:a':{}}}}",
                "{'metadata':{'labels':{}}} | {'f:metadata':{'f:labels':{}}}",
                "{'metadata':{'finalizers':['x']}} | {'f:metadata':{'f:finalizers':{'v:\"x\"':{}}}}",
                "{'spec':{'nodeSelector':{'a':'1'}}} | {'f:spec':{'f:nodeSelector':{}}}",
                "{'spec':{'containers':[{'name':'a','command':['x']}]}} | {'f:spec':{'f:containers':{'k:{\"name\":\"a\"}':{'.':{},'f:command':{},'f:name':{}}}}}",
                "{'spec':{'containers':[{'name':'a','resources':{'limits':{'cpu':'1'}}}]}} | {'f:spec':{'f:containers':{'k:{\"name\":\"a\"}':{'.':{},'f:name':{},'f:resources':{'f:limits':{'f:cpu':{}}}}}}}",
            })
    void namesTheFieldsOfAConfiguration(String config, String fields) {
        FieldSet expected =
                FieldSet.parse(FieldSetTest.json(fields.replace("\"", "\\\"").replace('\'', '"')));

        assertThat(AppliedFields.of(json(config), POD)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // old | new | removed | modified | added
                "{} | {} | {} | {} | {}",
                "{'spec':{'priority':1}} | {'spec':{'priority':1}} | {} | {} | {}",
                "{'spec':{'priority':1}} | {'spec':{'priority':2}} | {} | {'f:spec':{'f:priority':{}}} | {}",
                "{} | {'metadata':{'labels':{'a':'1'}}} | {} | {} | {'f:metadata':{'.':{},'f:labels':{'.':{},'f:a':{}}}}",
                "{'metadata':{'labels':{'a':'1'}}} | {'metadata':{}} | {'f:metadata':{'f:labels':{'.':{},'f:a':{}}}} | {} | {}",
                "{'metadata':{'labels':{}}} | {'metadata':{}} | {'f:metadata':{'f:labels':{}}} | {} | {}",
                "{'spec':{'nodeSelector':{'a':'1'}}} | {'spec':{'nodeSelector':{'a':'2'}}} | {} | {'f:spec':{'f:nodeSelector':{}}} | {}",
                "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'b'},{'name':'a'}]}} | {} | {} | {}",
                "{'spec':{'containers':[{'name':'a','resources':{'limits':{'cpu':'1'}}}]}} | {'spec':{'containers':[{'name':'a','resources':{'limits':{'cpu':'1000m'}}}]}} | {} | {} | {}",
            })
    void compares(String old, String now, String removed, String modified, String added) {
        Comparison comparison = Comparison.between(json(old), json(now), POD);

        assertThat(comparison.removed()).isEqualTo(FieldSet.parse(json(removed)));
        assertThat(comparison.modified()).isEqualTo(FieldSet.parse(json(modified)));
        assertThat(comparison.added()).isEqualTo(FieldSet.parse(json(added)));
    }

    @Test
    void comparesDuplicatesThatWereStoredOnceAsOne() {
        JsonObject old = json(
                "{'spec':{'containers':[{'name':'a','env':[{'name':'X','value':'1'},{'name':'X','value':'2'}]}]}}");
        JsonObject now = json("{'spec':{'containers':[{'name':'a','env':[{'name':'X','value':'3'}]}]}}");

        assertThat(Comparison.between(old, old, POD).isSame()).isTrue();
        assertThat(Comparison.between(old, now, POD).modified())
                .hasToString("{\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"a\\\"}\":{\"f:env\":"
                        + "{\"k:{\\\"name\\\":\\\"X\\\"}\":{}}}}}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'metadata':{'labels':{'a':'1','b':'1'}}} | {'f:metadata':{'f:labels':{'f:a':{}}}} | {'metadata':{'labels':{'b':'1'}}}",
                "{'metadata':{'labels':{'a':'1'},'name':'x'}} | {'f:metadata':{'f:labels':{'f:a':{}}}} | {'metadata':{'name':'x'}}",
                "{'metadata':{'finalizers':['x','y']}} | {'f:metadata':{'f:finalizers':{'v:\"x\"':{}}}} | {'metadata':{'finalizers':['y']}}",
                "{'spec':{'containers':[{'name':'a'},{'name':'b','image':'i'}]}} | {'f:spec':{'f:containers':{'k:{\"name\":\"a\"}':{},'k:{\"name\":\"b\"}':{'f:image':{}}}}} | {'spec':{'containers':[{'name':'b'}]}}",
                "{'spec':{'priority':1}} | {'f:spec':{'f:other':{}}} | {'spec':{'priority':1}}",
            })
    void removesFields(String object, String fields, String rest) {
        FieldSet gone =
                FieldSet.parse(FieldSetTest.json(fields.replace("\"", "\\\"").replace('\'', '"')));

        assertThat(FieldRemoval.remove(json(object), gone, POD)).isEqualTo(json(rest));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'spec':{'foo':1}} | .spec.foo: field not declared in schema",
                "{'metadata':{'labels':{'a':1}}} | .metadata.labels.a: expected string, got &value.valueUnstructured{Value:1}",
                "{'spec':{'priority':'x'}} | .spec.priority: expected numeric (int or float), got string",
                "{'spec':{'hostNetwork':'yes'}} | .spec.hostNetwork: expected boolean, got &{yes}",
                "{'spec':{'containers':{}}} | .spec.containers: expected list, got &{map[]}",
                "{'spec':'x'} | .spec: expected map, got &{x}",
                "{'spec':{'containers':[{'name':'a'},{'name':'a'}]}} | .spec.containers: duplicate entries for key [name=\"a\"]",
                "{'metadata':{'finalizers':['a','a']}} | .metadata.finalizers: duplicate entries for key [=\"a\"]",
                "{'spec':{'containers':[{'image':'a'}]}} | .spec.containers: element 0: associative list with keys has an element that omits key field \"name\" (and doesn't have default value)",
                "{'spec':{'containers':[null]}} | .spec.containers: element 0: associative list with keys may not have a null element",
                "{'spec':{'containers':[{'name':'a','ports':[{'containerPort':1},{'containerPort':1,'protocol':'TCP'}]}]}} | .spec.containers[name=\"a\"].ports: duplicate entries for key [containerPort=1,protocol=\"TCP\"]",
            })
    void saysWhatDoesNotFitTheSchema(String config, String fault) {
        assertThat(TypedCheck.faults(json(config), POD)).contains(fault);
    }

    @Test
    void takesWhatFits() {
        assertThat(TypedCheck.faults(
                        json("{'rules':[{'verbs':['get'],'resources':['pods'],'apiGroups':['']},{'verbs':['get']}]}"),
                        ROLE))
                .isEmpty();
        assertThat(TypedCheck.faults(json("{'spec':{'containers':null,'priority':null}}"), POD))
                .isEmpty();
    }
}
