package io.coxswain.meta.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectMetaValidationTest {

    @Test
    void acceptsAnOrdinaryObject() {
        assertThat(
                        create(
                                "'name':'web','namespace':'default','labels':{'app':'web','example.com/x':''},'annotations':{'Example.com/Note':'any text'},'finalizers':['example.com/f','orphan'],'ownerReferences':[{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'r','uid':'u','controller':true}],'generateName':'web-'"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'namespace':'n' | metadata.name: Required value: name or generateName is required",
                "'name':'a' | metadata.namespace: Required value",
                "'name':'a','namespace':'N' | metadata.namespace: Invalid value: \"N\": a lowercase RFC 1123 label",
                "'name':'A','namespace':'n' | metadata.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain",
                "'name':'a','generateName':'AB-','namespace':'n' | metadata.generateName: Invalid value: \"AB-\": a lowercase RFC 1123 subdomain",
                "'name':'a','namespace':'n','generation':-1 | metadata.generation: Invalid value: -1: must be greater than or equal to 0",
                "'name':'a','namespace':'n','labels':{'-':'x'} | metadata.labels: Invalid value: \"-\": name part must consist of",
                "'name':'a','namespace':'n','labels':{'x':'-'} | metadata.labels: Invalid value: \"-\": a valid label must be",
                "'name':'a','namespace':'n','annotations':{'-':'x'} | metadata.annotations: Invalid value: \"-\": name part must consist of",
                "'name':'a','namespace':'n','finalizers':['f'] | metadata.finalizers[0]: Invalid value: \"f\": name is neither a standard finalizer name nor is it fully qualified",
                "'name':'a','namespace':'n','finalizers':['orphan','foregroundDeletion'] | metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: finalizer orphan and foregroundDeletion cannot be both set",
                "'name':'a','namespace':'n','ownerReferences':[{'apiVersion':'v1','kind':'Pod','name':'p'}] | metadata.ownerReferences.uid: Invalid value: \"\": must not be empty",
                "'name':'a','namespace':'n','ownerReferences':[{'kind':'Pod','name':'p','uid':'u'}] | metadata.ownerReferences.apiVersion: Invalid value: \"\": version must not be empty",
                "'name':'a','namespace':'n','managedFields':[{'operation':'Guess'}] | metadata.managedFields[0].operation: Invalid value: \"Guess\": must be `Apply` or `Update`",
            })
    void saysWhatIsWrong(String metadata, String message) {
        assertThat(create(metadata)).singleElement().asString().startsWith(message);
    }

    @Test
    void allowsOneControllerOnly() {
        assertThat(
                        create(
                                "'name':'a','namespace':'n','ownerReferences':[{'apiVersion':'v1','kind':'A','name':'1','uid':'u','controller':true},{'apiVersion':'v1','kind':'B','name':'2','uid':'v','controller':true}]"))
                .singleElement()
                .asString()
                .endsWith(
                        "Only one reference can have Controller set to true. Found \"true\" in references for A/1 and B/2");
        assertThat(
                        create(
                                "'name':'a','namespace':'n','ownerReferences':[{'apiVersion':'v1','kind':'Event','name':'1','uid':'u'}]"))
                .singleElement()
                .asString()
                .endsWith("/v1, Kind=Event is disallowed from being an owner");
    }

    @Test
    void refusesANamespaceOnClusterScopedObjects() {
        assertThat(ObjectMetaValidation.validate(view("'name':'a','namespace':'n'"), false, NameRule.SUBDOMAIN))
                .extracting(FieldError::toString)
                .containsExactly("metadata.namespace: Forbidden: not allowed on this type");
    }

    @Test
    void boundsNamesAndAnnotations() {
        assertThat(create("'name':'" + "a".repeat(300) + "','namespace':'n'"))
                .singleElement()
                .asString()
                .endsWith("must be no more than 253 characters");
        assertThat(create("'name':'a','namespace':'n','annotations':{'k':'" + "é".repeat(131072) + "'}"))
                .containsExactly("metadata.annotations: Too long: may not be more than 262144 bytes");
    }

    @Test
    void judgesPrefixesByTheNamesTheyWillMake() {
        assertThat(NameRule.LABEL.checkPrefix("web-")).isEmpty();
        assertThat(NameRule.LABEL.checkPrefix("-")).isNotEmpty();
        assertThat(NameRule.PATH_SEGMENT.check("system:node")).isEmpty();
        assertThat(NameRule.RFC_1035_LABEL.check("1a")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'name':'b','uid':'u','resourceVersion':'1' | metadata.name: Invalid value: \"b\": field is immutable",
                "'name':'a','uid':'v','resourceVersion':'1' | metadata.uid: Invalid value: \"v\": field is immutable",
                "'name':'a','uid':'u' | metadata.resourceVersion: Invalid value: \"\": must be specified for an update",
                "'name':'a','uid':'u','resourceVersion':'1','generation':-3 | metadata.generation: Invalid value: -3: must not be decremented",
                "'name':'a','uid':'u','resourceVersion':'1','deletionGracePeriodSeconds':3 | metadata.deletionGracePeriodSeconds: Invalid value: 3: field is immutable",
            })
    void keepsSystemFieldsOnUpdates(String metadata, String message) {
        assertThat(ObjectMetaValidation.validateUpdate(
                        view(metadata), view("'name':'a','uid':'u','resourceVersion':'1'")))
                .extracting(FieldError::toString)
                .containsExactly(message);
    }

    @Test
    void allowsNoNewFinalizersOnceDeletionHasBegun() {
        String deleted =
                "'name':'a','resourceVersion':'1','deletionTimestamp':'2024-01-01T00:00:00Z','finalizers':['x/y'";
        assertThat(ObjectMetaValidation.validateUpdate(view(deleted + ",'x/z']"), view(deleted + "]")))
                .extracting(FieldError::toString)
                .containsExactly(
                        "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"x/z\"}");
        assertThat(ObjectMetaValidation.validateUpdate(view(deleted + "]"), view(deleted + ",'x/z']")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'matchExpressions':[{'key':'a','operator':'In'}]} | spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
                "{'matchExpressions':[{'key':'a','operator':'Exists','values':['x']}]} | spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                "{'matchExpressions':[{'key':'a','operator':'Like'}]} | spec.selector.matchExpressions[0].operator: Invalid value: \"Like\": not a valid selector operator",
                "{'matchExpressions':[{'key':'a','operator':'In','values':['-']}]} | spec.selector.matchExpressions[0].values[0]: Invalid value: \"-\": a valid label must be",
                "{'matchLabels':{'/':'x'}} | spec.selector.matchLabels: Invalid value: \"/\": prefix part must be non-empty",
            })
    void checksLabelSelectors(String selector, String message) {
        List<FieldError> errors = new ArrayList<>();
        LabelRules.checkSelector(new ObjectView(tree(selector)), FieldPath.of("spec", "selector"), errors);
        assertThat(errors.get(0).toString()).startsWith(message);
    }

    private static List<String> create(String metadata) {
        return ObjectMetaValidation.validate(view(metadata), true, NameRule.SUBDOMAIN).stream()
                .map(FieldError::toString)
                .toList();
    }

    private static ObjectView view(String metadata) {
        return new ObjectView(tree("{'metadata':{" + metadata + "}}"));
    }

    private static jakarta.json.JsonObject tree(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text.replace('\'', '"')))) {
            return reader.readObject();
        }
    }
}
